"""The connection is lost, or the server refuses, while files are removed or renamed."""

import re
import signal

import pytest

from harness import error_like, expect, finish, wait_until

FAILURE, NOT_FOUND, UNREACHABLE = 1, 4, 5
LOST = ["before", "after", "in_reply"]


@pytest.fixture
def run(gridfs, scripted):
    """Runs commands on a server with the files `a`, `b` and `c`, each with two chunks."""
    server = scripted()
    for name in "abc":
        put = gridfs("put", "-", "--name", name, "--id", name, "--chunk-size", "4", stdin=f"{name} {name}".encode() * 2, uri=server.uri)
        expect(put, out=f"{name}\n")

    def start(*arguments):
        return gridfs.start(*arguments, "--retries-sleep", "0.01", uri=server.uri)

    def run(*arguments):
        with start(*arguments) as process:
            return finish(process)

    run.start, run.server = start, server
    return run


def names(run):
    return [file["filename"] for file in run.server.documents("test.fs.files")]


def owners_of_chunks(run):
    return {chunk["files_id"] for chunk in run.server.documents("test.fs.chunks")}


def expect_left(run, *left):
    assert (names(run), owners_of_chunks(run)) == (list(left), set(left))


@pytest.mark.parametrize("arguments", [["a"], ["--name", "a", "--all-revisions"], ["a", "b"]], ids=str)
@pytest.mark.parametrize("collection", ["files", "chunks"])
@pytest.mark.parametrize("when", LOST)
def test_a_removal_whose_connection_is_lost(run, arguments, collection, when):
    """It is not taken for the removal of a file that was not there."""
    run.server.add({"on": "delete", "collection": collection, "do": "close", "when": when})
    expect(run("rm", *arguments))
    expect_left(run, *[name for name in "abc" if name not in arguments])


@pytest.mark.parametrize("collection", ["files", "chunks"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_removal_that_is_refused(run, collection, when):
    """What the first one has left, the next one removes."""
    run.server.add({"on": "delete", "collection": collection, "nth": "every", "do": "error", "when": when, "code": 96,
                    "message": "no deletes today"})
    left = "\ngridfs: rm: file a: chunks may be left of the _id a; .+" if collection == "chunks" else ""
    expect(run("rm", "a"), err=error_like("rm", f".*no deletes today.*{left}"), code=FAILURE)
    run.server.clear()
    assert run("rm", "a").code in (0, NOT_FOUND)
    expect_left(run, "b", "c")


@pytest.mark.parametrize("collection", ["files", "chunks"])
def test_a_removal_that_gets_no_answer(run, collection):
    run.server.add({"on": "delete", "collection": collection, "nth": "every", "do": "no_reply"})
    left = re.compile("gridfs: rm: the time limit has passed\ngridfs: rm: file a: chunks may be left of the _id a; .+\n")
    expect(run("rm", "a", "--timeout", "1"), err=left, code=UNREACHABLE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_removal_that_has_begun_is_ended(run, number):
    """A signal between the two steps leaves no chunks without a file."""
    before = run.server.received("delete")
    run.server.add({"on": "delete", "collection": "files", "do": "delay", "milliseconds": 500, "when": "after"})
    with run.start("rm", "a") as process:
        wait_until(lambda: run.server.received("delete") > before)
        process.send_signal(number)
        expect(finish(process, limit=5), code=-number)
    expect_left(run, "b", "c")


@pytest.mark.parametrize("arguments", [["a", "x"], ["--name", "a", "x"]], ids=str)
@pytest.mark.parametrize("when", LOST)
def test_a_renaming_whose_connection_is_lost(run, arguments, when):
    run.server.add({"on": "update", "do": "close", "when": when})
    expect(run("rename", *arguments))
    assert names(run) == ["x", "b", "c"]
