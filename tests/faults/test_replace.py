"""`put --replace`: older revisions go only after the new one is there, and what was there is never lost."""

import re

import pytest

from harness import error_like, expect, finish, only_id
from putting import DATA
from sources import FailingFile

FAILURE, PARTLY, LOCAL = 1, 3, 9


def names_of(put):
    return [file["_id"] for file in put.snapshot()["files"]]


def expect_replaced(put, result):
    file_id = only_id(result)
    assert [str(one) for one in names_of(put)] == [file_id]
    chunks = sorted(put.snapshot()["chunks"], key=lambda chunk: chunk["n"])
    assert b"".join(chunk["data"] for chunk in chunks) == DATA


@pytest.mark.parametrize("length", [0, 1, 100_000, 6_000_000])
def test_a_source_that_fails_leaves_what_was_there(putting, way, length):
    put = putting()
    with FailingFile(DATA[:length]) as source, put.start(*way, "--name", "x", "--replace", file="-", stdin=source) as process:
        expect(finish(process), err=error_like("put", "standard input: input/output error"), code=LOCAL)
    put.expect_nothing_new()


@pytest.mark.parametrize(("collection", "nth"), [("chunks", 1), ("chunks", 2), ("files", 1)])
@pytest.mark.parametrize("how", [{"do": "error"}, {"do": "error", "when": "after"}, {"do": "write_concern_error"}], ids=str)
def test_a_server_that_refuses_leaves_what_was_there(putting, way, collection, nth, how):
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "code": 14031, "message": "disk full"} | how)
    expect(put(*way, "--replace"), err=error_like("put", ".*disk full.*"), code=FAILURE)
    put.expect_nothing_new()


@pytest.mark.parametrize(("collection", "nth"), [("chunks", 1), ("chunks", 2), ("files", 1)])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_is_lost_leaves_what_was_there(putting, way, collection, nth, when):
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "do": "close", "when": when})
    result = put(*way, "--replace", "--retries", "0")
    if (collection, when) == ("files", "after"):
        expect_replaced(put, result)  # a look at the server tells
    else:
        put.expect_given_up(result, collection)


@pytest.mark.parametrize("command", [("find", "files"), ("delete", "files"), ("delete", "chunks")])
@pytest.mark.parametrize("when", ["before", "after", "in_reply"])
def test_a_connection_that_is_lost_while_older_revisions_go(putting, way, command, when):
    put = putting()
    rule = {"on": command[0], "collection": command[1], "do": "close", "when": when}
    put.server.add(rule | ({"nth": 3} if command[0] == "find" else {}))
    expect_replaced(put, put(*way, "--replace"))


@pytest.mark.parametrize("collection", ["files", "chunks"])
@pytest.mark.parametrize("error", [{"code": 96, "message": "no deletes today"}, {"code": 13, "message": "not authorized"}], ids=str)
def test_removing_older_revisions_fails(putting, way, collection, error):
    """The new file stays, and it is said that not all was done."""
    put = putting()
    put.server.add({"on": "delete", "collection": collection, "nth": "every", "do": "error"} | error)
    result = put(*way, "--replace")
    left = "\ngridfs: put: file before: chunks may be left of the _id before; .+" if collection == "chunks" else ""
    expect(result, out=result.out, err=error_like("put", f".*stored.*older revisions.*{error['message']}.*{left}"), code=PARTLY)
    (file_id,) = result.out.decode().split()
    assert file_id in [str(one) for one in names_of(put)]
    assert put.gridfs("cat", "--name", "x", uri=put.server.uri).out == DATA


def test_several_of_which_one_cannot_be_replaced(putting, gridfs, tmp_path):
    """Each is told by itself, and none is lost."""
    put = putting()
    for name in "ab":
        (tmp_path / name).write_bytes(f"old {name}".encode())
    expect(gridfs("put", "a", "b", uri=put.server.uri), out=re.compile(rb"(\w+\n){2}"))
    for name in "ab":
        (tmp_path / name).write_bytes(f"new {name}".encode())
    put.server.add({"on": "delete", "nth": "every", "do": "error", "code": 96, "message": "no deletes today"})
    result = gridfs("put", "--replace", "a", "b", uri=put.server.uri)
    expect(result, out=re.compile(rb"(\w+\n){2}"), err=re.compile("(gridfs: put: .*older revisions.*\n){2}"
           r"gridfs: put: 2 stored \(10 bytes\), 2 failed\n"), code=PARTLY)
    for name in "ab":
        expect(gridfs("cat", "--name", name, uri=put.server.uri), out=f"new {name}")
