"""The order of revisions, by upload date and then by _id, is one in every command."""

import re
from datetime import datetime, timedelta

import pytest
from bson import ObjectId, Timestamp

from harness import FIRST_DAY, add_files, content, error_like, expect, finish, json_lines, only_id

SAME = ObjectId("0123456789abcdef01234567")
# Of one date, in the order of their ids and not of their storing; numbers are before text, and text before ObjectIds.
TIED = ["b", ObjectId("ffffffffffffffffffffffff"), 7, SAME, "a", 3]
IN_ORDER = [3, 7, "a", "b", SAME, ObjectId("ffffffffffffffffffffffff")]


def written(value):
    return str(value) if isinstance(value, (str, ObjectId)) else str(int(value))


@pytest.fixture
def tied(database):
    """Six revisions of `n` of one date, between an older one, a newer one and other names."""
    for name, day, ids in (("m", 0, ["m"]), ("n", -1, ["first"]), ("n", 0, TIED), ("n", 1, ["last"]), ("o", 0, ["o2", "o1"])):
        database["fs.files"].insert_many(
            {"_id": one, "length": 0, "chunkSize": 4, "uploadDate": FIRST_DAY + timedelta(days=day), "filename": name}
            for one in ids)
    database["fs.files"].create_index([("filename", 1), ("uploadDate", 1)])
    return ["first", *map(written, IN_ORDER), "last"]


def shown_ids(result, *names):
    """The ids of `ls -l` with their revisions."""
    expect(result, out=result.out)
    rows = [line.split("\t") for line in result.out.decode().splitlines()]
    return [(row[0], int(row[3])) for row in rows if row[4] in names]


def test_of_a_listing(gridfs, tied):
    in_order = [(one, at) for at, one in enumerate(tied)]
    assert shown_ids(gridfs("ls", "-l"), "n") == in_order
    assert shown_ids(gridfs("ls", "-l", "--filter", '{"length": 0}'), "n") == in_order
    assert shown_ids(gridfs("ls", "-l", "n"), "n") == in_order
    assert sorted(shown_ids(gridfs("ls", "-l", "--sort", "_id"), "n")) == sorted(in_order)
    assert shown_ids(gridfs("ls", "-l", "--skip", "3", "--limit", "4"), "n", "m", "o") == in_order[2:6]
    assert shown_ids(gridfs("ls", "-l"), "o") == [("o1", 0), ("o2", 1)]
    assert [one["_id"] for one in json_lines(gridfs("ls", "--json", "--skip", "1", "--limit", "8"))] == ["first", *IN_ORDER, "last"]


def test_of_the_newest(gridfs, database, tied):
    database["fs.files"].delete_one({"_id": "last"})
    assert shown_ids(gridfs("ls", "-l", "--latest"), "m", "n", "o") == [("m", 0), (tied[-2], 6), ("o2", 1)]
    expect(gridfs("stat", "--name", "n"), out=re.compile(rf"(?s).*{tied[-2]}.*".encode()))


@pytest.mark.parametrize("revision", range(-8, 8))
def test_of_a_revision_by_its_number(gridfs, tied, revision):
    [document] = json_lines(gridfs("stat", "--json", "--name", "n", f"--revision={revision}"))
    assert written(document.get("_id", document.get("file", {}).get("_id"))) == tied[revision]


@pytest.mark.parametrize("revision", [0, 1, 3, 6, -1, -2, -5])
def test_of_removing_a_revision(gridfs, database, tied, revision):
    expect(gridfs("rm", "--name", "n", f"--revision={revision}"))
    left = {written(one["_id"]) for one in database["fs.files"].find({"filename": "n"})}
    assert set(tied) - left == {tied[revision]}


def test_put_replace_keeps_newer_revisions_and_names_them(gridfs, database, bucket, tmp_path):
    (tmp_path / "f").write_bytes(b"new")
    bucket.upload_from_stream("f", b"old")
    (later,) = add_files(database, "f", uploadDate=FIRST_DAY + timedelta(days=36500))
    result = gridfs("put", "--replace", "f")
    message = rf"file \w+ .* is stored, but it is not the newest revision: file {later} .* is dated 2124-.*; 'gridfs rm {later}' removes that one, and put --newest dates a file after it"
    expect(result, out=re.compile(rb"\w+\n"), err=error_like("put", message), code=3)
    new = ObjectId(result.out.decode().strip())
    assert [one["_id"] for one in database["fs.files"].find(sort=[("uploadDate", 1)])] == [new, later]
    assert content(bucket, new) == b"new"
    expect(gridfs("rm", str(later)))
    expect(gridfs("cat", "--name", "f"), out="new")


def test_put_replace_among_files_of_its_own_date(gridfs, database, proxy, tmp_path):
    """Other programs store them in the same millisecond: their ids say which are older."""
    (tmp_path / "f").write_bytes(b"new")
    way = proxy()
    stored = way.hold("insert", "fs.files")
    with gridfs.start("put", "--replace", "--id", "m", "f", uri=way.uri) as process:
        stored.wait()
        looking = way.hold("find", "fs.files")
        stored.release()
        looking.wait()
        date = database["fs.files"].find_one({"_id": "m"})["uploadDate"]
        for one in ("a", "z"):
            add_files(database, "f", _id=one, uploadDate=date)
        looking.release()
        expect(finish(process), out="m\n")
    assert {one["_id"] for one in database["fs.files"].find()} == {"m", "z"}


def test_put_replace_removes_hundreds(gridfs, database, tmp_path):
    (tmp_path / "f").write_bytes(b"new")
    add_files(database, *["f"] * 700, "g")
    new = only_id(gridfs("put", "--replace", "f"))
    assert [(one["filename"], str(one["_id"])) for one in database["fs.files"].find({"filename": "f"})] == [("f", new)]
    assert database["fs.files"].count_documents({}) == 2


@pytest.mark.parametrize("others", [[], ["g", "h"]], ids=str)
def test_put_newest_is_behind_what_is_dated_in_the_future(gridfs, database, tmp_path, others):
    (later,) = add_files(database, "f", uploadDate=FIRST_DAY + timedelta(days=36500))
    for name in ["f", *others]:
        (tmp_path / name).write_bytes(b"new")
    assert len(gridfs("put", "--newest", "f", *others).out.splitlines()) == 1 + len(others)
    expect(gridfs("cat", "--name", "f"), out="new")
    result = gridfs("put", "--newest", "--replace", "f", *others)
    expect(result, out=result.out)
    assert database["fs.files"].count_documents({}) == 1 + len(others)
    dates = {one["filename"]: one["uploadDate"] for one in database["fs.files"].find()}
    assert dates["f"] - FIRST_DAY == timedelta(days=36500, milliseconds=2)
    assert all(dates[name] - FIRST_DAY < timedelta(days=36500) for name in others)


@pytest.mark.parametrize(("date", "remedy"), [(datetime(9999, 12, 31), ", and put --newest dates a file after it"), (Timestamp(1, 1), "")])
def test_put_replace_says_what_stays_the_newest(gridfs, database, tmp_path, date, remedy):
    """A file of the year 9999, and one whose upload date is no date, but follows all of them."""
    (tmp_path / "f").write_bytes(b"new")
    add_files(database, "f", _id="old", uploadDate=date)
    told = r"file \w+ .* is stored, but it is not the newest revision: file old .*; 'gridfs rm old' removes that one" + remedy
    result = gridfs("put", "--replace", "f")
    expect(result, out=result.out, err=error_like("put", told), code=3)
