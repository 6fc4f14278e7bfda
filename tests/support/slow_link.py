"""A slow or a far link, made by the kernel: a MongoDB server and the program in a network namespace of their own.

    with SlowLink(tmp_path, rate="50mbit") as link:
        result = link.program("put", "f")
        link.client[link.database]["fs.files"].find_one()  # by a Unix socket: the link does not slow it down

As this is real TCP, the program's sockets have send buffers that fill, and what it sent arrives late, even after it has
ended.
"""

import contextlib
import ctypes
import os
import subprocess
import sys
import tempfile
import urllib.parse

import pymongo
import pytest

from far_link import make_device, reflect
from mongod import Mongod

_libc = ctypes.CDLL(None, use_errno=True)
_PORT = 27017  # no other program is in the namespace
_NEAR, _FAR = "10.9.0.1", "10.9.0.2"


class SlowLink:
    """Starts the server, and gives the `program` with an empty `database` and `directory` as where it runs.

    `rate` (tc's notation: "50mbit") is what both directions share; `delay`, in seconds, is that of each direction. The
    test is skipped where no such namespace can be made.
    """

    def __init__(self, directory, *mongod_options, rate=None, delay=0.0, database="test"):
        self.database = database
        with contextlib.ExitStack() as self._resources:
            self._namespace = self._resources.enter_context(_Namespace(rate, delay))
            own = self._resources.enter_context(tempfile.TemporaryDirectory(prefix="gridfs-"))
            self.mongod = self._resources.enter_context(
                Mongod(os.path.join(own, "data"), *mongod_options, listening=("--bind_ip_all",), port=_PORT, unix_sockets=own,
                       before_exec=self._namespace.enter))
            socket = urllib.parse.quote(os.path.join(own, f"mongodb-{_PORT}.sock"), safe="")
            self.client = self._resources.enter_context(pymongo.MongoClient(f"mongodb://{socket}", tz_aware=True))
            self.program = self.program_in(directory)
            self._resources = self._resources.pop_all()

    def uri(self, **options):
        """The connection string for what runs in the namespace."""
        query = urllib.parse.urlencode(options)
        return f"mongodb://{self._namespace.server}:{_PORT}/{self.database}" + (f"?{query}" if query else "")

    def program_in(self, directory, **options):
        """The program, at this end of the link; `options` are the connection string's."""
        return _programs(self._namespace.enter)(os.path.abspath(os.environ["GRIDFS_PROGRAM"]), self.uri(**options), directory)

    def set_rate(self, rate):
        self._namespace.set_rate(rate)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._resources.close()


def _programs(enter):
    """harness.Program with another way to start."""
    from harness import Program  # where the tests' conftest.py has put its directory on the path

    class Inside(Program):
        def start(self, *arguments, preexec_fn=None, **popen):
            def before_exec():
                enter()
                if preexec_fn:
                    preexec_fn()

            return super().start(*arguments, preexec_fn=before_exec, **popen)

    return Inside


class _Namespace:
    """Lasts as long as the process that holds it, which is this file run as a program."""

    def __init__(self, rate, delay):
        self._unshared = ["--net"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--net"]
        self.server = _FAR if delay else "127.0.0.1"
        self._device = "far" if delay else "lo"
        self._holder = subprocess.Popen(
            ["unshare", *self._unshared, sys.executable, __file__, str(delay)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        if self._holder.stdout.readline() != "ready\n":
            _, said = self._holder.communicate()
            pytest.skip(f"no slow link here: {said.strip().splitlines()[-1]}")
        if rate:
            self.set_rate(rate)

    def enter(self):
        """Makes the calling process, which has one thread, one of the namespace."""
        for kind in ("user", "net"):
            if f"--{kind}" in self._unshared:
                with open(f"/proc/{self._holder.pid}/ns/{kind}", "rb") as namespace:
                    if _libc.setns(namespace.fileno(), 0) != 0:
                        raise OSError(ctypes.get_errno(), f"setns {kind}")

    def set_rate(self, rate):
        # The queue holds what the link takes in 0.4 s; beyond that packets are dropped, as by a router.
        command = ["tc", "qdisc", "replace", "dev", self._device, "root", "tbf", "rate", rate, "burst", "32kb", "latency", "400ms"]
        done = subprocess.run(command, preexec_fn=self.enter, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"no slow link here: {done.stderr.strip()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._holder.communicate()  # ends with its input


def _hold(delay):
    """In the namespace: sets its devices up, says so, and serves the far one until standard input ends."""
    _run("ip", "link", "set", "lo", "mtu", "1500", "up")
    device = make_device("far", _NEAR, _FAR, mtu=9000) if delay else None
    print("ready", flush=True)
    if device is None:
        sys.stdin.read()
    else:
        reflect(device, delay)


def _run(*command):
    subprocess.run(command, check=True)


if __name__ == "__main__":
    try:
        _hold(float(sys.argv[1]))
    except (OSError, subprocess.CalledProcessError) as failure:
        sys.exit(str(failure))
