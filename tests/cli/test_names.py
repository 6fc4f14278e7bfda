"""Globs in the place of names; those of rm are in test_rm.py."""

import pytest

from harness import error, expect, json_lines, tree, usage_error

FILES = {"a.log": [b"old", b"a"], "b.log": [b"b"], "d/c.log": [b"first", b"second", b"c"], "e.txt": [b"e"]}


@pytest.fixture(autouse=True)
def stored(bucket):
    for name, revisions in FILES.items():
        for data in revisions:
            bucket.upload_from_stream(name, data)


@pytest.mark.parametrize(
    ("globs", "names"),
    [
        (["*.log"], ["a.log", "b.log", "d/c.log"]),
        (["?.*"], ["a.log", "b.log", "e.txt"]),
        (["[ab].log", "d/*"], ["a.log", "b.log", "d/c.log"]),
        (["e.txt", "b*"], ["e.txt", "b.log"]),
        (["a.log"], ["a.log"]),
    ],
    ids=str,
)
def test_a_glob_means_the_newest_of_each_name(gridfs, tmp_path, globs, names):
    expect(gridfs("cat", "--name", *globs), out=b"".join(FILES[name][-1] for name in names))
    expect(gridfs("get-by-name", "-o", "-", *globs), out=b"".join(FILES[name][-1] for name in names))
    result = gridfs("--json", "stat", "--name", *globs)
    expect(result, out=result.out)
    assert [line["file"]["filename"] for line in json_lines(result)] == names
    expect(gridfs("get-by-name", "-j", "1", *globs))
    assert tree(tmp_path) == {name: FILES[name][-1] for name in names}


@pytest.mark.parametrize("options", [[], ["--continue"]])
def test_each_name_succeeds_or_fails_by_itself(gridfs, tmp_path, options):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.log").write_bytes(b"mine")
    result = gridfs("get-by-name", "*.log", "-o", "out/", *options)
    lines = ("out/b.log: file exists; -f replaces it", "2 fetched (2 bytes), 1 failed")
    expect(result, err="".join(error("get-by-name", line) for line in lines), code=3)
    assert tree(tmp_path / "out") == {"a.log": b"a", "b.log": b"mine", "d/c.log": b"c"}


def test_a_revision_of_each_name(gridfs):
    expect(gridfs("cat", "--name", "?.log", "--revision", "0"), out=b"oldb")
    lines = ("b.log: no revision 1 in DB.fs", "e.txt: no revision 1 in DB.fs", "1 written (1 byte), 2 failed")
    said = "".join(error("cat", line) for line in lines)
    expect(gridfs("cat", "--name", "?.*", "--revision", "1"), out=b"a", err=said, code=3)


@pytest.mark.parametrize("command", [["get-by-name"], ["get-by-name", "-o", "-"], ["cat", "--name"], ["stat", "--name"]], ids=str)
def test_a_glob_that_matches_nothing(gridfs, tmp_path, command):
    expect(gridfs(*command, "*.png"), err=error(command[0], "*.png: no such file in DB.fs"), code=4)
    expect(gridfs(*command, "[b-a]"), err=error(command[0], "'[b-a]': a range of characters ends before it begins"), code=2)
    assert tree(tmp_path) == {}


def test_a_glob_has_no_place_in_one_file(gridfs, tmp_path):
    expect(gridfs("get-by-name", "*.log", "-o", "one"), err=error("get-by-name", "*.log: a glob needs -o DIR/"), code=2)
    expect(gridfs("get-by-name", "*.png", "-o", "one"), err=error("get-by-name", "*.png: no such file in DB.fs"), code=4)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("options", [[], ["-o", "one"]])
def test_a_name_alone(gridfs, tmp_path, options):
    result = gridfs("get-by-name", "--literal", "*.log", *options)
    expect(result, err=error("get-by-name", "*.log: no such file in DB.fs"), code=4)
    assert tree(tmp_path) == {}
    expect(gridfs("cat", "--literal", "--name", "*.log"), err=error("cat", "*.log: no such file in DB.fs"), code=4)


def test_a_name_that_exists_is_no_glob(gridfs, bucket, tmp_path):
    bucket.upload_from_stream("[ab].log", b"literal")
    expect(gridfs("cat", "--name", "[ab].log"), out=b"literal")
    expect(gridfs("get-by-name", "[ab].log", "-o", "one"))
    assert tree(tmp_path) == {"one": b"literal"}
    expect(gridfs("get-by-name", "[ab].log", "e.txt", "-f"))
    assert tree(tmp_path) == {"one": b"literal", "[ab].log": b"literal", "e.txt": b"e"}


def test_copies(gridfs, database):
    result = gridfs("cp", "--to-bucket", "other", "--name", "*.log")
    expect(result, out=result.out)
    assert sorted(database["other.files"].distinct("filename")) == ["a.log", "b.log", "d/c.log"]


def test_literal_goes_with_names(gridfs):
    expect(gridfs("cat", "--literal", "x"), err=usage_error("cat", "--literal goes with --name"), code=2)
