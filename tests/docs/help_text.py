"""What the program's own --help says: its commands, and the options of each."""

import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache

PROGRAM = os.environ.get("GRIDFS_PROGRAM") or exit("GRIDFS_PROGRAM must name the program")


@dataclass(frozen=True)
class Option:
    names: tuple[str, ...]
    takes_value: bool


def names_of(options):
    return {name for option in options for name in option.names}


@cache
def help_text(command, columns=None):
    """As it is in a pipe, or on a terminal of so many columns."""
    words = [PROGRAM, *([command] if command else []), "--help"]
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    if columns:
        environment["COLUMNS"] = str(columns)
    return subprocess.run(words, env=environment, check=True, capture_output=True, text=True, timeout=30).stdout


def sections(command, columns=None):
    """The lines below each heading of the help, which ends in a colon."""
    found = re.findall(r"^(\S[^\n]*):\n((?: .*\n)+)", help_text(command, columns), re.MULTILINE)
    return {heading: lines.splitlines() for heading, lines in found}


def _options(command):
    """Of lines such as `  -o, --output PATH  Where to`, or without what comes behind two blanks."""
    for heading, lines in sections(command).items():
        if not heading.lower().endswith("options") and not heading.startswith("Global options for "):
            continue
        for line in lines:
            if re.match(r"  (-\w, |    )--\w", line):
                names, value = re.fullmatch(r" +((?:-\S+, )*-[^\s,]+)(?: (\S+))?(?:  .*)?", line).groups()
                yield Option(tuple(names.split(", ")), value is not None)
            else:
                assert re.match(r" {10}", line), f"neither an option nor the rest of its description: {line}"


@cache
def commands():
    before = help_text("").split("\nGlobal options for ", 1)[0]
    return tuple(re.findall(r"^  ([a-z]\S*)  ", before, re.MULTILINE))


@cache
def global_options():
    return tuple(_options(""))


@cache
def own_options(command):
    """Those that the command has besides the global ones."""
    return tuple(option for option in _options(command) if option not in global_options())
