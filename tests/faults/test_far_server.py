"""A server that is far away: what is sent and asked for at once must be the same as near by."""

import signal
import time

import pytest

from harness import expect, finish, only_id, sample, wait_until

ROUND_TRIP_MS = 40
SIZES = [0, 1, 3_000_000, 12_000_000]  # nothing, one chunk, less than a batch, several of them


@pytest.fixture
def far(gridfs, between, through):
    """A proxy that sees what the program sends from far away."""
    seen = between(gridfs.uri)
    slow = through(seen.uri)
    for to_server in (True, False):
        slow.add("latency", to_server=to_server, latency=ROUND_TRIP_MS // 2)
    seen.far_uri = slow.uri
    return seen


@pytest.mark.parametrize("size", SIZES)
def test_the_first_file_of_a_bucket(gridfs, bucket, database, far, tmp_path, jobs, size):
    (tmp_path / "f").write_bytes(sample(size))
    file_id = only_id(gridfs("put", *jobs, "f", uri=far.far_uri))
    assert bucket.open_download_stream_by_name("f").read() == sample(size)
    assert {"filename_1_uploadDate_1", "_id_"} == set(database["fs.files"].index_information())
    assert database["fs.chunks"].index_information()["files_id_1_n_1"]["unique"]
    expect(gridfs("get", *jobs, file_id, "-o", "copy", uri=far.far_uri))
    assert (tmp_path / "copy").read_bytes() == sample(size)
    expect(gridfs("cat", *jobs, file_id, uri=far.far_uri), out=sample(size))


def test_one_job_is_one_connection(gridfs, far, tmp_path):
    (tmp_path / "f").write_bytes(sample(9_000_000))
    for command in (["put", "f"], ["get-by-name", "f", "-f"]):
        before = far.connections()
        assert gridfs(*command, "-j", "1", uri=far.far_uri).code == 0
        assert far.connections() == before + 1


def test_several_jobs_are_several_connections(gridfs, far, tmp_path):
    (tmp_path / "f").write_bytes(sample(9_000_000))
    for command in (["put", "f"], ["get-by-name", "f", "-f"]):
        before = far.connections()
        assert gridfs(*command, "-j", "4", uri=far.far_uri).code == 0
        assert 2 <= far.connections() - before <= 4


@pytest.mark.parametrize("command", ["find", "listIndexes", "createIndexes"])
def test_a_signal_while_connections_are_made(gridfs, database, far, tmp_path, jobs, command):
    (tmp_path / "f").write_bytes(sample(9_000_000))
    hold = far.hold(command)
    with gridfs.start("put", *jobs, "f", uri=far.far_uri) as process:
        hold.wait()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        result = finish(process)
        seconds = time.monotonic() - began
    hold.release()
    assert result.code == -signal.SIGTERM and result.out == b"", result
    assert seconds < 3
    wait_until(lambda: database["fs.chunks"].count_documents({}) == 0)
    assert database["fs.files"].count_documents({}) == 0


@pytest.mark.parametrize("command", ["listIndexes", "createIndexes"])
def test_a_connection_that_is_lost_while_indexes_are_made(gridfs, bucket, database, far, tmp_path, jobs, command):
    (tmp_path / "f").write_bytes(sample(9_000_000))
    far.cut(command)
    only_id(gridfs("put", *jobs, "f", "--retries-sleep", "0.01", uri=far.far_uri))
    assert bucket.open_download_stream_by_name("f").read() == sample(9_000_000)
    assert database["fs.chunks"].index_information()["files_id_1_n_1"]["unique"]
