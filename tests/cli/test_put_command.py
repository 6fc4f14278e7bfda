"""put --from-command: what a command prints is stored only if it succeeds."""

import hashlib
import math
import os
import re
import resource
import select
import signal

import pytest

from harness import (
    LIMIT,
    TerminalRun,
    content,
    error,
    error_like,
    expect,
    finish,
    json_lines,
    json_summary,
    only_id,
    snapshot,
    usage_error,
)

LOCAL = 9


def command(text, *options, name="x"):
    return ["put", "--from-command", text, "--name", name, *options]


def test_what_it_prints_is_stored(gridfs, bucket, database):
    result = gridfs(*command("printf 'one '; echo two"))
    expect(result, out=re.compile(rb"[0-9a-f]{24}\n"))
    assert bucket.open_download_stream_by_name("x").read() == b"one two\n"
    assert "metadata" not in database["fs.files"].find_one()


def test_it_has_the_limit_of_descriptors_of_whoever_started_it(gridfs, bucket):
    """Some programs go through all descriptors that there could be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = min(soft, 200)
    limits = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (few, hard))}
    only_id(gridfs(*command("ulimit -S -n; ulimit -H -n"), **limits))
    text = bucket.open_download_stream_by_name("x").read().decode()
    assert text.split() == [str(few), "unlimited" if hard == resource.RLIM_INFINITY else str(hard)]


def test_what_prints_nothing_is_an_empty_file(gridfs, bucket):
    only_id(gridfs(*command(":")))
    assert bucket.open_download_stream_by_name("x").read() == b""


def test_with_the_options_of_put(gridfs, bucket):
    options = ["--id", "mine", "--name-prefix", "p/", "--chunk-size", "2", "--verify", "--json"]
    more = ["--checksum", "sha256", "--content-type", "auto", "--metadata", '{"a": 1}']
    document, last = json_lines(gridfs(*command("printf 12345", *options, *more, name="x.txt")))
    sha256 = hashlib.sha256(b"12345").hexdigest()
    assert (document["_id"], document["filename"], document["chunkSize"]) == ("mine", "p/x.txt", 2)
    assert document["metadata"] == {"a": 1, "contentType": "text/plain", "sha256": sha256}
    assert last == json_summary(stored=1, bytes=5)
    assert content(bucket, "mine") == b"12345"


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("exit 3", "exit status 3"),
        ("echo some output; exit 3", "exit status 3"),
        ("head -c 9000000 /dev/zero; exit 1", "exit status 1"),
        ("echo some output; exec >&-; exit 4", "exit status 4"),
        ("echo some output; kill -9 $$", "ended by signal 9"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--replace"], ["--id", "mine", "-j", "1"]])
def test_a_command_that_fails(gridfs, database, bucket, text, how, options):
    bucket.upload_from_stream("x", b"as before")
    before = snapshot(database)
    result = gridfs(*command(text, "--chunk-size", "250K", *options))
    expect(result, err=error("put", f"x: the command failed: {how}"), code=LOCAL)
    assert snapshot(database) == before


def test_replace_removes_what_was_before(gridfs, database):
    for data in ("one", "two"):
        only_id(gridfs(*command(f"printf {data}", "--replace")))
    assert [(one["filename"], one["length"]) for one in database["fs.files"].find()] == [("x", 3)]
    assert database["fs.chunks"].count_documents({}) == 1


def test_its_standard_error_goes_through_and_its_standard_input_is_empty(gridfs, bucket):
    result = gridfs(*command("echo progress >&2; cat", "--metadata", "@-"), stdin=b'{"a": 1}')
    expect(result, out=result.out, err="progress\n")
    assert bucket.open_download_stream_by_name("x").read() == b""


@pytest.mark.parametrize(
    ("options", "message", "code"),
    [
        (["--if-absent"], "", 0),
        (["-n"], "would store the output of the command as 'x'", 0),
        (["-n", "--replace"], "would store the output of the command as 'x'\ngridfs: put: would then remove .*", 0),
        (["--id", "there"], ".*the _id is in use.*", 6),
        (["--id", "there", "-n"], ".*the _id is in use.*", 6),
    ],
)
def test_it_is_not_run_for_nothing(gridfs, database, bucket, tmp_path, options, message, code):
    bucket.upload_from_stream_with_id("there", "x", b"as before")
    before = snapshot(database)
    expect(gridfs(*command("touch run", *options)), err=error_like("put", message) if message else "", code=code)
    assert not (tmp_path / "run").exists()
    assert snapshot(database) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from-command", "echo"],
        ["--from-command", "", "--name", "x"],
        ["--from-command", "echo", "--name", ""],
        ["--from-command", "echo", "--name", "x", "file"],
        ["--from-command", "echo", "--name", "x", "-"],
        ["--from-command", "echo", "--name", "x", "-r"],
        ["--from-command", "echo", "--name", "x", "--files-from", "list"],
        ["--from-command", "echo", "--name", "x", "--include", "*"],
    ],
)
def test_options_that_do_not_go_together(gridfs, arguments):
    expect(gridfs("put", *arguments), err=usage_error("put"), code=2)


class Processes:
    """The command and what it has started: all that have the writing end of a pipe."""

    def __init__(self):
        self._reader, self.descriptor = os.pipe()

    def wait_for_start(self):
        assert self._read() == b"\n"
        os.close(self.descriptor)

    def wait_for_end(self):
        assert self._read() == b""
        os.close(self._reader)

    def _read(self):
        assert select.select([self._reader], [], [], LIMIT)[0]
        return os.read(self._reader, 1)


def endless_command(output=""):
    """A command that does not end by itself, and its processes."""
    processes = Processes()
    text = f"{output}sleep 600 | {{ echo >/dev/fd/{processes.descriptor}; sleep 600; }}"
    return command(text, "--chunk-size", "250K", "-j", "64"), processes


@pytest.fixture(params=["", "head -c 9000000 /dev/zero; "], ids=["nothing", "chunks"])
def endless(request):
    return endless_command(request.param)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_as_well(gridfs, database, endless, number):
    arguments, processes = endless
    with gridfs.start(*arguments, pass_fds=[processes.descriptor]) as process:
        processes.wait_for_start()
        process.send_signal(number)
        expect(finish(process, limit=15), code=-number)
    processes.wait_for_end()
    assert not any(snapshot(database).values())


def test_the_time_limit_ends_the_command_as_well(gridfs, database):
    arguments, processes = endless_command()
    with gridfs.start(*arguments, "--timeout", "4", pass_fds=[processes.descriptor]) as process:
        processes.wait_for_start()
        expect(finish(process), err=error("put", "the time limit has passed"), code=5)
    processes.wait_for_end()
    assert not any(snapshot(database).values())


@pytest.mark.parametrize("by_key", [True, False])
def test_on_a_terminal(gridfs, database, endless, by_key):
    """Ctrl-C reaches the command as well; a signal reaches the program alone."""
    arguments, processes = endless
    with TerminalRun(gridfs, *arguments, on_terminal=["stderr"], pass_fds=[processes.descriptor]) as run:
        processes.wait_for_start()
        if by_key:
            run.type("\x03")
        else:
            run.process.send_signal(signal.SIGTERM)
        expect(run.finish(), code=-(signal.SIGINT if by_key else signal.SIGTERM))
    processes.wait_for_end()
    assert not any(snapshot(database).values())


def test_a_server_that_fails_ends_the_command_as_well(gridfs, proxy):
    processes = Processes()
    between = proxy()
    between.cut("insert", "fs.chunks", times=math.inf)
    text = f"echo >/dev/fd/{processes.descriptor}; yes"
    with gridfs.start(*command(text, "--retries", "0"), uri=between.uri, pass_fds=[processes.descriptor]) as process:
        processes.wait_for_start()
        result = finish(process)
    expect(result, err=error_like("put", "storing x: .*\ngridfs: put: x: chunks may be left .*"), code=5)
    processes.wait_for_end()


def test_json_names_the_file_that_fails(gridfs, database):
    failure, summary = json_lines(gridfs(*command("exit 3", "--json")))
    assert failure["error"] == {"operand": "x", "message": "x: the command failed: exit status 3", "exit": LOCAL}
    assert summary == json_summary(stored=0, bytes=0, failed=1)
