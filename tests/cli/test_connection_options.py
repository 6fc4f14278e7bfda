"""Options of the connection string that say how a server is found and watched: each is done, or named as one that has
no effect."""

import contextlib
import re
import socket
import time

import bson
import pytest

from harness import add_files, error_like, expect, finish, only_id, uri_with
from proxy import Proxy

FAILURE, USAGE, UNREACHABLE = 1, 2, 5


def asked_with(gridfs, between, options, *arguments, **popen):
    """Runs the program with options of the connection string on the command line."""
    return gridfs(*arguments, "--retries", "0", "--uri", f"{between.uri}?{options}", **popen)


@pytest.mark.parametrize(("option", "looks_again"), [("", True), ("&serverSelectionTryOnce=false", True), ("&serverSelectionTryOnce=true", False)])
def test_how_often_a_server_is_selected(gridfs, option, looks_again):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        limit = 1500 if looks_again else 60_000
        uri = f"mongodb://127.0.0.1:{closed.getsockname()[1]}/?serverSelectionTimeoutMS={limit}{option}"
        began = time.monotonic()
        expect(gridfs("ls", "--uri", uri), err=error_like("ls", ".*no server could be reached.*"), code=UNREACHABLE)
        seconds = time.monotonic() - began
    assert seconds >= 1.5 if looks_again else seconds < 20


@pytest.mark.parametrize(
    "option", ["maxPoolSize=5", "minPoolSize=1", "maxIdleTimeMS=1", "waitQueueTimeoutMS=5", "waitQueueMultiple=2", "serverMonitoringMode=poll", "slaveOk=true"]
)
def test_an_option_that_has_no_effect_is_named(gridfs, database, option):
    add_files(database, "a")
    warning = error_like("ls", f"warning: connection string: .*(?i:{option.split('=')[0]}).*")
    expect(gridfs("ls", "--uri", uri_with(gridfs.uri, database.name) + "?" + option), out="a\n", err=warning)


def test_the_old_name_of_an_acknowledged_write(gridfs, proxy, tmp_path):
    (tmp_path / "f").write_bytes(b"x")
    between = proxy()
    only_id(asked_with(gridfs, between, "safe=true", "put", "f"))
    inserts = between.commands("insert")
    assert inserts and all(one["writeConcern"] == {"w": 1} for one in inserts)
    expect(asked_with(gridfs, between, "safe=false", "put", "f"), err=error_like("put", ".*unacknowledged.*"), code=USAGE)


def test_a_load_balancer(gridfs, proxy, tmp_path):
    """It is greeted as such, and one that does not call itself that is not taken for one."""
    (tmp_path / "f").write_bytes(bytes(3 << 20))
    between = proxy(hello={"serviceId": bson.ObjectId()}, as_replica_set=True)
    file_id = only_id(asked_with(gridfs, between, "loadBalanced=true", "put", "f"))
    expect(asked_with(gridfs, between, "loadBalanced=true", "cat", file_id), out=bytes(3 << 20))
    assert between.greetings and all(one["loadBalanced"] for one in between.greetings)
    expect(asked_with(gridfs, proxy(), "loadBalanced=true", "ls"), err=error_like("ls", ".*load balancing mode.*"), code=FAILURE)


class FarProxy(Proxy):
    def _reply(self, message, asked):
        time.sleep(1.5)  # more than a busy machine adds to the way to the nearer one
        return super()._reply(message, asked)


def test_how_much_farther_than_the_nearest_a_server_may_be(gridfs, database):
    add_files(database, "a")
    with contextlib.closing(Proxy(gridfs.uri, as_replica_set=True)) as near, \
         contextlib.closing(FarProxy(gridfs.uri, as_replica_set=True)) as far:
        hosts = {"hosts": [near.address, far.address], "primary": near.address}
        near.set_hello(hosts)
        far.set_hello(hosts | {"isWritablePrimary": False, "ismaster": False, "secondary": True})
        asked_for = "replicaSet=rs&readPreference=nearest&localThresholdMS"
        for _ in range(5):
            expect(asked_with(gridfs, near, f"{asked_for}=1", "ls"), out="a\n")
        assert near.commands("find") and not far.commands("find")
        for _ in range(40):  # one of both, by chance
            expect(asked_with(gridfs, near, f"{asked_for}=5000", "ls"), out="a\n")
            if far.commands("find"):
                return
        raise AssertionError("the farther one was never asked")


@pytest.mark.parametrize(("option", "looks"), [("heartbeatFrequencyMS=500", True), ("socketCheckIntervalMS=500", True), ("appName=x", False)])
def test_how_often_a_server_is_monitored(gridfs, proxy, tmp_path, option, looks):
    """A list that takes its time: the connection is looked after before it is used for the second file."""
    (tmp_path / "f").write_bytes(bytes(2 << 20))
    (tmp_path / "g").write_bytes(bytes(2 << 20))
    between = proxy()

    def looked_after():
        return len(between.greetings) + sum(len(between.commands(name)) for name in ("hello", "isMaster", "ismaster", "ping"))

    with gridfs.start("put", "-j", "1", "--files-from", "-", "--uri", f"{between.uri}?{option}") as process:
        process.stdin.write(b"f\n")
        process.stdin.flush()
        assert re.fullmatch(rb"\w+\n", process.stdout.readline())
        before = looked_after()
        time.sleep(1.2)  # twice as long as may pass between two looks
        process.stdin.write(b"g\n")
        assert finish(process).code == 0
    assert (looked_after() > before) == looks
