"""prune: retention over the revisions of each name."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from bson import ObjectId

from harness import add_files, error, error_like, expect, json_lines, json_summary, snapshot, usage_error

SOME_FAILED, NOT_FOUND, DAMAGED = 3, 4, 8


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def store(database, name, *dates, length=0, **fields):
    """Revisions of those dates, from the oldest; gives their ids."""
    documents = [
        {"_id": ObjectId(), "length": length, "chunkSize": 4, "uploadDate": date, "filename": name} | fields
        for date in dates
    ]
    database["fs.files"].insert_many(documents)
    return [document["_id"] for document in documents]


@pytest.fixture
def left(database):
    """The ids that are left."""
    return lambda: [one["_id"] for one in database["fs.files"].find(sort=[("_id", 1)])]


def days(count, first=utc(2020, 1, 1, 12)):
    return [first + timedelta(days=day) for day in range(count)]


def test_keeps_what_the_policy_says_and_removes_the_rest_with_its_chunks(gridfs, bucket, database, left):
    ids = [bucket.upload_from_stream("a", b"data %d" % number, chunk_size_bytes=4) for number in range(5)]
    other = bucket.upload_from_stream("b", b"other", chunk_size_bytes=4)
    expect(gridfs("prune", "--keep-last", "2"))
    assert left() == [*ids[3:], other]
    assert set(database["fs.chunks"].distinct("files_id")) == {*ids[3:], other}
    expect(gridfs("prune", "--keep-last", "2"))
    assert left() == [*ids[3:], other]


@pytest.mark.parametrize(
    ("options", "dates", "kept"),
    [
        (["--keep-daily", "3"], days(5), [2, 3, 4]),
        (["--keep-weekly=2"], days(12), [4, 11]),  # 5 January 2020 is a Sunday
        (["--keep-monthly", "2"], [utc(2024, 2, 28), utc(2024, 2, 29), utc(2024, 3, 1), utc(2024, 3, 31)], [1, 3]),
        (["--keep-yearly", "5"], [utc(2020, 1, 1), utc(2020, 12, 31), utc(2021, 1, 1)], [0, 1, 2]),
        (["--keep-hourly", "1"], [utc(2020, 1, 1, 5, 59), utc(2020, 1, 1, 6), utc(2020, 1, 1, 6, 59)], [2]),
        (["--keep-within", "2d"], days(5), [3, 4]),
        (["--keep-last", "unlimited"], days(3), [0, 1, 2]),
        (["--keep-daily", "2", "--keep-last", "1", "--keep-monthly", "0"], days(3), [1, 2]),
    ],
    ids=str,
)
def test_each_rule(gridfs, database, left, options, dates, kept):
    for name in ("a", "b/c"):
        store(database, name, *dates)
    before = left()
    expect(gridfs("prune", *options))
    count = len(dates)
    assert left() == [before[base + at] for base in (0, count) for at in kept]


def test_days_of_a_time_zone(gridfs, database, left):
    ids = store(database, "a", utc(2020, 7, 1, 21, 59), utc(2020, 7, 1, 22), utc(2020, 7, 2, 21, 59), utc(2020, 7, 2, 22))
    expect(gridfs("prune", "--keep-daily", "2", "--timezone", "Europe/Berlin"))
    assert left() == [ids[2], ids[3]]
    bad = usage_error("prune", r"--timezone: 'Europe/Nowhere' is no time zone of \S+")
    expect(gridfs("prune", "--keep-daily", "2", "--timezone", "Europe/Nowhere"), err=bad, code=2)


def test_dry_run_says_why_each_is_kept(gridfs, database):
    ids = store(database, "a\n", *days(3), utc(2020, 1, 3, 13), length=1000)
    [undated] = store(database, "b", None)
    before = snapshot(database)
    dates = ["2020-01-01T12:00:00.000Z", "2020-01-02T12:00:00.000Z", "2020-01-03T12:00:00.000Z", "2020-01-03T13:00:00.000Z"]
    rows = [("keep", "last, daily", 3), ("remove", "-", 2), ("keep", "daily", 1), ("remove", "-", 0)]
    out = f"keep\tno upload date\t{undated}\t-\tb\n"
    out += "".join(f"{action}\t{reasons}\t{ids[at]}\t{dates[at]}\ta\\n\n" for action, reasons, at in rows)
    options = ["prune", "-n", "--keep-daily", "2", "--keep-last", "1"]
    summary = error("prune", "would remove 2 of 5 revisions (2.0 KiB)")
    expect(gridfs(*options), out=out, err=summary)
    result = gridfs(*options, "--json")
    expect(result, out=result.out, err=summary)
    *verdicts, last = json_lines(result)
    assert last == json_summary(removed=0, kept=3)
    assert [(one["_id"], one["keep"], one["reasons"]) for one in verdicts] == [
        (undated, True, ["no upload date"]),
        (ids[3], True, ["last", "daily"]),
        (ids[2], False, []),
        (ids[1], True, ["daily"]),
        (ids[0], False, []),
    ]
    assert snapshot(database) == before


def test_json_and_verbose(gridfs, database):
    ids = store(database, "a", *days(3))
    result = gridfs("prune", "-v", "--json", "--keep-last", "1")
    removed = "".join(f"gridfs: prune: removed file {ids[at]} ('a', 0 bytes)\n" for at in (1, 0))
    opened = result.err.split("\n", 1)[0]
    assert opened.startswith(f"gridfs: prune: bucket fs of database {database.name} on ")
    expect(result, out=result.out, err=f"{opened}\n" + removed + error("prune", "removed 2 of 3 revisions (0 bytes)"))
    lines = [{"_id": ids[at], "filename": "a", "removed": 1} for at in (1, 0)]
    assert json_lines(result) == [*lines, json_summary(removed=2, kept=1)]


def test_a_prefix_and_filters(gridfs, database, left):
    ids = {name: store(database, name, *days(2)) for name in ("d", "d/a", "d/b.log", "d-e", "e")}
    kept = lambda *pruned: sorted(id for name, two in ids.items() for id in (two[1:] if name in pruned else two))
    expect(gridfs("prune", "--keep-last", "1", "--prefix", "d/", "--exclude", "*.log"))
    assert left() == kept("d/a")
    expect(gridfs("prune", "--keep-last", "1", "--prefix", "d"))
    assert left() == kept("d/a", "d/b.log", "d")
    expect(gridfs("prune", "--keep-last", "1", "--prefix", "gone/"), err=error("prune", "gone/: no such file in DB.fs"), code=NOT_FOUND)
    expect(gridfs("prune", "--keep-last", "1", "--prefix", "d", "--include", "nothing"))
    expect(gridfs("prune", "--keep-last", "1"))
    assert left() == kept(*ids)


def test_what_does_not_pass_the_filters_is_kept_and_does_not_count(gridfs, database, left):
    """Dumps that have failed and are empty do not take the places of those that are not."""
    good = store(database, "a", *days(4), length=9)
    empty = store(database, "a", *days(4, utc(2020, 2, 1)))
    expect(gridfs("prune", "--keep-last", "2", "--min-size", "1"))
    assert left() == [*good[2:], *empty]


def test_what_is_dated_in_the_future_takes_no_place(gridfs, database, left):
    future = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=400)
    ids = store(database, "a", *days(3), future)
    warning = re.compile(
        rf"gridfs: prune: warning: file {ids[3]} \('a', 0 bytes\) is dated in the future, {future:%Y-%m-%d}T.*: it is kept, and does not count\n"
    )
    expect(gridfs("-q", "prune", "--keep-last", "1", "--keep-within", "1h"), err=warning)
    assert left() == ids[2:]


def test_files_without_a_name_or_a_date_are_left_alone(gridfs, database, left):
    store(database, "a", *days(2))
    undated = store(database, "a", None, "yesterday")
    unnamed = add_files(database, None, None)
    database["fs.files"].insert_one({"_id": "number", "filename": 7, "length": 0, "chunkSize": 4, "uploadDate": utc(2020, 1, 1)})
    expect(gridfs("prune", "--keep-last", "1"))
    remaining = left()
    assert set(remaining) >= {*undated, *unnamed, "number"}
    assert len(remaining) == 6


def test_a_policy_that_keeps_nothing(gridfs, database, left):
    ids = [*store(database, "d/a", *days(2)), *store(database, "e", *days(2))]
    for options in (["--keep-last", "0"], ["--keep-within", "0s", "--keep-daily", "0"]):
        expect(gridfs("prune", *options), err=usage_error("prune", ".*--allow-remove-all.*"), code=2)
        expect(gridfs("prune", "-n", *options), err=usage_error("prune", ".*--allow-remove-all.*"), code=2)
        expect(gridfs("prune", *options, "--allow-remove-all"), err=usage_error("prune", ".*--prefix.*"), code=2)
    assert left() == ids
    expect(gridfs("prune", "--keep-last", "0", "--allow-remove-all", "--prefix", "d/"))
    assert left() == ids[2:]


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--allow-remove-all"],
        ["--prefix", "a"],
        ["--keep-last", "-1"],
        ["--keep-daily", "x"],
        ["--keep-within", "1y"],
        ["--keep-last", "1", "a"],
        ["--keep-last", "1", "--", "a"],
        ["--keep-last", "1", "--prefix", "\udcff"],
    ],
    ids=str,
)
def test_wrong_command_lines(gridfs, database, options):
    store(database, "a", *days(2))
    before = snapshot(database)
    expect(gridfs("prune", *options), err=usage_error("prune"), code=2)
    assert snapshot(database) == before


def test_an_invalid_stored_size_is_a_failure_where_it_counts(gridfs, database, left):
    ids = store(database, "a", *days(3), length="nonsense")
    expect(gridfs("prune", "-n", "--keep-last", "2", "--max-size", "1"), err=re.compile("(gridfs: prune: .*length.*\n){3}gridfs: prune: 3 failed\n"), code=DAMAGED)
    expect(gridfs("prune", "--keep-last", "2"))
    assert left() == ids[1:]


def test_a_bucket_without_files(gridfs):
    expect(gridfs("prune", "-q", "--keep-last", "1", "-b", "typo"), err=error_like("prune", "warning: bucket 'typo' has no .*"))


def test_more_revisions_than_one_reply_and_one_removal_hold(gridfs, database, left):
    minutes = (utc(2020, 1, 1) + timedelta(minutes=minute) for minute in range(2500))
    ids = [*store(database, "a", *minutes), *store(database, "b", *[utc(2020, 1, 1)] * 1200)]
    expect(gridfs("prune", "--keep-last", "3", "--keep-yearly", "1"))
    assert left() == [*ids[2497:2500], *ids[-3:]]
