"""How far a command has come: on a terminal, in a pipe, and on SIGUSR1."""

import contextlib
import os
import re
import signal
import socket

import pytest

from harness import TerminalRun, expect, finish, has_signal, sample, tree, usage_error, wait_until

SIZE = 4 << 20
SLOWLY = ["--bwlimit", "2M"]  # it takes two seconds
RATE = r"(  [\d.]+ (KiB|MiB|bytes?)/s)?"
LINE = rf"photo\.tar  (0|[\d.]+[KM])/4\.0M  \d+%{RATE}(  (\d+:)?\d+:\d\d left)?"  # a slow server may take hours
ERASE, END = "\r\x1b[J", "\r"


@pytest.fixture
def photo(tmp_path):
    (tmp_path / "photo.tar").write_bytes(sample(SIZE))
    return "photo.tar"


def lines_of(shown):
    """Each line of progress. A server that is waited for has such a line as well, where the machine is slow."""
    return re.findall(r"\r\x1b\[J(?!waiting for )([^\r\x1b]+)\r", shown)


def test_a_put_on_a_terminal(gridfs, photo, proxy):
    between = proxy()
    hold = between.hold("insert", "fs.chunks")
    with TerminalRun(gridfs, "put", photo, "--name", 60 * "n", uri=between.uri, on_terminal=["stderr"]) as run:
        hold.wait()
        run.wait_for("%")
        run.resize(40)
        wait_until(lambda: len(lines_of(run.read())[-1]) < 40)
        run.resize(200)
        wait_until(lambda: len(lines_of(run.read())[-1]) > 60)
        hold.release()
        result = run.finish()
    assert re.fullmatch(rb"[0-9a-f]{24}\n", result.out) and result.code == 0
    lines, line = lines_of(run.shown), LINE.replace(r"photo\.tar", "n+(…n+)?")
    assert all(re.fullmatch(line, one) for one in lines), lines
    assert re.fullmatch(rf"({re.escape(ERASE)}({line}|waiting for .+){END})+{re.escape(ERASE)}", run.shown), run.shown
    assert run.screen() == []


def test_narrow_terminals_and_wide_names(gridfs, bucket, tmp_path):
    name = "漢字/" + "long " * 50
    bucket.upload_from_stream(name, sample(SIZE))
    with TerminalRun(gridfs, "get-by-name", *SLOWLY, name, "-o", "x", on_terminal=["stderr"], columns=20) as run:
        result = run.finish()
    assert (result.out, result.code) == (b"", 0)
    assert run.screen() == []
    assert all(re.fullmatch(r"漢字/(lo… long   \d\d?|l… long   100)%", line) for line in lines_of(run.shown)), run.shown


def test_an_error_and_ids_meanwhile(gridfs, photo, proxy, tmp_path):
    """Ids and errors have lines of their own, and the number of the file goes on."""
    (tmp_path / "last").write_bytes(sample(SIZE))
    between = proxy()
    holds = {number: between.hold("insert", "fs.files", times=1) for number in (1, 3)}
    with TerminalRun(gridfs, "put", photo, "missing", "last", uri=between.uri, on_terminal=["stdout", "stderr"]) as run:
        for number, hold in holds.items():
            hold.wait()
            run.wait_for(f"file {number}/3")
            hold.release()
        result = run.finish()
    assert result.code == 3
    rows = run.screen()
    assert rows[1] == "gridfs: put: missing: no such file or directory"
    assert [bool(re.fullmatch("[0-9a-f]{24}", row)) for row in rows] == [True, False, True, False]
    assert rows[3] == "gridfs: put: 2 stored (8.0 MiB), 1 failed"


def test_where_none_is_shown(gridfs, bucket):
    bucket.upload_from_stream("x", sample(SIZE))
    on, off = ["stderr"], []
    wanted = [
        (["--no-progress"], on),
        (["--progress", "never"], on),
        (["--progress", "always", "--no-progress"], on),
        (["-q"], on),
        (["--progress", "always"], off),  # the first line would come after 30 seconds
        ([], off),
    ]
    with contextlib.ExitStack() as stack:
        runs = [
            stack.enter_context(TerminalRun(gridfs, "get-by-name", *SLOWLY, *options, "x", "-o", str(i), on_terminal=where))
            for i, (options, where) in enumerate(wanted)
        ]
        for (options, _), run in zip(wanted, runs):
            result = run.finish()
            assert (result.out, result.err, result.code, run.shown) == (b"", "", 0, ""), options


def test_lines_in_a_pipe(gridfs, database):
    """The first after 30 seconds, which are waited for."""
    with gridfs.start("put", "--progress", "always", "--name", "photo.tar", "-") as process:
        process.stdin.write(sample(SIZE))
        process.stdin.flush()
        line = process.stderr.readline().decode()
        process.stdin.close()
        rest = process.stderr.read()
    assert re.fullmatch(rf"gridfs: put: photo\.tar(  [\d.]+M)?{RATE}\n", line), line
    assert (rest, process.returncode) == (b"", 0)


def test_the_last_of_both_options_counts(gridfs, bucket, proxy):
    bucket.upload_from_stream("x", sample(SIZE))
    options = ["--no-progress", "--progress", "auto"]
    between = proxy()
    hold = between.hold("find", "fs.chunks")
    with TerminalRun(gridfs, "cat", *options, "--name", "x", uri=between.uri, on_terminal=["stderr"]) as run:
        hold.wait()
        run.wait_for("x  0/4.0M")
        hold.release()
        assert run.finish().code == 0
    assert run.screen() == []


def test_no_progress_where_the_terminal_shows_the_bytes(gridfs, bucket):
    lines = 200 * ("x" * 1023 + "\r\n")
    bucket.upload_from_stream("x", lines.replace("\r", "").encode(), chunk_size_bytes=16 << 10)
    with TerminalRun(gridfs, "cat", "--bwlimit", "100K", "--name", "x", on_terminal=["stdout", "stderr"]) as run:
        run.process.stdin.close()
        wait_until(lambda: len(run.read()) >= len(lines))
        run.process.wait()
        assert (run.read(), run.process.returncode) == (lines, 0)


@pytest.mark.parametrize("options", [[], ["--progress", "always"], ["--progress", "never"], ["-q"]], ids=str)
def test_a_line_on_sigusr1(gridfs, photo, proxy, options):
    between = proxy()
    hold = between.hold("insert")
    with gridfs.start("put", *options, photo, uri=between.uri) as process:
        hold.wait()
        process.send_signal(signal.SIGUSR1)
        line = process.stderr.readline().decode()
        hold.release()
        expect(finish(process), out=re.compile(rb"[0-9a-f]{24}\n"))
    assert re.fullmatch(rf"gridfs: put: {LINE}\n", line), line


def test_sigusr1_before_anything_is_transferred(gridfs, proxy):
    between = proxy()
    hold = between.hold("find")
    with gridfs.start("ls", uri=between.uri) as process:
        hold.wait()
        process.send_signal(signal.SIGUSR1)
        line = process.stderr.readline()
        hold.release()
        expect(finish(process))
    assert re.fullmatch(rb"gridfs: ls: running for \d+ s\n", line), line


def test_trees_number_their_files(gridfs, bucket, tmp_path):
    for name in "abcdefgh":
        bucket.upload_from_stream(f"d/{name}", sample(SIZE // 8, name))
    slowly = ["--bwlimit", "512K"]  # it takes eight seconds, of which the first has no line
    with TerminalRun(gridfs, "get-by-name", *slowly, "-r", "d", "-o", "out/", on_terminal=["stderr"]) as run:
        result = run.finish()
    assert (result.out, result.code) == (b"", 0)
    assert tree(tmp_path) == {f"out/d/{name}": sample(SIZE // 8, name) for name in "abcdefgh"}
    lines = lines_of(run.shown)
    pattern = rf"d/[a-h](  [\d.]+[KM])?{RATE}  file [1-8]"
    assert lines and all(re.fullmatch(pattern, line) for line in lines), lines
    assert run.screen() == ["gridfs: get-by-name: 8 fetched (4.0 MiB)"]


def test_standard_error_that_takes_nothing(gridfs, photo, bucket):
    """Neither the lines of progress nor SIGUSR1 hold the transfer up, or end it."""
    full, fill = os.pipe()
    os.set_blocking(fill, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(fill, bytes(4096))
    os.set_blocking(fill, True)
    closed, unread = os.pipe()
    os.close(closed)
    with contextlib.ExitStack() as stack:
        runs = [
            stack.enter_context(gridfs.start("put", *SLOWLY, "--progress", "always", photo, stderr=stderr))
            for stderr in (fill, unread, os.open("/dev/full", os.O_WRONLY))
        ]
        wait_until(lambda: len(bucket._chunks.distinct("files_id")) == len(runs))
        for run in runs:
            run.send_signal(signal.SIGUSR1)
        for run in runs:
            result = finish(run)
            assert re.fullmatch(rb"[0-9a-f]{24}\n", result.out) and result.code == 0
    os.close(full)


@pytest.mark.parametrize("value", ["", "yes", "auto,always"])
def test_a_value_that_is_none(gridfs, value):
    expect(gridfs("ls", f"--progress={value}"), err=usage_error("ls", ".*--progress.*"), code=2)


def test_a_server_that_does_not_answer(gridfs):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = "127.0.0.1:%d" % silent.getsockname()[1]
        options = ["--uri", f"mongodb://{host}", "--timeout", "4", "--color", "never"]
        with TerminalRun(gridfs, "ls", *options, on_terminal=["stderr"]) as run:
            run.wait_for(f"waiting for {host}")
            result = run.finish()
    assert (result.out, result.code) == (b"", 5)
    told = f"gridfs: ls: the time limit has passed while waiting for {host}"
    assert run.screen() == [told]
    expect(gridfs("ls", *options), err=told + "\n", code=5)  # nothing else in a pipe


def test_a_request_for_status_never_ends_the_program(gridfs, tmp_path):
    """Not even before it has read its configuration."""
    os.mkfifo(tmp_path / "config")
    with gridfs.start("ls", "--config", "config") as process:
        wait_until(lambda: has_signal(process, signal.SIGUSR1, "SigBlk"), limit=5)
        process.send_signal(signal.SIGUSR1)
        (tmp_path / "config").write_bytes(b"")
        assert finish(process).code == 0
