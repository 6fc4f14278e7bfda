"""The last line: what became of several files, on standard error and as JSON."""

import json
import re
import socket

import pytest

from harness import MISSING_ID, TerminalRun, error, expect, json_summary, sample

IDS = re.compile(rb"([0-9a-f]{24}\n)+")
NO_FILE = "no such file or directory"
MISSING = f"file {MISSING_ID}: no such file in DB.fs"


@pytest.fixture
def files(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(sample(1536, name))


def shown_on_terminal(gridfs, *arguments):
    with TerminalRun(gridfs, *arguments, on_terminal=["stderr"]) as run:
        result = run.finish()
    return run.screen(), result.code


def test_a_failure_among_several_files(gridfs, files, bucket):
    missing = error("put", f"missing: {NO_FILE}")
    expect(gridfs("put", "a", "missing", "b"), out=IDS, err=missing + error("put", "2 stored (3.0 KiB), 1 failed"), code=3)
    expect(gridfs("put", "-q", "a", "missing"), out=IDS, err=missing, code=3)
    expect(gridfs("put", "missing"), err=missing, code=4)  # one file: it is said already
    expect(gridfs("put", "a", "b"), out=IDS)


def test_what_is_skipped(gridfs, files, bucket, tmp_path):
    bucket.upload_from_stream("a", b"")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "link").symlink_to("nowhere")
    (tmp_path / "d" / "c").write_bytes(b"c")
    expect(
        gridfs("put", "-r", "--if-absent", "a", "b", "d", "missing"),
        out=IDS,
        err=error("put", "warning: d/link: skipped: a symbolic link")
        + error("put", f"missing: {NO_FILE}")
        + error("put", "2 stored (1.6 KiB), 1 failed, 2 skipped"),
        code=3,
    )


@pytest.mark.parametrize(
    ("arguments", "summary"),
    [
        (["put", "a", "b"], "2 stored (3.0 KiB)"),
        (["put", "a"], ""),
        (["put", "-q", "a", "b"], ""),
        (["put", "-n", "a"], "would store a (1536 bytes) as 'a'"),
        (["get-by-name", "-r", "x", "y", "-o", "out/"], "2 fetched (2 bytes)"),
        (["cat", "--name", "x/1", "y/1"], "2 written (2 bytes)"),
        (["cp", "-r", "x", "y", "--to-bucket", "other"], "2 copied (2 bytes)"),
        (["rm", "-r", "x", "y"], "2 removed"),
        (["rename", "--name", "two", "new"], "2 renamed"),
        (["rename", "--name", "x/1", "new"], ""),
        (["sync", ".", "gridfs:s"], "2 transferred (3.0 KiB)"),
        (["prune", "--keep-last", "1", "--prefix", "two"], "1 removed, 1 kept"),
        (["check", "--name", "x/1", "--name", "y/1", "--max-age", "1d"], "2 checked"),
    ],
)
def test_who_watches_is_told(gridfs, files, bucket, arguments, summary):
    for name in ("x/1", "y/1", "two", "two"):
        bucket.upload_from_stream(name, name[:1].encode())
    expected = [f"gridfs: {arguments[0]}: {summary}"] if summary else []
    assert shown_on_terminal(gridfs, *arguments) == (expected, 0)


def test_a_sync_that_has_nothing_to_do(gridfs, files):
    expect(gridfs("sync", ".", "gridfs:s"))
    assert shown_on_terminal(gridfs, "sync", ".", "gridfs:s") == (["gridfs: sync: 2 unchanged"], 0)


def rows(result):
    return [json.loads(line) for line in result.out.splitlines()]


def test_json_has_each_failure_and_the_sums(gridfs, files):
    result = gridfs("put", "--json", "a", "missing", "b")
    message = f"missing: {NO_FILE}"
    assert result.err == error("put", message) + error("put", "2 stored (3.0 KiB), 1 failed")
    documents = rows(result)
    summary = json_summary(stored=2, bytes=3072, failed=1)
    failure = {"error": {"operand": "missing", "message": message, "exit": 4}}
    assert documents[-1] == summary and failure in documents and len(documents) == 4 and result.code == 3


@pytest.mark.parametrize(
    ("arguments", "summary"),
    [
        (["get", MISSING_ID], json_summary(fetched=0, bytes=0, failed=1)),
        (["rm", MISSING_ID], json_summary(removed=0, failed=1)),
        (["cp", MISSING_ID, "--to-bucket", "b"], json_summary(copied=0, bytes=0, failed=1)),
        (["rename", MISSING_ID, "new"], json_summary(renamed=0, failed=1)),
        (["meta", MISSING_ID, "--set", "a=1"], json_summary(changed=0, failed=1)),
        (["meta", MISSING_ID], None),
        (["stat", MISSING_ID], None),
    ],
)
def test_json_of_one_failure(gridfs, database, arguments, summary):
    result = gridfs(*arguments, "--json")
    message = MISSING.replace("DB", database.name)
    assert rows(result) == [{"error": {"operand": MISSING_ID, "message": message, "exit": 4}}] + [summary] * bool(summary)
    assert (result.err, result.code) == (error(arguments[0], MISSING), 4)


def test_json_of_what_concerns_no_operand(gridfs, files):
    """No server, and what is wrong with the command line but is known only after it is parsed."""
    nowhere = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"
    result = gridfs("ls", "--json", "--retries", "0", uri=nowhere)
    (failure,) = rows(result)
    assert set(failure["error"]) == {"message", "exit"} and failure["error"]["exit"] == result.code == 5
    assert result.err == error("ls", failure["error"]["message"])
    result = gridfs("put", "--json", "--name", "x", "a", "b")
    assert rows(result) == [{"error": {"message": "--name goes with one FILE", "exit": 2}}]
    assert result.code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ls", "--json", "--latets"], "unknown option --latets: did you mean --latest?"),
        (["--json", "putt"], "'putt' is not a command: did you mean put?"),
        (["ls", "--json", "-0"], "--json and --null exclude each other"),
        (["ls", "--jobs", "x", "--json"], "--jobs: 'x' is not a whole number"),
        (["ls", "--json", "--config", "missing.toml"], "--config: missing.toml: no such file or directory"),
    ],
)
def test_json_of_a_command_line_that_is_refused(gridfs, arguments, message):
    result = gridfs(*arguments)
    assert rows(result) == [{"error": {"message": message, "exit": 2}}]
    assert message in result.err and result.code == 2


@pytest.mark.parametrize("arguments", [["du", "gone"], ["ls", "gone"], ["sync", "gone", "gridfs:x"], ["rm", "-r", "gone"]], ids=str)
def test_json_names_the_operand_of_whatever_fails(gridfs, database, arguments):
    result = gridfs(*arguments, "--json")
    failure = rows(result)[0]["error"]
    assert (failure["operand"], failure["exit"], result.code) == ("gone", 4, 4)


def test_json_of_the_time_limit(gridfs):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = "127.0.0.1:%d" % silent.getsockname()[1]
        result = gridfs("ls", "--json", "--timeout", "0.5", uri=f"mongodb://{host}/")
    message = f"the time limit has passed while waiting for {host}"
    assert rows(result) == [{"error": {"message": message, "exit": 5}}]
    assert (result.err, result.code) == (error("ls", message), 5)


@pytest.mark.parametrize(
    ("arguments", "summary"),
    [
        (["rename", "--name", "two", "new"], json_summary(renamed=2)),
        (["meta", "an-id", "--set", "a=1"], json_summary(changed=1)),
        (["prune", "--keep-last", "1"], json_summary(removed=1, kept=2)),
        (["check", "--name", "two", "--max-age", "1d"], json_summary(checked=1)),
        (["sync", ".", "gridfs:s"], json_summary(transferred=2, bytes=3072, removed=0, unchanged=0)),
        (["put", "-n", "a"], json_summary(stored=0, bytes=0)),
    ],
)
def test_the_json_summary_of_others(gridfs, files, bucket, arguments, summary):
    for name in ("two", "two"):
        bucket.upload_from_stream(name, b"x")
    bucket.upload_from_stream_with_id("an-id", "one", b"x")
    result = gridfs(*arguments, "--json")
    assert rows(result)[-1] == summary and result.code == 0, result


@pytest.mark.parametrize("arguments", [["ls"], ["du"], ["buckets"], ["stat", "--name", "x"], ["meta", "an-id"]])
def test_listings_have_their_rows_alone(gridfs, bucket, arguments):
    bucket.upload_from_stream_with_id("an-id", "x", b"x")
    result = gridfs(*arguments, "--json")
    assert len(rows(result)) == 1 and "summary" not in rows(result)[0] and (result.err, result.code) == ("", 0)


def test_standard_output_that_is_full_or_closed(gridfs, files):
    """The errors are on standard error all the same."""
    missing = error("put", f"missing: {NO_FILE}")
    full = error("put", "standard output: no space left on device")
    with open("/dev/full", "wb") as stdout:
        expect(gridfs("put", "--json", "missing", "missing-too", stdout=stdout), err=missing + full, code=9)


def test_a_name_that_is_not_utf_8(gridfs):
    result = gridfs("put", "--json", b"caf\xe9")
    (failure, _) = rows(result)
    assert failure["error"] == {"operand": "caf\\xe9", "message": f"caf\\xe9: {NO_FILE}", "exit": 4}
    assert result.err == error("put", f"caf\\xe9: {NO_FILE}")
