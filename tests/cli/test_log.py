"""The log of a program that nobody watches, and what -v and -vv say."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess

import pytest

from harness import add_files, error, error_like, expect, has_signal, only_id, sample, uri_with, usage_error, wait_until

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"


@pytest.fixture
def source(tmp_path):
    (tmp_path / "f").write_bytes(b"xyzzy data\n")


def log_lines(path):
    """The lines of a text log, each as level, command and message."""
    found = [re.fullmatch(rf"{TIME} (\w+) \d+ ([\w-]+): (.*)", line) for line in path.read_text().splitlines()]
    assert found and all(found), path.read_text()
    return [line.groups() for line in found]


def test_the_log_has_what_standard_error_has_not(gridfs, database, source, tmp_path):
    log = ["-q", "--log-file", "log"]
    stored = only_id(gridfs("put", *log, "f"))
    expect(gridfs("cat", *log, "42"), err=error("cat", "file 42: no such file in DB.fs"), code=4)
    expect(gridfs("rm", *log, "-n", stored), err=re.compile("gridfs: rm: would remove file .*\n"))
    expect(gridfs("ls", *log, "--uri", gridfs.uri + "?tsl=true"), out="f\n")
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600
    expect(gridfs("rm", *log), err=usage_error("rm", "an ID, or --name NAME, is required"), code=2)
    opened = f"bucket fs of database {database.name} on mongodb://"
    expected = [
        ("info", "put", opened),
        ("info", "put", f"stored file {stored} "),
        ("info", "cat", opened),
        ("error", "cat", f"file 42: no such file in {database.name}.fs"),
        ("info", "rm", opened),
        ("info", "rm", f"would remove file {stored} "),
        ("warning", "ls", "connection string: "),
        ("info", "ls", opened),
        ("error", "rm", "an ID, or --name NAME, is required "),
    ]
    lines = log_lines(tmp_path / "log")
    assert [(level, command) for level, command, _ in lines] == [(level, command) for level, command, _ in expected]
    for (_, _, message), (_, _, start) in zip(lines, expected, strict=True):
        assert message.startswith(start)


def test_the_log_has_what_is_wrong_with_a_command_line(gridfs, tmp_path):
    """However early that is found."""
    (tmp_path / "c.toml").write_text('log-file = "log"\n')
    wrong = [["--latets"], ["--jobs", "x"], ["--sort"], ["--limit", "x"]]
    for log in (["--log-file", "log"], ["--config", "c.toml"]):
        for arguments in wrong:
            result = gridfs("ls", *log, *arguments)
            expect(result, err=usage_error("ls", ".+"), code=2)
            assert log_lines(tmp_path / "log")[-1] == ("error", "ls", result.err.removeprefix("gridfs: ls: ").rstrip("\n"))
    expect(gridfs("putt", env={"GRIDFS_LOG_FILE": "log"}), err=usage_error(None, ".+did you mean put.+"), code=2)
    assert len((tmp_path / "log").read_text().splitlines()) == 2 * len(wrong) + 1


def test_a_log_that_cannot_be_opened_hides_no_other_error(gridfs, tmp_path):
    result = gridfs("ls", "--latets", "--log-file", "missing/log")
    said = error("ls", "log file missing/log: no such file or directory")
    usage = error("ls", "unknown option --latets: did you mean --latest? (see 'gridfs ls --help')")
    expect(result, err=said + usage, code=2)


def test_the_log_has_the_signal_that_ends_a_command(gridfs, tmp_path):
    for source in ("-", "missing"):  # with nothing sent yet, and while a program's output is awaited
        more = ["--name", "x", "-"] if source == "-" else ["--name", "x", "--from-command", "sleep 60"]
        with gridfs.start("put", "--log-file", "log", *more) as process:
            wait_until(lambda: (tmp_path / "log").exists() and has_signal(process, signal.SIGTERM, "SigBlk"))
            process.terminate()
            process.wait()
        assert log_lines(tmp_path / "log")[-1] == ("error", "put", "ended by SIGTERM")
        (tmp_path / "log").unlink()


@pytest.mark.parametrize("options", [[], ["-q"]], ids=str)
def test_the_log_has_the_summary(gridfs, source, tmp_path, options):
    (tmp_path / "g").write_bytes(b"g")
    gridfs("put", *options, "--log-file", "log", "f", "g")
    gridfs("put", *options, "--log-file", "log", "f", "missing")
    summaries = [message for _, _, message in log_lines(tmp_path / "log") if re.match(r"\d+ stored", message)]
    assert summaries == ["2 stored (12 bytes)", "1 stored (11 bytes), 1 failed"]


def test_a_log_of_json(gridfs, source, tmp_path):
    (tmp_path / 'a"b\n').write_bytes(b"")
    process = gridfs.start("put", "--log-file", "log", "--log-format", "json", 'a"b\n', "missing")
    out, err = process.communicate()
    warning = r"""warning: the name 'a"b\n' is not safe as a local path: it holds control characters: only 'gridfs get ID -o FILE' fetches the file"""
    messages = (warning, "missing: no such file or directory", "1 stored (0 bytes), 1 failed")
    said = "".join(error("put", message) for message in messages)
    assert (out.count(b"\n"), err.decode(), process.returncode) == (1, said, 3)
    entries = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert all(list(entry) == ["time", "level", "command", "pid", "message"] for entry in entries)
    assert all(re.fullmatch(TIME, entry["time"]) and entry["pid"] == process.pid for entry in entries)
    assert {entry["command"] for entry in entries} == {"put"}
    assert [entry["level"] for entry in entries][-2:] == ["info", "error"] or "error" in {e["level"] for e in entries}
    assert any(r"""'a"b\n'""" in entry["message"] for entry in entries)


def test_the_log_by_environment_and_file(gridfs, source, tmp_path):
    (tmp_path / "c.toml").write_text('log-format = "json"\n')
    only_id(gridfs("put", "f", "--config", "c.toml", env={"GRIDFS_LOG_FILE": "log"}))
    assert json.loads((tmp_path / "log").read_text().splitlines()[0])["level"] == "info"
    expect(gridfs("put", "f", "--log-format", "json"), err=usage_error("put", "--log-format goes with --log-file"), code=2)
    expect(gridfs("put", "f", "--log-format", "xml"), err=usage_error("put", "--log-format: .*"), code=2)


@pytest.mark.parametrize(("path", "reason"), [("missing/log", "no such file or directory"), (".", "is a directory")])
def test_a_log_that_cannot_be_opened(gridfs, database, source, path, reason):
    result = gridfs("put", "f", "--log-file", path)
    expect(result, err=error("put", f"log file {path}: {reason}"), code=9)
    assert database.list_collection_names() == []


def test_a_log_that_fails_later_is_a_warning(gridfs, source, tmp_path):
    (tmp_path / "log").symlink_to("/dev/full")
    result = gridfs("put", "-q", "f", "--log-file", "log")
    warning = error("put", "warning: log file log: no space left on device; the log is incomplete")
    expect(result, out=re.compile(rb"[0-9a-f]{24}\n"), err=warning)


def test_two_programs_write_one_log(gridfs, tmp_path):
    names = [f"{letter}{number}" for letter in "ab" for number in range(200)]
    for name in names:
        (tmp_path / name).touch()
    with contextlib.ExitStack() as stack:
        for letter in "ab":
            operands = [name for name in names if name.startswith(letter)]
            process = gridfs.start("put", "--log-file", "log", *operands, stdout=subprocess.DEVNULL, stderr=None)
            stack.callback(process.wait)
    stored = {re.search(r"\('(\w+)'", message)[1] for _, _, message in log_lines(tmp_path / "log") if "stored file" in message}
    assert stored == set(names)


def test_syslog(gridfs, database, tmp_path):
    """In a namespace whose /dev holds little more than a socket of this test."""
    (tmp_path / "dev").mkdir()
    for device in ("null", "zero", "urandom"):
        (tmp_path / "dev" / device).touch()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "dev" / "log"))
        receiver.settimeout(60)
        script = 'for x in null zero urandom; do mount --bind /dev/$x dev/$x || exit 99; done; mount --rbind dev /dev && exec "$@"'
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
        done = subprocess.run(
            [*namespace, "sh", "-c", script, "sh", gridfs.path, "ls", "-q", "--syslog", "--uri", gridfs.uri + "?tsl=true"],
            cwd=tmp_path, env=gridfs.environment(), capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        for level, message in ((4, "connection string: .*"), (6, f"bucket fs of database {database.name} on .*")):
            priority = 8 * 1 + level  # of the facility user
            assert re.fullmatch(rf"<{priority}>.{{15}} gridfs\[\d+\]: ls: {message}", receiver.recv(4096).decode())


def test_verbose_says_which_server_database_and_bucket(gridfs, database, other):
    add_files(database, "a")
    start = re.escape(gridfs.uri.split("/?")[0].rsplit("/", 1)[0]) if "@" not in gridfs.uri else "mongodb://"
    opened = rf"gridfs: %s: bucket %s of database %s on {start}.*\n"
    expect(gridfs("ls", "-v"), out="a\n", err=re.compile(opened % ("ls", "fs", database.name)))
    expect(gridfs("ls", "-v", "-d", "no-such", "-b", "b"), err=re.compile(opened % ("ls", "b", "no-such")))
    both = (opened % ("cp", "fs", database.name)) + (opened % ("cp", "fs", other.name))
    result = gridfs("cp", "-v", "--name", "a", "--to-db", other.name)
    expect(result, out=re.compile(rb".*\n"), err=re.compile(both + "(gridfs: cp: .*\n)*"))


def test_verbose_says_what_is_removed(gridfs, database):
    one, *_ = add_files(database, "a", "b", "b", "d/x")
    removed = r"gridfs: rm: bucket .*\ngridfs: rm: removed %s\n"
    expect(gridfs("rm", "-v", str(one)), err=re.compile(removed % f"file {one}"))
    expect(gridfs("rm", "-v", "--name", "b", "--all-revisions"), err=re.compile(removed % "2 revisions of 'b'"))
    expect(gridfs("rm", "-v", "-r", "d/"), err=re.compile(removed % r"file \w+ \('d/x', 0 bytes\)"))


COMMAND_LINE = r"gridfs: (?:put|cat): (\w+) (\S+) on \S+: (.*), \d+ us"


def test_debugging_output_names_each_command(gridfs, database, proxy, source, tmp_path):
    between = proxy()
    result = gridfs("put", "-vv", "--id", "x", "f", uri=between.uri)
    commands = re.findall(COMMAND_LINE, result.err)
    assert (f"insert", f"{database.name}.fs.chunks", "ok") in commands
    assert (f"insert", f"{database.name}.fs.files", "ok") in commands
    again = gridfs("put", "-vv", "--id", "x", "--if-absent", "f", uri=between.uri)
    assert ("find", f"{database.name}.fs.files", "ok") in re.findall(COMMAND_LINE, again.err)
    between.cut("find", times=1)
    result = gridfs("cat", "-vv", "x", "--retries-sleep", "0.01", uri=between.uri + "?retryReads=false")
    expect(result, out="xyzzy data\n", err=re.compile(".*", re.DOTALL))
    assert ("find", f"{database.name}.fs.files", "no answer") in re.findall(COMMAND_LINE, result.err)
    plain = gridfs("cat", "-v", "x")
    assert not re.findall(COMMAND_LINE, plain.err)


def test_no_secret_and_no_data_in_what_is_said(gridfs, database, proxy, tmp_path):
    (tmp_path / "f").write_bytes(b"xyzzy" * 100)
    (tmp_path / "password").write_text("hunter2")
    (tmp_path / "password").chmod(0o600)
    log = ["-vvv", "--log-file", "log"]
    metadata = ["--metadata", '{"a": "xyzzy"}']
    expect(gridfs("put", "--id", "x", *metadata, "f", *log), out="x\n", err=re.compile("(gridfs: put: .*\n)+"))
    expect(gridfs("cat", "x", *log), out=b"xyzzy" * 100, err=re.compile("(gridfs: cat: .*\n)+"))
    between = proxy()
    for user, uri in (
        (["-u", "me", "--password-file", "password"], f"mongodb://{between.address}/"),
        ([], f"mongodb://me:hunter2@{between.address}/"),
    ):
        result = gridfs("ls", *user, *log, "--retries", "0", uri=uri)
        expect(result, err=re.compile("(gridfs: ls: .*\n)+"), code=7)
        assert "hunter2" not in result.err
    said = (tmp_path / "log").read_text()
    assert "insert" in said and "***" in said
    assert "xyzzy" not in said and "hunter2" not in said
