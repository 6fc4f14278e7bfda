"""rm -r: whole trees."""

from datetime import datetime, timedelta, timezone

import pytest

from harness import add_files, bytes_text, error, error_like, expect, json_lines, json_summary, snapshot, usage_error

NOT_FOUND, SOME_FAILED = 4, 3
NAMES = ("logs/a", "logs/b.tmp", "logs/2025/c", "logs", "logs-old/d", "logsx", "other")


@pytest.fixture
def ids(bucket):
    """Two revisions of each name, the first of one byte and the second of several chunks, by name."""
    return {
        name: [bucket.upload_from_stream(name, data, chunk_size_bytes=4) for data in (b"1", b"second revision")]
        for name in NAMES
    }


@pytest.fixture
def left(database, ids):
    """How many revisions of each name are left; those that are gone are gone with their chunks."""

    def look():
        files = {one["_id"] for one in database["fs.files"].find()}
        for revisions in ids.values():
            for file_id, chunks in zip(revisions, (1, 4)):
                assert database["fs.chunks"].count_documents({"files_id": file_id}) == (chunks if file_id in files else 0)
        return {name: [at for at, one in enumerate(revisions) if one in files] for name, revisions in ids.items()}

    return look


def all_but(*names):
    return {name: [] if name in names else [0, 1] for name in NAMES}


@pytest.mark.parametrize(
    ("prefixes", "removed"),
    [
        (["logs/"], ["logs/a", "logs/b.tmp", "logs/2025/c"]),
        (["logs"], ["logs/a", "logs/b.tmp", "logs/2025/c", "logs"]),
        (["logs/2025"], ["logs/2025/c"]),
        (["logs/a"], ["logs/a"]),
        (["logs/2025", "logs-old/"], ["logs/2025/c", "logs-old/d"]),
    ],
)
def test_every_revision_of_every_name_below_a_prefix(gridfs, left, prefixes, removed):
    expect(gridfs("rm", "-r", *prefixes))
    assert left() == all_but(*removed)


@pytest.mark.parametrize(
    ("options", "removed"),
    [
        (["--include", "*.tmp"], ["logs/b.tmp"]),
        (["--exclude", "*.tmp"], ["logs/a", "logs/2025/c"]),
        (["--include", "logs/*", "--exclude", "*/2025/*"], ["logs/a", "logs/b.tmp"]),
    ],
)
def test_filters_of_names(gridfs, left, options, removed):
    expect(gridfs("rm", "-r", "logs/", *options))
    assert left() == all_but(*removed)


@pytest.mark.parametrize(("option", "remaining"), [("--min-size=2", [0]), ("--max-size=1", [1])])
def test_filters_judge_each_revision_by_itself(gridfs, left, option, remaining):
    expect(gridfs("rm", "-r", "logs/", option))
    assert left() == all_but() | dict.fromkeys(["logs/a", "logs/b.tmp", "logs/2025/c"], remaining)


def test_filters_of_age(gridfs, database, ids, left):
    old = datetime.now(timezone.utc) - timedelta(days=3)
    database["fs.files"].update_one({"_id": ids["logs/a"][0]}, {"$set": {"uploadDate": old}})
    database["fs.files"].update_one({"_id": ids["logs/a"][1]}, {"$unset": {"uploadDate": 1}})
    expect(gridfs("rm", "-r", "logs/", "--min-age", "2d"))
    assert left() == all_but() | {"logs/a": [1]}
    expect(gridfs("rm", "-r", "logs/", "--max-age", "2d"))
    assert left() == all_but("logs/b.tmp", "logs/2025/c") | {"logs/a": [1]}


def test_an_invalid_stored_size_passes_no_filter(gridfs, database, ids, left):
    database["fs.files"].update_one({"_id": ids["logs/a"][0]}, {"$set": {"length": "nonsense"}})
    result = gridfs("rm", "-r", "logs/", "--max-size", "1")
    expect(result, err=error_like("rm", r".*length.*\ngridfs: rm: 2 removed, 1 failed"), code=SOME_FAILED)
    assert left() == all_but() | {"logs/a": [0, 1], "logs/b.tmp": [1], "logs/2025/c": [1]}


def test_an_empty_prefix_needs_a_filter(gridfs, left):
    expect(gridfs("rm", "-r", ""), err=usage_error("rm", ".*filter.*"), code=2)
    expect(gridfs("rm", "-r", "logs/", ""), err=usage_error("rm", ".*filter.*"), code=2)
    assert left() == all_but()
    expect(gridfs("rm", "-r", "", "--include", "*"))
    assert left() == all_but(*NAMES)


@pytest.mark.parametrize("prefix", ["gone", "gone/", "other/", "log", "logs/a/"])
def test_nothing_below_the_prefix(gridfs, left, prefix):
    expect(gridfs("rm", "-r", prefix), err=error("rm", f"{prefix}: no such file in DB.fs"), code=NOT_FOUND)
    assert left() == all_but()


def test_nothing_that_passes_the_filters(gridfs, left):
    expect(gridfs("rm", "-r", "logs/", "--min-age", "1d"))
    expect(gridfs("rm", "-n", "-r", "logs/", "--min-age", "1d"))
    missing = error("rm", "gone/: no such file in DB.fs")
    expect(gridfs("rm", "-r", "gone/", "--min-age", "1d"), err=missing, code=NOT_FOUND)
    assert left() == all_but()


def test_one_prefix_has_nothing_below_it(gridfs, left):
    said = error("rm", "gone/: no such file in DB.fs") + error("rm", "2 removed, 1 failed")
    expect(gridfs("rm", "-r", "gone/", "logs/2025/"), err=said, code=SOME_FAILED)
    assert left() == all_but("logs/2025/c")


def test_ignore_missing(gridfs, left):
    expect(gridfs("rm", "--ignore-missing", "-r", "gone/", "logs/2025/"))
    assert left() == all_but("logs/2025/c")


def test_dry_run_names_each_and_removes_none(gridfs, database, ids, left):
    before = snapshot(database)
    lines = [
        f"gridfs: rm: would remove file {file_id} ('{name}', {bytes_text(length)})\n"
        for name in ("logs/2025/c", "logs/a")
        for file_id, length in zip(ids[name], (1, 15))
    ]
    expect(gridfs("rm", "-n", "-r", "logs/", "--exclude", "*.tmp"), err="".join(lines))
    assert snapshot(database) == before


def test_json(gridfs, ids):
    result = gridfs("rm", "--json", "-r", "logs/2025", "other")
    expect(result, out=result.out)
    assert json_lines(result) == [
        {"_id": file_id, "filename": name, "removed": 1} for name in ("logs/2025/c", "other") for file_id in ids[name]
    ] + [json_summary(removed=4)]


def test_files_without_a_name_are_spared(gridfs, database):
    [_, file_id] = add_files(database, "a", None)
    message = f"gridfs: rm: warning: file {file_id} (0 bytes): skipped: it has no name\n"
    expect(gridfs("rm", "-r", "", "--include", "*"), err=message)
    assert [one["_id"] for one in database["fs.files"].find()] == [file_id]


def test_more_files_than_one_batch(gridfs, database):
    add_files(database, *(f"t/{number}" for number in range(2500)), "u")
    expect(gridfs("rm", "-r", "t/"))
    assert [one["filename"] for one in database["fs.files"].find()] == ["u"]


@pytest.mark.parametrize(
    "options",
    [
        ["-r"],
        ["-r", "--name", "other"],
        ["-r", "other", "--revision", "0"],
        ["-r", "other", "--all-revisions"],
        ["other", "--include", "*"],
        ["--name", "other", "--all-revisions", "--min-age", "1d"],
    ],
)
def test_options_that_do_not_go_together(gridfs, left, options):
    expect(gridfs("rm", *options), err=usage_error("rm"), code=2)
    assert left() == all_but()
