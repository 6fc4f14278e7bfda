"""Fetching many files: few queries, and one line where nothing more can be written."""

import os
import re
import subprocess

import pytest

from harness import add_files, expect, finish, sample, tree

LOCAL, SOME_FAILED = 9, 3


def many(bucket, count, length=10):
    return [str(bucket.upload_from_stream(f"f{number}", sample(length, number))) for number in range(count)]


@pytest.mark.parametrize("by_name", [False, True])
def test_many_operands_take_few_queries(gridfs, bucket, proxy, tmp_path, by_name):
    ids = many(bucket, 300)
    names = [f"f{number}" for number in range(300)]
    way = proxy()
    if by_name:
        expect(gridfs("get-by-name", "-o", "out/", *names, uri=way.uri))
    else:
        expect(gridfs("get", "-o", "out/", *ids, uri=way.uri))
    assert tree(tmp_path / "out") == {f"f{number}": sample(10, number) for number in range(300)}
    assert len(way.commands("find", "fs.files")) <= 10
    assert len(way.commands("find", "fs.chunks")) <= 10


def test_each_operand_that_fails_is_named(gridfs, bucket, tmp_path):
    ids = many(bucket, 3)
    (tmp_path / "f1").write_bytes(b"in the way")
    missing = "0" * 24
    result = gridfs("get", ids[0], ids[1], missing, ids[2], ids[0])
    *said, sums = result.err.splitlines()
    assert sums == "gridfs: get: 2 fetched (20 bytes), 3 failed"
    assert sorted(said) == sorted([
        "gridfs: get: f1: file exists; -f replaces it", f"gridfs: get: file {missing}: no such file in DB.fs",
        f"gridfs: get: file {ids[0]} ('f0', 10 bytes): not fetched: 'f0' is the path of an earlier file of this command"])
    assert result.code == SOME_FAILED
    assert tree(tmp_path) == {"f0": sample(10, 0), "f1": b"in the way", "f2": sample(10, 2)}


def test_the_first_of_equal_targets_stays_with_force(gridfs, bucket, tmp_path):
    ids = [str(bucket.upload_from_stream("x", sample(10, number))) for number in range(3)]
    for operands in (ids, ids[::-1]):
        result = gridfs("get", "-f", *operands)
        assert (result.code, result.err.count("'x' is the path of an earlier file of this command")) == (SOME_FAILED, 2)
        assert tree(tmp_path) == {"x": sample(10, ids.index(operands[0]))}


def test_ids_of_numbers(gridfs, bucket, tmp_path):
    """A number of another type is the same _id to the server."""
    bucket.upload_from_stream_with_id(1.0, "one", b"one")
    bucket.upload_from_stream_with_id(2, "two", b"two")
    expect(gridfs("get", "1", "2"))
    assert tree(tmp_path) == {"one": b"one", "two": b"two"}


def test_newest_revisions_are_fetched(gridfs, bucket, tmp_path):
    for number in range(5):
        for name in ("a", "b"):
            bucket.upload_from_stream(name, b"%d" % number)
    expect(gridfs("get-by-name", "a", "b"))
    assert tree(tmp_path) == {"a": b"4", "b": b"4"}
    expect(gridfs("get-by-name", "-f", "--revision", "1", "a", "b"))
    assert tree(tmp_path) == {"a": b"1", "b": b"1"}


def test_names_of_very_many_revisions(gridfs, bucket, database, tmp_path):
    for number in range(50):
        bucket.upload_from_stream("a", b"%d" % number)
    bucket.upload_from_stream("b", b"b")
    expect(gridfs("get-by-name", "a", "b"))
    assert tree(tmp_path) == {"a": b"49", "b": b"b"}


@pytest.mark.parametrize("arguments", [["get-by-name", "-r", "d/"], ["get-by-name", *[f"d/f{number}" for number in range(50)]]],
                         ids=["tree", "operands"])
@pytest.mark.parametrize(("mount", "why"), [("size=64k", "no space left on device"), ("ro", "read-only file system")])
def test_no_room_is_said_once(gridfs, bucket, tmp_path, arguments, mount, why):
    for number in range(50):
        bucket.upload_from_stream(f"d/f{number}", sample(20_000, number))
    (tmp_path / "small").mkdir()
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    script = f'mount -t tmpfs -o {mount} none small && cd small || exit 99; "$@"'
    result = subprocess.run([*namespace, "sh", "-c", script, "sh", gridfs.path, *arguments], cwd=tmp_path, env=gridfs.environment(),
                            capture_output=True, timeout=60, check=False)
    assert result.returncode == (LOCAL if mount == "ro" else SOME_FAILED), result
    failed, skipped, sums = result.stderr.decode().splitlines()
    assert re.fullmatch(rf"gridfs: get-by-name: .*: {why}", failed)
    told = rf"\d+ operands skipped: {why}"
    if "-r" in arguments:
        told = rf"stopped: {why}: (\d+ files? skipped, and )?others may not have been tried"
    assert re.fullmatch(rf"gridfs: get-by-name: {told}", skipped)
    assert re.fullmatch(r"gridfs: get-by-name: (\d fetched \(\d+ KiB\), )?1 failed, \d+ skipped", sums)


def test_a_file_of_a_tree_that_is_replaced_while_it_is_read(gridfs, bucket, database, proxy, tmp_path):
    """Its chunks are gone, and it is looked for once more."""
    for name in ("d/a", "d/b"):
        bucket.upload_from_stream(name, b"older " + name.encode())
    way = proxy()
    hold = way.hold("find", "fs.chunks", times=1)
    with gridfs.start("get-by-name", "-r", "d/", uri=way.uri) as process:
        hold.wait()
        older = database["fs.files"].find_one({"filename": "d/a"})["_id"]
        bucket.upload_from_stream("d/a", b"newer")
        bucket.delete(older)
        hold.release()
        expect(finish(process))
    assert tree(tmp_path) == {"a": b"newer", "b": b"older d/b"}


def test_a_file_of_a_tree_that_is_damaged_for_good(gridfs, bucket, database, tmp_path):
    damaged = bucket.upload_from_stream("d/a", b"content")
    bucket.upload_from_stream("d/b", b"content")
    database["fs.chunks"].delete_one({"files_id": damaged})
    result = gridfs("get-by-name", "-r", "d/")
    expect(result, err=re.compile(rf"gridfs: get-by-name: [^\n]*file {damaged}[^\n]*missing[^\n]*\n"
                                  r"gridfs: get-by-name: 1 fetched \(7 bytes\), 1 failed\n"), code=SOME_FAILED)
    assert tree(tmp_path) == {"b": b"content"}


@pytest.mark.skipif(bool(os.environ.get("GRIDFS_SANITIZE")), reason="the sanitizers need descriptors of their own")
@pytest.mark.parametrize("limit", ["-S -n 64", "-n 256"])
def test_many_files_need_few_descriptors(gridfs, database, tmp_path, limit):
    add_files(database, *(f"d/{number}" for number in range(2500)))
    files = list(database["fs.files"].find())
    database["fs.files"].update_many({}, {"$set": {"length": 1}})
    database["fs.chunks"].insert_many([{"files_id": file["_id"], "n": 0, "data": b"x"} for file in files])
    command = ["sh", "-c", f'ulimit {limit}; exec "$@"', "sh", gridfs.path, "get-by-name", "-r", "", "-o", "out/"]
    result = subprocess.run(command, cwd=tmp_path, env=gridfs.environment(), capture_output=True, timeout=120, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert len(tree(tmp_path / "out")) == 2500
