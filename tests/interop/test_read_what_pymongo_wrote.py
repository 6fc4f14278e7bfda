"""What PyMongo's gridfs wrote, the program reads byte for byte."""

from datetime import datetime, timezone

import pytest
from bson import Binary, Int64, ObjectId, Timestamp
from gridfs import GridFS, GridFSBucket

from edges import SIZES
from harness import expect, json_lines, sample, tree


@pytest.mark.parametrize(("length", "chunk_size"), SIZES)
def test_files_of_any_length_and_chunk_size(gridfs, bucket, tmp_path, length, chunk_size):
    data = sample(length)
    file_id = bucket.upload_from_stream("f", data, chunk_size_bytes=chunk_size)
    expect(gridfs("cat", str(file_id)), out=data)
    expect(gridfs("get", str(file_id)))
    assert tree(tmp_path) == {"f": data}


@pytest.mark.parametrize(
    ("file_id", "written"),
    [
        (ObjectId("0123456789abcdef01234567"), "0123456789abcdef01234567"),
        ("text", "text"),
        ("42", '"42"'),
        ("", '""'),
        ("ünï", "ünï"),
        ("0123456789abcdef01234567", '"0123456789abcdef01234567"'),
        (42, "42"),
        (-42, '{"$numberInt":"-42"}'),
        (Int64(42), '{"$numberLong":"42"}'),
        (1.5, "1.5"),
        (True, '{"$literal":true}'),
        (None, '{"$literal":null}'),
        (datetime(2024, 5, 1, tzinfo=timezone.utc), '{"$date":"2024-05-01T00:00:00Z"}'),
        (Binary(b"ab"), '{"$binary":{"base64":"YWI=","subType":"00"}}'),
        (Binary(bytes(16), 4), '{"$uuid":"00000000-0000-0000-0000-000000000000"}'),
        (Timestamp(7, 8), '{"$timestamp":{"t":7,"i":8}}'),
        ({"a": 1, "b": ["x", None]}, '{"a":1,"b":["x",null]}'),
    ],
    ids=repr,
)
def test_ids_of_every_type(gridfs, bucket, file_id, written):
    bucket.upload_from_stream_with_id(file_id, "f", b"content", chunk_size_bytes=4)
    expect(gridfs("cat", "--", written), out=b"content")
    listed = gridfs("ls", "-l").out.decode().split("\t")[0]
    expect(gridfs("cat", listed), out=b"content")
    expect(gridfs("rename", listed, "g"))
    expect(gridfs("rm", listed))
    expect(gridfs("ls"))


@pytest.mark.parametrize(
    "name", ["ünï", "日本語.txt", "with space", "a/b/c", "emoji 🙂", "e\u0301", "back\\slash", "'quotes\""]
)
def test_names(gridfs, bucket, tmp_path, name):
    bucket.upload_from_stream(name, name.encode())
    expect(gridfs("ls"), out=f"{name}\n")
    expect(gridfs("get-by-name", name))
    assert tree(tmp_path) == {name: name.encode()}


def test_metadata(gridfs, bucket):
    metadata = {
        "n": Int64(1),
        "d": 1.5,
        "list": [1, "two", None, {"k": True}],
        "when": datetime(2024, 5, 1, tzinfo=timezone.utc),
        "ü": "ß",
        "empty": {},
    }
    file_id = bucket.upload_from_stream("f", b"", metadata=metadata)
    result = gridfs("stat", "--json", str(file_id))
    expect(result, out=result.out)
    [document] = json_lines(result)
    assert document["file"]["metadata"] == metadata
    assert list(document["file"]["metadata"]) == list(metadata)


def test_revisions(gridfs, bucket):
    data = [f"revision {number}".encode() for number in range(4)]
    for one in data:
        bucket.upload_from_stream("f", one, chunk_size_bytes=3)
    for revision in range(-4, 4):
        expect(gridfs("cat", "--name", "f", f"--revision={revision}"), out=data[revision])
        assert bucket.open_download_stream_by_name("f", revision).read() == data[revision]


def test_files_of_the_older_interface(gridfs, database):
    """With `contentType`, `aliases` and fields of the user's own beside the others."""
    file_id = GridFS(database).put(
        b"content", filename="f", content_type="text/x-old", aliases=["g"], chunkSize=3, own="field"
    )
    expect(gridfs("cat", str(file_id)), out=b"content")
    result = gridfs("stat", "--json", str(file_id))
    [document] = json_lines(result)
    assert document["file"] == database["fs.files"].find_one()
    unnamed = GridFS(database).put(b"no name")
    expect(gridfs("cat", str(unnamed)), out=b"no name")


def test_another_bucket(gridfs, database):
    file_id = GridFSBucket(database, "my.bucket").upload_from_stream("f", b"content")
    expect(gridfs("cat", str(file_id), "--bucket", "my.bucket"), out=b"content")


def test_what_the_program_removes_is_gone_for_pymongo(gridfs, bucket, database):
    ids = [bucket.upload_from_stream("f", b"content", chunk_size_bytes=2) for _ in range(3)]
    expect(gridfs("rm", str(ids[0])))
    assert [one._id for one in bucket.find({})] == ids[1:]
    expect(gridfs("rm", "--name", "f", "--all-revisions"))
    assert (list(bucket.find({})), database["fs.chunks"].count_documents({})) == ([], 0)
