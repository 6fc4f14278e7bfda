"""What the system may do to a local file while it is written."""

import contextlib
import datetime
import errno
import fcntl
import os
import re
import signal
import stat
import subprocess

import pytest

from harness import error, error_like, expect, finish, has_signal, only_id, sample, tree, wait_until

SOME_FAILED, LOCAL = 3, 9
DATA = sample(3_000_000)


@pytest.fixture
def stored(bucket):
    return str(bucket.upload_from_stream("x", DATA))


def test_what_was_downloaded_is_flushed_before_it_gets_its_name(interposed, stored, tmp_path):
    expect(interposed("get", stored, "-o", "out"))
    flushed = interposed.calls("fsync")
    assert len(flushed) == 2 and flushed[0].startswith(".out.gridfs-") and flushed[1] == tmp_path.name


def test_small_files_of_a_tree_are_flushed_each(interposed, bucket):
    for name in ("d/a", "d/b"):
        bucket.upload_from_stream(name, b"content")
    expect(interposed("get-by-name", "-r", "d/"))
    assert sorted(name.split(".")[1] for name in interposed.calls("fsync") if ".gridfs-" in name) == ["a", "b"]


def test_without_flushing(interposed, bucket):
    stored = [str(bucket.upload_from_stream(f"new/{name}", DATA[:size])) for name, size in [("a", 5), ("b", 3_000_000)]]
    expect(interposed("get-by-name", "-r", "--no-fsync", "new/", "-o", "."))
    expect(interposed("get", "--no-fsync", stored[1], "-o", "out"))
    assert interposed.calls("fsync") == []


def test_the_flush_of_one_small_file_of_many_fails(interposed, bucket, tmp_path):
    for name in "abc":
        bucket.upload_from_stream(f"d/{name}", b"content")
    expect(interposed("get-by-name", "-r", "d/", rules=[f"fsync *.b.gridfs-* fail={errno.EIO}"]),
           err=error("get-by-name", "b: input/output error") + error("get-by-name", "2 fetched (14 bytes), 1 failed"),
           code=SOME_FAILED)
    assert tree(tmp_path) == {"a": b"content", "c": b"content"}


def test_a_flush_that_fails(interposed, stored, tmp_path):
    expect(interposed("get", stored, "-o", "out", rules=[f"fsync *.gridfs-* fail={errno.EIO}"]),
           err=error("get", "out: input/output error"), code=LOCAL)
    assert tree(tmp_path) == {}


def test_a_close_that_fails(interposed, stored, tmp_path):
    (tmp_path / "out").write_bytes(b"as before")
    expect(interposed("get", "-f", stored, "-o", "out", rules=[f"close *.gridfs-* fail={errno.EIO}"]),
           err=error("get", "out: input/output error"), code=LOCAL)
    assert tree(tmp_path) == {"out": b"as before"}


def test_a_temporary_file_never_takes_what_is_there(interposed, stored, tmp_path):
    expect(interposed("get", stored, "-o", "out", rules=["openat *.gridfs-* occupy"]))
    files = tree(tmp_path)
    assert files.pop("out") == DATA
    assert list(files.values()) == [b"theirs"]


@pytest.mark.parametrize("arguments", [["cat"], ["get", "-o", "-"]])
def test_short_writes_to_standard_output(interposed, stored, tmp_path, arguments):
    with open(tmp_path / "out", "wb") as out:
        expect(interposed(*arguments, stored, stdout=out, rules=["write */out short=1000"]))
    assert (tmp_path / "out").read_bytes() == DATA


def test_a_pipe_that_does_not_block(gridfs, stored):
    """As where a program with an event loop has made it: it is waited for."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETFL, os.O_NONBLOCK)
    with gridfs.start("cat", stored, stdout=writing) as process, open(reading, "rb") as pipe:
        os.close(writing)
        assert pipe.read() == DATA
        expect(finish(process))


@pytest.mark.parametrize("command", ["cat", "get"])
def test_a_reader_that_stalls_does_not_keep_a_signal_waiting(gridfs, stored, command):
    with gridfs.start(command, stored, *(["-o", "-"] if command == "get" else [])) as process:
        pipe = process.stdout.fileno()
        size = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
        wait_until(lambda: waiting_in(pipe) > size - 8192)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=5)
        assert process.returncode == -signal.SIGTERM


def waiting_in(pipe):
    counted = fcntl.ioctl(pipe, 0x541B, b"\0\0\0\0")  # FIONREAD
    return int.from_bytes(counted, "little")


def test_a_blocking_pipe_stays_one(gridfs, stored):
    """It is shared with others, which do not expect EAGAIN."""
    reading, writing = os.pipe()
    with gridfs.start("cat", stored, stdout=writing) as process, open(reading, "rb") as pipe:
        assert pipe.read(1) == DATA[:1]
        assert fcntl.fcntl(writing, fcntl.F_GETFL) & os.O_NONBLOCK == 0
        os.close(writing)
        assert pipe.read() == DATA[1:]
        expect(finish(process))


@pytest.mark.parametrize("how", [signal.SIGTERM, None])
def test_a_fifo_without_a_reader(gridfs, stored, tmp_path, how):
    os.mkfifo(tmp_path / "fifo")
    limit = [] if how else ["--timeout", "1"]
    with gridfs.start(*limit, "get", stored, "-o", "fifo") as process:
        if how:
            # From then on a signal is a stop request.
            wait_until(lambda: has_signal(process, how, "SigBlk"))
            process.send_signal(how)
        assert process.wait(timeout=10) == (-how if how else 5)


def test_a_fifo_that_gets_its_reader_later(gridfs, stored, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with gridfs.start("get", stored, "-o", "fifo") as process:
        assert (tmp_path / "fifo").read_bytes() == DATA
        expect(finish(process))


def shell(gridfs, script, *arguments):
    """Runs a script in which "$@" is the program with its arguments."""
    return subprocess.run(["sh", "-c", script, "sh", gridfs.path, *arguments], cwd=gridfs.directory, env=gridfs.environment(),
                          capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("arguments", [
    ["put", "--replace", "--name", "x", "-"], ["put", "--files-from", "-"], ["put", "--files-from0", "-"],
    ["put", "--metadata", "@-", "/dev/null"], ["ls", "--uri-file", "-"]], ids=" ".join)
def test_a_closed_standard_input(gridfs, database, bucket, arguments):
    """It is not an empty one: a job whose pipe was never set up must not replace a backup by nothing."""
    kept = bucket.upload_from_stream("x", b"a good backup")
    result = shell(gridfs, '"$@" <&-', *arguments)
    assert (result.returncode, result.stdout, result.stderr.decode()) == (
        LOCAL, b"", error(arguments[0], "standard input: bad file descriptor"))
    assert [file["_id"] for file in database["fs.files"].find()] == [kept]


@pytest.mark.parametrize(("script", "arguments"), [
    ('"$@" <&-', ["put", "--name", "x", "/dev/stdin"]), ('"$@" >&-', ["get", "x", "-o", "/dev/stdout"]),
    ('"$@" >&-', ["cat", "x"]), ('"$@" >&-', ["get", "x", "-o", "-"])])
def test_a_closed_stream_by_another_name(gridfs, bucket, database, script, arguments):
    bucket.upload_from_stream_with_id("x", "x", b"content")
    result = shell(gridfs, script, *arguments)
    assert (result.returncode, result.stdout) == (LOCAL, b"")
    assert re.fullmatch(rb"gridfs: \w+: [^\n]+\n", result.stderr)
    assert database["fs.files"].count_documents({}) == 1


def test_the_mode_of_what_is_replaced_stays(gridfs, stored, tmp_path):
    for options in ([], ["--continue"]):
        (tmp_path / "out").write_bytes(b"secret")
        (tmp_path / "out").chmod(0o600)
        expect(gridfs("get", "-f", *options, stored, "-o", "out"))
        assert (stat.S_IMODE((tmp_path / "out").stat().st_mode), (tmp_path / "out").read_bytes()) == (0o600, DATA)


@pytest.mark.skipif(os.geteuid() != 0, reason="for root alone")
def test_the_owner_of_what_is_replaced_stays(gridfs, stored, tmp_path):
    (tmp_path / "out").write_bytes(b"somebody's")
    os.chown(tmp_path / "out", 1234, 5678)
    (tmp_path / "out").chmod(0o640)
    expect(gridfs("get", "-f", stored, "-o", "out"))
    found = (tmp_path / "out").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1234, 5678, 0o640)


@pytest.fixture
def as_nobody(gridfs):
    """Runs the program as somebody for whom permissions count."""
    identity = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    return lambda *arguments: gridfs(*arguments, **identity)


@pytest.fixture
def unwritable(tmp_path):
    """A file that may be written in a directory that may not."""
    directory = tmp_path / "d"
    directory.mkdir()
    (directory / "out").write_bytes(b"a longer old content" * 1_000_000)
    (directory / "out").chmod(0o666)
    for path in (tmp_path, *tmp_path.parents[:2]):
        path.chmod(path.stat().st_mode | 0o055)
    directory.chmod(0o555)
    yield directory
    directory.chmod(0o755)


@pytest.mark.parametrize("options", [[], ["-j", "1"], ["--preserve"], ["--continue"]])
def test_a_file_in_a_directory_that_may_not_be_written(as_nobody, stored, unwritable, options):
    number = (unwritable / "out").stat().st_ino
    if "--preserve" in options and os.geteuid() == 0:
        os.chown(unwritable / "out", 65534, 65534)
    expect(as_nobody("get", "-f", *options, stored, "-o", "d/out"))
    assert tree(unwritable) == {"out": DATA}
    assert (unwritable / "out").stat().st_ino == number


def test_without_force_nothing_is_written_there(as_nobody, stored, unwritable):
    expect(as_nobody("get", stored, "-o", "d/out"), err=error("get", "d/out: file exists; -f replaces it"), code=6)
    assert tree(unwritable) == {"out": b"a longer old content" * 1_000_000}


@pytest.mark.skipif(os.geteuid() != 0, reason="for root alone")
def test_the_attributes_of_a_file_of_another_user_s_stay(as_nobody, bucket, unwritable):
    attributes = {"mtime": datetime.datetime(2020, 1, 1), "mode": 0o600}
    file_id = bucket.upload_from_stream("x", DATA, metadata=attributes)
    expect(as_nobody("get", "-f", "--preserve", str(file_id), "-o", "d/out"),
           err=error_like("get", "warning: .*: the local file cannot have its modification time, 2020-01-01.*: it is set to .*"))
    assert tree(unwritable) == {"out": DATA}
    assert stat.S_IMODE((unwritable / "out").stat().st_mode) == 0o666


def get_to_mount_point(gridfs, stored, tmp_path, prepare):
    """As in a container: `out` cannot be renamed over."""
    (tmp_path / "out").touch()
    script = f'{prepare} && mount --bind small/real out || exit 99; "$@"; code=$?; cp small/real found && exit $code'
    (tmp_path / "small").mkdir()
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    result = subprocess.run([*namespace, "sh", "-c", script, "sh", gridfs.path, "get", "-f", stored, "-o", "out"],
                            cwd=tmp_path, env=gridfs.environment(), capture_output=True, timeout=60, check=False)
    return result.returncode, result.stdout, result.stderr.decode()


def test_a_mount_point(gridfs, stored, tmp_path):
    assert get_to_mount_point(gridfs, stored, tmp_path, "echo old >small/real") == (0, b"", "")
    assert tree(tmp_path) == {"small/real": DATA, "found": DATA, "out": b""}


def test_a_mount_point_on_a_full_disk(gridfs, stored, tmp_path):
    prepare = "mount -t tmpfs -o size=1m none small && echo old >small/real"
    assert get_to_mount_point(gridfs, stored, tmp_path, prepare) == (LOCAL, b"", error("get", "out: no space left on device"))
    assert tree(tmp_path) == {"found": b"old\n", "out": b""}


CANNOT_BE_RENAMED_OVER = f"renameat */out fail={errno.EBUSY}"


@pytest.mark.parametrize("options", [[], ["--continue"]])
def test_overwriting_fails_halfway(interposed, gridfs, stored, tmp_path, options):
    (tmp_path / "out").write_bytes(b"old")
    result = interposed("get", "-f", *options, stored, "-o", "out", rules=[CANNOT_BE_RENAMED_OVER, f"fsync */out fail={errno.EIO}"])
    kept = re.search(r"the complete file is (.*), beside it", result.err)
    assert kept, result
    expect(result, err=error("get", f"out: input/output error; {kept[0]}"), code=LOCAL)
    assert (tmp_path / kept[1]).read_bytes() == DATA
    if options:
        expect(gridfs("get", "-f", *options, stored, "-o", "out"))
        assert tree(tmp_path) == {"out": DATA}


def end_while_held(process, held, number):
    held.wait()
    process.send_signal(number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0.5)  # as long as the end has to begin, or a program has that does not know what it is to clean up
    held.release()
    expect(finish(process), code=-number)


def test_a_signal_while_a_file_is_overwritten(interposed, stored, held, tmp_path):
    (tmp_path / "out").write_bytes(b"old")
    rules = [CANNOT_BE_RENAMED_OVER, f"write */out {held.action}"]
    with interposed.start("get", "-f", stored, "-o", "out", rules=rules) as process:
        end_while_held(process, held, signal.SIGTERM)
    assert tree(tmp_path) == {"out": DATA}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_right_after_the_temporary_file_was_made(interposed, stored, held, tmp_path, number):
    with interposed.start("get", stored, "-o", "out", rules=[f"openat *.gridfs-* {held.action_when_made}"]) as process:
        end_while_held(process, held, number)
    assert tree(tmp_path) == {}


def test_continue_keeps_its_lock_until_the_file_has_its_name(interposed, gridfs, stored, held, tmp_path):
    with interposed.start("get", "--continue", stored, "-o", "out", rules=[f"renameat */out {held.action}"]) as first:
        held.wait()
        expect(gridfs("get", "--continue", stored, "-o", "out"),
               err=error("get", "out: another download of it is under way"), code=LOCAL)
        held.release()
        expect(finish(first))
    assert tree(tmp_path) == {"out": DATA}


def test_a_signal_while_continue_puts_its_file_in_place(interposed, stored, held, tmp_path):
    """On a file system that can neither rename without replacing nor link."""
    rules = [f"fsync *.gridfs-part {held.action}", f"renameat2 * fail={errno.EINVAL}", f"linkat * fail={errno.EPERM}"]
    with interposed.start("get", "--continue", stored, "-o", "out", rules=rules) as process:
        end_while_held(process, held, signal.SIGTERM)
    assert tree(tmp_path) == {"out": DATA}


@pytest.mark.parametrize("third", [False, True])
def test_continue_that_gets_the_lock_of_what_has_been_renamed(interposed, gridfs, stored, held, tmp_path, third):
    """It opens the partial file, and another one finishes before it asks for the lock; perhaps a third one has begun."""
    with interposed.start("get", "-f", "--continue", stored, "-o", "out", rules=[f"openat *.gridfs-part {held.action_when_made}"]) as second:
        held.wait()
        expect(gridfs("get", "--continue", stored, "-o", "out"))
        if third:
            (tmp_path / ".out.gridfs-part").touch()
        held.release()
        expect(finish(second))
    assert tree(tmp_path) == {"out": DATA}


def test_continue_on_a_full_disk_keeps_what_it_has(gridfs, stored, tmp_path):
    (tmp_path / "small").mkdir()
    script = ('mount -t tmpfs -o size=1m none small && cd small || exit 99; "$@"; code=$?; stat -c "%n %s" .out.gridfs-part; '
              'mount -o remount,size=8m . && "$@" || exit 98; cmp out ../expected || exit 97; ls -A; exit $code')
    (tmp_path / "expected").write_bytes(DATA)
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    result = subprocess.run([*namespace, "sh", "-c", script, "sh", gridfs.path, "get", "-v", "--continue", stored, "-o", "out"], cwd=tmp_path,
                            env=gridfs.environment(), capture_output=True, timeout=60, check=False)
    assert result.returncode == LOCAL, result
    kept, left = result.stdout.decode().split("\n", 1)
    assert re.fullmatch(r"\.out\.gridfs-part [1-9]\d{5,}", kept)
    assert left == "out\n"


@pytest.mark.parametrize("password", ["secret", None])
def test_a_process_that_knows_a_secret_leaves_no_core(interposed, gridfs, password):
    """Neither by its limit, nor where a core is piped to a program, which knows no limit."""
    if password:
        address = gridfs.uri.split("//")[1].split("/")[0].rpartition("@")[2]
        interposed("ls", uri=f"mongodb://user:{password}@{address}/test")
    else:
        expect(interposed("ls"))
    assert ("4=0" in interposed.calls("setrlimit"), "4=0" in interposed.calls("prctl")) == (bool(password), bool(password))
