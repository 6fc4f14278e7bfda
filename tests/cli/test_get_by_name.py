"""get-by-name: which revision of a name."""

import hashlib

import pytest

from harness import error, expect, tree, usage_error

REVISIONS = [b"first", b"second", b"third"]


@pytest.fixture(autouse=True)
def revisions(bucket):
    for data in REVISIONS:
        bucket.upload_from_stream("a", data)


@pytest.mark.parametrize("revision", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("form", ["--revision {}", "--revision={}"])
def test_a_revision(gridfs, tmp_path, revision, form):
    expect(gridfs("get-by-name", "a", *form.format(revision).split()))
    assert tree(tmp_path) == {"a": REVISIONS[revision]}


def test_the_newest_by_default(gridfs, tmp_path):
    expect(gridfs("get-by-name", "a"))
    assert tree(tmp_path) == {"a": b"third"}


@pytest.mark.parametrize("revision", [3, 7, -4, 2147483647, -2147483648])
def test_a_revision_that_is_missing(gridfs, tmp_path, revision):
    result = gridfs("get-by-name", "a", f"--revision={revision}")
    expect(result, err=error("get-by-name", f"a: no revision {revision} in DB.fs"), code=4)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("options", [[], ["--revision", "0"], ["--revision", "5"]])
def test_a_name_that_is_missing(gridfs, tmp_path, options):
    expect(gridfs("get-by-name", "A", *options), err=error("get-by-name", "A: no such file in DB.fs"), code=4)
    assert tree(tmp_path) == {}


def test_the_revision_goes_for_each_name(gridfs, bucket, tmp_path):
    for data in (b"one", b"two"):
        bucket.upload_from_stream("b", data)
    expect(gridfs("get-by-name", "a", "b", "--revision", "1"))
    assert tree(tmp_path) == {"a": b"second", "b": b"two"}


def test_a_name_that_looks_like_an_id_or_a_pattern_is_a_name(gridfs, bucket, tmp_path):
    names = ["0123456789abcdef01234567", "42", '"x"', "*", "[a]", "[]", "{}", "a,b", "%%"]
    for name in names:
        bucket.upload_from_stream(name, name.encode())
    expect(gridfs("get-by-name", *names))
    assert tree(tmp_path) == {name: name.encode() for name in names}


@pytest.mark.parametrize("revision", ["x", "1.5", "", "99999999999"])
def test_a_revision_that_is_not_a_number(gridfs, revision):
    expect(
        gridfs("get-by-name", "a", f"--revision={revision}"), err=usage_error("get-by-name", ".*--revision.*"), code=2
    )


def test_a_name_that_comes_twice_is_skipped_where_it_is_the_same(gridfs, bucket, tmp_path):
    bucket.upload_from_stream("a", b"x", metadata={"sha256": hashlib.sha256(b"x").hexdigest()})
    for _ in range(2):
        expect(gridfs("get-by-name", "--skip-existing", "a", "a", "[a]"))
    assert tree(tmp_path) == {"a": b"x"}
