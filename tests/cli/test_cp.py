"""cp: files to other buckets, databases and deployments."""

import hashlib
import re
import signal
from datetime import datetime, timezone

import pytest
from bson import ObjectId
from gridfs import GridFSBucket

from harness import (
    MISSING_ID,
    add_files,
    error,
    error_like,
    expect,
    finish,
    json_lines,
    json_summary,
    sample,
    send,
    snapshot,
    uri_with,
    usage_error,
)

DATE = datetime(2024, 2, 29, 23, 59, 59, 999000, tzinfo=timezone.utc)
TO = ["--to-bucket", "copy"]
NOT_FOUND, EXISTS, SOME_FAILED, DAMAGED = 4, 6, 3, 8


@pytest.fixture
def stored(bucket, database):
    """Files of every way to travel, two of them with a checksum, all with the date DATE."""
    files = {
        "d/empty": b"",
        "d/small": b"small",
        "d/chunks": sample(600_000),
        "d/large": sample(3_000_000),
    }
    ids = {}
    for name, data in files.items():
        metadata = {"sha256": hashlib.sha256(data).hexdigest(), "n": 1} if name in ("d/small", "d/large") else None
        ids[name] = bucket.upload_from_stream(name, data, chunk_size_bytes=100_000, metadata=metadata)
    database["fs.files"].update_many({}, {"$set": {"uploadDate": DATE}})
    return ids


def documents(database, bucket="fs"):
    return list(database[f"{bucket}.files"].find(sort=[("_id", 1)]))


def contents(database, bucket="fs"):
    source = GridFSBucket(database, bucket_name=bucket, disable_md5=True)
    return {one.filename: one.read() for one in source.find()}


def lines(*ids):
    return "".join(f"{one}\n" for one in ids)


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_everything_of_a_file_is_kept(gridfs, database, stored, jobs):
    before = snapshot(database)
    expect(gridfs("cp", *map(str, stored.values()), *TO, "-j", jobs), out=lines(*stored.values()))
    assert documents(database, "copy") == documents(database)
    assert contents(database, "copy") == contents(database)
    after = snapshot(database)
    assert (after["fs.files"], after["fs.chunks"]) == (before["fs.files"], before["fs.chunks"])
    assert {tuple(key["key"]) for key in database["copy.chunks"].list_indexes()} >= {("files_id", "n")}


def test_a_prefix_to_another_database(gridfs, database, other, stored):
    result = gridfs("cp", "-r", "d/", "--to-db", other.name, "--exclude", "*small")
    expect(result, out=result.out)
    assert {one["filename"] for one in documents(other)} == {"d/empty", "d/chunks", "d/large"}


def test_to_another_deployment(gridfs, database, other, proxy, stored):
    """By another connection string, whose database counts."""
    uri = uri_with(proxy().uri, other.name)
    result = gridfs("cp", "-r", "", "--to-uri", uri)
    expect(result, out=result.out)
    assert documents(other) == documents(database)


def test_the_newest_revision_of_a_name(gridfs, database, bucket):
    ids = [bucket.upload_from_stream("a", data) for data in (b"one", b"two", b"three")]
    expect(gridfs("cp", "--name", "a", *TO), out=lines(ids[2]))
    expect(gridfs("cp", "--name", "a", "--revision", "0", *TO), out=lines(ids[0]))
    expect(gridfs("cat", "--name", "a", "--bucket", "copy"), out="three")


def test_new_ids(gridfs, database, stored):
    old = {str(one) for one in stored.values()}
    for _ in range(2):
        result = gridfs("cp", *old, *TO, "--new-id")
        expect(result, out=re.compile(rb"([0-9a-f]{24}\n){4}"))
        assert not old & set(result.out.decode().split())
    assert contents(database, "copy") == contents(database)
    assert len(documents(database, "copy")) == 8


def test_json(gridfs, database, stored):
    result = gridfs("cp", "--name", "d/small", "--json", *TO)
    document = database["fs.files"].find_one({"filename": "d/small"})
    assert json_lines(result) == [document, json_summary(copied=1, bytes=document["length"])]


def test_an_id_in_use(gridfs, database, stored):
    target = GridFSBucket(database, bucket_name="copy", disable_md5=True)
    for name in ("d/small", "d/large"):
        target.upload_from_stream_with_id(stored[name], "theirs", b"as before")
        before = snapshot(database)
        expect(gridfs("cp", str(stored[name]), *TO), err=error_like("cp", ".*the _id is in use.*"), code=EXISTS)
        expect(gridfs("cp", str(stored[name]), *TO, "-n"), err=error_like("cp", ".*the _id is in use.*"), code=EXISTS)
        assert snapshot(database) == before
    result = gridfs("cp", "-r", "d/", *TO)
    assert (result.code, result.err.count("in use")) == (SOME_FAILED, 2), result


@pytest.mark.parametrize("name", ["d/small", "d/large"])
def test_damage_is_not_copied(gridfs, database, stored, name):
    expect(gridfs("cp", "--name", "d/empty", *TO), out=lines(stored["d/empty"]))
    before = snapshot(database)
    chunk = database["fs.chunks"].find_one({"files_id": stored[name]})
    changed = bytes([chunk["data"][0] ^ 1]) + chunk["data"][1:]
    database["fs.chunks"].update_one({"_id": chunk["_id"]}, {"$set": {"data": changed}})
    expect(gridfs("cp", "--name", name, *TO), err=error_like("cp", ".*SHA-256.*"), code=DAMAGED)
    database["fs.chunks"].delete_one({"_id": chunk["_id"]})
    expect(gridfs("cp", "--name", name, *TO), err=error_like("cp", ".*missing.*"), code=DAMAGED)
    assert (documents(database, "copy"), list(database["copy.chunks"].find())) == (before["copy.files"], [])


def test_if_absent(gridfs, database, stored):
    expect(gridfs("cp", "--name", "d/small", *TO), out=lines(stored["d/small"]))
    result = gridfs("cp", "-r", "d/", "--if-absent", *TO)
    assert sorted(result.out.decode().split()) == sorted(str(one) for name, one in stored.items() if name != "d/small")
    expect(gridfs("cp", "-r", "d/", "--if-absent", *TO))
    assert documents(database, "copy") == documents(database)


@pytest.mark.parametrize("options", [[], ["--new-id"]])
def test_if_absent_copies_each_revision_once(gridfs, database, bucket, options):
    """As a copy that is made every night."""
    target = GridFSBucket(database, bucket_name="copy", disable_md5=True)
    for data in (b"monday", b"tuesday", b"the same", b"the same"):
        bucket.upload_from_stream("shop.sql", data)
        for stdout in (r"\S+\n", ""):
            result = gridfs("cp", "-r", "", "--if-absent", *options, *TO)
            assert (result.code, result.err) == (0, "") and re.fullmatch(stdout, result.out.decode()), result
    revisions = target.find({"filename": "shop.sql"}, sort=[("uploadDate", 1)])
    assert [one.read() for one in revisions] == [b"monday", b"tuesday", b"the same", b"the same"]


def test_if_absent_copies_a_file_once(gridfs, bucket):
    ids = [str(bucket.upload_from_stream("a", data)) for data in (b"one", b"two")]
    expect(gridfs("cp", *ids, ids[0], "--if-absent", *TO), out=lines(*ids))


def test_if_absent_does_not_take_another_file_for_the_copy(gridfs, database, bucket):
    file_id = bucket.upload_from_stream("a", b"one")
    target = GridFSBucket(database, bucket_name="copy", disable_md5=True)
    target.upload_from_stream_with_id(file_id, "a", b"other")
    expect(gridfs("cp", str(file_id), "--if-absent", *TO), err=error_like("cp", ".*the _id is in use.*"), code=EXISTS)
    result = gridfs("cp", str(file_id), "--if-absent", "--new-id", *TO)
    expect(result, out=result.out)
    assert sorted(one["length"] for one in documents(database, "copy")) == [3, 5]


@pytest.mark.parametrize("options", [[], ["--if-absent"], ["--new-id"]])
def test_dry_run(gridfs, database, stored, options):
    before = snapshot(database)
    expect(gridfs("cp", "-n", str(stored["d/small"]), *options, *TO),
           err=error("cp", f"would copy file {stored['d/small']} ('d/small', 5 bytes)"))
    assert snapshot(database) == before


def test_fields_that_a_copy_does_not_have_are_named(gridfs, database, stored):
    database["fs.files"].update_one({"filename": "d/small"}, {"$set": {"contentType": "a/b", "md5": "0", "mine": 1}})
    result = gridfs("cp", "-q", "--name", "d/small", *TO)
    expect(result, out=result.out, err=error_like("cp", "warning: .*'d/small'.*: contentType, mine"))


@pytest.mark.parametrize("options", [[], ["--new-id"]])
@pytest.mark.parametrize("length", [5, 700_000, 2_000_000])
def test_a_chunk_size_that_is_too_large(gridfs, database, bucket, options, length):
    data = sample(length)
    file_id = bucket.upload_from_stream("large", data, chunk_size_bytes=32 << 20) if length < 1000 else ObjectId()
    if length >= 1000:
        document = {"_id": file_id, "filename": "large", "length": length, "chunkSize": 32 << 20, "uploadDate": DATE}
        database["fs.files"].insert_one(document)
        database["fs.chunks"].insert_one({"files_id": file_id, "n": 0, "data": data})
    warning = (f"gridfs: cp: warning: file {file_id} ('large', {length} bytes): its chunk size of 33554432 bytes is too large: "
               "the copy has 261120 bytes\n")
    result = gridfs("cp", *TO, *options, str(file_id))
    expect(result, out=result.out, err=warning)
    copy = database["copy.files"].find_one()
    assert copy["chunkSize"] == 261120
    assert GridFSBucket(database, "copy").open_download_stream(copy["_id"]).read() == data


def test_what_is_missing(gridfs, stored):
    expect(gridfs("cp", MISSING_ID, *TO), err=error("cp", f"file {MISSING_ID}: no such file in DB.fs"), code=NOT_FOUND)
    expect(gridfs("cp", "-r", "gone/", *TO), err=error("cp", "gone/: no such file in DB.fs"), code=NOT_FOUND)
    expect(gridfs("cp", "--name", "gone", "d/small", *TO), out=lines(stored["d/small"]),
           err=error("cp", "gone: no such file in DB.fs") + error("cp", "1 copied (5 bytes), 1 failed"), code=SOME_FAILED)


def test_a_file_without_a_name(gridfs, database, stored):
    database["fs.files"].update_one({"filename": "d/small"}, {"$unset": {"filename": 1}})
    expect(gridfs("cp", str(stored["d/small"]), *TO), err=error_like("cp", ".*it has no name.*"), code=1)


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--to-bucket", "fs"],
        ["--to-db", "SAME"],
        ["--to-uri", "URI"],
        ["--to-uri", "URI", "--to-uri-file", "f"],
        ["--to-uri-file", "-", "--uri-file", "-"],
        [*TO, "--include", "*"],
        [*TO, "-r", "--name", "a"],
        [*TO, "-r", "--revision", "0"],
        [*TO, "--revision", "0"],
    ],
)
def test_options_that_do_not_go_together(gridfs, database, options):
    given = [{"SAME": database.name, "URI": gridfs.uri}.get(one, one) for one in options]
    expect(gridfs("cp", MISSING_ID, *given, stdin=gridfs.uri.encode()), err=usage_error("cp"), code=2)


def test_no_operands(gridfs):
    expect(gridfs("cp", *TO), err=usage_error("cp"), code=2)
    expect(gridfs("cp", "-r", *TO), err=usage_error("cp"), code=2)


def test_a_password_on_the_command_line_is_warned_about(gridfs, stored):
    uri = "mongodb://someone:hunter2@127.0.0.1:1/"
    result = gridfs("cp", MISSING_ID, "--connect-timeout", "0.1", "--to-uri", uri)
    missing = f"gridfs: cp: file {MISSING_ID}: no such file in DB.fs\n"
    expect(result, err=re.compile(f"gridfs: cp: warning: --to-uri: .*password.*--to-uri-file\n{missing}"), code=NOT_FOUND)
    result = gridfs("cp", "--name", "d/small", "--connect-timeout", "0.1", "--retries", "0", "--to-uri", uri)
    assert result.code == 5 and "hunter2" not in result.err, result


@pytest.mark.parametrize("name", ["d/small", "d/large"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_behind(gridfs, database, other, proxy, stored, name, number):
    between = proxy()
    hold = between.hold("insert", "fs.chunks")
    uri = uri_with(between.uri, other.name)
    with gridfs.start("cp", "--name", name, "--to-uri", uri) as process:
        hold.wait()
        send(process, number)
        hold.release()
        expect(finish(process, limit=15), code=-number)
    assert not any(snapshot(other).values())


def test_a_target_that_fails_leaves_nothing_behind(gridfs, other, proxy, stored):
    between = proxy()
    between.cut("insert", "fs.chunks", times=100)
    uri = uri_with(between.uri, other.name)
    for name in ("d/small", "d/large"):
        result = gridfs("cp", "--name", name, "--retries", "0", "--to-uri", uri)
        assert (result.code, result.out) == (5, b""), result
    assert not any(snapshot(other).values())


def test_more_than_go_at_once(gridfs, database):
    """One that is damaged fails alone."""
    ids = add_files(database, *(f"{n:04}" for n in range(1_100)), length=1)
    chunks = [{"_id": ObjectId(), "files_id": one, "n": 0, "data": b"x"} for n, one in enumerate(ids) if n != 700]
    database["fs.chunks"].insert_many(chunks)
    result = gridfs("cp", "-r", "", *TO)
    expect(result, out=lines(*(one for n, one in enumerate(ids) if n != 700)), err=error_like("cp", r".*chunk.*missing.*\ngridfs: cp: 1099 copied \(1\.1 KiB\), 1 failed"), code=SOME_FAILED)
    assert database["copy.chunks"].count_documents({}) == len(chunks)


@pytest.mark.parametrize("date", [None, "2019-01-01"])
def test_a_file_without_an_upload_date_is_warned_of(gridfs, database, date):
    """Among the revisions of its name it was the oldest; the copy is the newest."""
    add_files(database, "x", _id="old", uploadDate=date)
    warning = error_like("cp", r"warning: file old .*: it has no upload date: the copy has the present one, and is the newest of its name")
    expect(gridfs("cp", "old", *TO), out="old\n", err=warning)
