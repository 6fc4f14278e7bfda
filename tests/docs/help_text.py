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
def _help(command):
    words = [PROGRAM, *([command] if command else []), "--help"]
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=30).stdout


def _description_column(text):
    """Where descriptions start: the column of the one of --help."""
    line = next(line for line in text.splitlines() if re.match(r" +(-h,)?--help ", line))
    return re.match(r" *\S+ +", line).end()


def _options(text):
    column = _description_column(text)
    for line in text.splitlines():
        if re.match(r" +-", line):
            left = line[:column] if line[column - 1 : column] in (" ", "") else line
            names, _, value = left.strip().partition(" ")
            yield Option(tuple(names.split(",")), bool(value.strip()))


@cache
def commands():
    section = _help("").split("Subcommands:", 1)[1].split("\n\n", 1)[0]
    return tuple(re.findall(r"^ {1,4}(\S+)", section, re.MULTILINE))


@cache
def global_options():
    return tuple(_options(_help("")))


@cache
def own_options(command):
    """Those that the command has besides the global ones."""
    return tuple(option for option in _options(_help(command)) if option not in global_options())
