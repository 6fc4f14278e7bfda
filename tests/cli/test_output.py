"""Standard output and standard error: closed pipes, full disks, terminals."""

import json
import re
import signal

import pytest

from harness import MISSING_ID, add_files, error, expect, finish, sample, tree

FULL = "standard output: no space left on device"


@pytest.fixture
def big(bucket):
    """A file that no pipe holds."""
    return str(bucket.upload_from_stream("big", sample(1_000_000)))


def test_a_closed_pipe_ends_quietly(gridfs, big):
    with gridfs.start("cat", big) as process:
        assert process.stdout.read(1) == sample(1_000_000)[:1]
        process.stdout.close()
        process.stdout = None
        result = finish(process)
    assert (result.err, result.code) == ("", -signal.SIGPIPE)


def test_a_listing_into_a_closed_pipe_ends_quietly(gridfs, database):
    add_files(database, *["n" * 200] * 600)
    with gridfs.start("ls") as process:
        assert process.stdout.read(1) == b"n"
        process.stdout.close()
        process.stdout = None
        result = finish(process)
    assert (result.err, result.code) == ("", -signal.SIGPIPE)


@pytest.mark.parametrize(
    "arguments",
    [
        ["cat", "ID"],
        ["get", "ID", "-o", "-"],
        ["ls"],
        ["ls", "-l"],
        ["ls", "--json"],
        ["stat", "ID"],
        ["get", "ID", "--json"],
        ["rm", "ID", "--json"],
    ],
)
def test_a_full_disk_behind_standard_output(gridfs, bucket, arguments):
    file_id = str(bucket.upload_from_stream("small", b"x"))
    with open("/dev/full", "wb") as full:
        result = gridfs(*[file_id if one == "ID" else one for one in arguments], stdout=full)
    expect(result, err=error(arguments[0], FULL), code=9)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ls", "--help"]])
def test_a_full_disk_behind_the_help(gridfs, arguments):
    with open("/dev/full", "wb") as full:
        expect(gridfs(*arguments, stdout=full), err=re.compile(rf"gridfs: (ls: )?{FULL}\n"), code=9)


def test_a_standard_output_that_is_closed(gridfs, big, database):
    """Neither success is claimed, nor do the bytes go anywhere else, such as into the connection to the server."""
    shell = ["-c", '"$0" "$@" >&-', gridfs.path]
    for arguments in (["cat", big], ["ls"], ["put", "/dev/null", "--name", "x"]):
        program, gridfs.path = gridfs.path, "/bin/sh"
        try:
            result = gridfs(*shell, *arguments)
        finally:
            gridfs.path = program
        stored = "gridfs: put: stored, but not printed: [0-9a-f]{24}\n" if arguments[0] == "put" else ""
        closed = error(arguments[0], "standard output: bad file descriptor")
        expect(result, err=re.compile(stored + re.escape(closed)), code=9)


def test_a_failure_after_some_output_is_still_a_failure(gridfs, big):
    with open("/dev/full", "wb") as full:
        expect(gridfs("cat", big, MISSING_ID, stdout=full), err=error("cat", FULL), code=9)


@pytest.mark.parametrize(
    "arguments",
    [
        ["put", "local", "other"],
        ["get", "ID"],
        ["get-by-name", "small"],
        ["ls"],
        ["ls", "-l"],
        ["stat", "ID"],
        ["rename", "ID", "new"],
        ["rm", "ID"],
    ],
)
def test_json_is_one_object_a_line(gridfs, bucket, tmp_path, arguments):
    file_id = str(bucket.upload_from_stream("small", b"x", metadata={"two\nlines": "a\nb\u2028\x1b"}))
    for name in ("local", "other"):
        (tmp_path / name).write_bytes(b"x")
    result = gridfs("--json", *[file_id if one == "ID" else one for one in arguments])
    expect(result, out=re.compile(rb"([^\x00-\x1f]+\n)+"))
    assert all(isinstance(json.loads(line), dict) for line in result.out.decode().split("\n")[:-1])


@pytest.mark.parametrize(
    "arguments", [["get-by-name"], ["cat", "--name"], ["rm", "--all-revisions", "--name"], ["stat", "--name"]]
)
def test_errors_show_no_control_characters(gridfs, arguments):
    result = gridfs(*arguments, "a\x1b[31m\nb\u202e")
    expect(result, err=error(arguments[0], "a\\x1b[31m\\nb\\u{202e}: no such file in DB.fs"), code=4)


def test_errors_about_local_paths_show_no_control_characters(gridfs):
    expect(gridfs("put", "a\x1b[31m\nb"), err=error("put", "a\\x1b[31m\\nb: no such file or directory"), code=4)


def test_success_prints_nothing_more(gridfs, bucket, tmp_path):
    """For cron, which mails whatever is printed."""
    file_id = str(bucket.upload_from_stream("small", b"x"))
    expect(gridfs("get", file_id))
    expect(gridfs("rename", file_id, "new"))
    expect(gridfs("rm", file_id))
    assert tree(tmp_path) == {"small": b"x"}
