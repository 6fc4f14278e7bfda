"""Removals that end between the files document and the last chunk, for whatever reason: the last line names what may be
left, and how it is removed."""

import os
import re
import signal

import pytest

from harness import expect, finish, sample, wait_until

FAILURE, PARTLY, UNREACHABLE = 1, 3, 5
SOON = 5  # seconds: at once is promised, of a machine that is not busy with other tests
REMOVALS = [["a"], ["--name", "a", "--all-revisions"], ["--name", "a", "--revision", "0"], ["-r", "a"]]
FOREVER = ["--retries", "100", "--retries-sleep", "60"]
LEFT = "file a: chunks may be left of the _id a; 'gridfs check --repair --min-age 1m a' removes them"


@pytest.fixture
def removing(gridfs, two_files):
    def start(*arguments, **popen):
        return gridfs.start(*arguments, uri=two_files.uri, **popen)

    start.server, start.gridfs = two_files, gridfs
    return start


def expect_said(result, code, errors=0, command="rm", before="", left=LEFT, sums=""):
    """So many lines of errors, and the leftover as the last one."""
    last = re.escape(f"{sums}gridfs: {command}: {left}\n")
    expect(result, out=result.out, code=code, err=re.compile(before + f"(gridfs: {command}: .+\n){{{errors}}}" + last))


def expect_repaired(removing):
    """What was announced is removed by what was announced, but for the age of what is so new."""
    removing.server.clear()
    result = removing.gridfs("check", "--repair", "--min-age", "0s", "a", uri=removing.server.uri)
    assert result.code in (0, 4, 8), result
    files, chunks = removing.server.owners()
    assert files == chunks


def end(process, how):
    """Ends a command that has a time limit by waiting for it, and any other by a signal."""
    if how == "signal":
        process.send_signal(signal.SIGTERM)
    result = finish(process)
    limit = "" if how == "signal" else "gridfs: rm: the time limit has passed\n"
    expect_said(result, code=-signal.SIGTERM if how == "signal" else UNREACHABLE, before=limit)


@pytest.mark.parametrize("arguments", REMOVALS, ids=str)
@pytest.mark.parametrize("how", ["signal", "time limit"])
def test_a_stop_after_the_answer_was_lost(removing, arguments, how):
    """The files document may be gone: that it is not tried again leaves its chunks."""
    before = removing.server.received("delete")
    removing.server.add({"on": "delete", "collection": "files", "do": "close", "when": "after"})
    limit = ["--timeout", "1"] if how == "time limit" else []
    with removing("rm", *arguments, *FOREVER, *limit) as process:
        wait_until(lambda: removing.server.received("delete") > before)
        end(process, how)
    assert removing.server.owners() == ({"b"}, {"a", "b"})
    expect_repaired(removing)


@pytest.mark.parametrize("rules", [
    pytest.param([{"on": "delete", "collection": "files", "do": "count", "n": 0, "when": "after"},
                  {"on": "find", "collection": "files", "nth": 2, "do": "close"}], id="files"),
    pytest.param([{"on": "delete", "collection": "chunks", "do": "count", "n": 0},
                  {"on": "find", "collection": "chunks", "do": "close"}], id="chunks"),
])
@pytest.mark.parametrize("how", ["signal", "time limit"])
def test_a_stop_while_it_is_looked_what_is_left(removing, rules, how):
    deletes, finds = removing.server.received("delete"), removing.server.received("find")
    removing.server.add(*rules)
    limit = ["--timeout", "1"] if how == "time limit" else []
    with removing("rm", "a", *FOREVER, *limit) as process:
        wait_until(lambda: removing.server.received("delete") > deletes and removing.server.received("find") > finds + 1)
        end(process, how)
    assert removing.server.owners() == ({"b"}, {"a", "b"})
    expect_repaired(removing)


@pytest.mark.parametrize("arguments", REMOVALS, ids=str)
@pytest.mark.parametrize("collection", ["files", "chunks"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_no_answer_within_the_retries(removing, arguments, collection, when):
    removing.server.add({"on": "delete", "collection": collection, "nth": "every", "do": "close", "when": when})
    with removing("rm", *arguments, "--retries", "1", "--retries-sleep", "0.01") as process:
        expect_said(finish(process), code=UNREACHABLE, errors="1,2")
    expect_repaired(removing)


@pytest.mark.parametrize("arguments", REMOVALS, ids=str)
@pytest.mark.parametrize("rule", [{"do": "error", "code": 96}, {"do": "count", "n": 0}], ids=str)
def test_chunks_that_are_not_removed(removing, arguments, rule):
    removing.server.add({"on": "delete", "collection": "chunks", "nth": "every"} | rule)
    with removing("rm", *arguments) as process:
        expect_said(finish(process), code=FAILURE, errors=1)
    assert removing.server.owners() == ({"b"}, {"a", "b"})
    expect_repaired(removing)


def test_several_at_once_are_one_line(removing):
    removing.server.add({"on": "delete", "collection": "chunks", "nth": "every", "do": "error", "code": 96})
    with removing("rm", "a", "b") as process:
        expect_said(finish(process), code=FAILURE, errors=2, sums="gridfs: rm: 2 failed\n", left=(
            "file a and 1 more: chunks may be left, of the _id a and others; 'gridfs check --repair --min-age 1m' removes "
            "those that belong to no file"))


def test_what_was_refused_has_left_nothing(removing):
    removing.server.add({"on": "delete", "collection": "files", "nth": "every", "do": "error", "code": 96})
    with removing("rm", "a") as process:
        expect(finish(process), err=re.compile("gridfs: rm: removing file a: .*\n"), code=FAILURE)
    assert removing.server.owners() == ({"a", "b"}, {"a", "b"})


@pytest.mark.parametrize("end_by_signal", [True, False])
def test_older_revisions_that_are_replaced(removing, end_by_signal):
    before = removing.server.received("delete")
    removing.server.add({"on": "delete", "collection": "files", "nth": "every", "do": "close", "when": "after"})
    retries = FOREVER if end_by_signal else ["--retries", "0"]
    with removing("put", "-", "--name", "a", "--replace", *retries) as process:
        process.stdin.write(b"new")
        process.stdin.close()
        process.stdin = None
        wait_until(lambda: removing.server.received("delete") > before)
        if end_by_signal:
            process.send_signal(signal.SIGTERM)
        result = finish(process)
    expect_said(result, code=-signal.SIGTERM if end_by_signal else PARTLY, errors=0 if end_by_signal else 1, command="put")
    expect(removing.gridfs("cat", "--name", "a", uri=removing.server.uri), out="new")
    expect_repaired(removing)


def test_what_was_left_before_is_said_where_a_signal_ends_the_program_at_once(removing, tmp_path):
    """It waits for the source of another file then, and has nothing under way."""
    (tmp_path / "x").write_bytes(sample(2_000_000))
    os.mkfifo(tmp_path / "y")
    removing.server.add({"on": "insert", "collection": "files", "do": "error", "code": 96},
                        {"on": "delete", "nth": "every", "do": "error", "code": 96})
    with removing("put", "x", "y") as process:
        assert process.stderr.readline().startswith(b"gridfs: put: storing x: ")
        process.send_signal(signal.SIGTERM)
        result = finish(process, limit=SOON)
    # Nobody knows what an insert has done that failed in this way, and it could not be undone.
    expect(result, code=-signal.SIGTERM, err=re.compile("gridfs: put: x: whether it is stored is not known, with the _id .+\n"))
