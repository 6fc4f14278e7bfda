"""A write concern that is never met, or that the server does not take: nothing is said to be stored."""

import re

import pytest

from harness import error_like, expect, snapshot

FAILURE, SOME_FAILED, UNREACHABLE = 1, 3, 5

# Of errors that pass: those of a primary that steps down.
STEPS_DOWN = [91, 189, 11602]

# The removal of a file that met no write concern either may be undone.
LEFT = r"gridfs: put: one(: whether it is stored is not known| and 1 more: chunks may be left).+\n"


@pytest.fixture
def put(gridfs, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "empty").write_bytes(b"")
    return lambda *arguments: gridfs("put", *arguments, "--retries", "2", "--retries-sleep", "0.01")


@pytest.fixture
def never_met(fail, database):
    """Each of the commands is done, and its write concern not met."""

    def never_met(*commands, code, on="fs.files", times=None):
        error = {"code": code, "errmsg": "not met", "errorLabels": ["RetryableWriteError"]}
        fail(*commands, on=f"{database.name}.{on}", times=times, writeConcernError=error)

    return never_met


def failure_of(*names):
    lines = [f"gridfs: put: storing {name}: not met\n" for name in names]
    return "".join(lines + (["gridfs: put: 2 failed\n"] if len(names) > 1 else []))


def is_empty(database):
    return not any(snapshot(database).values())


@pytest.mark.parametrize("code", STEPS_DOWN)
@pytest.mark.parametrize("names", [("one",), ("one", "two"), ("empty",)], ids=" ".join)
@pytest.mark.parametrize("concern", ["majority", '{"w": 1, "j": true}'])
def test_never_met(put, never_met, database, fail, names, code, concern):
    never_met("insert", code=code)
    expect(put(*names, "--write-concern", concern), err=failure_of(*names), code=UNREACHABLE)
    fail.clear()
    assert is_empty(database)


@pytest.mark.parametrize("names", [("one",), ("one", "two")], ids=" ".join)
def test_never_met_by_the_chunks(put, never_met, database, fail, names):
    never_met("insert", code=91, on="fs.chunks")
    expect(put(*names, "--write-concern", "majority"), err=failure_of(*names), code=UNREACHABLE)
    fail.clear()
    assert is_empty(database)


@pytest.mark.parametrize("code", STEPS_DOWN)
@pytest.mark.parametrize("names", [("one",), ("one", "two")], ids=" ".join)
def test_what_may_be_left_is_said(put, never_met, names, code):
    never_met("insert", "delete", code=code)
    expected = re.compile(re.escape(failure_of(*names)) + LEFT)
    expect(put(*names, "--write-concern", "majority"), err=expected, code=UNREACHABLE)


@pytest.mark.parametrize("code", STEPS_DOWN)
@pytest.mark.parametrize("collection", ["fs.chunks", "fs.files"])
@pytest.mark.parametrize("names", [("one",), ("one", "two")], ids=" ".join)
def test_met_at_the_second_attempt(put, never_met, database, names, collection, code):
    never_met("insert", code=code, on=collection, times=1)
    expect(put(*names, "--write-concern", "majority"), out=re.compile(rb"([0-9a-f]{24}\n){%d}" % len(names)))
    assert [file["filename"] for file in database["fs.files"].find(sort=[("filename", 1)])] == list(names)


@pytest.mark.parametrize("names", [("one",), ("one", "two"), ("empty",)], ids=" ".join)
def test_one_that_the_server_does_not_take(put, database, names):
    """No insert was accepted, so that nothing can be left."""
    expect(put("one"), out=re.compile(rb".+\n"))  # there are indexes, and no need to make them
    before = snapshot(database)
    result = put(*names, "--write-concern", "5")
    lines = [f"storing {name}: cannot use 'w' > 1 .+" for name in names] + (["2 failed"] if len(names) > 1 else [])
    expect(result, err=error_like("put", "\ngridfs: put: ".join(lines)), code=FAILURE)
    assert snapshot(database) == before


@pytest.mark.parametrize("names", [("one",), ("two", "one")], ids=" ".join)
def test_a_unique_index_of_other_fields(put, database, names):
    """It is no id in use, and the server says which index it is."""
    expect(put("one"), out=re.compile(rb".+\n"))
    database["fs.files"].create_index("filename", unique=True)
    result = put(*names)
    refusal = r"gridfs: put: storing one: E11000 .* index: filename_1 .*\n"
    stored = len(names) - 1
    expect(result, out=re.compile(rb"([0-9a-f]{24}\n){%d}" % stored), code=SOME_FAILED if stored else FAILURE,
           err=re.compile(refusal + (r"gridfs: put: 1 stored .*\n" if stored else "")))
    assert database["fs.chunks"].count_documents({}) == 1 + stored
