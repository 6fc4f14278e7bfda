"""rm: files by id, revisions by name."""

import re

import pytest

from harness import MISSING_ID, TerminalRun, add_files, error, expect, json_lines, json_summary, snapshot, usage_error


@pytest.fixture
def ids(bucket):
    """Three revisions of `a` and one `b`, two chunks each."""
    return [
        bucket.upload_from_stream(name, data, chunk_size_bytes=4)
        for name, data in (("a", b"first."), ("a", b"second"), ("b", b"other."), ("a", b"third."))
    ]


@pytest.fixture
def left(database, ids):
    """Which of `ids` are left; each whole or gone with all its chunks."""

    def look():
        files = {one["_id"] for one in database["fs.files"].find()}
        for file_id in ids:
            assert database["fs.chunks"].count_documents({"files_id": file_id}) == (2 if file_id in files else 0)
        return [at for at, file_id in enumerate(ids) if file_id in files]

    return look


def test_by_id(gridfs, ids, left):
    expect(gridfs("rm", str(ids[1])))
    assert left() == [0, 2, 3]
    expect(gridfs("rm", str(ids[0]), str(ids[2])))
    assert left() == [3]


@pytest.mark.parametrize(("revision", "remaining"), [(0, [1, 2, 3]), (1, [0, 2, 3]), (-1, [0, 1, 2]), (-3, [1, 2, 3])])
def test_one_revision_of_a_name(gridfs, left, revision, remaining):
    expect(gridfs("rm", "--name", "a", f"--revision={revision}"))
    assert left() == remaining


def test_all_revisions_of_a_name(gridfs, left):
    expect(gridfs("rm", "--name", "a", "--all-revisions"))
    assert left() == [2]


def test_several_names(gridfs, left):
    expect(gridfs("rm", "--name", "a", "b", "--revision", "0"))
    assert left() == [1, 3]
    said = error("rm", "gone: no such file in DB.fs") + error("rm", "2 removed, 1 failed")
    expect(gridfs("rm", "--all-revisions", "--name", "a", "gone"), err=said, code=3)
    assert left() == []


def test_a_name_alone_is_refused(gridfs, left):
    expect(gridfs("rm", "--name", "b"), err=usage_error("rm", ".*--all-revisions.*"), code=2)
    assert left() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--name", "a", "--revision", "0", "--all-revisions"],
        [MISSING_ID, "--revision", "0"],
        [MISSING_ID, "--all-revisions"],
        [],
        ["--name", "--all-revisions"],
        ["--name", "a", "--revision", "x"],
    ],
)
def test_options_that_do_not_go_together(gridfs, left, arguments):
    expect(gridfs("rm", *arguments), err=usage_error("rm"), code=2)
    assert left() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([MISSING_ID], f"file {MISSING_ID}: no such file in DB.fs"),
        (["--name", "gone", "--all-revisions"], "gone: no such file in DB.fs"),
        (["--name", "gone", "--revision", "0"], "gone: no such file in DB.fs"),
        (["--name", "a", "--revision", "3"], "a: no revision 3 in DB.fs"),
    ],
)
def test_what_is_missing(gridfs, left, arguments, message):
    expect(gridfs("rm", *arguments), err=error("rm", message), code=4)
    assert left() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "arguments",
    [
        [MISSING_ID],
        [MISSING_ID, "-n"],
        ["--name", "gone", "--all-revisions"],
        ["--name", "gone", "--all-revisions", "-n"],
        ["--name", "a", "gone", "--revision", "3"],
    ],
)
def test_ignore_missing(gridfs, left, arguments):
    expect(gridfs("rm", "--ignore-missing", *arguments))
    assert left() == [0, 1, 2, 3]


def test_ignore_missing_removes_what_is_there(gridfs, ids, left):
    result = gridfs("rm", "--ignore-missing", "--json", str(ids[0]), MISSING_ID, str(ids[2]))
    expect(result, out=result.out)
    assert json_lines(result) == [{"_id": ids[0], "removed": 1}, {"_id": ids[2], "removed": 1}, json_summary(removed=2)]
    expect(gridfs("rm", "--ignore-missing", "--name", "gone", "a", "--all-revisions"))
    assert left() == []


def test_ignore_missing_ignores_nothing_else(gridfs):
    result = gridfs("rm", "--ignore-missing", "--retries", "0", "--connect-timeout", "1", MISSING_ID, uri="mongodb://127.0.0.1:1/")
    assert result.code == 5, result


def test_some_are_missing(gridfs, ids, left):
    said = error("rm", f"file {MISSING_ID}: no such file in DB.fs") + error("rm", "2 removed, 1 failed")
    expect(gridfs("rm", str(ids[0]), MISSING_ID, str(ids[2])), err=said, code=3)
    assert left() == [1, 3]


def test_chunks_without_a_file_go_as_well(gridfs, database, ids):
    database["fs.files"].delete_one({"_id": ids[0]})
    expect(gridfs("rm", str(ids[0])), err=error("rm", f"file {ids[0]}: no such file in DB.fs"), code=4)
    assert database["fs.chunks"].count_documents({"files_id": ids[0]}) == 0


def test_json(gridfs, ids):
    result = gridfs("rm", "--json", str(ids[0]), str(ids[2]))
    expect(result, out=result.out)
    assert json_lines(result) == [{"_id": ids[0], "removed": 1}, {"_id": ids[2], "removed": 1}, json_summary(removed=2)]
    for options, removed in ((["--revision", "0"], 1), (["--all-revisions"], 1)):
        result = gridfs("rm", "--json", "--name", "a", *options)
        expect(result, out=result.out)
        assert json_lines(result) == [{"filename": "a", "removed": removed}, json_summary(removed=removed)]


def test_other_buckets_are_left_alone(gridfs, database, ids):
    expect(gridfs("put", "--bucket", "other", "--id", "x", "-", "--name", "a", stdin=b"kept"), out="x\n")
    before = snapshot(database)
    expect(gridfs("rm", *map(str, ids)))
    after = snapshot(database)
    assert after | {"fs.files": before["fs.files"], "fs.chunks": before["fs.chunks"]} == before


@pytest.mark.parametrize("name", ["[a]", "[a,b]", "[]", "*", "a*"])
def test_a_literal_name_is_neither_a_list_nor_a_glob(gridfs, left, name):
    result = gridfs("rm", "--all-revisions", "--literal", "--name", name)
    expect(result, err=error("rm", f"{name}: no such file in DB.fs"), code=4)
    assert left() == [0, 1, 2, 3]


@pytest.mark.parametrize(("globs", "remaining"), [(["[a]"], [2]), (["a*"], [2]), (["*"], []), (["?", "b"], []), (["[!a]"], [0, 1, 3])])
def test_globs(gridfs, left, globs, remaining):
    before = left()
    result = gridfs("rm", "-n", "--all-revisions", "--name", *globs)
    expect(result, err=re.compile("(gridfs: rm: would remove file .+\n)+"))
    assert left() == before
    result = gridfs("rm", "--json", "--all-revisions", "--name", *globs)
    missing = "" if "b" not in globs else error("rm", "b: no such file in DB.fs") + error("rm", "4 removed, 1 failed")
    expect(result, out=result.out, err=missing, code=3 if missing else 0)
    assert left() == remaining
    assert json_lines(result)[-1] == json_summary(removed=4 - len(remaining), failed=1 if missing else 0)


def test_a_name_that_exists_is_no_glob(gridfs, bucket, database, left):
    bucket.upload_from_stream("*", b"star")
    expect(gridfs("rm", "--all-revisions", "--name", "*"))
    assert left() == [0, 1, 2, 3] and database["fs.files"].count_documents({"filename": "*"}) == 0


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["x*", "--all-revisions"], "x*: no such file in DB.fs", 4),
        (["*", "--revision", "0"], "*: a glob needs --all-revisions", 2),
        (["[z-a]", "--all-revisions"], "'[z-a]': a range of characters ends before it begins", 2),
    ],
)
def test_globs_that_remove_nothing(gridfs, left, arguments, message, code):
    expect(gridfs("rm", "--name", *arguments), err=error("rm", message), code=code)
    assert left() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("count", "options", "answer", "removed"),
    [
        (11, [], "y", True),
        (11, [], "n", False),
        (11, [], "", False),
        (11, ["-f"], None, True),
        (11, ["--json"], "yes", True),
        (10, [], None, True),
    ],
)
def test_many_are_removed_from_a_terminal_once_confirmed(gridfs, database, count, options, answer, removed):
    names = add_files(database, *(f"{number // 2}.tmp" for number in range(count)), "kept")
    arguments = ["rm", "--name", "*.tmp", "--all-revisions", *options]
    with TerminalRun(gridfs, *arguments, on_terminal=("stdin", "stderr")) as run:
        if answer is not None:
            run.wait_for(f"remove 11 revisions of 6 files from {database.name}.fs? [y/N] ")
            assert database["fs.files"].count_documents({}) == len(names)
            run.type(f"{answer}\n")
        result = run.finish()
    assert result.code == (0 if removed else 1), run.shown
    assert ("not confirmed: nothing is removed" in run.shown) == (not removed)
    assert database["fs.files"].count_documents({}) == (1 if removed else len(names))


@pytest.mark.parametrize("on_terminal", [(), ("stdin",), ("stderr",)])
def test_nobody_is_asked_in_a_pipe(gridfs, database, on_terminal):
    add_files(database, *("x" for _ in range(12)))
    with TerminalRun(gridfs, "rm", "--name", "?", "--all-revisions", on_terminal=on_terminal) as run:
        assert run.finish().code == 0
    assert run.screen() == (["gridfs: rm: 12 removed"] if "stderr" in on_terminal else [])
    assert database["fs.files"].count_documents({}) == 0
