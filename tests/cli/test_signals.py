"""Interruptions: the program cleans up and ends by the signal."""

import array
import fcntl
import os
import signal
import subprocess
import termios

import pytest

from harness import expect, finish, has_signal, sample, send, snapshot, tree, wait_until

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SOON = 2  # seconds
GRACE = 10  # seconds that the server has to answer
UNREACHABLE = 5
CLEANED_UP = 15  # seconds that a busy server may take to remove what is stored


def expect_end_by(process, number, limit=SOON):
    expect(finish(process, limit=limit), code=-number)


@pytest.fixture
def reading(gridfs):
    """Starts a `put -` that takes all that it is given, and then waits for more; gives it and the writing end."""
    started = []

    def start(data, *options, **popen):
        reader, writer = os.pipe()
        process = gridfs.start("put", "-", "--name", "x", *options, stdin=reader, **popen)
        os.close(reader)
        pipe = open(writer, "wb", buffering=0)
        started.append((process, pipe))
        pipe.write(data)
        wait_until(lambda: is_empty(pipe))
        return process, pipe

    yield start
    for process, pipe in started:
        process.kill()
        process.communicate()
        pipe.close()


def waiting_in(pipe):
    waiting = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, waiting)
    return waiting[0]


def is_empty(pipe):
    return waiting_in(pipe) == 0


@pytest.mark.parametrize("number", ENDING)
def test_waiting_for_input(reading, database, number):
    process, _ = reading(b"some bytes")
    send(process, number)
    expect_end_by(process, number)
    assert not any(snapshot(database).values())


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.parametrize("options", [[], ["--id", "mine"]])
def test_waiting_for_input_when_chunks_are_stored_already(reading, database, number, options):
    process, pipe = reading(b"", "--chunk-size", "250K", "--jobs", "64", *options)
    wait_until(lambda: pipe.write(sample(1_000_000)) and database["fs.chunks"].count_documents({}) > 0)
    wait_until(lambda: is_empty(pipe))
    send(process, number)
    expect_end_by(process, number, CLEANED_UP)
    assert not any(snapshot(database).values())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_insert_under_way(gridfs, proxy, database, tmp_path, number):
    (tmp_path / "f").write_bytes(sample(1000))
    between = proxy()
    hold = between.hold("insert", "fs.chunks")
    with gridfs.start("put", "f", uri=between.uri) as process:
        hold.wait()
        send(process, number)
        hold.release()
        expect_end_by(process, number, CLEANED_UP)
    assert not any(snapshot(database).values())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("force", [[], ["-f"]])
def test_a_get_under_way(gridfs, proxy, bucket, tmp_path, number, force):
    file_id = bucket.upload_from_stream("f", sample(5_000_000), chunk_size_bytes=1 << 20)
    if force:
        (tmp_path / "f").write_bytes(b"mine")
    before = tree(tmp_path)
    between = proxy()
    hold = between.hold("find", "fs.chunks")
    with gridfs.start("get", str(file_id), *force, uri=between.uri) as process:
        hold.wait()
        send(process, number)
        hold.release()
        expect_end_by(process, number, CLEANED_UP)
    assert tree(tmp_path) == before


def test_a_second_signal_ends_it_at_once(gridfs, proxy, bucket):
    file_id = bucket.upload_from_stream("f", b"content")
    between = proxy()
    hold = between.hold("find", "fs.chunks")
    with gridfs.start("get", str(file_id), uri=between.uri) as process:
        hold.wait()
        send(process, signal.SIGINT)
        process.send_signal(signal.SIGINT)
        assert finish(process, limit=SOON).code == -signal.SIGINT


def test_looking_for_a_server(gridfs):
    with gridfs.start("ls", uri="mongodb://127.0.0.1:1/") as process:
        wait_until(lambda: has_signal(process, signal.SIGINT, "SigCgt", "SigBlk"))
        send(process, signal.SIGINT)
        expect_end_by(process, signal.SIGINT)


def test_a_hangup_that_was_ignored_stays_ignored(reading, bucket):
    """As nohup starts programs."""
    process, pipe = reading(b"some ", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.send_signal(signal.SIGHUP)
    pipe.write(b"bytes")
    pipe.close()
    result = finish(process)
    expect(result, out=result.out)
    assert bucket.open_download_stream_by_name("x").read() == b"some bytes"


@pytest.fixture(params=["standard error", "log"])
def unread(request, gridfs, tmp_path):
    """Starts a `put -vv` of many files whose messages go to a pipe that is full, and not read."""
    (tmp_path / "src").mkdir()
    for number in range(300):
        (tmp_path / "src" / f"{number:03}").write_bytes(b"x")
    os.mkfifo(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 4096)

    def start(*options):
        with open(tmp_path / "fifo", "wb") as fifo:
            messages = ["--log-file", "fifo"] if request.param == "log" else []
            stderr = subprocess.DEVNULL if messages else fifo
            process = gridfs.start("put", "-vv", *messages, *options, "-r", "src/", stdin=None, stdout=subprocess.DEVNULL, stderr=stderr)
        wait_until(lambda: waiting_in(reader) > 3500)
        return process

    yield start
    os.close(reader)


def test_messages_that_nobody_reads(unread):
    process = unread()
    send(process, signal.SIGTERM)
    assert process.wait(GRACE + 2 * SOON) == -signal.SIGTERM


def test_a_second_signal_when_nobody_reads_messages(unread):
    process = unread()
    send(process, signal.SIGTERM)
    wait_until(lambda: process.send_signal(signal.SIGTERM) or process.poll() is not None, limit=GRACE - SOON)
    assert process.wait() == -signal.SIGTERM


def test_a_time_limit_when_nobody_reads_messages(unread):
    assert unread("--timeout", "1s").wait(1 + GRACE + 2 * SOON) == UNREACHABLE
