"""check on MongoDB, which measures the chunks itself instead of sending them."""

import re

import pytest
from bson import Binary, Int64

from harness import expect, json_lines, sample

DAMAGED = 8
CHUNK = 1000
DATA = sample(3 * CHUNK + 500)  # chunks 0 to 3


def only(chunks, n):
    return {"_id": chunks.find_one({"n": n})["_id"]}


def change(n, fields):
    return lambda files, chunks: chunks.update_one(only(chunks, n), {"$set": fields})


def change_file(**fields):
    return lambda files, chunks: files.update_one({}, {"$set": fields})


def add(n, data):
    def insert(files, chunks):
        chunks.drop_indexes()
        chunks.insert_one({"files_id": "f", "n": n, "data": data})
        chunks.create_index([("files_id", 1), ("n", 1)])

    return insert


DAMAGE = {
    "first-chunk-missing": ({"missing-chunk"}, lambda files, chunks: chunks.delete_one({"n": 0})),
    "last-chunk-missing": ({"missing-chunk"}, lambda files, chunks: chunks.delete_one({"n": 3})),
    "all-chunks-missing": ({"missing-chunk"}, lambda files, chunks: chunks.delete_many({})),
    "byte-too-few": ({"wrong-chunk-size"}, change(1, {"data": bytes(CHUNK - 1)})),
    "byte-too-many": ({"wrong-chunk-size"}, change(1, {"data": bytes(CHUNK + 1)})),
    "last-chunk-short": ({"wrong-chunk-size"}, change(3, {"data": bytes(499)})),
    "no-bytes": ({"wrong-chunk-size"}, change(2, {"data": b""})),
    "string-as-data": ({"wrong-chunk-size"}, change(2, {"data": "x" * CHUNK})),
    "no-data": ({"wrong-chunk-size"}, lambda files, chunks: chunks.update_one(only(chunks, 2), {"$unset": {"data": 1}})),
    "one-behind": ({"superfluous-chunk"}, add(4, b"x")),
    "one-before": ({"superfluous-chunk"}, add(-1, b"x")),
    "one-twice": ({"duplicate-chunk", "missing-index"}, add(1, DATA[CHUNK : 2 * CHUNK])),
    "length-larger": ({"missing-chunk", "wrong-chunk-size"}, change_file(length=Int64(len(DATA) + CHUNK))),
    "length-smaller": ({"superfluous-chunk", "wrong-chunk-size"}, change_file(length=Int64(len(DATA) - CHUNK))),
    "length-negative": ({"bad-files-document"}, change_file(length=-1)),
    "no-chunk-size": ({"bad-files-document"}, change_file(chunkSize=0)),
    "no-date": ({"bad-files-document"}, change_file(uploadDate="today")),
}

SOUND = {
    "as-stored": lambda files, chunks: None,
    "n-of-another-type": change(1, {"n": 1.0}),
    "length-of-another-type": change_file(length=float(len(DATA))),
    "subtype-2": change(1, {"data": Binary(DATA[CHUNK : 2 * CHUNK], 2)}),
}


@pytest.fixture
def stored(bucket):
    bucket.upload_from_stream_with_id("f", "f", DATA, chunk_size_bytes=CHUNK)


@pytest.fixture
def sent(server, database):
    """How many bytes the server has sent of the chunks since the start of the test."""
    database.command("profile", 2)

    def sent():
        entries = database["system.profile"].find({"ns": f"{database.name}.fs.chunks", "op": {"$in": ["query", "getmore"]}})
        return sum(entry["responseLength"] for entry in entries)

    yield sent
    database.command("profile", 0)


def kinds(result):
    return {line["kind"] for line in json_lines(result)[:-1]}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_kind_of_damage_is_found(gridfs, database, stored, name):
    wanted, damage = DAMAGE[name]
    damage(database["fs.files"], database["fs.chunks"])
    for options in ([], ["--read-data"]):
        result = gridfs("check", "--json", *options)
        found = kinds(result)
        assert (result.code, found - {"missing-index"}) == (DAMAGED, wanted - {"missing-index"}), result


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound(gridfs, database, stored, name):
    SOUND[name](database["fs.files"], database["fs.chunks"])
    for options in ([], ["--read-data"]):
        expect(gridfs("check", *options), err=re.compile(r".*: 0 findings, .*\n"))


def test_the_data_are_not_sent(gridfs, bucket, sent):
    bucket.upload_from_stream("f", sample(5_000_000))
    expect(gridfs("check"), err=re.compile(r".*: 0 findings, .*\n"))
    assert sent() < 50_000
    expect(gridfs("check", "--read-data"), err=re.compile(r".*: 0 findings, .*\n"))
    assert sent() > 5_000_000


def test_stat_does_not_have_them_sent_either(gridfs, bucket, sent):
    file_id = bucket.upload_from_stream("f", sample(5_000_000))
    assert gridfs("stat", str(file_id)).code == 0
    assert sent() < 50_000


# Collections whose collation takes `a` and `A` for the same.


@pytest.fixture
def ignoring_case(database):
    for name in ("fs.files", "fs.chunks"):
        database.create_collection(name, collation={"locale": "en", "strength": 2})
    return database


def test_a_bucket_that_ignores_case(gridfs, ignoring_case, bucket):
    for file_id in ("b", "A", "c", "D"):
        bucket.upload_from_stream_with_id(file_id, file_id, DATA, chunk_size_bytes=CHUNK)
    expect(gridfs("check", "--read-data"), err=re.compile(r".* 4 files.*: 0 findings, .*\n"))
    ignoring_case["fs.chunks"].delete_one({"files_id": "A", "n": 1})
    result = gridfs("check", "--json")
    finding, _ = json_lines(result)
    assert (result.code, finding["kind"], finding["_id"]) == (DAMAGED, "missing-chunk", "A")


def test_orphans_in_a_bucket_that_ignores_case(gridfs, ignoring_case, bucket):
    """No chunk of a file is removed."""
    for file_id in ("b", "A"):
        bucket.upload_from_stream_with_id(file_id, file_id, DATA, chunk_size_bytes=CHUNK)
    ignoring_case["fs.chunks"].insert_many([{"files_id": "gone", "n": n, "data": b"x"} for n in range(3)])
    result = gridfs("check", "--repair", "--min-age", "0s")
    assert result.code == 0, result
    expect(gridfs("check", "--read-data"), err=re.compile(r".* 2 files.*: 0 findings, .*\n"))
    assert ignoring_case["fs.chunks"].count_documents({}) == 8
