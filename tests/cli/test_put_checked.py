"""put --replace, --checksum, --preserve and --verify."""

import hashlib
import os
import re

import pytest
from bson import ObjectId

from harness import content, error_like, expect, json_lines, json_summary, only_id, sample, snapshot, usage_error


@pytest.fixture
def source(tmp_path):
    (tmp_path / "f").write_bytes(b"new content")
    return "f"


@pytest.mark.parametrize("size", [3, 1_200_000])
def test_preserve_stores_the_time_to_the_millisecond_and_the_mode(gridfs, database, tmp_path, size):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/f").write_bytes(sample(size))
    (tmp_path / "d/f").chmod(0o4750)
    os.utime(tmp_path / "d/f", ns=(0, 1_700_000_000_123_999_999))
    expect(gridfs("put", "-q", "--preserve", "--metadata", '{"mtime": 1, "a": 2}', "-r", "d"), out=re.compile(rb"\w{24}\n"))
    metadata = database["fs.files"].find_one()["metadata"]
    assert list(metadata) == ["a", "mtime", "mode"]
    assert (metadata["mtime"].timestamp(), metadata["mode"]) == (1_700_000_000.123, 0o4750)
    expect(gridfs("get-by-name", "--preserve", "-r", "d", "-o", "out"))
    status = (tmp_path / "out/d/f").stat()
    assert (status.st_mtime_ns, status.st_mode & 0o7777) == (1_700_000_000_123_000_000, 0o750)


def test_preserve_stores_nothing_of_a_pipe(gridfs, database):
    only_id(gridfs("put", "--preserve", "--name", "x", "-", stdin=b"x"))
    assert "metadata" not in database["fs.files"].find_one()


def revisions(database, name="f"):
    return [one["_id"] for one in database["fs.files"].find({"filename": name}, sort=[("uploadDate", 1)])]


def test_replace_removes_the_older_revisions_alone(gridfs, database, bucket, source):
    older = [bucket.upload_from_stream("f", sample(9, seed), chunk_size_bytes=4) for seed in range(3)]
    other = bucket.upload_from_stream("g", b"other", chunk_size_bytes=4)
    new = ObjectId(only_id(gridfs("put", "--replace", source)))
    assert revisions(database) == [new]
    assert content(bucket, new) == b"new content"
    assert content(bucket, other) == b"other"
    assert database["fs.chunks"].count_documents({"files_id": {"$in": older}}) == 0


def test_replace_stores_a_name_that_is_new(gridfs, database, source):
    new = ObjectId(only_id(gridfs("put", "--replace", source)))
    assert revisions(database) == [new]


def test_replace_keeps_everything_where_the_source_fails(gridfs, database, bucket, tmp_path):
    bucket.upload_from_stream("f", b"old content")
    before = snapshot(database)
    result = gridfs("put", "--replace", "--name", "f", "/proc/self/mem")
    expect(result, err=error_like("put", ".*input/output error"), code=9)
    assert snapshot(database) == before


def test_replace_and_if_absent_exclude_each_other(gridfs, source):
    expect(gridfs("put", "--replace", "--if-absent", source), err=usage_error("put"), code=2)


@pytest.mark.parametrize("length", [0, 1, 4, 9])
@pytest.mark.parametrize("jobs", ["1", "4"])
def test_checksum_is_that_of_the_bytes(gridfs, database, tmp_path, length, jobs):
    data = sample(length)
    (tmp_path / "f").write_bytes(data)
    options = ("--checksum", "--chunk-size", "4", "-j", jobs)
    document, last = json_lines(gridfs("put", *options, "--metadata", '{"k": 1, "sha256": "other"}', "--json", "f"))
    assert document["metadata"] == {"k": 1, "sha256": hashlib.sha256(data).hexdigest()}
    assert last == json_summary(stored=1, bytes=length)


def test_checksum_of_another_kind(gridfs, source):
    expect(gridfs("put", "--checksum=md5", source), err=usage_error("put", "--checksum: .*"), code=2)


def test_verify_stores_what_reads_back_the_same(gridfs, database, bucket, source):
    new = ObjectId(only_id(gridfs("put", "--verify", source)))
    assert content(bucket, new) == b"new content"
    assert "metadata" not in database["fs.files"].find_one()


@pytest.mark.parametrize("many", [False, True])
def test_several_files_are_checked_each(gridfs, database, tmp_path, many):
    names = ["a", "b", "c"] if many else ["a"]
    for name in names:
        (tmp_path / name).write_bytes(name.encode() * 10)
    result = gridfs("put", "--verify", "--checksum", "sha256", *names)
    expect(result, out=re.compile(rb"([0-9a-f]{24}\n){%d}" % len(names)))
    for name in names:
        stored = database["fs.files"].find_one({"filename": name})
        assert stored["metadata"]["sha256"] == hashlib.sha256(name.encode() * 10).hexdigest()
