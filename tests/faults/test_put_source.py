"""The source of a put fails: nothing is stored, and what was is taken back."""

import os
import re
import subprocess

import pytest

from harness import error, error_like, expect, finish, only_id, sample
from sources import FailingFile, HungUpTerminal

LOCAL = 9
CHUNK = 1000


@pytest.fixture(params=[1, 8])
def put(gridfs, scripted, request):
    """Puts into a bucket that has a file of the same name already, which must be there afterwards as it was before."""
    server = scripted()
    expect(gridfs("put", "-", "--name", "x", "--id", "before", uri=server.uri, stdin=b"as before"), out="before\n")
    before = server.snapshot("test")

    def run(*arguments, chunk_size=CHUNK, **options):
        sizes = ["--chunk-size", str(chunk_size)]
        with gridfs.start("put", "-j", str(request.param), *sizes, *arguments, uri=server.uri, **options) as process:
            result = finish(process)
        assert result.code in (0, 3) or server.snapshot("test") == before
        return result

    run.server = server
    return run


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20 * CHUNK, 18_000_000])
@pytest.mark.parametrize("options", [[], ["--id", "mine"]])
def test_a_source_that_fails_after_some_bytes(put, length, options):
    chunk_size = 100 * CHUNK if length > 8 << 20 else CHUNK  # more than a batch, in few chunks, which ASan makes slow
    with FailingFile(sample(length)) as source:
        result = put("-", "--name", "x", *options, chunk_size=chunk_size, stdin=source)
    expect(result, err=error_like("put", "standard input: input/output error"), code=LOCAL)
    if length == 18_000_000:
        assert put.server.received("delete") > 0, "there was nothing to take back: this shows nothing"


def test_a_terminal_that_is_hung_up(put):
    with HungUpTerminal(b"some bytes") as source:
        result = put("-", "--name", "x", stdin=source)
    expect(result, err=error_like("put", "standard input: input/output error"), code=LOCAL)


def test_a_file_that_cannot_be_read(put):
    expect(put("/proc/self/mem", "--name", "x"), err=error_like("put", "/proc/self/mem: input/output error"), code=LOCAL)


def test_a_directory(put, tmp_path):
    (tmp_path / "x").mkdir()
    expect(put("x"), err=error_like("put", "x: is a directory; -r stores what is below it"), code=LOCAL)


def test_a_file_that_may_not_be_opened(put, tmp_path):
    """Root may open anything, so the program runs as somebody else."""
    (tmp_path / "x").write_bytes(b"secret")
    (tmp_path / "x").chmod(0)
    identity = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    tmp_path.chmod(0o755)
    expect(put(f"{tmp_path}/x", cwd="/", **identity), err=error_like("put", f"{tmp_path}/x: permission denied"), code=LOCAL)


def test_a_fifo_whose_writer_is_gone_has_ended(put, tmp_path):
    """Nobody can tell a writer that has died from one that is done: what it has written is the file."""
    os.mkfifo(tmp_path / "x")
    data = sample(5 * CHUNK + 1)
    with subprocess.Popen(["sh", "-c", "cat >x; kill -9 $$"], cwd=tmp_path, stdin=subprocess.PIPE) as writer:
        with writer.stdin:
            writer.stdin.write(data)
        file_id = only_id(put("x"))
    assert [len(chunk["data"]) for chunk in put.server.documents("test.fs.chunks")[1:]] == [CHUNK] * 5 + [1]
    assert str(put.server.documents("test.fs.files")[1]["_id"]) == file_id


TWO_BATCHES = 20_000_000  # and more: with one connection it is not all read before the first insert is answered
CHANGES = {
    "cut": lambda path: os.truncate(path, 7 * CHUNK), "emptied": lambda path: os.truncate(path, 0),
    "grown": lambda path: os.truncate(path, TWO_BATCHES + 1),
    "rewritten": lambda path: path.write_bytes(sample(TWO_BATCHES, 2))}


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("options", [[], ["-q"], ["--allow-changing"], ["-q", "--allow-changing"], ["--standard-input"]], ids=" ".join)
def test_a_file_that_changes_meanwhile(gridfs, scripted, between, tmp_path, how, options):
    server = scripted()
    way = between(server.uri)
    hold = way.hold("insert", "fs.chunks", times=1)
    (tmp_path / "x").write_bytes(sample(TWO_BATCHES))
    by_name = options != ["--standard-input"]
    source = ["x", *options] if by_name else ["--name", "x", "-"]
    with open(tmp_path / "x", "rb") as stdin, gridfs.start("put", "-j", "1", *source, uri=way.uri, stdin=stdin) as process:
        hold.wait()
        CHANGES[how](tmp_path / "x")
        hold.release()
        result = finish(process)
    shown = "x" if by_name else "standard input"
    if "--allow-changing" in options:
        expect(result, out=re.compile(rb"[0-9a-f]{24}\n"), err=error("put", "warning: x: it changed while it was read"))
    else:
        expect(result, err=error("put", f"{shown}: it changed while it was read, and is not stored (see --allow-changing)"), code=LOCAL)
        assert server.snapshot("test") == {"files": [], "chunks": []}


def test_a_small_file_that_changes_meanwhile(interposed, scripted, held, tmp_path):
    """It is read whole before anything is sent."""
    for name in "ab":
        (tmp_path / name).write_bytes(b"as before")
    server = scripted()
    with interposed.start("put", "a", "b", uri=server.uri, rules=[f"read */a {held.action}"]) as process:
        held.wait()
        (tmp_path / "a").write_bytes(b"another")
        held.release()
        result = finish(process)
    expect(result, out=re.compile(rb"[0-9a-f]{24}\n"),
           err=error("put", "a: it changed while it was read, and is not stored (see --allow-changing)")
           + error("put", "1 stored (9 bytes), 1 failed"), code=3)
    assert [file["filename"] for file in server.documents("test.fs.files")] == ["b"]


@pytest.mark.parametrize(("what", "arguments"), [
    ("t/d", ["put", "-r", "t"]), ("t/d", ["sync", "t", "gridfs:t/"]), ("t/d", ["put", "-r", "--if-absent", "t"]),
    ("t/d/z", ["put", "-r", "--if-absent", "t"])], ids=str)
def test_a_link_that_takes_the_place_of_what_a_walk_has_found(interposed, scripted, held, tmp_path, arguments, what):
    """Whoever may write there could have a backup by root read what they may not."""
    for top in ("t", "elsewhere"):
        for name in "az":
            (tmp_path / top / "d").mkdir(parents=True, exist_ok=True)
            (tmp_path / top / "d" / name).write_bytes(top.encode())
    server = scripted()
    with interposed.start(*arguments, uri=server.uri, rules=[f"read */d/a {held.action}"]) as process:
        held.wait()
        (tmp_path / what).rename(tmp_path / "before")
        (tmp_path / what).symlink_to(tmp_path / what.replace("t", "elsewhere", 1))
        held.release()
        result = finish(process)
    assert result.code == 3 and f": {what}: is a symbolic link, which may lead elsewhere\n" in result.err
    assert [file["filename"] for file in server.documents("test.fs.files")] == ["t/d/a"]


def test_the_other_operands_are_stored(put, tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(b"content of " + name.encode())
    result = put("a", "/proc/self/mem", "b")
    expect(result, out=re.compile(rb"[0-9a-f]{24}\n[0-9a-f]{24}\n"),
           err=error("put", "/proc/self/mem: input/output error") + error("put", "2 stored (24 bytes), 1 failed"), code=3)
