"""Replies that count less than was asked for, though they say that all went well: nothing is taken for done, and
nothing else is lost."""

import re

import pytest

from harness import error, error_like, expect, json_lines, json_summary

FAILURE, PARTLY, NOT_FOUND = 1, 3, 4
NONE = {"do": "count", "n": 0, "nth": "every"}


@pytest.fixture
def run(gridfs, two_files):
    def run(*arguments, **more):
        return gridfs(*arguments, "--retries-sleep", "0.01", uri=two_files.uri, **more)

    run.server = two_files
    return run


@pytest.mark.parametrize("arguments", [["a"], ["a", "b"], ["--name", "a", "--all-revisions"], ["--name", "a", "--revision", "0"],
                                       ["-r", "a"]], ids=str)
@pytest.mark.parametrize("operation", [{"collection": "files"}, {"collection": "chunks"}, {}], ids=str)
def test_a_removal_that_is_not_done(run, arguments, operation):
    run.server.add({"on": "delete"} | operation | NONE)
    result = run("rm", *arguments, "--json")
    chunks_alone = operation.get("collection") == "chunks"
    what = "the server has left chunks behind" if chunks_alone else "the server has not removed it"
    lines = 2 if arguments == ["a", "b"] else 1
    left = "gridfs: rm: file a( and 1 more)?: chunks may be left.+\n" if chunks_alone else ""
    sums = "gridfs: rm: 2 failed\n" if lines == 2 else ""
    expect(result, out=re.compile(rb'(\{ "error" : .+\}\n){%d}\{ "summary" : .+\}\n' % lines),
           err=re.compile(rf"(gridfs: rm: (.*: )?removing file [ab]: {what}\n){{{lines}}}{sums}{left}"), code=FAILURE)
    assert run.server.owners() == (set() if chunks_alone and lines == 2 else {"b"} if chunks_alone else {"a", "b"}, {"a", "b"})


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["a", "x"], "no file has the _id a; a file of that name exists: use --name", NOT_FOUND),
        (["--name", "a", "x"], "renaming a: the server says that it is done, but the name is unchanged", FAILURE),
    ],
    ids=str,
)
def test_a_renaming_that_is_not_done(run, arguments, message, code):
    run.server.add({"on": "update"} | NONE)
    result = run("rename", *arguments, "--json")
    expect(result, out=result.out, err=error("rename", message), code=code)
    failure = {"error": {"operand": "a", "message": message, "exit": code}}
    assert json_lines(result) == [failure, json_summary(renamed=0, failed=1)]
    assert [file["filename"] for file in run.server.documents("test.fs.files")] == ["a", "b"]


def test_a_replacement_whose_older_revision_is_not_removed(run):
    run.server.add({"on": "delete"} | NONE)
    result = run("put", "-", "--name", "a", "--replace", stdin=b"new")
    expect(result, out=re.compile(rb"\w+\n"), err=error_like("put", ".* is stored, but older revisions are left: .*"), code=PARTLY)
    expect(run("cat", "--name", "a"), out="new")
    expect(run("cat", "a"), out="content")


def test_orphans_that_are_not_removed(run):
    run.server.client.test["fs.files"].delete_one({"_id": "a"})
    run.server.add({"on": "delete"} | NONE)
    result = run("check", "--repair", "--min-age", "0s")
    expect(result, out=re.compile(rb".*not removed: the server has not removed them\n"), err=re.compile(".*0 removed\n"), code=8)
    assert run.server.owners()[1] == {"a", "b"}


@pytest.mark.parametrize("arguments", [["a"], ["a", "b"], ["--name", "a", "--all-revisions"]], ids=str)
def test_a_removal_whose_answer_is_lost_was_one(run, arguments):
    """The file was there, and is not any more: no other try can tell by its count."""
    run.server.add({"on": "delete", "collection": "files", "do": "close", "when": "after"})
    result = run("rm", *arguments, "--json")
    expect(result, out=result.out)
    *removed, _ = json_lines(result)
    assert sum(one["removed"] for one in removed) == len([one for one in arguments if one in "ab"])


@pytest.mark.parametrize("arguments", [["x"], ["--name", "x", "--all-revisions"]], ids=str)
def test_what_was_not_there_is_not_removed_by_a_lost_answer(run, arguments):
    run.server.add({"on": "delete", "do": "close", "when": "after"})
    expect(run("rm", *arguments), err=error("rm", "file x: no such file in test.fs" if arguments == ["x"] else "x: no such file in test.fs"), code=NOT_FOUND)


def test_a_renaming_whose_answer_is_lost_says_how_many(run):
    run.server.add({"on": "update", "do": "close", "when": "after"})
    result = run("rename", "--json", "--name", "a", "x")
    expect(result, out=result.out)
    assert json_lines(result) == [{"filename": "a", "newFilename": "x", "renamed": 1}, json_summary(renamed=1)]
    run.server.add({"on": "update", "do": "close", "when": "after"})
    result = run("rename", "--json", "--name", "gone", "x")
    expect(result, out=result.out, err=re.compile("(.*warning.*\n)?gridfs: rename: gone: no such file in test.fs\n"), code=NOT_FOUND)
    failure = {"error": {"operand": "gone", "message": "gone: no such file in test.fs", "exit": NOT_FOUND}}
    assert json_lines(result) == [failure, json_summary(renamed=0, failed=1)]
