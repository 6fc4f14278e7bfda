"""What the shells complete from the server, by the scripts of `gridfs completion`."""

import os
import socket
import sys
import time

import pytest

from harness import TerminalRun, add_files, expect, uri_with

sys.path.append(os.path.join(os.path.dirname(__file__), os.pardir, "docs"))
from shells import SCRIPTS, candidates, completions, converse  # noqa: E402

each_shell = pytest.mark.parametrize("shell", SCRIPTS)

# Where the server takes more than a second, as a busy one may, nothing is offered.
TRIES = 20


@pytest.fixture
def silent_server():
    """The connection string of a server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield "mongodb://127.0.0.1:%d/test" % listener.getsockname()[1]


def environment(gridfs, **changes):
    path = f"{os.path.dirname(gridfs.path)}:{os.environ['PATH']}"
    return {"PATH": path, "LC_ALL": "C.UTF-8", "GRIDFS_URI": gridfs.uri} | changes


@each_shell
def test_each_kind_of_value(shell, gridfs, database, other):
    ids = add_files(database, "backup.tar", "photos/2024/a.png", "photos/2024/b.png", "photos/c.png", "photos/c.png")
    database["pictures.files"].insert_one({"_id": "moon-1", "filename": "moon.png"})
    add_files(other, "elsewhere")
    uri = uri_with(gridfs.uri, other.name)
    expected = {
        "gridfs get-by-name ": {"backup.tar", "photos/"},
        "gridfs get-by-name photos/": {"photos/2024/", "photos/c.png"},
        "gridfs get-by-name -r photos/": {"photos/2024/"},
        "gridfs cat --name ba": {"backup.tar"},
        f"gridfs get {str(ids[0])[:20]}": {str(one) for one in ids},
        f"gridfs stat {ids[3]}": {str(ids[3])},
        "gridfs -b pictures get ": {"moon-1"},
        "gridfs get --bucket=pictures moon": {"moon-1"},
        f"gridfs --db {database.name[:-1]}": {database.name},
        "gridfs -b pi": {"pictures"},
        "gridfs ls --bucket ": {"fs", "pictures"},
        "gridfs du ": {"photos/"},
        "gridfs ls photos/": {"photos/2024/", "photos/c.png"},
        "gridfs rm -r ph": {"photos/"},
        f"gridfs rename {ids[0]} ba": {"backup.tar"},
        "gridfs rename --name backup.tar ph": {"photos/"},
        "gridfs sync gridf": {"gridfs:"},
        "gridfs sync gridfs:": {"gridfs:photos/"},
        "gridfs sync . gridfs:photos/": {"gridfs:photos/2024/"},
        f"gridfs -d {other.name} ls ": {"elsewhere"},
        f"gridfs ls --uri '{uri}' else": {"elsewhere"},
        f"gridfs -d {other.name} cp x --to-uri {gridfs.uri} --to-bucket ": {"fs", "pictures"},
        f"gridfs cp x --to-db {other.name} --to-bucket ": {"fs"},
        f"gridfs --uri mongodb://127.0.0.1:1 cp --to-uri {gridfs.uri} --to-db={database.name[:-1]}": {
            f"--to-db={database.name}" if shell == "fish" else database.name
        },
        "gridfs ls --latest -- ba": {"backup.tar"},
        "gridfs ls no-such-name": set(),
        "gridfs put --id ba": set(),
    }
    found, lines = {}, list(expected)
    for _ in range(TRIES):
        found |= zip(lines, candidates(shell, lines, gridfs.directory, **environment(gridfs)), strict=True)
        lines = [line for line in lines if expected[line] and not found[line]]
        if not lines:
            break
    assert found == expected


@each_shell
def test_nothing_is_offered_where_the_server_cannot_be_asked(shell, gridfs, database, silent_server, tmp_path):
    add_files(database, "backup.tar")
    begun = time.monotonic()
    assert candidates(shell, ["gridfs ls ba"], tmp_path, **environment(gridfs, GRIDFS_URI=silent_server)) == [set()]
    assert time.monotonic() - begun < 15  # a server may take 30 s
    lines = [
        "gridfs -u someone ls ba",
        "gridfs --password-command 'touch called; echo x' -u someone ls ba",
        "gridfs --uri-file - ls ba",
        "gridfs ls --limit many ba",
        "gridfs -b '..' ls ba",
    ]
    assert candidates(shell, lines, tmp_path, **environment(gridfs)) == [set()] * len(lines)
    assert list(tmp_path.iterdir()) == []


ODD_NAMES = ["it's a \\file", "b:c:d e", 'say "$HOME" `x`', "two\nlines", "wow! @home", "日本 語"]


def type_into(words, variables, directory, keys):
    """What the shell shows until it has run the command, or waits for the end of a quotation that was not completed."""
    try:
        return converse(words, variables, directory, keys, until=b">\r\n", patience=10)
    except TimeoutError as shown:
        return str(shown)


def bash(keys, directory, gridfs):
    rc = directory / "rc"
    rc.write_text(f"source {completions()}/gridfs.bash\ngridfs() {{ printf '<%s>' \"$@\"; echo; }}\n")
    words = ["bash", "--noprofile", "--rcfile", str(rc), "-i"]
    return type_into(words, environment(gridfs, INPUTRC="/dev/null"), directory, keys)


def zsh(keys, directory, gridfs):
    (directory / ".zshrc").write_text(
        f"fpath=({completions()} $fpath)\nautoload -Uz compinit\ncompinit -D -u\n"
        "gridfs() { printf '<%s>' \"$@\"; echo; }\n"
    )
    return type_into(["zsh", "-d", "-i"], environment(gridfs, ZDOTDIR=str(directory)), directory, keys)


def fish(keys, directory, gridfs):
    start = f"source {completions()}/gridfs.fish; function gridfs; printf '<%s>' $argv; echo; end"
    words = ["fish", "--no-config", "-C", start]
    return type_into(words, environment(gridfs, HOME=str(directory)), directory, keys)


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("shell", [bash, zsh, fish])
def test_what_is_completed_is_the_name(shell, name, quote, gridfs, database, tmp_path):
    add_files(database, name)
    typed = f"gridfs ls {quote}{name[:2]}\t\n".encode()
    for _ in range(TRIES):
        shown = shell(typed, tmp_path, gridfs).replace("\r\n", "\n")
        if f"<ls><{name}>" in shown:
            return
    pytest.fail(shown)


def test_the_request(gridfs, database):
    add_files(database, *(f"{number:03}" for number in range(250)), "a\tb", "two\nlines")

    def offered(*words):
        return next(filter(None, (gridfs("__complete", *words).out for _ in range(TRIES))), b"")

    assert offered("name", "1", "ls") == b"".join(b"%d\0" % number for number in range(100, 200))
    assert offered("name", "").count(b"\0") == 200
    assert offered("id", "").count(b"\0") == 200
    assert offered("name", "two") == b"two\nlines\0"
    expect(gridfs("__complete", "name", "a"))  # the tab would begin a description
    for wrong in ("", "name", "no-such-kind 1", "name 1 ls --limit many", "name 1 ls --help"):
        expect(gridfs("__complete", *wrong.split()))
    expect(gridfs("__complete", "name", "1", uri="mongodb://127.0.0.1:1/"))
    expect(gridfs("__complete", "name", "1", uri="no connection string"))
    assert b"__complete" not in gridfs("--help").out


def test_the_request_asks_for_nothing_on_a_terminal(gridfs, database, silent_server):
    add_files(database, "a")
    with TerminalRun(gridfs, "__complete", "name", "a", "-u", "someone") as run:
        expect(run.finish())
    assert run.shown == ""
    with TerminalRun(gridfs, "__complete", "name", "a", uri=silent_server, on_terminal=["stdin", "stderr"]) as run:
        expect(run.finish(limit=20), err="")
    assert run.shown == ""
