"""What a terminal changes: colours, and the question for a password."""

import base64
import re
import signal

import pytest

from harness import COLOUR, TerminalRun, add_files, expect, usage_error


@pytest.mark.parametrize(
    ("options", "env", "coloured"),
    [
        ([], {}, True),
        (["--color", "auto"], {}, True),
        (["--color", "never"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"NO_COLOR": ""}, True),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colours(gridfs, database, options, env, coloured):
    with TerminalRun(gridfs, "get-by-name", "x", *options, on_terminal=["stderr"], env=env) as run:
        result = run.finish()
    assert (result.out, result.code) == (b"", 4)
    assert run.screen() == [f"gridfs: get-by-name: x: no such file in {database.name}.fs"]
    assert bool(COLOUR.search(run.shown)) == coloured


def test_the_colours_of_what_is_no_error(gridfs, bucket):
    """Red is for errors."""
    for _ in range(2):
        bucket.upload_from_stream("x", b"")
    with TerminalRun(gridfs, "prune", "-n", "--keep-last", "1", on_terminal=["stderr"]) as run:
        run.finish()
    assert "would remove" in run.shown and not re.search(r"\x1b\[(31|41)m", run.shown), run.shown
    with TerminalRun(gridfs, "cat", "missing", on_terminal=["stderr"]) as run:
        run.finish()
    assert "\x1b[31m" in run.shown


def authentication(between):
    """Mechanism, database and payload of the logins that were tried."""
    commands = between.commands("saslStart")
    return {
        (
            one["mechanism"],
            one["$db"],
            base64.b64decode(one["payload"]) if isinstance(one["payload"], str) else one["payload"],
        )
        for one in commands
    }


LOGIN = ["--auth-mechanism", "PLAIN", "-u", "someone"]
TRIED = {("PLAIN", "$external", b"\0someone\0pass word")}


def test_the_password_is_asked_for_without_echo(gridfs, proxy, database):
    between = proxy()
    with TerminalRun(gridfs, "put", "-", "--name", "x", *LOGIN, uri=between.uri) as run:
        run.wait_for("assword")
        run.type("pass word\n")
        result = run.finish(stdin=b"the data")
    assert authentication(between) == TRIED
    assert "pass" not in run.shown.replace("password", "").replace("Password", "")
    assert "pass word" not in result.err and b"assword" not in result.out + result.err.encode()
    if result.code == 0:  # the server takes any password
        assert [one["length"] for one in database["fs.files"].find()] == [8]


@pytest.mark.parametrize("by_uri", [False, True])
@pytest.mark.parametrize(("typed", "problem"), [("\x04", "no password entered"), ("\n", "the password is empty")])
def test_a_password_that_is_not_entered(gridfs, typed, problem, by_uri):
    login = ["--uri", "mongodb://someone@127.0.0.1:1/"] if by_uri else LOGIN
    with TerminalRun(gridfs, "ls", *login) as run:
        run.wait_for("Password for someone: ")
        run.type(typed)
        expect(run.finish(), err=usage_error("ls", problem), code=2)


def test_the_password_for_the_bucket_to_copy_to(gridfs):
    with TerminalRun(gridfs, "cp", "x", "--to-uri", "mongodb://someone@127.0.0.1:1/") as run:
        run.wait_for("Password for someone of --to-uri: ")
        run.type("\n")
        expect(run.finish(), err=usage_error("cp", "the password is empty"), code=2)


def test_interrupting_the_question(gridfs):
    with TerminalRun(gridfs, "ls", *LOGIN) as run:
        run.wait_for("assword")
        run.type("\x03")
        result = run.finish(limit=5)
    assert (result.out, result.code) == (b"", -signal.SIGINT)


def test_no_terminal_to_ask_on(gridfs):
    expect(gridfs("ls", *LOGIN), err=usage_error("ls", ".*password.*"), code=2)


@pytest.mark.parametrize(
    "option",
    [
        ["--password-file", "secret"],
        ["--password-command", "head -n 1 secret"],
        ["--password-command", "echo 'pass word'; echo more"],
    ],
)
def test_the_password_from_elsewhere(gridfs, proxy, tmp_path, option):
    (tmp_path / "secret").write_text("pass word\nsecond line\n")
    (tmp_path / "secret").chmod(0o600)
    between = proxy()
    result = gridfs("ls", *LOGIN, *option, uri=between.uri)
    assert authentication(between) == TRIED, result


def test_the_database_that_has_the_user(gridfs, proxy, tmp_path):
    (tmp_path / "secret").write_text("pass word")
    (tmp_path / "secret").chmod(0o600)
    between = proxy()
    options = [
        "--username",
        "someone",
        "--password-file",
        "secret",
        "--auth-mechanism",
        "SCRAM-SHA-256",
        "--auth-db",
        "people",
    ]
    result = gridfs("ls", *options, uri=between.uri)
    assert {(mechanism, name) for mechanism, name, _ in authentication(between)} == {("SCRAM-SHA-256", "people")}
    assert "pass word" not in result.err


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        (["--password-command", "false"], "--password-command: the command failed: exit status 1"),
        (["--password-command", "true"], "--password-command: the command wrote nothing"),
        (["--password-file", "/dev/null"], "--password-file: its first line is empty"),
    ],
)
def test_a_password_that_is_not_there(gridfs, option, problem):
    expect(gridfs("ls", *LOGIN, *option), err=usage_error("ls", problem), code=2)


def test_the_password_file_is_missing(gridfs):
    expect(
        gridfs("ls", *LOGIN, "--password-file", "missing"),
        err=usage_error("ls", "--password-file: missing: no such file or directory"),
        code=2,
    )


def test_names_on_a_terminal_are_escaped(gridfs, database):
    add_files(database, "a\x1b[31mb")
    with TerminalRun(gridfs, "ls", on_terminal=["stdout", "stderr"]) as run:
        result = run.finish()
    assert (run.screen(), result.code) == (["a\\x1b[31mb"], 0)
