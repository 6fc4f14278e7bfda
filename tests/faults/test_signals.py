"""Signals while the server or the network is slow or silent: what has nothing to clean up ends at once, and what was
sent gets ten seconds to be answered, and is cleaned up then."""

import re
import signal

import pytest

from harness import TerminalRun, expect, finish, sample, tree, wait_until
from servers import connecting_to

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SOON = 5  # seconds: at once is promised, of a machine that is not busy with other tests
GRACE = 10


def expect_end_by(process, number, err="", limit=SOON):
    """Within the time, by that signal, and without another word."""
    expect(finish(process, limit=limit), err=err, code=-number)


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.parametrize(("command", "collection"), [("find", "files"), ("createIndexes", "chunks")])
def test_a_put_that_has_sent_nothing_yet(gridfs, scripted, tmp_path, way, number, command, collection):
    server = scripted({"on": command, "collection": collection, "nth": 1, "do": "no_reply", "when": "after"})
    (tmp_path / "x").write_bytes(sample(9_000_000))
    with gridfs.start("put", *way, "--chunk-size", "100K", "x", uri=server.uri) as process:
        wait_until(lambda: server.received(command) >= {"createIndexes": 2, "find": 1}[command])
        process.send_signal(number)
        expect_end_by(process, number)
    assert server.snapshot("test") == {"files": [], "chunks": []}


def left(server):
    """The _id of which something is left."""
    (file_id,) = {str(chunk["files_id"]) for chunk in server.documents("test.fs.chunks")}
    return file_id


@pytest.mark.parametrize("nth", [1, 2])
def test_chunks_whose_answer_does_not_come(gridfs, scripted, tmp_path, way, nth):
    """They are left, and the last line says of what, and how they are removed."""
    server = scripted({"on": "insert", "collection": "chunks", "nth": nth, "do": "no_reply", "when": "after"})
    (tmp_path / "x").write_bytes(sample(9_000_000))
    with gridfs.start("put", *way, "--chunk-size", "100K", "x", uri=server.uri) as process:
        wait_until(lambda: server.received("insert") >= nth)
        process.send_signal(signal.SIGTERM)
        result = finish(process, limit=GRACE + SOON)
    file_id = left(server)
    expect(result, code=-signal.SIGTERM, err=f"gridfs: put: x: chunks may be left of the _id {file_id}; "
           f"'gridfs check --repair --min-age 1m {file_id}' removes them\n")
    assert server.documents("test.fs.files") == []


def test_the_command_that_cleans_up_works_with_the_same_bucket(gridfs, scripted, tmp_path):
    server = scripted({"on": "insert", "collection": "chunks", "nth": 1, "do": "no_reply", "when": "after"})
    (tmp_path / "x").write_bytes(sample(900_000))
    with gridfs.start("put", "--id", "y", "-d", "other", "--uri", server.uri, "x", env={"GRIDFS_BUCKET": "a b"}) as process:
        wait_until(lambda: server.received("insert"))
        process.send_signal(signal.SIGTERM)
        result = finish(process, limit=GRACE + SOON)
    options = f"--uri {server.uri} --db other --bucket 'a b'"
    expect(result, code=-signal.SIGTERM, err="gridfs: put: x: chunks may be left of the _id y; "
           f"'gridfs {options} check --repair --min-age 1m y' removes them\n")


def test_a_files_document_whose_answer_does_not_come(gridfs, scripted, tmp_path, way):
    """It may be there or still come: its chunks stay, so that no damaged file is left."""
    server = scripted({"on": "insert", "collection": "files", "nth": 1, "do": "no_reply", "when": "after"})
    data = sample(900_000)
    (tmp_path / "x").write_bytes(data)
    with gridfs.start("put", *way, "--chunk-size", "100K", "x", uri=server.uri) as process:
        wait_until(lambda: server.documents("test.fs.files"))
        process.send_signal(signal.SIGTERM)
        result = finish(process, limit=GRACE + SOON)
    file_id = left(server)
    expect(result, code=-signal.SIGTERM, err=f"gridfs: put: x: whether it is stored is not known, with the _id {file_id}; "
           f"'gridfs check --repair --min-age 1m {file_id}' removes the chunks if it is not\n")
    expect(gridfs("cat", file_id, uri=server.uri), out=data)


@pytest.mark.parametrize("identity", [[], ["--id", "mine"]])
@pytest.mark.parametrize("end", ["signal", "time limit"])
def test_a_files_document_that_comes_late(gridfs, scripted, tmp_path, identity, end):
    """A server that needs some seconds for it, as with a stalled disk: the file is stored, and its id printed."""
    server = scripted({"on": "insert", "collection": "files", "nth": 1, "do": "delay", "milliseconds": 2500})
    data = sample(900_000)
    (tmp_path / "x").write_bytes(data)
    limit = ["--timeout", "1"] if end == "time limit" else []
    with gridfs.start("put", *identity, *limit, "x", uri=server.uri) as process:
        wait_until(lambda: server.received("insert") >= 2)
        if end == "signal":
            process.send_signal(signal.SIGTERM)
        result = finish(process, limit=GRACE + SOON)
    file_id = left(server)
    expect(result, out=f"{file_id}\n", code=-signal.SIGTERM if end == "signal" else 0)
    expect(gridfs("cat", file_id, uri=server.uri), out=data)


def test_a_status_line_on_sigusr1(putting, way):
    """It says what is under way, and how far it has come, and neither ends nor disturbs it."""
    put = putting()
    before = put.server.received("insert")
    put.server.add({"on": "insert", "collection": "files", "nth": 1, "do": "hold"})
    with put.start(*way) as process:
        wait_until(lambda: put.server.documents("test.fs.chunks")[1:] and put.server.received("insert") > before)
        process.send_signal(signal.SIGUSR1)
        line = process.stderr.readline()
        put.server.release()
        put.expect_stored(finish(process))
    assert re.fullmatch(rb"gridfs: put: x  ([\d.]+[KM]/[\d.]+[KM]  \d+%|[\d.]+[KM])(  [\d.]+ ([KM]iB|bytes)/s)?(  \d:\d\d left)?\n", line), line


def test_how_far_a_put_has_come(gridfs, scripted, tmp_path):
    """Of several files: one is done, and the other one's chunks are there."""
    server = scripted({"on": "insert", "collection": "files", "nth": 2, "do": "hold"})
    for name in "xy":
        (tmp_path / name).write_bytes(sample(3 << 20))
    with gridfs.start("put", "x", "y", uri=server.uri) as process:
        process.stdout.readline()
        wait_until(lambda: server.received("insert") > server.answered("insert") and len(server.documents("test.fs.chunks")) == 26)
        process.send_signal(signal.SIGUSR1)
        assert re.fullmatch(rb"gridfs: put: y  3\.0M/3\.0M  100%(  [\d.]+ [KM]iB/s  0:00 left)?  file 2/2\n", process.stderr.readline())
        server.release()
        assert finish(process).code == 0


def test_how_far_a_get_has_come(gridfs, scripted, tmp_path):
    server = scripted()
    for name in "xy":
        expect(gridfs("put", "-", "--name", name, "--id", name, uri=server.uri, stdin=sample(3 << 20)), out=f"{name}\n")
    server.add({"on": "find", "collection": "chunks", "nth": 2, "do": "hold"})
    finds = server.received("find")
    with gridfs.start("get", "-j", "1", "x", "y", uri=server.uri) as process:  # one find each, on a busy machine too
        wait_until(lambda: (tmp_path / "x").exists() and server.received("find") >= finds + 3)
        process.send_signal(signal.SIGUSR1)
        assert re.fullmatch(rb"gridfs: get: y  0/3\.0M  0%(  [\d.]+ [KM]iB/s  \d:\d\d left)?  file 2/2\n", process.stderr.readline())
        server.release()
        assert finish(process).code == 0


def test_what_is_being_cleaned_up_is_said_on_a_terminal(gridfs, scripted, tmp_path):
    server = scripted({"on": "insert", "collection": "chunks", "nth": 2, "times": 0, "do": "error", "code": 91},
                      {"on": "delete", "nth": 1, "do": "delay", "milliseconds": 1000})
    (tmp_path / "x").write_bytes(sample(9_000_000))
    arguments = ["put", "-j", "1", "--retries", "100", "--retries-sleep", "60", "x"]
    with TerminalRun(gridfs, *arguments, uri=server.uri, on_terminal=("stderr",)) as run:
        wait_until(lambda: server.received("insert") >= 2)
        run.type("\x03")
        run.wait_for("(press Ctrl-C again to leave it)")
        result = run.finish()
        assert re.search(r" cleaning up \d+(\.\d)? [KM]iB \(press Ctrl-C again to leave it\)$", run.screen()[-1]), run.shown
    expect(result, code=-signal.SIGINT)
    assert server.snapshot("test") == {"files": [], "chunks": []}


@pytest.mark.parametrize("number", ENDING)
def test_a_put_between_two_tries(putting, way, number, tmp_path):
    put, said = putting(), tmp_path / "said"
    put.server.add({"on": "insert", "collection": "chunks", "nth": 2, "times": 0, "do": "error", "code": 91})
    with open(said, "wb") as err, put.start(*way, "-v", "--retries", "100", "--retries-sleep", "60", stderr=err) as process:
        wait_until(lambda: "trying again" in said.read_text())
        process.send_signal(number)
        expect_end_by(process, number)
    put.expect_nothing_new()


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.parametrize(("jobs_of_get", "command", "collection"), [
    (1, "find", "files"), (1, "find", "chunks"), (1, "getMore", "chunks"), (8, "find", "files"), (8, "find", "chunks")])
def test_a_get_that_gets_no_answer(gridfs, scripted, tmp_path, number, command, collection, jobs_of_get):
    """Where replies are slow, as on a busy machine, eight connections need no getMore for so few chunks."""
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


@pytest.fixture
def with_x(gridfs, scripted):
    """A server with the file x."""
    server = scripted()
    expect(gridfs("put", "-", "--name", "x", "--id", "x", uri=server.uri, stdin=b"content"), out="x\n")
    return server


@pytest.mark.parametrize("arguments", [["ls"], ["stat", "x"], ["cat", "x"], ["rename", "x", "y"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_other_commands_that_get_no_answer(gridfs, with_x, arguments, number):
    command = "update" if arguments[0] == "rename" else "find"
    before = with_x.received(command)
    with_x.add({"on": command, "nth": "every", "do": "no_reply"})
    with gridfs.start(*arguments, uri=with_x.uri) as process:
        wait_until(lambda: with_x.received(command) > before)
        process.send_signal(number)
        expect_end_by(process, number)


def test_a_removal_that_gets_no_answer(gridfs, with_x):
    with_x.add({"on": "delete", "nth": "every", "do": "no_reply"})
    with gridfs.start("rm", "x", uri=with_x.uri) as process:
        wait_until(lambda: with_x.received("delete") > 0)
        process.send_signal(signal.SIGTERM)
        expect_end_by(process, signal.SIGTERM, limit=GRACE + SOON, err=(
            "gridfs: rm: file x: chunks may be left of the _id x; 'gridfs check --repair --min-age 1m x' removes them\n"))


@pytest.mark.parametrize("number", ENDING)
def test_a_second_signal_does_not_wait_for_the_cleaning_up(putting, way, number):
    put = putting()
    deletes, inserts = put.server.received("delete"), put.server.received("insert")
    put.server.add({"on": "delete", "nth": "every", "do": "no_reply"},
                   {"on": "insert", "collection": "chunks", "nth": 2, "times": 0, "do": "error", "code": 91})
    with put.start(*way, "--retries", "100", "--retries-sleep", "60") as process:
        wait_until(lambda: put.server.received("insert") >= inserts + 2)
        process.send_signal(number)
        wait_until(lambda: put.server.received("delete") > deletes, limit=SOON)
        wait_until(lambda: process.send_signal(number) or process.poll() is not None, limit=SOON)
        expect_end_by(process, number, err=re.compile("gridfs: put: x: chunks may be left of the _id .*\n"))


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_that_comes_twice_at_once_is_one(putting, way, number):
    """As from timeout(1)."""
    put = putting()
    before, inserts = put.snapshot(), put.server.received("insert")
    put.server.add({"on": "insert", "collection": "chunks", "nth": 2, "times": 0, "do": "error", "code": 91})
    with put.start(*way, "--retries", "100", "--retries-sleep", "60") as process:
        wait_until(lambda: put.server.received("insert") >= inserts + 2)
        process.send_signal(number)
        process.send_signal(number)
        expect_end_by(process, number)
    assert put.snapshot() == before


def test_what_has_not_left_the_machine_never_arrives(gridfs, scripted, stalling, tmp_path):
    """The connections of what is ended at once are reset: what still waits to be sent is not delivered behind its back."""
    server = scripted()
    way = stalling(server.uri, bytes_to_server=1_000_000)
    (tmp_path / "x").write_bytes(sample(20_000_000))
    with gridfs.start("put", "-j", "1", "x", uri=way.uri) as process:
        way.wait()
        for number in (signal.SIGINT, signal.SIGTERM):  # in this order, even if both are there at once
            process.send_signal(number)
        expect_end_by(process, signal.SIGTERM, err=re.compile("gridfs: put: x: chunks may be left of the _id .*\n"))
    with pytest.raises(ConnectionResetError):
        way.drain()


def test_the_new_file_stays_when_its_predecessors_are_being_removed(putting, way):
    put = putting()
    before = put.server.received("delete")
    put.server.add({"on": "delete", "nth": "every", "do": "no_reply"})
    with put.start(*way, "--replace") as process:
        wait_until(lambda: put.server.received("delete") > before)
        process.send_signal(signal.SIGTERM)
        result = finish(process, limit=GRACE + SOON)
    assert result.code == -signal.SIGTERM
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
