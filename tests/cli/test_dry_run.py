"""--dry-run: says what would be done, and changes nothing."""

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
    (tmp_path / "d").mkdir()
    expect(dry(*arguments, "-n"), err=error_like(arguments[0], message), code=code)


def test_makes_no_collection_and_no_directory(gridfs, database, bucket, tmp_path):
    (tmp_path / "f").write_bytes(b"x")
    expect(gridfs("put", "-n", "f"), err=error_like("put", "would .+"))
    assert database.list_collection_names() == []
    bucket.upload_from_stream_with_id("x", "y/z", b"")
    expect(gridfs("get", "-n", "x", "-o", "d/"), err=error_like("get", "would .+"))
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
