"""--bwlimit: no more bytes a second, over all connections."""

import re
import signal
import time

import pytest

from harness import expect, finish, sample, tree, usage_error

RATE, SIZE = "300K", 150 * 1024  # half a second each
IDS = re.compile(rb"([0-9a-f]{24}\n)*")


@pytest.fixture
def timed(gridfs):
    def run(*arguments):
        began = time.monotonic()
        result = gridfs(*arguments, "--bwlimit", RATE)
        return result, time.monotonic() - began

    return run


def test_uploads(timed, tmp_path):
    (tmp_path / "a").write_bytes(sample(SIZE))
    (tmp_path / "b").write_bytes(sample(SIZE, 1))
    for arguments in (["put", "a"], ["put", "--verify", "a"], ["put", "a", "b"], ["sync", ".", "gridfs:s"]):
        result, seconds = timed(*arguments)
        expect(result, out=IDS)
        assert seconds >= (0.5 if arguments == ["put", "a"] else 1)


def test_downloads(timed, bucket, tmp_path):
    files = {f"d/{name}": sample(SIZE, name) for name in "ab"}
    ids = [str(bucket.upload_from_stream(name, data)) for name, data in files.items()]
    for arguments in (["cat", *ids], ["get", "-o", "-", *ids]):
        result, seconds = timed(*arguments)
        expect(result, out=b"".join(files.values()))
        assert seconds >= 1
    for arguments in (["get-by-name", "-r", "d"], ["sync", "gridfs:d", "e"]):
        result, seconds = timed(*arguments)
        expect(result)
        assert seconds >= 1
    assert tree(tmp_path) == files | {f"e/{name}": data for name, data in (("a", files["d/a"]), ("b", files["d/b"]))}


def test_reading_and_copying(timed, bucket):
    ids = [str(bucket.upload_from_stream(name, sample(SIZE, name))) for name in "ab"]
    result, seconds = timed("check", "--read-data", "-q")
    expect(result)
    assert seconds >= 1
    result, seconds = timed("check", "--read-data", "--max-age", "1h", "--name", "a", "--name", "b")
    expect(result)
    assert seconds >= 1
    result, seconds = timed("cp", "--to-bucket", "copies", ids[0])  # read, and written
    expect(result, out=f"{ids[0]}\n".encode())
    assert seconds >= 1


def test_a_signal_does_not_wait(gridfs, database):
    with gridfs.start("put", "--bwlimit", "1", "--name", "a", "-") as process:
        process.stdin.write(sample(SIZE))  # more than a pipe holds: it is being read
        process.stdin.close()
        process.stdin = None
        process.send_signal(signal.SIGTERM)
        expect(finish(process), code=-signal.SIGTERM)
    assert database["fs.files"].count_documents({}) == 0


@pytest.mark.parametrize("rate", ["0", "-1", "fast", ""])
def test_a_rate_that_is_none(gridfs, rate):
    expect(gridfs("put", f"--bwlimit={rate}", "a"), err=usage_error("put", ".*--bwlimit.*"), code=2)
