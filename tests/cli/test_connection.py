"""Servers that cannot be reached or do not answer, retries, and secrets in what is said about them."""

import re
import socket
import time

import pytest

from harness import COMMANDS, add_files, error_like, expect

ARGUMENTS = {
    "put": ["f"],
    "get": ["x"],
    "get-by-name": ["x"],
    "cat": ["x"],
    "ls": [],
    "stat": ["x"],
    "rename": ["x", "y"],
    "rm": ["x"],
}


@pytest.fixture
def closed_port():
    """A port of this machine that is taken but refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def silent_port():
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def timed(gridfs, tmp_path):
    """Runs the program; gives the result and the seconds that it took."""
    (tmp_path / "f").write_bytes(b"x")

    def run(*arguments, **options):
        start = time.monotonic()
        result = gridfs(*arguments, **options)
        return result, time.monotonic() - start

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unreachable_server(timed, closed_port, command):
    result, seconds = timed(
        command, *ARGUMENTS[command], "--connect-timeout", "0.4", uri=f"mongodb://127.0.0.1:{closed_port}/"
    )
    expect(result, err=error_like(command, rf".*no server could be reached.*127\.0\.0\.1:{closed_port}.*"), code=5)
    assert 0.4 <= seconds < 4


@pytest.mark.parametrize(
    ("arguments", "query", "limit"),
    [
        (["--connect-timeout", "1.2"], "serverSelectionTimeoutMS=100", 1.2),
        ([], "serverSelectionTimeoutMS=700", 0.7),
        (["--timeout", "0.6"], "", 0.6),
    ],
)
def test_the_limit_asked_for_is_kept(timed, closed_port, arguments, query, limit):
    result, seconds = timed("ls", *arguments, uri=f"mongodb://127.0.0.1:{closed_port}/?{query}")
    expect(result, err=error_like("ls", ".+"), code=5)
    assert limit <= seconds < limit + 3


@pytest.mark.parametrize("command", ["put", "cat", "rm"])
@pytest.mark.parametrize("option", ["--timeout", "--connect-timeout"])
def test_a_server_that_never_answers(timed, silent_port, command, option):
    result, seconds = timed(command, *ARGUMENTS[command], option, "1", uri=f"mongodb://127.0.0.1:{silent_port}/")
    expect(result, err=error_like(command, ".+"), code=5)
    assert seconds < 5


@pytest.mark.parametrize(("arguments", "name"), [(["ls"], "find"), (["put", "f"], "insert"), (["rm", "x"], "delete")])
def test_a_server_that_stops_answering(timed, proxy, arguments, name):
    between = proxy()
    between.hold(name)
    result, seconds = timed(*arguments, "--timeout", "1.5", "--retries", "0", uri=between.uri)
    expect(result, err=error_like(arguments[0], ".+"), code=5)
    assert 1 <= seconds < 8


def test_several_operands_do_not_each_wait(timed, closed_port):
    result, seconds = timed("cat", *"abcdefgh", "--connect-timeout", "0.5", uri=f"mongodb://127.0.0.1:{closed_port}/")
    expect(result, err=re.compile("(gridfs: cat: .+\n)+"), code=5)
    assert seconds < 4


def test_a_failure_that_passes_is_tried_again(gridfs, proxy, database):
    add_files(database, "a")
    between = proxy()
    between.cut("find", times=2)
    options = ["--retries", "2", "--retries-sleep", "0.01"]
    expect(gridfs("ls", *options, uri=between.uri + "?retryReads=false"), out="a\n")
    between.cut("find", times=2)
    result = gridfs("ls", "-v", *options, uri=between.uri + "?retryReads=false")
    expect(result, out="a\n", err=re.compile("(gridfs: ls: .+\n)+"))
    assert result.err.count("trying again") == 2


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_so_many_retries_and_no_more(gridfs, proxy, retries):
    between = proxy()
    between.cut("find", times=100)
    result = gridfs(
        "ls", "-q", "--retries", str(retries), "--retries-sleep", "0.01", uri=between.uri + "?retryReads=false"
    )
    expect(result, err=error_like("ls", ".+"), code=5)
    assert len(between.commands("find")) == retries + 1


def test_the_wait_before_a_retry(timed, proxy):
    between = proxy()
    between.cut("find", times=1)
    result, seconds = timed("ls", "-q", "--retries-sleep", "1.5", uri=between.uri + "?retryReads=false")
    expect(result)
    assert 0.7 <= seconds < 5


def test_a_put_that_is_tried_again_stores_each_chunk_once(gridfs, proxy, bucket, tmp_path):
    (tmp_path / "f").write_bytes(b"0123456789")
    between = proxy()
    between.cut("insert", "fs.chunks")
    between.cut("insert", "fs.files")
    result = gridfs("put", "-q", "--id", "x", "--chunk-size", "4", "f", "--retries-sleep", "0.01", uri=between.uri)
    expect(result, out="x\n")
    assert bucket.open_download_stream("x").read() == b"0123456789"


PASSWORDS = {
    "hunter2": "hunter2",
    "xyzzy%40%2Fplugh": "xyzzy@/plugh",
    "xyzzy:plugh": "xyzzy:plugh",
    "xyzzy@plugh": "xyzzy@plugh",
}


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("verbosity", [[], ["-vv"]])
def test_no_password_in_what_is_said(gridfs, closed_port, password, verbosity):
    for host, code in ((f"127.0.0.1:{closed_port}", 5), ("127.0.0.1:port", 2), ("", 2)):
        result = gridfs(
            "ls", *verbosity, "--connect-timeout", "0.1", uri=f"mongodb://someone:{password}@{host}/?authSource=admin"
        )
        well_formed = password in ("hunter2", "xyzzy%40%2Fplugh")
        expect(result, err=re.compile("(gridfs: ls: .+\n)+"), code=code if well_formed else 2)
        for secret in (password, PASSWORDS[password], "xyzzy", "plugh"):
            assert secret not in result.err


def test_a_password_on_the_command_line_is_warned_about(gridfs, closed_port):
    uri = f"mongodb://someone:hunter2@127.0.0.1:{closed_port}/"
    result = gridfs("ls", "--connect-timeout", "0.1", "--uri", uri)
    expect(result, err=re.compile("gridfs: ls: warning: .*password.*\ngridfs: ls: .+\n"), code=5)
    assert "hunter2" not in result.err
    for quiet in (
        gridfs("ls", "--connect-timeout", "0.1", uri=uri),
        gridfs("ls", "-q", "--connect-timeout", "0.1", "--uri", uri),
    ):
        expect(quiet, err=error_like("ls", "(?!warning).+"), code=5)
