"""cat: the bytes to standard output."""

import pytest

from harness import MISSING_ID, error, error_like, expect, sample, usage_error

DATA = sample(50)


@pytest.fixture
def file_id(bucket):
    return str(bucket.upload_from_stream("a", DATA, chunk_size_bytes=8))


@pytest.mark.parametrize("length", [0, 1, 8, 9, 600_000])
def test_writes_the_bytes_by_id_and_by_name(gridfs, bucket, length):
    chunk_size = 8 if length < 100 else 255 * 1024
    shown = str(bucket.upload_from_stream("n", sample(length), chunk_size_bytes=chunk_size))
    expect(gridfs("cat", shown), out=sample(length))
    expect(gridfs("cat", "--name", "n"), out=sample(length))


def test_several_follow_one_another(gridfs, bucket, file_id):
    other = str(bucket.upload_from_stream("b", b"other"))
    expect(gridfs("cat", other, file_id, other), out=b"other" + DATA + b"other")
    expect(gridfs("cat", "--name", "b", "a"), out=b"other" + DATA)
    expect(gridfs("cat", "--name", "b", "--", "a"), out=b"other" + DATA)
    expect(gridfs("cat", "--name", "--", "b", "a"), out=b"other" + DATA)


@pytest.mark.parametrize(
    ("revision", "data"), [(None, b"third"), (0, b"first"), (1, b"second"), (-1, b"third"), (-3, b"first")]
)
def test_a_revision(gridfs, bucket, revision, data):
    for one in (b"first", b"second", b"third"):
        bucket.upload_from_stream("r", one)
    expect(gridfs("cat", "--name", "r", *([] if revision is None else ["--revision", str(revision)])), out=data)


@pytest.mark.parametrize("offset", [None, 0, 1, 7, 8, 9, 40, 49, 50, 51, 10**12])
def test_a_range(gridfs, file_id, offset):
    start = offset or 0
    for count in (None, 0, 1, 8, 17, 10**12):
        options = ([] if offset is None else ["--offset", str(offset)]) + (
            [] if count is None else [f"--count={count}"]
        )
        expect(gridfs("cat", file_id, *options), out=DATA[start : None if count is None else start + count])


@pytest.mark.parametrize("offset", [0, 1, 20, len(DATA), 2**63 - 1])
def test_a_range_whose_end_no_number_can_name(gridfs, file_id, offset):
    expect(gridfs("cat", file_id, "--offset", str(offset), "--count", str(2**63 - 1)), out=DATA[offset:])


def test_a_range_in_larger_units_and_of_each_operand(gridfs, bucket):
    data = sample(5000)
    for name in ("x", "y"):
        bucket.upload_from_stream(name, data)
    expect(gridfs("cat", "--name", "x", "y", "--offset", "1K", "--count", "2KiB"), out=data[1024:3072] * 2)


@pytest.mark.parametrize(
    "option", ["--offset=-1", "--count=-1", "--offset=x", "--count=1X", "--offset=", "--count=1.5"]
)
def test_a_range_that_is_not_one(gridfs, file_id, option):
    expect(gridfs("cat", file_id, option), err=usage_error("cat", f".*{option.split('=')[0]}.*"), code=2)


def test_a_revision_is_one_of_a_name(gridfs, file_id):
    expect(gridfs("cat", file_id, "--revision", "0"), err=usage_error("cat", ".*--name.*"), code=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([MISSING_ID], f"file {MISSING_ID}: no such file in DB.fs"),
        (["--name", "gone"], "gone: no such file in DB.fs"),
        (["--name", "a", "--revision", "1"], "a: no revision 1 in DB.fs"),
    ],
)
def test_what_is_missing(gridfs, file_id, arguments, message):
    expect(gridfs("cat", *arguments), err=error("cat", message), code=4)


def test_some_are_missing(gridfs, file_id):
    said = error("cat", f"file {MISSING_ID}: no such file in DB.fs") + error("cat", f"1 written ({len(DATA)} bytes), 1 failed")
    expect(gridfs("cat", MISSING_ID, file_id), out=DATA, err=said, code=3)


def test_damage_is_reported(gridfs, bucket, database):
    file_id = bucket.upload_from_stream("d", DATA, chunk_size_bytes=8)
    database["fs.chunks"].delete_one({"files_id": file_id, "n": 3})
    result = gridfs("cat", str(file_id))
    assert DATA[:24].startswith(result.out)
    expect(result, out=result.out, err=error_like("cat", ".*chunk 3 is missing"), code=8)
    expect(gridfs("cat", str(file_id), "--offset", "8", "--count", "16"), out=DATA[8:24])
