"""The local side of a download fails: exit 9 or 6, and no file is half there."""

import os
import re
import subprocess
import textwrap

import pytest

from harness import error_like, expect, finish, sample, tree

EXISTS, LOCAL = 6, 9
DATA = sample(3_000_000)


@pytest.fixture(params=[1, 8])
def fetch(gridfs, scripted, request):
    server = scripted()
    expect(gridfs("put", "-", "--name", "x", "--id", "x", "--chunk-size", "100K", uri=server.uri, stdin=DATA), out="x\n")

    def start(command, *arguments, **popen):
        return gridfs.start(command, "-j", str(request.param), *arguments, uri=popen.pop("uri", server.uri), **popen)

    def run(*arguments, **popen):
        with start(*arguments, **popen) as process:
            return finish(process)

    run.start, run.server, run.gridfs = start, server, gridfs
    return run


@pytest.fixture
def mounted(tmp_path):
    """Runs a command in a directory `small` that is a file system of its own, seen by the command alone, with a file `there`;
    gives the command's end and the listing of the directory."""
    (tmp_path / "small").mkdir()
    script = tmp_path / "mounted.sh"
    script.write_text(textwrap.dedent("""\
        mount -t tmpfs -o size=1m none small || exit 99
        cd small && printf 'as before' >there && { [ -z "$READ_ONLY" ] || mount -o remount,ro . || exit 99; }
        "$@"
        code=$?
        for name in $(find . -type f); do echo "$name: $(head -c 20 "$name")"; done >"$LISTING"
        exit $code
        """))
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]

    def run(gridfs, *arguments, uri, read_only=""):
        listing = tmp_path / "listing"
        process = subprocess.run([*namespace, "sh", str(script), gridfs.path, *arguments], cwd=tmp_path, capture_output=True, timeout=60,
                                 env=gridfs.environment(uri) | {"READ_ONLY": read_only, "LISTING": str(listing)}, check=False)
        return process, listing.read_text()

    return run


@pytest.mark.parametrize(("options", "shown"), [
    ([], "x"), (["-f", "-o", "there"], "there"), (["-o", "new/"], "new/x"), (["--preserve"], "x")], ids=str)
def test_a_disk_that_is_full(fetch, mounted, options, shown):
    process, listing = mounted(fetch.gridfs, "get", "x", *options, uri=fetch.server.uri)
    assert (process.returncode, process.stdout, process.stderr.decode()) == (
        LOCAL, b"", f"gridfs: get: {shown}: no space left on device\n")
    assert listing == "./there: as before\n"


@pytest.mark.parametrize("options", [["-o", "new"], ["-f", "-o", "there"], ["-o", "new/"]], ids=str)
def test_a_file_system_that_is_read_only(fetch, mounted, options):
    process, listing = mounted(fetch.gridfs, "get", "x", *options, uri=fetch.server.uri, read_only="yes")
    assert (process.returncode, process.stdout) == (LOCAL, b"")
    assert process.stderr.startswith(b"gridfs: get: ") and process.stderr.endswith(b": read-only file system\n")
    assert listing == "./there: as before\n"


def test_a_limit_of_file_size(fetch, tmp_path):
    """Where it ends the program by a signal of its own, nothing is left either."""
    for ignored in (True, False):
        limit = "trap '' XFSZ; " if ignored else ""
        command = ["sh", "-c", f'{limit}ulimit -f 500; exec "$0" "$@"', fetch.gridfs.path, "get", "x"]
        process = subprocess.run(command, env=fetch.gridfs.environment(fetch.server.uri), cwd=tmp_path, capture_output=True, timeout=60,
                                 check=False)
        assert (process.returncode, process.stdout, process.stderr) == (LOCAL, b"", b"gridfs: get: x: file too large\n")
        assert tree(tmp_path) == {}


def test_a_directory_that_may_not_be_written(fetch, tmp_path):
    """Root may write anywhere, so the program runs as somebody else."""
    tmp_path.chmod(0o755)
    identity = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    if not identity:
        tmp_path.chmod(0o555)
    result = fetch("get", "x", "-o", f"{tmp_path}/x", cwd="/", **identity)
    tmp_path.chmod(0o755)
    expect(result, err=error_like("get", f"{tmp_path}/x: permission denied"), code=LOCAL)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("options", [[], ["-o", "x"], ["-o", "./"]], ids=str)
def test_a_target_that_appears_meanwhile(fetch, between, tmp_path, options):
    proxy = between(fetch.server.uri)
    hold = proxy.hold("find", "fs.chunks")
    with fetch.start("get", "x", *options, uri=proxy.uri) as process:
        hold.wait()
        (tmp_path / "x").write_bytes(b"somebody else's")
        hold.release()
        expect(finish(process), err=error_like("get", ".*x: file exists; -f replaces it"), code=EXISTS)
    assert tree(tmp_path) == {"x": b"somebody else's"}


def test_continue_keeps_what_is_complete_where_a_target_has_appeared(fetch, between, tmp_path):
    proxy = between(fetch.server.uri)
    hold = proxy.hold("find", "fs.chunks")
    with fetch.start("get", "--continue", "--preserve", "x", uri=proxy.uri) as process:
        hold.wait()
        (tmp_path / "x").write_bytes(b"somebody else's")
        hold.release()
        expect(finish(process), err=error_like("get", "x: file exists; -f replaces it"), code=EXISTS)
    kept = tree(tmp_path)
    assert (kept[".x.gridfs-part"], kept["x"]) == (DATA, b"somebody else's")
    requests = fetch.server.received("find")
    expect(fetch("get", "-f", "--continue", "x"))
    assert tree(tmp_path) == {"x": DATA}
    assert fetch.server.received("find") - requests <= 2, "it was fetched again"


def test_a_target_that_goes_away_meanwhile(fetch, between, tmp_path):
    (tmp_path / "x").write_bytes(b"as before")
    proxy = between(fetch.server.uri)
    hold = proxy.hold("find", "fs.chunks")
    with fetch.start("get", "-f", "x", uri=proxy.uri) as process:
        hold.wait()
        (tmp_path / "x").unlink()
        hold.release()
        expect(finish(process))
    assert tree(tmp_path) == {"x": DATA}


def test_a_directory_that_goes_away_meanwhile(fetch, between, tmp_path):
    (tmp_path / "d").mkdir()
    proxy = between(fetch.server.uri)
    hold = proxy.hold("find", "fs.chunks")
    with fetch.start("get", "x", "-o", "d/x", uri=proxy.uri) as process:
        hold.wait()
        (tmp_path / "d").rename(tmp_path / "elsewhere")
        hold.release()
        result = finish(process)
    assert tree(tmp_path) in ({}, {"elsewhere/x": DATA}), "neither nothing nor all of it"
    assert result.code == (0 if tree(tmp_path) else LOCAL), result


@pytest.mark.parametrize("arguments", [["cat", "x"], ["get", "x", "-o", "-"], ["get", "x", "-o", "/dev/full"]])
def test_a_device_that_is_full(fetch, arguments):
    with open("/dev/full", "wb") as full:
        result = fetch(*arguments, stdout=full)
    shown = "/dev/full" if "/dev/full" in arguments else "standard output"
    expect(result, err=error_like(arguments[0], f"{shown}: no space left on device"), code=LOCAL)


def test_an_id_that_cannot_be_printed(fetch, tmp_path):
    """The file is stored then, and the exit code says that not all was done."""
    (tmp_path / "y").write_bytes(b"content")
    with open("/dev/full", "wb") as full:
        result = fetch("put", "y", stdout=full)
    expect(result, err=re.compile("gridfs: put: stored, but not printed: [0-9a-f]{24}\n"
                                  "gridfs: put: standard output: no space left on device\n"), code=LOCAL)
    assert [file["filename"] for file in fetch.server.documents("test.fs.files")] == ["x", "y"]
