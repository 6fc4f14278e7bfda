"""--dry-run: says what would be done, and changes nothing."""

import os
import re

import pytest

from harness import MISSING_ID, error, error_like, expect, snapshot, tree


@pytest.fixture
def prepared(gridfs, bucket, tmp_path):
    """A bucket with the files `a` (twice) and `b`, and local files of the names `a` and `new`."""
    for name, data in (("a", b"first"), ("a", b"second"), ("b", b"other")):
        bucket.upload_from_stream_with_id(f"id-{data.decode()}", name, data)
    for name in ("a", "new"):
        (tmp_path / name).write_bytes(b"local")


@pytest.fixture
def dry(gridfs, prepared, database, tmp_path):
    """Runs with -n and sees to it that everything is as it was."""

    def run(*arguments, **options):
        before = snapshot(database), tree(tmp_path)
        result = gridfs(*arguments, **options)
        assert (snapshot(database), tree(tmp_path)) == before
        return result

    return run


WOULD = [
    (["put", "new"], ["new"]),
    (["put", "new", "a", "--chunk-size", "1K"], ["new", "a"]),
    (["put", "-", "--name", "x"], ["x"]),
    (["put", "new", "--id", "free", "--json"], ["new"]),
    (["get", "id-other"], ["b"]),
    (["get", "id-other", "id-second", "-o", "d/"], ["d/b", "d/a"]),
    (["get-by-name", "b", "--json"], ["b"]),
    (["get-by-name", "a", "-f"], ["a"]),
    (["rename", "id-other", "c"], ["c"]),
    (["rename", "--name", "a", "c"], ["c"]),
    (["rm", "id-other"], ["id-other"]),
    (["rm", "id-other", "id-first", "--json"], ["id-other", "id-first"]),
    (["rm", "--name", "a", "--revision", "0"], ["id-first"]),
    (["rm", "--name", "b", "--all-revisions"], ["b"]),
]


@pytest.mark.parametrize("option", ["-n", "--dry-run"])
@pytest.mark.parametrize(("arguments", "named"), WOULD)
def test_prints_what_would_be_done(dry, arguments, named, option):
    command, *rest = arguments
    result = dry(command, *rest, option, stdin=b"data")
    out = re.compile(rb'\{ "summary" : \{ "\w+" : 0, ("bytes" : 0, )?"failed" : 0, "skipped" : 0 \} \}\n')
    expect(result, out=out if "--json" in rest else b"", err=error_like(command, rf"would .+(\ngridfs: {command}: would .+)*"))
    for name in named:
        assert name in result.err


def test_prints_it_even_with_quiet(dry):
    expect(dry("-q", "rm", "-n", "id-other"), err=error("rm", "would remove file id-other ('b', 5 bytes)"))


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["put", "missing"], "missing: no such file or directory", 4),
        (["put", "d"], "d: is a directory; -r stores what is below it", 9),
        (["put", "new", "--id", "id-other"], ".*the _id is in use.*", 6),
        (["get", MISSING_ID], f"file {MISSING_ID}: no such file in DB.fs", 4),
        (["get", "id-second"], "a: file exists; -f replaces it", 6),
        (["get", "id-other", "-o", "missing/b"], "missing/b: no such file or directory", 4),
        (["get", "id-other", "-f"], "b: is a directory", 9),
        (["get", "id-other", "id-other"], "b: is a directory\n.*is the path of an earlier file.*\n.* 2 failed", 1),
        (["get-by-name", "gone"], "gone: no such file in DB.fs", 4),
        (["get-by-name", "a", "--revision", "2", "-f"], "a: no revision 2 in DB.fs", 4),
        (["rename", MISSING_ID, "x"], f"file {MISSING_ID}: no such file in DB.fs", 4),
        (["rename", "--name", "gone", "x"], "gone: no such file in DB.fs", 4),
        (["rm", MISSING_ID], f"file {MISSING_ID}: no such file in DB.fs", 4),
        (["rm", "--name", "gone", "--all-revisions"], "gone: no such file in DB.fs", 4),
        (["rm", "--name", "a", "--revision", "2"], "a: no revision 2 in DB.fs", 4),
    ],
)
def test_fails_as_the_real_thing_would(dry, tmp_path, arguments, message, code):
    for name in ("b", "d"):
        (tmp_path / name).mkdir()
    expect(dry(*arguments, "-n"), err=error_like(arguments[0], message), code=code)


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["put", b"\xff"], r".*must be UTF-8: '\\xff'", 2),
        (["put", "new", "--name", b"\xff"], r".*must be UTF-8: '\\xff'", 2),
        (["put", "a", b"\xff", "new"], r".*must be UTF-8: '\\xff'\n.* failed", 3),
        (["put", "-r", "d"], r".*must be UTF-8: 'd/\\xff'\n.* failed", 3),
        (["put", b"\xff", "--if-absent"], ".*must be UTF-8.*", 2),
        (["put", "new", "--metadata", "@large"], ".*larger than 16 MiB", 2),
        (["put", "new", "a", "--metadata", "@large"], ".*larger than 16 MiB\n.*larger than 16 MiB\n.* failed", 2),
        (["put", "new", "--id", "id-other"], ".*the _id is in use: id-other", 6),
        (["put", "new", "--id", "orphan"], ".*chunks without a file are stored under orphan", 6),
        (["sync", "d", "gridfs:p", "--delete"], r".*must be UTF-8: 'p/\\xff'\n.*1 file not deleted.*\n.* failed", 3),
    ],
)
def test_refuses_what_the_server_is_never_sent(gridfs, bucket, dry, database, tmp_path, arguments, message, code):
    (tmp_path / "d").mkdir()
    for name in (b"\xff", b"d/\xff", b"d/new"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    (tmp_path / "large").write_text('{"zeros": [' + "0," * 1_400_000 + "0]}")  # more as BSON
    database["fs.chunks"].insert_one({"files_id": "orphan", "n": 0, "data": b"x"})
    bucket.upload_from_stream("p/extra", b"")
    expected = dry(*arguments, "-n")
    lines = [line for line in expected.err.splitlines() if ": would " not in line]
    assert (re.fullmatch(message, "\n".join(lines)), expected.code) != (None, 0), expected
    real = gridfs(*arguments)
    # The sums at the end differ by what was stored.
    assert real.err.splitlines()[: len(lines) - (code == 3)] == lines[: len(lines) - (code == 3)]
    assert (expected.code, real.code) == (code, code)


def test_makes_no_collection_and_no_directory(gridfs, database, bucket, tmp_path):
    (tmp_path / "f").write_bytes(b"x")
    expect(gridfs("put", "-n", "f"), err=error_like("put", "would .+"))
    assert database.list_collection_names() == []
    bucket.upload_from_stream_with_id("x", "y/z", b"")
    expect(gridfs("get", "-n", "x", "-o", "d/"), err=error_like("get", "would .+"))
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
