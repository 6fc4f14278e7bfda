"""What each shell offers at the end of a command line, by the completion scripts."""

import atexit
import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

from help_text import PROGRAM

HERE = Path(__file__).resolve().parent
SCRIPTS = {"bash": "gridfs.bash", "zsh": "_gridfs", "fish": "gridfs.fish"}
PATIENCE = 120
FILE_NAMES = "(file names)"


@cache
def completions():
    """A directory with the scripts that the program prints, which lasts as long as the tests."""
    directory = tempfile.TemporaryDirectory()
    atexit.register(directory.cleanup)
    for shell, name in SCRIPTS.items():
        with Path(directory.name, name).open("wb") as script:
            subprocess.run([PROGRAM, "completion", shell], check=True, stdout=script, timeout=30)
    return Path(directory.name)


def _environment(**more):
    """Without the program, which would ask a server, unless PATH is among what is given."""
    usual = {"PATH": "/usr/bin:/bin", "LANG": os.environ.get("LANG", "C.UTF-8"), "TERM": "dumb", "HOME": "/nonexistent"}
    return usual | more


def _run(words, directory, environment):
    result = subprocess.run(
        words, cwd=directory, env=environment, check=True, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.stderr == ""
    return result.stdout


def _records(text):
    assert text.endswith("\x1e")
    return [list(filter(None, record.split("\n"))) for record in text.split("\x1e")[:-1]]


def _bash(lines, directory, environment):
    words = ["bash", "--norc", HERE / "candidates.bash", completions() / "gridfs.bash", *lines]
    text = _run(words, directory, environment)
    return [[FILE_NAMES if "-o default" in item else item for item in record] for record in _records(text)]


def _fish(lines, directory, environment):
    script = f"source {completions()}/gridfs.fish; for line in $argv; complete -C $line; printf \\x1e; end"
    text = _run(["fish", "--no-config", "-c", script, *lines], directory, environment)
    return [[line.partition("\t")[0] for line in record] for record in _records(text)]


def converse(words, environment, directory, keys=b"", until=None, patience=PATIENCE):
    """Runs a program on a terminal of its own, types the keys, and returns all it wrote until its end, or until
    `until` has appeared."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(directory)
        os.execvpe(words[0], words, environment)
    written = b""
    end = time.monotonic() + patience
    try:
        os.write(terminal, keys)
        while until is None or until not in written:
            ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise TimeoutError(written.decode(errors="replace"))
            try:
                part = os.read(terminal, 65536)
            except OSError:  # what Linux gives for the end of a terminal
                part = b""
            if not part:
                break
            written += part
    finally:
        os.close(terminal)  # hangs up
        os.waitpid(pid, 0)
    return written.decode(errors="replace")


def _zsh(lines, directory, environment):
    with tempfile.TemporaryDirectory() as home:
        shutil.copy(HERE / "candidates.zshrc", Path(home, ".zshrc"))
        offered = Path(home, "offered")
        environment = environment | {
            "ZDOTDIR": home,
            "GRIDFS_COMPLETIONS": str(completions()),
            "GRIDFS_LINES": "\n".join(lines),
            "GRIDFS_OFFERED": str(offered),
        }
        output = converse(["zsh", "-d", "-i"], environment, directory)
        assert offered.exists(), output
        return _records(offered.read_text(encoding="utf-8"))


def ordered_candidates(shell, lines, directory="/", **environment):
    """For each line the words that the shell offers, as it lists them. Bash leaves file names to readline: FILE_NAMES
    stands for them there."""
    of_shell = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    return of_shell(list(lines), directory, _environment(**environment))


def candidates(shell, lines, directory="/", **environment):
    """The same as sets."""
    return [set(words) for words in ordered_candidates(shell, lines, directory, **environment)]


def _fish_options(commands):
    """From fish's own list of what the script has said."""
    words = ["fish", "--no-config", "-c", f"source {completions()}/gridfs.fish; complete -c gridfs"]
    text = _run(words, "/", _environment())
    pattern = r"^complete (?:-k )?(--\S+ )?gridfs -([sl]) (\S+).*?(?: -n '__gridfs_at (\S+)')?$"
    for kind, dashes, name, command in re.findall(pattern, text, re.MULTILINE):
        for where in [command] if command else commands:
            yield (where, ("-" if dashes == "s" else "--") + name), kind != ""


def options_with_values(shell, options):
    """For each pair of a command and an option whether the shell awaits a value behind it. Fish offers options even
    there; the others do not."""
    if shell == "fish":
        return dict(_fish_options(dict.fromkeys(command for command, _ in options)))
    # Nothing goes behind those, so no shell offers anything.
    ends = ("-h", "--help", "--version")
    lines = [f"gridfs {command} {name} -" for command, name in options]
    found = candidates(shell, lines)
    return {
        (command, name): name not in ends and not any(word.startswith("-") and word != "-" for word in words)
        for (command, name), words in zip(options, found, strict=True)
    }
