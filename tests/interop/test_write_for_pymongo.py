"""What the program wrote, PyMongo's gridfs reads; and on the server it is what the specification says, type by type."""

from datetime import datetime, timedelta, timezone

import pytest
from bson import Int64, ObjectId, encode
from bson.raw_bson import RawBSONDocument
from gridfs import GridFS

from edges import SIZES
from harness import expect, only_id, sample, snapshot

DOUBLE, STRING, DOCUMENT, BINARY, OBJECT_ID, DATE, INT32, INT64 = 0x01, 0x02, 0x03, 0x05, 0x07, 0x09, 0x10, 0x12


def fields(collection, **filter_):
    """Names and BSON types of a stored document's fields, in their order."""
    document = collection.with_options(collection.codec_options.with_options(document_class=RawBSONDocument)).find_one(
        filter_
    )
    # A document of one field: its length, then the field's type.
    return [(name, encode({name: value})[4]) for name, value in document.items()]


@pytest.fixture
def put(gridfs, tmp_path):
    """Stores bytes with the program, gives the id."""

    def store(data, *options, name="f"):
        (tmp_path / "local").write_bytes(data)
        return ObjectId(only_id(gridfs("put", "local", "--name", name, *options)))

    return store


@pytest.mark.parametrize(("length", "chunk_size"), SIZES)
def test_files_of_any_length_and_chunk_size(put, bucket, database, length, chunk_size):
    data = sample(length)
    file_id = put(data, "--chunk-size", str(chunk_size))
    assert bucket.open_download_stream(file_id).read() == data
    chunks = list(database["fs.chunks"].find({"files_id": file_id}, sort=[("n", 1)]))
    assert [(chunk["n"], chunk["data"]) for chunk in chunks] == [
        (n, data[start : start + chunk_size]) for n, start in enumerate(range(0, length, chunk_size))
    ]


def test_what_grid_out_says(put, bucket):
    before = datetime.now(timezone.utc) - timedelta(milliseconds=1)
    file_id = put(
        b"content",
        "--chunk-size",
        "4",
        "--metadata",
        '{"k":{"$numberLong":"1"}}',
        "--content-type",
        "x/y",
        name="ünï/日本",
    )
    grid_out = bucket.open_download_stream(file_id)
    assert (grid_out._id, grid_out.filename, grid_out.length, grid_out.chunk_size) == (file_id, "ünï/日本", 7, 4)
    assert grid_out.metadata == {"k": 1, "contentType": "x/y"}
    assert isinstance(grid_out.metadata["k"], Int64)
    assert before <= grid_out.upload_date <= datetime.now(timezone.utc)
    assert (grid_out.md5, grid_out.aliases) == (None, None)
    grid_out.seek(3)
    assert grid_out.read() == b"tent"


def test_revisions_and_the_older_interface(put, bucket, database):
    for number in range(3):
        put(b"%d" % number)
    assert [bucket.open_download_stream_by_name("f", revision).read() for revision in (0, 1, -1)] == [b"0", b"1", b"2"]
    assert GridFS(database).get_last_version("f").read() == b"2"
    assert GridFS(database).list() == ["f"]


@pytest.mark.parametrize(
    ("options", "metadata"),
    [([], []), (["--metadata", "{}"], [("metadata", DOCUMENT)]), (["--content-type", "x/y"], [("metadata", DOCUMENT)])],
)
def test_the_files_document(put, database, options, metadata):
    put(b"content", *options)
    assert fields(database["fs.files"]) == [
        ("_id", OBJECT_ID),
        ("length", INT64),
        ("chunkSize", INT32),
        ("uploadDate", DATE),
        ("filename", STRING),
        *metadata,
    ]


def test_the_chunk_documents(put, database):
    file_id = put(b"content", "--chunk-size", "4")
    for n in (0, 1):
        assert fields(database["fs.chunks"], files_id=file_id, n=n) == [
            ("_id", OBJECT_ID),
            ("files_id", OBJECT_ID),
            ("n", INT32),
            ("data", BINARY),
        ]
    # PyMongo reads subtype 0, and no other, as bytes.
    assert [type(chunk["data"]) for chunk in database["fs.chunks"].find()] == [bytes, bytes]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("text", STRING),
        ("42", INT32),
        ("1.5", DOUBLE),
        ('{"$numberLong":"42"}', INT64),
        ('{"a":1}', DOCUMENT),
        ('{"$date":"2024-05-01T00:00:00Z"}', DATE),
    ],
)
def test_files_id_has_the_type_of_the_id(gridfs, database, written, kind):
    expect(result := gridfs("put", "-", "--name", "f", "--id", written, stdin=b"x"), out=result.out)
    assert fields(database["fs.files"])[0] == ("_id", kind)
    assert fields(database["fs.chunks"])[1] == ("files_id", kind)


def indexes(collection):
    return {
        index["name"]: (list(index["key"].items()), index.get("unique", False)) for index in collection.list_indexes()
    }


@pytest.mark.parametrize("data", [b"", b"content"])
def test_the_indexes(put, database, data):
    put(data)
    assert indexes(database["fs.files"]) == {
        "_id_": ([("_id", 1)], False),
        "filename_1_uploadDate_1": ([("filename", 1), ("uploadDate", 1)], False),
    }
    assert indexes(database["fs.chunks"]) == {
        "_id_": ([("_id", 1)], False),
        "files_id_1_n_1": ([("files_id", 1), ("n", 1)], True),
    }


def test_the_indexes_of_a_bucket_in_use_are_left_alone(put, bucket, database):
    bucket.upload_from_stream("f", b"content")
    database["fs.files"].drop_index("filename_1_uploadDate_1")
    put(b"content")
    assert set(indexes(database["fs.files"])) == {"_id_"}


def test_what_pymongo_renames_and_removes(gridfs, put, bucket, database):
    first, second = put(b"first"), put(b"second")
    bucket.rename(first, "g")
    expect(gridfs("cat", "--name", "g"), out=b"first")
    bucket.delete(first)
    bucket.delete(second)
    assert not any(snapshot(database).values())
    expect(gridfs("ls"))
