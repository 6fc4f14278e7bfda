"""Tests that the documents say what the program does. GRIDFS_PROGRAM is the program."""

import os
import sys

from help_text import commands

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(__file__)), "cli"))

from fixtures import database, server  # noqa: E402, F401


def pytest_generate_tests(metafunc):
    if "command" in metafunc.fixturenames:
        metafunc.parametrize("command", commands())
    if "program_or_command" in metafunc.fixturenames:
        everything = ("", *commands())
        metafunc.parametrize("program_or_command", everything, ids=[name or "gridfs" for name in everything])
