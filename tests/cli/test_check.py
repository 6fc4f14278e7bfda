"""check: files against their chunks, and chunks without a file."""

import hashlib
import re
from datetime import datetime, timedelta, timezone

import pytest
from bson import ObjectId

from harness import MISSING_ID, error, error_like, expect, finish, json_lines, json_summary, sample, snapshot, usage_error

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


def test_a_bucket_that_is_not_there(gridfs, database):
    """It may be misspelled."""
    message = f"there is no bucket {database.name}.fs"
    expect(gridfs("check", "-q"), err=error("check", message), code=4)
    (failure, last) = json_lines(gridfs("check", "-q", "--json"))
    assert (failure, last["summary"]["files"]) == ({"error": {"message": message, "exit": 4}}, 0)
    database["fs.files"].insert_one({"_id": "a"})
    database["fs.files"].delete_one({})
    expect(gridfs("check", "-q"))


def test_a_name_in_place_of_an_id(gridfs, stored):
    expect(gridfs("check", "f"), err=re.compile(
        f"gridfs: check: no file has the _id f; a file of that name exists: its _id is {stored}\n.*checked 0 .*\n"), code=4)


@pytest.mark.parametrize("options", [[], ["-q"], ["--json"]], ids=str)
def test_the_log_has_what_was_found(gridfs, database, stored, tmp_path, options):
    database["fs.chunks"].delete_one({"n": 1})
    assert gridfs("check", *options, "--log-file", "log").code == 8
    log = (tmp_path / "log").read_text()
    assert re.search(rf"error \d+ check: {stored}: chunk 1 of 3 is missing .*\n", log), log
    assert re.search(r"info \d+ check: checked 1 file, .*: 1 finding, 0 removed\n", log), log


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
    expect(gridfs("check", "-q", "--min-age", "3h"))
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


def dated(database, file_id, age):
    date = datetime.now(timezone.utc) - age
    database["fs.files"].update_one({"_id": file_id}, {"$set": {"uploadDate": date}})


DAY = ["--name", "f", "--max-age", "1d"]


def test_a_fresh_file(gridfs, database, bucket, stored):
    dated(database, bucket.upload_from_stream("f", b"old"), timedelta(days=3))
    expect(gridfs("check", *DAY))
    expect(gridfs("check", *DAY, "--read-data"))
    document, last = json_lines(gridfs("check", *DAY, "--json"))
    assert (document["_id"], last) == (stored, json_summary(checked=1))


@pytest.mark.parametrize("age", [timedelta(days=1, minutes=1), timedelta(days=400), -timedelta(minutes=6)])
def test_a_file_that_is_not_fresh(gridfs, database, bucket, age):
    """The newest revision counts alone, by its date."""
    for each in (age, timedelta(days=500)):
        newest = bucket.upload_from_stream("f", DATA)
        dated(database, newest, each)
    reason = "too old" if age > timedelta() else "dated in the future"
    result = gridfs("check", *DAY)
    expect(result, err=error_like("check", rf"file [0-9a-f]+ \('f', 10 bytes\) is the newest revision, and it is {reason}: [0-9T:.-]+Z"), code=8)


@pytest.mark.parametrize("options", [[], ["--read-data"]])
def test_a_fresh_file_that_is_not_whole(gridfs, database, stored, options):
    database["fs.chunks"].delete_one({"n": 1})
    expect(gridfs("check", *DAY, *options), err=error_like("check", ".*(its chunks are 2 of 3|chunk 1 is missing.*)"), code=8)


def test_a_fresh_file_that_is_replaced_meanwhile(gridfs, database, bucket, proxy, stored):
    """As put --replace does, between the lookup and the count of the chunks."""
    between = proxy()
    hold = between.hold("find", "fs.chunks", times=1)
    with gridfs.start("check", *DAY, "--json", uri=between.uri) as process:
        hold.wait()
        newer = bucket.upload_from_stream("f", DATA)
        bucket.delete(stored)
        hold.release()
        result = finish(process)
    document, last = json_lines(result)
    assert (result.code, document["_id"], last, result.err) == (0, newer, json_summary(checked=1), "")


def test_a_fresh_file_whose_checksum_differs(gridfs, bucket):
    bucket.upload_from_stream("f", DATA, metadata={"sha256": hashlib.sha256(b"other").hexdigest()})
    expect(gridfs("check", *DAY))
    expect(gridfs("check", *DAY, "--read-data"), err=error_like("check", ".*SHA-256.*"), code=8)


def test_freshness_of_what_is_not_there(gridfs, stored):
    expect(gridfs("check", "--name", "g", "--max-age", "1d"), err=error("check", "g: no such file in DB.fs"), code=4)
    said = error("check", "g: no such file in DB.fs") + error("check", "1 checked, 1 failed")
    expect(gridfs("check", "--name", "f", "g", "--max-age", "1d"), err=said, code=3)


@pytest.mark.parametrize(
    "options",
    [["--name", "f"], ["--max-age", "1d"], [*DAY, MISSING_ID], [*DAY, "--repair"], [*DAY, "--min-age", "1d"]],
)
def test_options_that_do_not_go_together(gridfs, options):
    expect(gridfs("check", *options), err=usage_error("check"), code=2)
