"""What became of a put is said, whatever comes after the storing."""

import contextlib
import hashlib
import itertools
import os
import re
import signal
import subprocess

import pytest

from harness import error, expect, finish, sample, snapshot, wait_until

SHORT = sample(100)
ID = "[0-9a-f]{24}"
FULL = "gridfs: put: standard output: no space left on device\n"


@pytest.fixture
def sources(tmp_path):
    """Files, small ones that travel together or one that does not."""

    def make(count, length=100):
        names = [f"f{number}" for number in range(count)]
        for number, name in enumerate(names):
            (tmp_path / name).write_bytes(sample(length, number))
        return names

    return make


@pytest.mark.parametrize("count", [1, 2, 40])
@pytest.mark.parametrize("options", [[], ["--replace"], ["--verify"]], ids=str)
def test_a_full_standard_output(gridfs, database, sources, count, options):
    with open("/dev/full", "wb") as full:
        result = gridfs("put", *options, *sources(count), stdout=full)
    stored = [str(file["_id"]) for file in database["fs.files"].find()]
    assert stored
    said = re.findall(rf"gridfs: put: stored, but not printed: ({ID})\n", result.err)
    assert sorted(said) == sorted(stored)
    expect(result, err=re.compile(rf"(gridfs: put: stored, but not printed: {ID}\n)+{FULL}"), code=9)


def test_a_full_standard_output_while_more_is_under_way(gridfs, database, proxy, sources, tmp_path):
    """What is stored behind the file whose id cannot be printed is named, too: two large ones travel together."""
    names, numbers, said = sources(5, 900_000), itertools.count(), tmp_path / "said"
    way = proxy()
    first, second = (way.hold("insert", "fs.files", times=1) for _ in range(2))

    def give(process, *names):
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write("".join(f"{name}\n" for name in names).encode())
            process.stdin.flush()

    def give_a_small_one(process):
        name = f"small-{next(numbers)}"
        (tmp_path / name).write_bytes(SHORT)
        give(process, name)

    with open("/dev/full", "wb") as full, open(said, "wb") as err, \
            gridfs.start("put", "--files-from", "-", stdout=full, stderr=err, uri=way.uri) as process:
        give(process, *names[:3])
        first.wait()
        give(process, *names[3:])
        second.wait()
        first.release()
        wait_until(lambda: give_a_small_one(process) or "not printed" in said.read_text())
        second.release()
        expect(finish(process), code=9)
    stored = [str(file["_id"]) for file in database["fs.files"].find()]
    assert len(stored) >= 4
    assert re.fullmatch(rf"(gridfs: put: stored, but not printed: {ID}\n)+{FULL}", said.read_text())
    assert sorted(re.findall(ID, said.read_text())) == sorted(stored)


def test_verify_that_loses_the_connection(gridfs, database, proxy, sources):
    """The file is stored, and nobody knows whether it is what was sent."""
    way = proxy()
    way.cut("find", "fs.chunks", times=100)
    result = gridfs("put", "--verify", "--replace", "--retries", "0", *sources(1), uri=way.uri)
    (stored,) = [str(file["_id"]) for file in database["fs.files"].find()]
    expect(result, err=re.compile(rf"gridfs: put: file {stored} \('f0', 100 bytes\): it is stored, but could not be verified:\n"
                                  r"gridfs: put: .+\n"), code=5)


@pytest.mark.parametrize("count", [1, 3])
def test_verify_compares(gridfs, database, proxy, sources, count):
    """And no id is printed before it has: in a batch as for one file."""
    way = proxy()
    hold = way.hold("find", "fs.chunks")
    with gridfs.start("put", "--verify", *sources(count), uri=way.uri) as process:
        hold.wait()
        spoiled = database["fs.chunks"].find_one({"files_id": database["fs.files"].find_one({"filename": "f0"})["_id"]})
        database["fs.chunks"].update_one({"_id": spoiled["_id"]}, {"$set": {"data": bytes(100)}})
        os.set_blocking(process.stdout.fileno(), False)
        assert process.stdout.read() is None, "an id was printed before the file was verified"
        hold.release()
        result = finish(process)
    said = rf"gridfs: put: file {spoiled['files_id']} \('f0', 100 bytes\): verification failed: it is not what was sent; removed\n"
    if count > 1:
        said += r"gridfs: put: 2 stored \(200 bytes\), 1 failed\n"
    expect(result, out=re.compile(rf"({ID}\n){{{count - 1}}}".encode()), err=re.compile(said), code=8 if count == 1 else 3)
    assert database["fs.files"].count_documents({}) == count - 1
    assert database["fs.chunks"].count_documents({}) == count - 1


def test_verify_that_cannot_remove_what_is_wrong(gridfs, database, proxy, sources):
    way = proxy()
    hold = way.hold("find", "fs.chunks")
    with gridfs.start("put", "--verify", "--retries", "0", *sources(1), uri=way.uri) as process:
        hold.wait()
        database["fs.chunks"].update_one({}, {"$set": {"data": bytes(100)}})
        way.cut("delete", times=100)
        hold.release()
        result = finish(process)
    expect(result, err=re.compile(r"gridfs: put: file .* verification failed: it is not what was sent; it could not be removed:\n"
                                  r"gridfs: put: .+\ngridfs: put: file \w+: chunks may be left of the _id .+\n"), code=5)


def test_a_signal_while_small_files_are_replaced(gridfs, database, bucket, proxy, sources):
    """Each file that is stored is named, on standard output, or where that comes too late in the last lines: nobody else
    would say so."""
    names = sources(3)
    for name in names:
        bucket.upload_from_stream(name, b"older")
    older = {file["_id"] for file in database["fs.files"].find()}
    way = proxy()
    hold = way.hold("delete", "fs.files")
    with gridfs.start("put", "--replace", *names, uri=way.uri) as process:
        hold.wait()
        process.send_signal(signal.SIGTERM)
        result = finish(process)
    new = {str(file["_id"]) for file in database["fs.files"].find() if file["_id"] not in older}
    assert result.code == -signal.SIGTERM
    printed = set(result.out.decode().split())
    assert printed and printed <= new
    (late,) = re.findall(r"gridfs: put: stored, but not printed: (.+)\n", result.err)
    assert printed | set(late.split()) == new


def test_the_operand_is_named(gridfs, database, tmp_path):
    """Whatever the failure is, and whoever finds it."""
    bad = os.fsencode(tmp_path) + b"/b\xff"
    for name in (b"a", b"b\xff"):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(SHORT)
    for arguments in (["b\udcff"], ["a", "b\udcff"], ["-r", "."]):
        result = gridfs("put", *arguments)
        shown = "./b\\xff: " if "-r" in arguments else ""  # where it is not what the message names
        sums = "" if len(arguments) == 1 else error("put", f"1 stored ({len(SHORT)} bytes), 1 failed")
        told = error("put", f"{shown}a filename must be UTF-8: 'b\\xff'")
        expect(result, out=re.compile(rb"([0-9a-f]{24}\n)?"), err=told + sums, code=2 if len(arguments) == 1 else 3)
    database["fs.files"].insert_one({"_id": "odd", "filename": "d/odd", "chunkSize": 4})
    for command in (["get-by-name", "-r", "d/"], ["rm", "-r", "--min-size", "1", "d/"], ["stat", "odd"], ["get", "odd"], ["cat", "odd"]):
        result = gridfs(*command)
        shown = re.compile(rb"id: +odd\n(\w+: .+\n)+") if command[0] == "stat" else b""
        expect(result, out=shown, err=re.compile(rf"gridfs: {command[0]}: [^\n]*\bodd\b[^\n]*length is missing[^\n]*\n"), code=8)


@pytest.mark.parametrize(("arguments", "skipped"), [
    (["put", "f0", "f3", "f4", "large", "f1", "f2"], "2 files"), (["put", "--if-absent", "f0", "f1", "f2"], "3 files"),
    (["get", "a", "b", "c"], "3 operands"), (["cat", "a", "b", "c"], "2 operands"),
    (["rm", "--all-revisions", "--name", "a", "b", "c"], "2 operands")], ids=str)
def test_what_was_skipped_is_counted(gridfs, sources, tmp_path, arguments, skipped):
    sources(5)
    (tmp_path / "large").write_bytes(bytes(2 << 20))
    result = gridfs(*arguments, "--retries", "0", uri="mongodb://127.0.0.1:1/test?serverSelectionTimeoutMS=200")
    assert result.code == 5
    assert result.err.endswith(f"gridfs: {arguments[0]}: {skipped} skipped: the server cannot be reached\n"
                               f"gridfs: {arguments[0]}: {len(result.err.splitlines()) - 2} failed, {skipped.split()[0]} skipped\n"), result


@pytest.mark.skipif(bool(os.environ.get("GRIDFS_SANITIZE")), reason="the sanitizers need descriptors of their own")
def test_few_descriptors(gridfs, sources):
    sources(1)
    for limit in (4, 5, 6, 8, 10, 12, 16, 20):
        for arguments in (["ls"], ["put", "f0"], ["get-by-name", "-r", "d/"]):
            result = subprocess.run(["sh", "-c", f'ulimit -n {limit}; exec "$@"', "sh", gridfs.path, *arguments], cwd=gridfs.directory,
                                    env=gridfs.environment(), capture_output=True, timeout=5, check=False)
            said = f"open files: 28 more are needed than the limit of {limit} allows (see ulimit -n)"
            assert (result.returncode, result.stdout, result.stderr.decode()) == (9, b"", error(arguments[0], said)), limit


def test_a_soft_limit_of_descriptors_is_raised(gridfs):
    result = subprocess.run(["sh", "-c", 'ulimit -Sn 8; exec "$@"', "sh", gridfs.path, "ls"], cwd=gridfs.directory, env=gridfs.environment(),
                            capture_output=True, timeout=60, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


@pytest.mark.parametrize("command", ["trap '' TERM; echo secret; exec >&-; sleep 60", "trap '' TERM; while :; do sleep 1; done"])
def test_a_password_command_that_ignores_the_end(gridfs, tmp_path, command):
    marker = f"touch started; {command}"
    with gridfs.start("ls", "-u", "me", "--password-command", marker) as process:
        wait_until((tmp_path / "started").exists)
        process.send_signal(signal.SIGTERM)
        result = finish(process, limit=5)
    expect(result, code=-signal.SIGTERM)
