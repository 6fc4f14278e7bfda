"""The connection of a download is lost, or its cursor is: it goes on where it was, or leaves no local file."""

import os
import re

import pytest

from harness import error_like, expect, finish, sample, tree, wait_until

FAILURE, UNREACHABLE = 1, 5
DATA = sample(14_000_000)  # some replies for one connection


@pytest.fixture(params=[1, 8])
def fetch(gridfs, scripted, request):
    """Runs commands on a server that has a file `x` of some replies."""
    server = scripted()
    expect(gridfs("put", "-", "--name", "x", "--id", "x", "--chunk-size", "250K", uri=server.uri, stdin=DATA), out="x\n")

    def start(command, *arguments, jobs=request.param, uri=None, **popen):
        sleep = [] if "--retries-sleep" in arguments else ["--retries-sleep", "0.01"]
        options = ["-j", str(jobs), *sleep]
        return gridfs.start(command, *options, *arguments, uri=uri or server.uri, **popen)

    def run(*arguments, **popen):
        with start(*arguments, **popen) as process:
            return finish(process)

    run.start, run.server = start, server
    return run


@pytest.fixture
def there(tmp_path):
    """A local file that is in the way; gives what it holds."""
    (tmp_path / "x").write_bytes(b"as before")
    return {"x": b"as before"}


# The query for the file, the first reply with chunks, and those behind it.
COMMANDS = [("find", "files"), ("find", "chunks"), ("getMore", "chunks")]


def jobs_for(command):
    """Options of `fetch`: where replies are slow, as on a busy machine, eight connections may each need a single one."""
    return {"jobs": 1} if command == "getMore" else {}


@pytest.mark.parametrize(("command", "collection"), COMMANDS)
@pytest.mark.parametrize("how", [
    {"do": "close", "when": "in_reply"}, {"do": "close", "when": "in_reply", "bytes": 100},
    {"do": "close", "when": "in_reply", "reset": True}, {"do": "drop_cursors"},
], ids=str)
def test_what_passes_is_tried_again(fetch, tmp_path, command, collection, how):
    fetch.server.add({"on": command, "collection": collection, "times": 2} | how)
    expect(fetch("get", "x"))
    assert tree(tmp_path) == {"x": DATA}
    fetch.server.clear()
    fetch.server.add({"on": command, "collection": collection, "times": 2} | how)
    expect(fetch("cat", "x"), out=DATA)


@pytest.mark.parametrize("collection", ["files", "chunks"])
def test_a_connection_that_is_lost_again_and_again(fetch, tmp_path, there, collection):
    fetch.server.add({"on": "find", "collection": collection, "nth": "every", "do": "close", "when": "in_reply"})
    expect(fetch("get", "x", "-f", "--retries", "1"), err=error_like("get", ".+"), code=UNREACHABLE)
    assert tree(tmp_path) == there
    expect(fetch("cat", "x", "--retries", "1"), err=error_like("cat", ".+"), code=UNREACHABLE)


@pytest.mark.parametrize("when", ["before", "in_reply"])
def test_each_part_may_be_tried_again(fetch, tmp_path, when):
    """As long as it goes on, the retries of earlier parts do not count."""
    fetch.server.add({"on": "getMore", "nth": "every", "do": "close", "when": when})
    expect(fetch("get", "x", "--retries", "1"))
    assert tree(tmp_path) == {"x": DATA}


def test_a_connection_that_is_lost_in_the_middle_and_not_found_again(fetch, tmp_path, there):
    fetch.server.add({"on": "find", "collection": "chunks", "nth": 2, "times": 0, "do": "close"},
                     {"on": "getMore", "nth": 2, "times": 0, "do": "close"})
    expect(fetch("get", "x", "-f", "--retries", "1"), err=error_like("get", ".+"), code=UNREACHABLE)
    assert tree(tmp_path) == there
    fetch.server.clear()
    fetch.server.add({"on": "find", "collection": "chunks", "nth": 2, "times": 0, "do": "close"},
                     {"on": "getMore", "nth": 2, "times": 0, "do": "close"})
    result = fetch("cat", "x", "--retries", "1")
    expect(result, out=result.out, err=error_like("cat", ".+"), code=UNREACHABLE)
    assert result.out and DATA.startswith(result.out)


@pytest.mark.parametrize(("command", "collection"), COMMANDS)
def test_an_answer_that_never_comes(fetch, tmp_path, there, command, collection):
    fetch.server.add({"on": command, "collection": collection, "nth": "every", "do": "no_reply"})
    expect(fetch("get", "x", "-f", "--timeout", "1", **jobs_for(command)), err=error_like("get", ".+"), code=UNREACHABLE)
    assert tree(tmp_path) == there


@pytest.mark.parametrize(("command", "collection"), COMMANDS)
def test_a_reply_that_is_too_large(fetch, tmp_path, there, command, collection):
    fetch.server.add({"on": command, "collection": collection, "nth": "every", "do": "oversized_reply"})
    result = fetch("get", "x", "-f", "--retries", "1", **jobs_for(command))
    assert result.code in (FAILURE, UNREACHABLE), result
    expect(result, err=error_like("get", ".+"), code=result.code)
    assert tree(tmp_path) == there


def test_a_slow_reader_whose_cursor_is_dropped(fetch):
    """As a server does after ten minutes."""
    reader, writer = os.pipe()
    with fetch.start("cat", "x", stdout=writer) as process, open(reader, "rb") as pipe:
        os.close(writer)
        begin = pipe.read(1)
        fetch.server.add({"on": "getMore", "collection": "chunks", "do": "drop_cursors"})
        assert begin + pipe.read() == DATA
        expect(finish(process))


@pytest.mark.parametrize("bytes_to_client", [1, 500, 10_000, 1_000_000])
def test_a_connection_that_is_cut_within_a_reply(fetch, through, tmp_path, there, bytes_to_client):
    """Every connection is, after so many bytes from the server."""
    proxy = through(fetch.server.uri)
    proxy.add("limit_data", bytes=bytes_to_client)
    result = fetch("get", "x", "-f", "--retries", "1", "--connect-timeout", "1", uri=proxy.uri)
    expect(result, err=error_like("get", ".+"), code=UNREACHABLE)
    assert tree(tmp_path) == there


def test_a_server_that_cannot_be_reached_for_a_while(fetch, through, tmp_path):
    proxy = through(fetch.server.uri)
    fetch.server.add({"on": "getMore", "do": "delay", "milliseconds": 5000})
    before = fetch.server.received("getMore")
    with fetch.start("get", "x", "--retries", "20", "--retries-sleep", "0.1", jobs=1, uri=proxy.uri) as process:
        wait_until(lambda: fetch.server.received("getMore") > before)
        proxy.cut()
        proxy.restore()
        expect(finish(process))
    assert tree(tmp_path) == {"x": DATA}


@pytest.mark.parametrize("nodes", [1, 2])
@pytest.mark.parametrize("command", ["find", "getMore"])
def test_the_primary_steps_down(gridfs, scripted, jobs, tmp_path, nodes, command):
    server = scripted(topology="replica_set", nodes=nodes)
    expect(gridfs("put", "-", "--name", "x", "--id", "x", "--chunk-size", "250K", uri=server.uri, stdin=DATA), out="x\n")
    server.add({"on": command, "collection": "chunks", "do": "step_down"})
    expect(gridfs("get", *jobs, "x", "--retries", "8", "--retries-sleep", "0.05", uri=server.uri))
    assert tree(tmp_path) == {"x": DATA}


@pytest.mark.parametrize("how", [{"do": "close"}, {"do": "drop_cursors"}])
def test_a_listing_that_is_broken_off_is_no_whole_one(gridfs, scripted, how):
    """It cannot be continued without files that are missing or named twice."""
    server = scripted()
    server.client["test"]["fs.files"].insert_many([{"_id": n, "length": 0, "chunkSize": 1, "filename": f"{n:04}"} for n in range(1000)])
    server.add({"on": "getMore", "collection": "files", "nth": 2} | how)
    result = gridfs("ls", "--batch-size", "100", uri=server.uri)
    expect(result, out=re.compile(rb"(\d{4}\n)+"), err=error_like("ls", ".+"), code=UNREACHABLE)
    assert result.out.split() == [b"%04d" % n for n in range(200)]
