"""--timeout: what has nothing to clean up ends with it; what was sent gets ten seconds more to be answered and cleaned up."""

import os
import re
import time

import pytest

from harness import add_files, error, error_like, expect, finish, sample

UNREACHABLE = 5
LIMIT, GRACE = 1, 10
STARTING = 1.5  # on a busy machine
PASSED = "the time limit has passed"
PASSED_ANYWHERE = PASSED + r"( while waiting for 127\.0\.0\.1:\d+)?"  # a busy machine may not have reached the server

READING = [["get", "x", "-f"], ["cat", "x"], ["check", "--read-data"]]
WRITING = [["put", "f"], ["put", "--id", "new", "f", "-j", "8"], ["put", "--replace", "f"]]


@pytest.fixture
def run(gridfs, scripted, tmp_path):
    """Runs a command on a server that has the file `x`, and sees that it ends within its time and `more`."""
    server = scripted()
    expect(gridfs("put", "-", "--name", "x", "--id", "x", "--chunk-size", "10K", stdin=sample(100_000), uri=server.uri), out="x\n")
    (tmp_path / "f").write_bytes(sample(9_000_000))

    def run(*arguments, more=0, **popen):
        began = time.monotonic()
        with gridfs.start(*arguments, "--timeout", str(LIMIT), uri=server.uri, **popen) as process:
            result = finish(process, limit=30)
        seconds = time.monotonic() - began
        assert LIMIT <= seconds < LIMIT + more + STARTING, f"{seconds:.2f} s: {result}"
        return result

    run.server = server
    return run


def ids(arguments):
    return " ".join(arguments)


@pytest.mark.parametrize("arguments", READING, ids=ids)
@pytest.mark.parametrize("rule", [{"do": "delay", "milliseconds": 900}, {"do": "no_reply"}], ids=["slow", "silent"])
def test_reading_ends_in_the_middle_of_an_answer(run, arguments, rule):
    run.server.add({"on": "*", "nth": 1, "do": "delay", "milliseconds": 900}, {"on": "*", "nth": 2, "times": 0} | rule)
    expect(run(*arguments), out=re.compile(b"(?s).*"), err=error_like(arguments[0], PASSED_ANYWHERE), code=UNREACHABLE)


@pytest.mark.parametrize("arguments", WRITING, ids=ids)
def test_a_put_to_a_slow_server_is_cleaned_up(run, arguments):
    run.server.add({"on": "insert", "nth": 1, "times": 0, "do": "delay", "milliseconds": 1500})
    expect(run(*arguments, more=GRACE), err=error("put", PASSED), code=UNREACHABLE)
    assert {file["_id"] for file in run.server.documents("test.fs.files")} == {"x"}
    assert {chunk["files_id"] for chunk in run.server.documents("test.fs.chunks")} == {"x"}


def test_a_removal_ends_what_it_has_begun(run):
    run.server.add({"on": "delete", "nth": 1, "times": 0, "do": "delay", "milliseconds": 800})
    expect(run("rm", "x", more=GRACE))
    assert run.server.snapshot("test") == {"files": [], "chunks": []}


@pytest.mark.parametrize("silent", ["insert", "delete"])
def test_a_put_to_a_server_that_falls_silent(run, silent):
    """What may be left is said in the last line."""
    if silent == "delete":
        run.server.add({"on": "insert", "nth": 1, "times": 0, "do": "delay", "milliseconds": 1500})
    run.server.add({"on": silent, "nth": 1, "times": 0, "do": "no_reply", "when": "after"})
    result = run("put", "f", more=GRACE)
    passed, last = result.err.splitlines()
    assert (result.out, result.code, passed) == (b"", UNREACHABLE, f"gridfs: put: {PASSED}")
    assert re.fullmatch(r"gridfs: put: f: chunks may be left of the _id (\w+); 'gridfs check --repair --min-age 1m \1' removes them", last)


def test_a_server_that_is_silent_for_longer_than_the_sockets_wait(run, gridfs):
    """Each wait that socketTimeoutMS ends is a transient failure: it is tried again, and ends as unreachable."""
    run.server.add({"on": "find", "nth": 1, "times": 2, "do": "no_reply"})
    uri = run.server.uri + "?socketTimeoutMS=300"
    expect(gridfs("ls", "--retries", "2", "--retries-sleep", "0.01", uri=uri), out="x\n")
    run.server.add({"on": "find", "nth": 1, "times": 0, "do": "no_reply"})
    result = gridfs("ls", "--retries", "2", "--retries-sleep", "0.01", uri=uri)
    expect(result, err=re.compile("gridfs: ls: listing files: .*timeout\n"), code=UNREACHABLE)


def test_a_source_that_gives_nothing(run):
    """Waiting for standard input is part of the command, too."""
    reader, writer = os.pipe()
    try:
        expect(run("put", "-", "--name", "y", stdin=reader), err=error("put", PASSED), code=UNREACHABLE)
    finally:
        os.close(reader)
        os.close(writer)


def test_a_host_that_does_not_even_take_the_connection(run, deaf_port):
    told = f"{PASSED} while waiting for 127.0.0.1:{deaf_port}"
    expect(run("ls", "--uri", f"mongodb://127.0.0.1:{deaf_port}"), err=error("ls", told), code=UNREACHABLE)


@pytest.mark.parametrize("arguments", [["ls"], ["put", "x"]], ids=ids)
def test_a_name_server_that_does_not_answer(asking, arguments):
    began = time.monotonic()
    with asking(*arguments, "--timeout", str(LIMIT)) as process:
        result = finish(process)
    assert time.monotonic() - began < LIMIT + 5  # starting the name server takes a part of it
    expect(result, err=error(arguments[0], f"{PASSED} while waiting for database.example:27017"), code=UNREACHABLE)


def test_a_limit_that_passes_when_all_is_done(gridfs, database, between):
    """What is left is to say goodbye to the server, which does not answer: the status is that of what was done."""
    add_files(database, "a")
    seen = between(gridfs.uri)
    seen.hold("endSessions")
    expect(gridfs("ls", "--timeout", "1.5", uri=seen.uri), out="a\n")
