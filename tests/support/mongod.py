"""MongoDB servers of a test's own: one, or a replica set. They end with the process that started them."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import threading
import time

import pymongo
import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
START_LIMIT = 120  # seconds; a busy machine takes long
_libc = ctypes.CDLL(None)


def mongod_program():
    """Where mongod is: GRIDFS_MONGOD, else the PATH's, else the one below .deps/. A test that needs it is skipped
    where there is none."""
    found = os.environ.get("GRIDFS_MONGOD") or shutil.which("mongod") or os.path.join(ROOT, ".deps", "mongodb", "mongod")
    if not os.access(found, os.X_OK):
        pytest.skip("no mongod here")
    return found


def _end_with_parent():
    pr_set_pdeathsig = 1
    _libc.prctl(pr_set_pdeathsig, signal.SIGKILL)


class Mongod:
    """On a free port of 127.0.0.1, its data below `directory`; fail points work.

    start() again after stop() or kill() takes the same port. `unix_sockets` is a directory for its Unix socket;
    `before_exec` is called in its process before it becomes the server.
    """

    def __init__(self, directory, *options, listening=("--bind_ip", "127.0.0.1"), port=0, unix_sockets=None, before_exec=None):
        self.directory, self.options, self.port = str(directory), options, port
        self.listening = [*listening, *(["--unixSocketPrefix", unix_sockets] if unix_sockets else ["--nounixsocket"])]
        self._before_exec = before_exec
        self.process = None
        self.start()

    def start(self):
        os.makedirs(self.directory, exist_ok=True)
        command = [
            mongod_program(), "--port", str(self.port), *self.listening, "--dbpath", self.directory,
            "--wiredTigerCacheSizeGB", "0.25", "--setParameter", "enableTestCommands=1",
            "--setParameter", "diagnosticDataCollectionEnabled=false", *self.options,
        ]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True, preexec_fn=self._prepare,
        )
        self.port = self._wait_for_port()
        # What else it says is of no interest, but has to be taken from it.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def _prepare(self):
        if self._before_exec:
            self._before_exec()
        _end_with_parent()

    def _wait_for_port(self):
        said = []
        for line in self.process.stdout:
            said.append(line)
            entry = json.loads(line) if line.startswith("{") else {}
            if entry.get("msg") == "Waiting for connections":
                return entry["attr"]["port"]
        raise AssertionError("mongod did not start: " + "".join(said[-5:]))

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def uri(self, database="test", **options):
        """The connection string, without credentials."""
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return f"mongodb://{self.address}/{database}" + (f"?{query}" if query else "")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)  # hundreds of megabytes


class ReplicaSet:
    """`size` members with a primary; elections are quick and happen only when asked for or when the primary is lost."""

    def __init__(self, directory, size=3, *options):
        self.name = "rs"
        self.members = []
        try:
            for number in range(size):
                self.members.append(Mongod(os.path.join(str(directory), str(number)), "--replSet", self.name, *options))
            config = {
                "_id": self.name,
                "members": [{"_id": i, "host": member.address} for i, member in enumerate(self.members)],
                "settings": {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 200},
            }
            with self.direct_client(self.members[0]) as client:
                client.admin.command("replSetInitiate", config)
            self.wait_for_primary()
        except BaseException:
            self.kill()
            raise

    def uri(self, database="test", **options):
        hosts = ",".join(member.address for member in self.members)
        query = "&".join(f"{name}={value}" for name, value in ({"replicaSet": self.name} | options).items())
        return f"mongodb://{hosts}/{database}?{query}"

    @staticmethod
    def direct_client(member):
        return pymongo.MongoClient(member.uri(directConnection="true"), tz_aware=True)

    def status(self):
        """The state of each member as some member that is up sees it: (member, state) pairs."""
        for member in self.members:
            if member.process.poll() is not None:
                continue
            try:
                with self.direct_client(member) as client:
                    states = client.admin.command("replSetGetStatus")["members"]
            except pymongo.errors.PyMongoError:
                continue
            return [(self.members[state["_id"]], state["stateStr"]) for state in states]
        return []

    def primary(self):
        """The member that takes writes; waits for one."""
        end = time.monotonic() + START_LIMIT
        while time.monotonic() < end:
            for member in self.members:
                if member.process.poll() is not None:
                    continue
                try:
                    with self.direct_client(member) as client:
                        if client.admin.command("hello").get("isWritablePrimary"):
                            return member
                except pymongo.errors.PyMongoError:
                    pass
            time.sleep(0.05)
        raise AssertionError(f"no primary after {START_LIMIT} s")

    def wait_for_primary(self):
        """Waits until all members that run are primary or secondary."""
        self.primary()
        end = time.monotonic() + START_LIMIT
        while time.monotonic() < end:
            running = [member for member in self.members if member.process.poll() is None]
            states = dict(self.status())
            if states and all(states.get(member) in ("PRIMARY", "SECONDARY") for member in running):
                return
            time.sleep(0.05)
        raise AssertionError(f"the replica set is not whole after {START_LIMIT} s: {self.status()}")

    def step_down(self, seconds=10):
        """Makes the primary a secondary that is not elected again for so long."""
        with self.direct_client(self.primary()) as client:
            client.admin.command("replSetStepDown", seconds, secondaryCatchUpPeriodSecs=10, force=True)

    def reconfigure(self, number, **changes):
        """Changes what the set's configuration says of a member."""
        with self.direct_client(self.primary()) as client:
            config = client.admin.command("replSetGetConfig")["config"]
            config["version"] += 1
            config["members"][number] |= changes
            client.admin.command("replSetReconfig", config)

    def kill(self):
        for member in self.members:
            member.process.kill()  # all of them first: with much to write to the disk, ending takes long
        for member in self.members:
            member.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        for member in self.members:
            shutil.rmtree(member.directory, ignore_errors=True)
