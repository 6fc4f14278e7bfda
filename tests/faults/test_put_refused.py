"""The server refuses part of a put: nothing is stored, and what was is removed."""

import re

import pytest

from harness import error_like, expect

FAILURE, UNREACHABLE, EXISTS, REFUSED = 1, 5, 6, 7
DISK_FULL = {"code": 14031, "message": "available disk space is less than required minimum"}

# Which insert of the put it is; the last two are of chunks behind the first batch, and of the files document.
INSERTS = [("chunks", 1), ("chunks", 2), ("files", 1)]


@pytest.mark.parametrize(("collection", "nth"), INSERTS)
@pytest.mark.parametrize("how", [
    {"do": "error"},
    {"do": "error", "when": "after"},
    {"do": "write_error", "index": 0},
    {"do": "write_concern_error"},
], ids=lambda how: f"{how['do']}-{how.get('when', 'before')}")
def test_an_insert_that_fails(putting, jobs, identity, collection, nth, how):
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": nth} | how | DISK_FULL)
    expect(put(*jobs, *identity), err=error_like("put", f"storing x: .*{DISK_FULL['message']}.*"), code=FAILURE)
    put.expect_nothing_new()


@pytest.mark.parametrize(("collection", "nth"), INSERTS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_insert_whose_reply_counts_too_few(putting, way, collection, nth, when):
    """With `ok: 1` and no errors, as if all were well: it is not taken for done, and --replace removes nothing."""
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": nth, "do": "count", "n": 0, "when": when})
    acknowledged = error_like("put", r"storing x: the server acknowledged 0 of \d+ documents?")
    expect(put(*way, "--replace"), err=acknowledged, code=FAILURE)
    put.expect_nothing_new()


@pytest.mark.parametrize("index", [1, 7])
def test_an_insert_that_is_done_in_part(putting, jobs, identity, index):
    put = putting()
    put.server.add({"on": "insert", "collection": "chunks", "nth": 2, "do": "write_error", "index": index} | DISK_FULL)
    expect(put(*jobs, *identity), err=error_like("put", f"storing x: .*{DISK_FULL['message']}.*"), code=FAILURE)
    put.expect_nothing_new()


def test_listing_indexes_fails(gridfs, scripted):
    server = scripted({"on": "listIndexes", "nth": "every", "do": "error"} | DISK_FULL)
    result = gridfs("put", "-", "--name", "x", "--id", "mine", stdin=b"content", uri=server.uri)
    expect(result, err=error_like("put", f".*{DISK_FULL['message']}.*"), code=FAILURE)
    assert server.snapshot("test") == {"files": [], "chunks": []}


@pytest.mark.parametrize("collection", ["chunks", "files"])
def test_too_few_members_have_acknowledged(putting, jobs, collection):
    """The write may be on some of them, so it is taken back there."""
    put = putting(topology="replica_set")
    put.server.add({"on": "insert", "collection": collection, "do": "write_concern_error", "code": 64,
                    "message": "waiting for replication timed out"})
    expect(put(*jobs, "--write-concern", "3"), err=error_like("put", ".*waiting for replication timed out.*"), code=FAILURE)
    put.expect_nothing_new()


@pytest.mark.parametrize("collection", ["chunks", "files"])
@pytest.mark.parametrize("count", ["one", "every"])
def test_taking_back_fails_as_well(putting, jobs, identity, collection, count):
    """That is reported beside the first error, never instead of it."""
    put = putting()
    put.server.add({"on": "insert", "collection": collection, "nth": 2 if collection == "chunks" else 1, "do": "error"} | DISK_FULL,
                   {"on": "delete", "nth": "every" if count == "every" else 1, "do": "error", "code": 96, "message": "no deletes today"})
    result = put(*jobs, *identity)
    lines = result.err.splitlines()
    assert (result.out, result.code) == (b"", FAILURE), result
    assert sum(DISK_FULL["message"] in line for line in lines) == 1, result
    assert sum("no deletes today" in line for line in lines) == 1, result
    assert all(line.startswith("gridfs: put: ") for line in lines), result
    assert len(put.server.documents("test.fs.files")) == 1


@pytest.mark.parametrize("n", [0, 1, 150])
def test_chunks_of_another_upload_stay(putting, jobs, n):
    """They lie under the _id, without a file as yet."""
    put = putting()
    other = put.server.client["test"]["fs.chunks"]
    other.insert_one({"_id": "other", "files_id": "mine", "n": n, "data": b"theirs"})
    with_other = put.snapshot()
    expect(put(*jobs, "--id", "mine"), err=error_like("put", ".*_id is in use.*"), code=EXISTS)
    assert put.snapshot() == with_other


@pytest.mark.parametrize("length", [0, 1, 20_000_000])
def test_another_program_stores_the_same_id_at_once(putting, jobs, tmp_path, length):
    """The one that comes first is stored, the other one is refused and leaves nothing behind."""
    put = putting()
    (tmp_path / "y").write_bytes(b"y" * length)
    put.server.add({"on": "insert", "nth": 1, "times": 2, "do": "delay", "milliseconds": 500})
    with put.start(*jobs, "--id", "mine", file="y") as first, put.start(*jobs, "--id", "mine", file="y") as second:
        results = [(process.communicate(timeout=30), process.returncode) for process in (first, second)]
    codes = sorted(code for _, code in results)
    assert codes == [0, EXISTS], results
    for (out, err), code in results:
        assert (out, err) == (b"mine\n", b"") if code == 0 else out == b"" and re.fullmatch(b"gridfs: put: .*_id is in use.*\n", err)
    files, chunks = put.snapshot().values()
    assert [file["_id"] for file in files] == ["before", "mine"]
    assert sum(len(chunk["data"]) for chunk in chunks if chunk["files_id"] == "mine") == length


@pytest.mark.parametrize("refusal", [{"code": 13, "message": "not authorized"}, {"code": 18, "message": "Authentication failed"}])
def test_a_server_that_does_not_allow_it(putting, jobs, refusal):
    put = putting()
    put.server.add({"on": "insert", "nth": 2, "do": "error"} | refusal)
    expect(put(*jobs, "--retries", "3"), err=error_like("put", f".*{refusal['message']}.*"), code=REFUSED)
    put.expect_nothing_new()
