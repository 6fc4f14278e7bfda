"""Signals while the server or the network is slow or silent: the program stops soon, and takes back what it has begun."""

import signal
import urllib.parse

import pytest

from harness import expect, finish, sample, tree, wait_until
from servers import connecting_to

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SOON = 5  # seconds: two are promised, of a machine that is not busy with other tests


def expect_end_by(process, number):
    """Within the time, by that signal, and without another word."""
    expect(finish(process, limit=SOON), code=-number)


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.parametrize(("command", "collection", "nth"), [
    ("find", "files", 1), ("createIndexes", "chunks", 1), ("insert", "chunks", 1), ("insert", "chunks", 2), ("insert", "files", 1)])
def test_a_put_that_gets_no_answer(gridfs, scripted, tmp_path, way, number, command, collection, nth):
    server = scripted({"on": command, "collection": collection, "nth": nth, "do": "no_reply", "when": "after"})
    (tmp_path / "x").write_bytes(sample(9_000_000))
    with gridfs.start("put", *way, "--chunk-size", "100K", "x", uri=server.uri) as process:
        wait_until(lambda: server.received(command) >= {"createIndexes": 2, "find": 1}.get(command, nth))
        if collection == "files" and command == "insert":
            wait_until(lambda: server.documents("test.fs.files"))
        process.send_signal(number)
        expect_end_by(process, number)
    assert server.snapshot("test") == {"files": [], "chunks": []}


@pytest.mark.parametrize("number", ENDING)
def test_a_put_between_two_tries(putting, way, number):
    put = putting()
    before = put.server.received("insert")
    put.server.add({"on": "insert", "collection": "chunks", "nth": 2, "times": 0, "do": "error", "code": 91})
    with put.start(*way, "--retries", "100", "--retries-sleep", "60") as process:
        wait_until(lambda: put.server.received("insert") >= before + 2)
        process.send_signal(number)
        expect_end_by(process, number)
    put.expect_nothing_new()


@pytest.mark.parametrize("number", ENDING)
def test_a_put_on_a_slow_connection(putting, through, way, number):
    put = putting()
    proxy = through(put.server.uri)
    proxy.add("bandwidth", to_server=True, rate=500)
    with put.start(*way, uri=proxy.uri) as process:
        wait_until(lambda: bytes_waiting(proxy.uri) > 100_000)
        process.send_signal(number)
        expect_end_by(process, number)
    put.expect_nothing_new()


def bytes_waiting(uri):
    """How much waits to be sent to a port of this machine."""
    port = urllib.parse.urlsplit(uri).port
    with open("/proc/net/tcp", encoding="ascii") as table:
        connections = [line.split() for line in table][1:]
    return sum(int(fields[4].split(":")[0], 16) for fields in connections if int(fields[2].split(":")[1], 16) == port)


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.parametrize(("command", "collection"), [("find", "files"), ("find", "chunks"), ("getMore", "chunks")])
@pytest.mark.parametrize("jobs_of_get", [1, 8])
def test_a_get_that_gets_no_answer(gridfs, scripted, tmp_path, number, command, collection, jobs_of_get):
    server = scripted()
    expect(gridfs("put", "-", "--name", "x", "--id", "x", uri=server.uri, stdin=sample(9_000_000)), out="x\n")
    (tmp_path / "x").write_bytes(b"as before")
    server.add({"on": command, "collection": collection, "nth": "every", "do": "no_reply"})
    before = server.received(command)
    with gridfs.start("get", "-j", str(jobs_of_get), "-f", "x", uri=server.uri) as process:
        wait_until(lambda: server.received(command) >= before + (1 if command == "getMore" or collection == "files" else 2))
        process.send_signal(number)
        expect_end_by(process, number)
    assert tree(tmp_path) == {"x": b"as before"}


@pytest.mark.parametrize("arguments", [["ls"], ["stat", "x"], ["cat", "x"], ["rm", "x"], ["rename", "x", "y"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_other_commands_that_get_no_answer(gridfs, scripted, arguments, number):
    command = {"rm": "delete", "rename": "update"}.get(arguments[0], "find")
    server = scripted({"on": command, "nth": "every", "do": "no_reply"})
    with gridfs.start(*arguments, uri=server.uri) as process:
        wait_until(lambda: server.received(command) > 0)
        process.send_signal(number)
        expect_end_by(process, number)


@pytest.mark.parametrize("number", ENDING)
def test_a_second_signal_does_not_wait_for_the_taking_back(putting, way, number):
    put = putting()
    deletes, inserts = put.server.received("delete"), put.server.received("insert")
    put.server.add({"on": "delete", "nth": "every", "do": "no_reply"},
                   {"on": "insert", "collection": "chunks", "nth": 2, "times": 0, "do": "error", "code": 91})
    with put.start(*way, "--retries", "100", "--retries-sleep", "60") as process:
        wait_until(lambda: put.server.received("insert") >= inserts + 2)
        process.send_signal(number)
        wait_until(lambda: put.server.received("delete") > deletes, limit=SOON)
        process.send_signal(number)
        expect_end_by(process, number)


@pytest.mark.parametrize("number", ENDING)
def test_the_new_file_stays_when_its_predecessors_are_being_removed(putting, way, number):
    put = putting()
    before = put.server.received("delete")
    put.server.add({"on": "delete", "nth": "every", "do": "no_reply"})
    with put.start(*way, "--replace") as process:
        wait_until(lambda: put.server.received("delete") > before)
        process.send_signal(number)
        result = finish(process, limit=SOON)
    assert result.code == -number
    (file_id,) = result.out.decode().split()
    put.server.clear()
    expect(put.gridfs("cat", "--name", "x", uri=put.server.uri), out=sample(9_000_000))
    expect(put.gridfs("cat", file_id, uri=put.server.uri), out=sample(9_000_000))


@pytest.mark.parametrize("arguments", [["ls"], ["put", "x"], ["get", "x"], ["check"]])
@pytest.mark.parametrize("number", ENDING)
def test_a_host_that_does_not_even_take_the_connection(gridfs, deaf_port, tmp_path, arguments, number):
    (tmp_path / "x").write_bytes(b"content")
    before = connecting_to(deaf_port)
    with gridfs.start(*arguments, uri=f"mongodb://127.0.0.1:{deaf_port}") as process:
        wait_until(lambda: connecting_to(deaf_port) > before)
        process.send_signal(number)
        expect_end_by(process, number)


@pytest.mark.parametrize("arguments", [["ls"], ["put", "x"], ["get", "y"]])
@pytest.mark.parametrize("number", ENDING)
def test_a_name_server_that_does_not_answer(asking, arguments, number):
    with asking(*arguments) as process:
        process.send_signal(number)
        expect_end_by(process, number)
