"""The connection of a put is lost, or its answers are: tried again nothing is stored twice, given up
nothing is left that is not named."""

import re

import pytest

from harness import expect, finish, sample, wait_until

UNREACHABLE = 5
LOST = ["before", "after", "in_reply"]

# The first batch, the second, and the files document.
INSERTS = [("chunks", 1), ("chunks", 2), ("files", 1)]


@pytest.mark.parametrize(("collection", "nth"), INSERTS)
@pytest.mark.parametrize(("topology", "when"), [("standalone", when) for when in LOST] + [("replica_set", "after"), ("sharded", "after")])
def test_a_connection_that_is_lost_once(putting, topology, way, collection, nth, when):
    put = putting(topology=topology)
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "do": "close", "when": when})
    put.expect_stored(put(*way))


@pytest.mark.parametrize(("collection", "nth"), INSERTS)
def test_a_connection_that_is_lost_again_and_again(putting, way, collection, nth):
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "times": 0, "do": "close", "reset": True})
    put.expect_given_up(put(*way, "--retries", "2"), collection)


@pytest.mark.parametrize("collection", ["chunks", "files"])
def test_answers_that_are_lost_again_and_again(putting, way, collection):
    """What such an insert was to do is done, which the next try finds."""
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": "every", "do": "close", "when": "after"})
    put.expect_stored(put(*way, "--retries", "2"))


def test_retries_are_told_with_verbose(putting):
    put = putting()
    put.server.add({"on": "insert", "times": 2, "do": "error", "code": 10107, "message": "not primary"})
    result = put("-v", "-j", "1")
    assert len(re.findall(r"gridfs: put: storing x: not primary \(trying again in \d+ ms, retry [12] of 3\)\n", result.err)) == 2, result


@pytest.mark.parametrize(("collection", "nth"), INSERTS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_without_retries(putting, way, collection, nth, when):
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "do": "close", "when": when})
    result = put(*way, "--retries", "0")
    if (collection, when) == ("files", "after"):
        put.expect_stored(result)  # a look at the server tells
    else:
        put.expect_given_up(result, collection)


@pytest.mark.parametrize("command", ["find", "listIndexes", "createIndexes"])
@pytest.mark.parametrize("when", ["after", "in_reply"])
def test_what_comes_before_the_first_insert_is_lost(gridfs, scripted, command, when):
    server = scripted({"on": command, "do": "close", "when": when})
    result = gridfs("put", "-", "--name", "x", "--id", "mine", "--retries-sleep", "0.01", stdin=b"content", uri=server.uri)
    expect(result, out="mine\n")
    assert [chunk["data"] for chunk in server.documents("test.fs.chunks")] == [b"content"]


@pytest.mark.parametrize("error", [
    {"code": 10107, "message": "not primary"}, {"code": 1, "message": "busy", "labels": ["RetryableWriteError"]},
    {"code": 462, "message": "too many requests", "labels": ["SystemOverloadedError", "RetryableError"]},
], ids=lambda error: str(error["code"]))
@pytest.mark.parametrize(("collection", "nth", "when"), [("chunks", 2, "after"), ("files", 1, "after")])
def test_an_error_that_passes(putting, way, error, collection, nth, when):
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "times": 2, "do": "error", "when": when} | error)
    put.expect_stored(put(*way))


@pytest.mark.parametrize(("collection", "nth"), INSERTS)
def test_a_write_concern_error_that_passes(putting, way, collection, nth):
    """The write is done, but on its way to be lost with this primary: so it is seen to once more."""
    put = putting(topology="replica_set")
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "do": "write_concern_error", "code": 91,
                    "message": "shutting down", "labels": ["RetryableWriteError"]})
    put.expect_stored(put(*way))


@pytest.mark.parametrize(("nodes", "retry_writes"), [(1, "true"), (2, "true"), (2, "false")])
@pytest.mark.parametrize(("collection", "nth"), INSERTS)
def test_the_primary_steps_down(putting, jobs, nodes, collection, nth, retry_writes):
    put = putting(topology="replica_set", nodes=nodes)
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "do": "step_down"})
    put.server.uri += f"&retryWrites={retry_writes}"
    put.expect_stored(put(*jobs, "--retries", "8", "--retries-sleep", "0.05"))


def test_there_is_no_primary_any_more(putting, jobs):
    """Nothing can be removed then, which is said in the last line."""
    put = putting(topology="replica_set", nodes=2)
    put.server.add({"on": "insert", "collection": "chunks", "nth": 2, "do": "step_down", "milliseconds": 60_000})
    result = put(*jobs, "--connect-timeout", "1", "--retries", "1")
    expect(result, err=re.compile("gridfs: put: storing x: .+\ngridfs: put: x: chunks may be left .+\n"), code=UNREACHABLE)


@pytest.mark.parametrize("bytes_to_server", [1, 200, 5_000, 100_000, 1_000_000])
def test_a_connection_that_is_cut_within_a_batch(gridfs, through, bucket, database, tmp_path, jobs, bytes_to_server):
    """On the server that all tests run on; every connection is cut after so many bytes to the server."""
    bucket.upload_from_stream_with_id("before", "x", b"as before")
    before = {name: list(database[f"fs.{name}"].find()) for name in ("files", "chunks")}
    (tmp_path / "x").write_bytes(sample(3_000_000))
    proxy = through()
    proxy.add("limit_data", to_server=True, bytes=bytes_to_server)
    result = gridfs("put", *jobs, "x", "--retries", "1", "--retries-sleep", "0.01", "--connect-timeout", "2", uri=proxy.uri)
    expect(result, err=re.compile("gridfs: put: .+\n(gridfs: put: x: (chunks may be left|whether it is stored) .+\n)?"), code=UNREACHABLE)
    if "whether it is stored" in result.err:
        assert list(database["fs.files"].find()) == before["files"]
    elif bytes_to_server >= 5_000:  # otherwise there is no connection on which anything could be taken back
        assert {name: list(database[f"fs.{name}"].find()) for name in ("files", "chunks")} == before


def test_a_server_that_cannot_be_reached_for_a_while(putting, through, jobs):
    put = putting()
    proxy = through(put.server.uri)
    before = put.server.received("insert")
    put.server.add({"on": "insert", "collection": "chunks", "nth": 2, "do": "delay", "milliseconds": 5000, "when": "after"})
    with put.start(*jobs, "--retries", "20", "--retries-sleep", "0.1", uri=proxy.uri) as process:
        wait_until(lambda: put.server.received("insert") >= before + 2)
        proxy.cut()
        proxy.restore()
        put.expect_stored(finish(process))
