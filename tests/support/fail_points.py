"""Faults that a MongoDB server makes when it is asked to."""


class FailPoint:
    """`failCommand` of one server, for the connections that have `app_name`, so that tests run side by side on it as
    long as no two of them set it at once.

        fail = FailPoint(client, app_name)
        fail("insert", errorCode=91, times=2)                         # the next two
        fail("find", "getMore", closeConnection=True, times=None)     # all
        fail("insert", on="test.fs.chunks", blockConnection=True, blockTimeMS=3000)
        fail.wait()                                                   # until one is there
    """

    def __init__(self, client, app_name):
        self._client, self._app_name = client, app_name
        self._before = 0

    def __call__(self, *commands, on=None, times=1, skip=None, **what):
        """The next `times` of the commands on that namespace; None: all, or all after the first `skip`."""
        mode = {"skip": skip} if skip is not None else "alwaysOn" if times is None else {"times": times}
        data = {"failCommands": commands, "appName": self._app_name} | ({"namespace": on} if on else {}) | what
        self._before = self._configure(mode, data=data)["count"]

    def wait(self, times=1, limit=20):
        """Waits until it has met so many commands since it was set."""
        self._client.admin.command(
            "waitForFailPoint", "failCommand", timesEntered=self._before + times, maxTimeMS=limit * 1000)

    def clear(self):
        self._configure("off")

    def _configure(self, mode, **data):
        return self._client.admin.command("configureFailPoint", "failCommand", mode=mode, **data)
