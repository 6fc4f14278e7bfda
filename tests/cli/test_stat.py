"""stat: the files document and the state of the chunks."""

import re

import pytest
from bson import Int64

from harness import FIRST_DAY, MISSING_ID, error, error_like, expect, json_lines, sample, usage_error


def blocks(result):
    """The `key: value` lines of each file that is shown, as dictionaries."""
    shown = [block.splitlines() for block in result.out.decode().removesuffix("\n").split("\n\n")]
    for lines in shown:
        assert len({re.match(r"\w+: +", line).end() for line in lines}) == 1, f"not aligned: {lines}"
    return [dict(re.fullmatch(r"(\w+): +(.*)", line).groups() for line in lines) for lines in shown]


@pytest.fixture
def file_id(bucket):
    return bucket.upload_from_stream(
        "a", sample(10), chunk_size_bytes=4, metadata={"k": [1, None], "contentType": "x/y"}
    )


def test_shows_the_document_and_the_chunks(gridfs, database, file_id):
    database["fs.files"].update_one({"_id": file_id}, {"$set": {"uploadDate": FIRST_DAY, "md5": "abc"}})
    result = gridfs("stat", str(file_id))
    expect(result, out=result.out)
    [shown] = blocks(result)
    metadata = shown.pop("metadata")
    for key in ("revision", "contentType"):  # they may be shown as well
        shown.pop(key, None)
    assert shown == {
        "id": str(file_id),
        "filename": "a",
        "length": "10",
        "chunkSize": "4",
        "md5": "abc",
        "uploadDate": "2024-05-01T12:00:00.123Z",
        "chunks": "3 of 3",
    }
    assert re.sub(" ", "", metadata) == '{"k":[1,null],"contentType":"x/y"}'


def test_shows_no_field_that_is_not_there(gridfs, bucket):
    result = gridfs("stat", str(bucket.upload_from_stream("e", b"")))
    expect(result, out=result.out)
    [shown] = blocks(result)
    assert set(shown) - {"revision"} == {"id", "filename", "length", "chunkSize", "uploadDate", "chunks"}
    assert shown["chunks"] == "0 of 0"


def test_several_are_separated_by_an_empty_line(gridfs, bucket, file_id):
    other = bucket.upload_from_stream("b", b"")
    result = gridfs("stat", str(other), str(file_id))
    expect(result, out=result.out)
    assert [one["filename"] for one in blocks(result)] == ["b", "a"]
    assert not result.out.endswith(b"\n\n")


@pytest.mark.parametrize(("options", "length"), [([], "3"), (["--revision", "0"], "1"), (["--revision=-2"], "2")])
def test_by_name_and_revision(gridfs, bucket, options, length):
    for data in (b"1", b"22", b"333"):
        bucket.upload_from_stream("r", data)
    result = gridfs("stat", "--name", "r", *options)
    expect(result, out=result.out)
    assert [one["length"] for one in blocks(result)] == [length]


DAMAGE = {
    "missing": (lambda chunks, file_id: chunks.delete_one({"files_id": file_id, "n": 1}), "2 of 3", (3, 2, 0)),
    "superfluous": (
        lambda chunks, file_id: chunks.insert_one({"files_id": file_id, "n": 3, "data": b"x"}),
        "3 of 3, 1 superfluous",
        (3, 3, 1),
    ),
    "both": (
        lambda chunks, file_id: chunks.update_one({"files_id": file_id, "n": 1}, {"$set": {"n": 7}}),
        "2 of 3, 1 superfluous",
        (3, 2, 1),
    ),
    "all missing": (lambda chunks, file_id: chunks.delete_many({"files_id": file_id}), "0 of 3", (3, 0, 0)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_chunks_are_shown_and_told(gridfs, database, file_id, damage):
    inflict, chunks, counts = DAMAGE[damage]
    inflict(database["fs.chunks"], file_id)
    result = gridfs("stat", str(file_id))
    expect(result, out=result.out, err=error_like("stat", ".*chunk.*"), code=8)
    assert [one["chunks"] for one in blocks(result)] == [chunks]
    result = gridfs("stat", "--json", str(file_id))
    expect(result, out=result.out, err=error_like("stat", ".*chunk.*"), code=8)
    assert json_lines(result)[0]["chunks"] == dict(zip(("expected", "present", "superfluous"), counts))


def test_one_damaged_among_several(gridfs, bucket, database, file_id):
    good = bucket.upload_from_stream("good", b"x")
    database["fs.chunks"].delete_many({"files_id": file_id})
    result = gridfs("stat", str(file_id), str(good))
    expect(result, out=result.out, err=error_like("stat", ".*chunk.*"), code=3)
    assert [one["chunks"] for one in blocks(result)] == ["0 of 3", "1 of 1"]


def test_json(gridfs, database, file_id):
    result = gridfs("stat", "--json", str(file_id))
    expect(result, out=re.compile(rb"\{.+\}\n"))
    assert json_lines(result) == [
        {"file": database["fs.files"].find_one(), "chunks": {"expected": 3, "present": 3, "superfluous": 0}}
    ]


def test_what_other_drivers_wrote(gridfs, database):
    database["fs.files"].insert_one(
        {"_id": Int64(5), "length": 3.0, "chunkSize": Int64(4), "contentType": "old/type", "aliases": ["z"]}
    )
    database["fs.chunks"].insert_one({"files_id": Int64(5), "n": Int64(0), "data": b"abc"})
    result = gridfs("stat", '{"$numberLong":"5"}')
    expect(result, out=result.out)
    [shown] = blocks(result)
    assert (float(shown["length"]), shown["chunks"], shown["contentType"]) == (3, "1 of 1", "old/type")


def test_control_characters_are_escaped(gridfs, bucket):
    bucket.upload_from_stream("a\x1b[2J\nlength: 7", b"", metadata={"k\n": "\x1b[2J\x9b"})
    result = gridfs("stat", "--name", "a\x1b[2J\nlength: 7")
    expect(result, out=re.compile(rb"[^\x00-\x09\x0b-\x1f\x7f]+"))
    assert b"\xc2\x9b" not in result.out
    assert blocks(result)[0]["filename"] == "a\\x1b[2J\\nlength: 7"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([MISSING_ID], f"file {MISSING_ID}: no such file in DB.fs"),
        (["--name", "gone"], "gone: no such file in DB.fs"),
        (["--name", "a", "--revision", "7"], "a: no revision 7 in DB.fs"),
    ],
)
def test_what_is_missing(gridfs, file_id, arguments, message):
    expect(gridfs("stat", *arguments), err=error("stat", message), code=4)


def test_a_revision_is_one_of_a_name(gridfs, file_id):
    expect(gridfs("stat", str(file_id), "--revision", "0"), err=usage_error("stat", ".*--name.*"), code=2)


@pytest.mark.parametrize("damage", [{"length": "x"}, {"length": -1}, {"chunkSize": 0}, {"chunkSize": None}], ids=str)
def test_a_damaged_files_document_is_printed(gridfs, database, file_id, damage):
    database["fs.files"].update_one({"_id": file_id}, {"$set": damage})
    result = gridfs("stat", str(file_id))
    expect(result, out=result.out, err=error_like("stat", f"{file_id}: the files document's .*"), code=8)
    assert blocks(result)[0]["filename"] and "chunks" not in blocks(result)[0]
    result = gridfs("stat", "--json", str(file_id))
    document, failure = json_lines(result)
    assert (document["file"]["_id"], set(document), failure["error"]["exit"]) == (file_id, {"file"}, 8)
