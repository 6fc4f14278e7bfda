"""Tests that the documents say what the program does. GRIDFS_PROGRAM is the program."""

from help_text import commands


def pytest_generate_tests(metafunc):
    if "command" in metafunc.fixturenames:
        metafunc.parametrize("command", commands())
    if "program_or_command" in metafunc.fixturenames:
        everything = ("", *commands())
        metafunc.parametrize("program_or_command", everything, ids=[name or "gridfs" for name in everything])
