"""rename: one file by its id, or all revisions of a name."""

import re

import pytest

from harness import MISSING_ID, add_files, error, error_like, expect, json_lines, json_summary, snapshot, usage_error


def names(database):
    return [one["filename"] for one in database["fs.files"].find(sort=[("uploadDate", 1)])]


@pytest.fixture
def ids(database):
    return add_files(database, "a", "b", "a")


def test_by_id_renames_one_file(gridfs, database, ids):
    expect(gridfs("rename", str(ids[2]), "ü/new name"))
    assert names(database) == ["a", "b", "ü/new name"]


def test_by_name_renames_all_revisions(gridfs, database, ids):
    expect(gridfs("rename", "--name", "a", "c"))
    assert names(database) == ["c", "b", "c"]


def test_nothing_else_changes(gridfs, bucket, database):
    file_id = bucket.upload_from_stream("a", b"content", chunk_size_bytes=4, metadata={"k": 1})
    before = snapshot(database)
    expect(gridfs("rename", str(file_id), "b"))
    before["fs.files"][0]["filename"] = "b"
    after = snapshot(database)
    assert after == before
    assert list(after["fs.files"][0]) == list(before["fs.files"][0])


def test_to_the_name_that_it_has(gridfs, database, ids):
    expect(gridfs("rename", str(ids[0]), "a"))
    expect(gridfs("rename", "--name", "b", "b"))
    assert names(database) == ["a", "b", "a"]


def test_a_file_without_a_name_gets_one(gridfs, database):
    [file_id] = add_files(database, None)
    expect(gridfs("rename", str(file_id), "a"))
    assert names(database) == ["a"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [([MISSING_ID, "x"], f"file {MISSING_ID}: no such file in DB.fs"), (["--name", "gone", "x"], "gone: no such file in DB.fs")],
)
def test_what_is_missing(gridfs, database, ids, arguments, message):
    expect(gridfs("rename", *arguments), err=error("rename", message), code=4)
    assert names(database) == ["a", "b", "a"]


def test_json(gridfs, ids):
    result = gridfs("rename", "--json", str(ids[1]), "c")
    expect(result, out=result.out)
    assert json_lines(result) == [{"_id": ids[1], "filename": "c"}, json_summary(renamed=1)]
    result = gridfs("rename", "--json", "--name", "a", "d")
    expect(result, out=result.out)
    assert json_lines(result) == [{"filename": "a", "newFilename": "d", "renamed": 2}, json_summary(renamed=2)]


def test_a_name_that_is_not_utf8_is_refused(gridfs, database, ids):
    for options in ([], ["-n"]):
        expect(gridfs("rename", str(ids[0]).encode(), b"\xff", *options), err=error_like("rename", ".*UTF-8.*"), code=2)
    assert names(database) == ["a", "b", "a"]


@pytest.mark.parametrize("arguments", [[], ["a"], ["a", "b", "c"], ["--name", "a"], ["--name", "a", "b", "c"]])
def test_operands(gridfs, arguments):
    expect(gridfs("rename", *arguments), err=usage_error("rename"), code=2)


@pytest.mark.parametrize("arguments", [["", "x"], ["ID", ""], ["--name", "", "x"], ["--name", "a", ""]])
def test_nothing_may_be_empty(gridfs, database, ids, arguments):
    given = [str(ids[0]) if one == "ID" else one for one in arguments]
    expect(gridfs("rename", *given), err=usage_error("rename", ".*must not be empty"), code=2)
    assert names(database) == ["a", "b", "a"]


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
@pytest.mark.parametrize("by_name", [False, True])
def test_a_name_that_exists(gridfs, database, ids, by_name, options):
    operands = ["--name", "a", "b"] if by_name else [str(ids[0]), "b"]
    expect(gridfs("rename", "--if-absent", *operands, *options), err=error("rename", f"{operands[-2]}: 'b' already exists"), code=6)
    assert names(database) == ["a", "b", "a"]
    warning = "warning: 'b' already exists: renamed files become revisions of it, by upload date\n"
    plan = "(gridfs: rename: would rename .*\n)" if options else ""
    expect(gridfs("rename", *operands, *options), err=re.compile(f"gridfs: rename: {warning}{plan}"))
    assert names(database) == (["a", "b", "a"] if options else ["b", "b", "b"] if by_name else ["b", "b", "a"])


def test_a_name_that_no_other_file_has(gridfs, database, ids):
    expect(gridfs("rename", "--if-absent", str(ids[1]), "b"))
    expect(gridfs("rename", "--if-absent", "--name", "a", "a"))
    expect(gridfs("rename", "--if-absent", "--name", "a", "c"))
    assert names(database) == ["c", "b", "c"]


def test_more_revisions_than_go_at_once(gridfs, database):
    add_files(database, *["a"] * 1_100, "b")
    result = gridfs("rename", "--json", "--name", "a", "c")
    expect(result, out=result.out)
    assert json_lines(result) == [{"filename": "a", "newFilename": "c", "renamed": 1_100}, json_summary(renamed=1_100)]
    assert names(database) == ["c"] * 1_100 + ["b"]
    result = gridfs("rename", "--json", "--name", "c", "c")
    expect(result, out=result.out)
    assert json_lines(result) == [{"filename": "c", "newFilename": "c", "renamed": 1_100}, json_summary(renamed=1_100)]
