"""--timeout: the whole command is over a second after it, whatever the server does."""

import re
import time

import pytest

from harness import error_like, expect, finish, sample

UNREACHABLE = 5
LIMIT, GRACE = 2, 1
STARTING = 0.5  # on a busy machine

# Each has more than one step.
COMMANDS = [["get", "x", "-f"], ["cat", "x"], ["rm", "x"], ["check", "--read-data"], ["put", "f"], ["put", "--id", "new", "f", "-j", "8"],
            ["put", "--replace", "f"]]


@pytest.fixture
def run(gridfs, scripted, tmp_path):
    """Runs a command on a server that has the file `x`, and sees that it keeps its time."""
    server = scripted()
    expect(gridfs("put", "-", "--name", "x", "--id", "x", "--chunk-size", "10K", stdin=sample(100_000), uri=server.uri), out="x\n")
    (tmp_path / "f").write_bytes(sample(9_000_000))

    def run(*arguments):
        began = time.monotonic()
        with gridfs.start(*arguments, "--timeout", str(LIMIT), uri=server.uri) as process:
            process.wait(30)
            result = finish(process)
        seconds = time.monotonic() - began
        assert LIMIT <= seconds < LIMIT + GRACE + STARTING, f"{seconds:.2f} s: {result}"
        return result

    run.server = server
    return run


def ids(arguments):
    return " ".join(arguments)


def expect_about_taking_back(lines):
    assert len(lines) <= 1 and all(line.startswith("gridfs: put: warning: taking back what was stored of f") for line in lines), lines


@pytest.mark.parametrize("arguments", COMMANDS, ids=ids)
def test_a_server_that_is_slow(run, arguments):
    """It ends in the middle of an answer; what is begun is taken back, for which the server has time enough."""
    run.server.add({"on": "*", "nth": 1, "do": "delay", "milliseconds": 900 * LIMIT},
                   {"on": "*", "nth": 2, "times": 0, "do": "delay", "milliseconds": 300})
    result = run(*arguments, "--retries", "1000" if "--replace" in arguments else "0")
    if arguments[0] == "rm":  # ends what it has begun
        return expect(result)
    expect(result, out=re.compile(b"(?s).*"), err=error_like(arguments[0], ".*the time limit has passed"), code=UNREACHABLE)


@pytest.mark.parametrize("arguments", COMMANDS, ids=ids)
def test_a_server_that_falls_silent_late(run, arguments):
    """Its connections have waited for most of the time already; nothing can be taken back, which is said as well."""
    run.server.add({"on": "*", "nth": 1, "do": "delay", "milliseconds": 900 * LIMIT},
                   {"on": "*", "nth": 2, "times": 0, "do": "no_reply"})
    result = run(*arguments)
    *taking_back, last = result.err.splitlines()
    assert result.code == UNREACHABLE
    if arguments[0] == "rm":
        assert not taking_back and last.startswith("gridfs: rm: removing file x: ")
    else:
        assert re.fullmatch(f"gridfs: {arguments[0]}: .*: the time limit has passed", last)
        expect_about_taking_back(taking_back)


@pytest.mark.parametrize("silent", ["insert", "*"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_put_that_has_stored_something(run, silent, nth):
    """What cannot be taken back is said in a line of its own."""
    run.server.add({"on": "insert", "nth": nth, "do": "no_reply", "when": "after"})
    if silent == "*":
        run.server.add({"on": "delete", "nth": 1, "times": 0, "do": "no_reply"})
    result = run("put", "f")
    *taking_back, last = result.err.splitlines()
    assert (result.out, result.code) == (b"", UNREACHABLE)
    assert last == "gridfs: put: storing f: the time limit has passed"
    assert len(taking_back) == (silent == "*")
    expect_about_taking_back(taking_back)
    if not taking_back:
        assert {file["_id"] for file in run.server.documents("test.fs.files")} == {"x"}
        assert {chunk["files_id"] for chunk in run.server.documents("test.fs.chunks")} == {"x"}


def test_a_source_that_gives_nothing(run):
    """Waiting for standard input is part of the command, too."""
    result = run("put", "-", "--name", "y")
    expect(result, err="gridfs: put: the time limit has passed\n", code=UNREACHABLE)


def test_a_host_that_does_not_even_take_the_connection(run, deaf_port):
    result = run("ls", "--uri", f"mongodb://127.0.0.1:{deaf_port}")
    expect(result, err="gridfs: ls: listing files: the time limit has passed\n", code=UNREACHABLE)


@pytest.mark.parametrize("arguments", [["ls"], ["put", "x"]])
def test_a_name_server_that_does_not_answer(asking, arguments):
    began = time.monotonic()
    with asking(*arguments, "--timeout", str(LIMIT)) as process:
        result = finish(process)
    assert time.monotonic() - began < LIMIT + 5  # starting the name server takes a part of it
    assert result.code == UNREACHABLE and result.err.endswith(": the time limit has passed\n"), result
