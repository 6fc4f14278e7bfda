"""Replies without documents whose cursor is still alive: what they hold back comes later, and counts."""

import pytest

from harness import error, expect, tree

DATA = b"0123456789"


@pytest.fixture
def hesitating(gridfs, scripted):
    """Runs commands on a server with the file `a` that answers each query twice without documents, then with them."""
    server = scripted()
    expect(gridfs("put", "-", "--name", "a", "--id", "a", "--chunk-size", "4", stdin=DATA, uri=server.uri), out="a\n")
    server.add({"on": "find", "nth": "every", "do": "empty_batch"},
               *({"on": "getMore", "nth": nth, "do": "empty_batch"} for nth in range(1, 1000, 2)))
    return lambda *arguments: gridfs(*arguments, uri=server.uri), server


@pytest.mark.parametrize("arguments", [["ls"], ["ls", "--latest"]], ids=str)
def test_listing(hesitating, arguments):
    run, _ = hesitating
    expect(run(*arguments), out="a\n")


def test_reading(hesitating, tmp_path):
    run, _ = hesitating
    expect(run("cat", "a"), out=DATA)
    expect(run("cat", "--name", "a"), out=DATA)
    expect(run("get-by-name", "-r", "", "-o", "out/"))
    assert tree(tmp_path / "out") == {"a": DATA}


@pytest.mark.parametrize("options", [[], ["--read-data"], ["--repair", "--min-age", "0s"]], ids=str)
def test_a_check_finds_nothing_wrong_and_removes_nothing(hesitating, options):
    run, server = hesitating
    before = server.snapshot("test")
    expect(run("check", *options), err=error("check", "checked 1 file, 3 chunks, 10 bytes: 0 findings, 0 removed"))
    assert server.snapshot("test") == before


@pytest.mark.parametrize("arguments", [["a"], ["--name", "a", "--all-revisions"], ["--name", "a", "--revision", "0"], ["-r", "a"]], ids=str)
def test_removing(hesitating, arguments):
    run, server = hesitating
    expect(run("rm", *arguments))
    assert server.snapshot("test") == {"files": [], "chunks": []}


def test_renaming(hesitating):
    run, server = hesitating
    expect(run("rename", "--name", "a", "b"))
    assert [file["filename"] for file in server.documents("test.fs.files")] == ["b"]
