"""check: files against their chunks, and chunks without a file."""

import hashlib
import re
from datetime import datetime, timedelta, timezone

import pytest
from bson import ObjectId

from harness import MISSING_ID, expect, json_lines, sample, snapshot

DATA = sample(10)  # three chunks of four bytes at most


@pytest.fixture
def stored(bucket):
    return bucket.upload_from_stream("f", DATA, chunk_size_bytes=4)


def summary(findings, removed=0):
    return re.compile(rf"(?s).*checked .*: {findings} findings?, {removed} removed.*\n")


def orphan(database, age, file_id="gone", chunks=3):
    """Chunks of no file, the newest of which is of that age."""
    made = datetime.now(timezone.utc) - age
    for n in range(chunks):
        one = {"_id": ObjectId.from_datetime(made), "files_id": file_id, "n": n, "data": b"1234"}
        one["_id"] = ObjectId(str(one["_id"])[:-2] + f"{n:02x}")
        database["fs.chunks"].insert_one(one)


def kinds(result):
    return {line.split("\t")[0] for line in result.out.decode().splitlines()}


def test_a_sound_bucket(gridfs, stored):
    expect(gridfs("check"), err=summary(0))


def test_an_empty_database(gridfs, database):
    expect(gridfs("check"), err=summary(0))


DAMAGE = {
    "missing-chunk": lambda files, chunks, one: chunks.delete_one({"n": 1}),
    "wrong-chunk-size": lambda files, chunks, one: chunks.update_one({"n": 1}, {"$set": {"data": b"12345"}}),
    "superfluous-chunk": lambda files, chunks, one: chunks.insert_one({"files_id": one, "n": 3, "data": b"1"}),
    "bad-files-document": lambda files, chunks, one: files.update_one({"_id": one}, {"$set": {"length": -1}}),
    "missing-index": lambda files, chunks, one: chunks.drop_indexes(),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_and_not_touched(gridfs, database, stored, kind):
    DAMAGE[kind](database["fs.files"], database["fs.chunks"], stored)
    before = snapshot(database)
    result = gridfs("check", "--repair", "--min-age", "0s")
    assert (result.code, kinds(result)) == (8, {kind}), result
    assert snapshot(database) == before


def test_a_checksum_that_differs(gridfs, bucket):
    right = {"sha256": hashlib.sha256(DATA).hexdigest()}
    bucket.upload_from_stream("right", DATA, metadata=right)
    wrong = bucket.upload_from_stream("wrong", DATA + b"!", metadata=right)
    expect(gridfs("check"), err=summary(0))
    result = gridfs("check", "--read-data")
    assert (result.code, kinds(result)) == (8, {"checksum-mismatch"}), result
    assert str(wrong) in result.out.decode()


def test_old_orphans_are_removed_and_nothing_else(gridfs, database, stored):
    before = snapshot(database)
    orphan(database, timedelta(days=2))
    result = gridfs("check")
    assert (result.code, kinds(result)) == (8, {"orphaned-chunks"}), result
    with_orphans = snapshot(database)
    assert gridfs("check", "-n", "--repair").code == 8
    assert snapshot(database) == with_orphans
    expect(gridfs("check", "--repair"), out=re.compile(rb"orphaned-chunks\tgone\t[^\n]*removed[^\n]*\n"), err=summary(1, 1))
    assert snapshot(database) == before
    expect(gridfs("check"), err=summary(0))


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=23)])
def test_orphans_that_may_be_an_upload_under_way_stay(gridfs, database, stored, age):
    orphan(database, age)
    before = snapshot(database)
    result = gridfs("check", "--repair")
    assert (result.code, kinds(result)) == (0, {"orphaned-chunks-recent"}), result
    assert snapshot(database) == before


def test_min_age_decides_what_is_old(gridfs, database, stored):
    orphan(database, timedelta(hours=2))
    assert kinds(gridfs("check", "--min-age", "3h")) == {"orphaned-chunks-recent"}
    assert gridfs("check", "--repair", "--min-age", "1h").code == 0
    assert database["fs.chunks"].count_documents({"files_id": "gone"}) == 0


def test_only_the_files_that_are_named(gridfs, database, bucket, stored):
    orphan(database, timedelta(days=2))
    damaged = bucket.upload_from_stream("g", DATA, chunk_size_bytes=4)
    database["fs.chunks"].delete_one({"files_id": damaged, "n": 0})
    expect(gridfs("check", str(stored)), err=summary(0))
    result = gridfs("check", str(damaged))
    assert (result.code, kinds(result)) == (8, {"missing-chunk"}), result


def test_a_file_that_is_not_there(gridfs, stored):
    assert gridfs("check", MISSING_ID).code == 4


def test_the_same_as_json(gridfs, database, stored):
    database["fs.chunks"].delete_one({"n": 1})
    result = gridfs("check", "--json")
    finding, total = json_lines(result)
    assert (result.code, finding["kind"], finding["_id"], finding["removed"]) == (8, "missing-chunk", stored, False)
    assert total["summary"]["findings"] == 1


@pytest.mark.parametrize("file_id", [1, 1.0, "text", None])
def test_ids_of_every_type(gridfs, database, bucket, file_id):
    bucket.upload_from_stream_with_id(file_id, "f", DATA, chunk_size_bytes=4)
    expect(gridfs("check"), err=summary(0))
