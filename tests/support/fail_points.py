"""Faults that a MongoDB server makes when it is asked to."""


class FailPoint:
    """A fail point of one server, by its name."""

    def __init__(self, client, name):
        self._client, self._name = client, name
        self._before = 0

    def set(self, mode="alwaysOn", **data):
        self._before = self._configure(mode, data=data)["count"]

    def wait(self, times=1, limit=20):
        """Waits until something has met it so often since it was set."""
        self._client.admin.command("waitForFailPoint", self._name, timesEntered=self._before + times, maxTimeMS=limit * 1000)

    def clear(self):
        self._configure("off")

    def _configure(self, mode, **data):
        return self._client.admin.command("configureFailPoint", self._name, mode=mode, **data)


class FailCommand(FailPoint):
    """`failCommand` for the connections that have `app_name`. A server has it once: what is set takes the place of what
    was set before.

        fail = FailCommand(client, app_name)
        fail("insert", errorCode=91, times=2)                         # the next two
        fail("find", "getMore", closeConnection=True, times=None)     # all
        fail("insert", on="test.fs.chunks", blockConnection=True, blockTimeMS=3000)
        fail.wait()                                                   # until one is there
    """

    def __init__(self, client, app_name):
        super().__init__(client, "failCommand")
        self._app_name = app_name

    def __call__(self, *commands, on=None, times=1, skip=None, **what):
        """The next `times` of the commands on that namespace; None: all, or all after the first `skip`."""
        mode = {"skip": skip} if skip is not None else "alwaysOn" if times is None else {"times": times}
        namespace = {"namespace": on} if on else {}
        self.set(mode, failCommands=commands, appName=self._app_name, **namespace, **what)
