"""Checksums of downloads, and downloads that are gone on with."""

import hashlib
import os
import re

import pytest

from harness import error, error_like, expect, sample, tree, usage_error

DATA = sample(50)


@pytest.fixture
def stored(bucket):
    """Stores DATA as `f` with the checksum of other bytes, or of these."""

    def store(of=DATA):
        metadata = {"sha256": hashlib.sha256(of).hexdigest()} if of is not None else None
        return str(bucket.upload_from_stream("f", DATA, chunk_size_bytes=4, metadata=metadata))

    return store


WAYS = {
    "get": lambda file_id: ("get", file_id, "-o", "out"),
    "get-by-name": lambda file_id: ("get-by-name", "f", "-o", "out"),
    "continue": lambda file_id: ("get", "--continue", file_id, "-o", "out"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("jobs", ["1", "4"])
def test_a_checksum_that_differs_leaves_no_file(gridfs, stored, tmp_path, way, jobs):
    command, *rest = WAYS[way](stored(of=b"other bytes"))
    expect(gridfs(command, "-j", jobs, *rest), err=error_like(command, ".*its SHA-256 is .*"), code=8)
    assert tree(tmp_path) == {}


READING = WAYS | {
    "tree": lambda _: ("get-by-name", "-r", "", "-o", "./"),
    "output": lambda file_id: ("get", file_id, "-o", "-"),
    "cat": lambda file_id: ("cat", file_id),
    "check": lambda _: ("check", "-q", "--read-data"),
    "freshness": lambda _: ("check", "--read-data", "--name", "f", "--max-age", "1h"),
    "cp": lambda file_id: ("cp", "--to-bucket", "other", file_id),
}


@pytest.mark.parametrize("way", READING)
@pytest.mark.parametrize("checksum", ["zz", 5])
def test_a_checksum_that_is_not_valid_is_warned_about(gridfs, bucket, way, checksum):
    file_id = bucket.upload_from_stream("f", DATA, metadata={"sha256": checksum})
    command, *rest = READING[way](str(file_id))
    result = gridfs(command, *rest)
    warning = f"warning: file {file_id} ('f', 50 bytes): metadata.sha256 is not valid, and is ignored"
    expect(result, out=result.out, err=error(command, warning))


def test_a_checksum_that_is_not_valid_is_none(gridfs, bucket, tmp_path):
    file_id = bucket.upload_from_stream("f", DATA, metadata={"sha256": "zz"})
    said = f"file {file_id} ('f', 50 bytes): the stored checksum is not valid"
    expect(gridfs("get", "--checksum", str(file_id)), err=error("get", said), code=1)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("way", WAYS)
def test_a_checksum_that_is_right(gridfs, stored, tmp_path, way):
    command, *rest = WAYS[way](stored())
    expect(gridfs(command, *rest))
    assert (tmp_path / "out").read_bytes() == DATA


def test_an_upper_case_checksum_is_the_same(gridfs, bucket, tmp_path):
    metadata = {"sha256": hashlib.sha256(DATA).hexdigest().upper()}
    file_id = bucket.upload_from_stream("f", DATA, metadata=metadata)
    expect(gridfs("get", "--checksum", str(file_id), "-o", "out"))


@pytest.mark.parametrize("arguments", [("get", "-o", "-"), ("cat",)])
def test_a_wrong_checksum_is_reported_after_the_content(gridfs, stored, arguments):
    result = gridfs(arguments[0], stored(of=b"other"), *arguments[1:])
    expect(result, out=DATA, err=error_like(arguments[0], ".*its SHA-256 is .*"), code=8)


def test_a_part_of_a_file_has_no_checksum(gridfs, stored):
    expect(gridfs("cat", "--offset", "1", stored(of=b"other")), out=DATA[1:])


def test_checksum_refuses_files_without_one(gridfs, stored, tmp_path):
    expect(gridfs("get", "--checksum", stored(of=None)), err=error_like("get", ".*no checksum.*"), code=1)
    assert tree(tmp_path) == {}


def broken_off(gridfs, database, file_id):
    """Removes a chunk, so that a download fails in the middle; gives what puts it back."""
    chunks = database["fs.chunks"]
    files = database["fs.files"].find_one({"filename": "f"})
    taken = chunks.find_one({"files_id": files["_id"], "n": 6})
    chunks.delete_one({"_id": taken["_id"]})
    result = gridfs("get", "--continue", "-j", "1", file_id, "-o", "out")
    expect(result, err=error_like("get", ".*missing.*"), code=8)
    return lambda: chunks.insert_one(taken)


def test_continue_goes_on_behind_what_is_there(gridfs, database, stored, tmp_path):
    file_id = stored(of=None)
    mend = broken_off(gridfs, database, file_id)
    assert sorted(tree(tmp_path)) == [".out.gridfs-part", ".out.gridfs-part.state"]
    assert (tmp_path / ".out.gridfs-part").read_bytes() == DATA[:24]
    # The chunks that are there already are not asked for again: they are not missed.
    mend()
    database["fs.chunks"].delete_many({"n": {"$lt": 6}})
    expect(gridfs("get", "--continue", file_id, "-o", "out"))
    assert tree(tmp_path) == {"out": DATA}


@pytest.mark.parametrize("tamper", [b"", DATA[:23] + b"!", b"x" * 24])
def test_continue_trusts_nothing_but_what_it_wrote(gridfs, database, stored, tmp_path, tamper):
    file_id = stored(of=None)
    broken_off(gridfs, database, file_id)()
    (tmp_path / ".out.gridfs-part").write_bytes(tamper)
    expect(gridfs("get", "--continue", file_id, "-o", "out"))
    assert tree(tmp_path) == {"out": DATA}


@pytest.mark.parametrize("ending", ["part", "part.state"])
@pytest.mark.parametrize(
    ("what", "make"),
    [
        ("a special file", os.mkfifo),
        ("a directory", os.mkdir),
        ("a symbolic link", lambda path: path.symlink_to("elsewhere")),
    ],
    ids=["fifo", "directory", "link"],
)
@pytest.mark.parametrize(("output", "beside"), [("out", ""), ("d/out", "d/"), ("link", "PWD/d/")])
def test_continue_names_what_is_in_the_way_of_its_part(gridfs, stored, tmp_path, ending, what, make, output, beside):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/out").write_bytes(b"old")
    (tmp_path / "link").symlink_to("d/out")
    in_the_way = beside.replace("PWD", str(tmp_path)) + f".out.gridfs-{ending}"
    make(tmp_path / in_the_way)
    before = tree(tmp_path)
    result = gridfs("get", "--continue", "-f", stored(of=None), "-o", output)
    expect(result, err=error("get", f"{in_the_way}: {what} is in the way; remove it"), code=6)
    assert {name: data for name, data in tree(tmp_path).items() if not name.endswith("part")} == before


def test_continue_does_not_mix_files(gridfs, database, bucket, stored, tmp_path):
    broken_off(gridfs, database, stored(of=None))
    other = bucket.upload_from_stream("g", sample(40, 2), chunk_size_bytes=4)
    expect(gridfs("get", "--continue", str(other), "-o", "out"))
    assert tree(tmp_path) == {"out": sample(40, 2)}


def test_without_continue_nothing_is_left(gridfs, database, stored, tmp_path):
    file_id = stored(of=None)
    database["fs.chunks"].delete_one({"n": 6})
    expect(gridfs("get", file_id, "-o", "out"), err=error_like("get", ".*missing.*"), code=8)
    assert tree(tmp_path) == {}


def test_continue_is_not_for_standard_output(gridfs, stored):
    expect(gridfs("get", "--continue", "-o", "-", stored()), err=usage_error("get"), code=2)
