"""--help: its layout, its examples and exit statuses against the man pages."""

import re

import pytest
from help_text import help_text, sections
from man_page import example_lines, section
from paths import page


def test_a_command_s_own_options_come_first_then_where_the_others_are(command):
    text = help_text(command)
    assert re.search(rf"^Usage: gridfs {command} \[OPTIONS\]", text, re.MULTILINE)
    more = "Options: see gridfs-mongofiles(1)\n" if command == "mongofiles" else "Global options: see 'gridfs --help'\n"
    order = ["Usage: ", "Options:\n", more, "Examples:\n", "Exit status:\n"]
    places = [text.index("\n" + part) for part in order]
    assert places == sorted(places)
    assert sections(command)["Options"][-1].split()[:2] == ["-h,", "--help"]


def test_the_program_s_help_has_commands_then_global_options():
    headings = list(sections(""))
    first = headings.index("Global options for the connection")
    assert all("options" not in heading for heading in headings[:first])
    assert "Usage: gridfs [GLOBAL OPTIONS] COMMAND [OPTIONS] [OPERANDS]\n" in help_text("")
    assert headings[-2:] == ["Examples", "Exit status"]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_lines_fit_the_terminal(program_or_command, columns):
    for line in help_text(program_or_command, columns).splitlines():
        assert len(line) <= columns or len(line.split()) == 1, line
        assert line == line.rstrip()
    assert " ".join(help_text(program_or_command, columns).replace("\\\n", "\n").split()) == " ".join(
        help_text(program_or_command).split()
    )


def test_the_examples_are_those_of_the_man_page(program_or_command):
    there = {line.removeprefix("$ ") for line in example_lines(page(program_or_command))}
    assert {line.strip() for line in sections(program_or_command)["Examples"]} <= there


def test_the_exit_statuses_are_those_of_the_man_page(program_or_command):
    found = {line.split()[0] for line in sections(program_or_command)["Exit status"] if line[2] != " "}
    documented = set(re.findall(r"^\.It (\d)$", section(page(program_or_command), "EXIT STATUS"), re.MULTILINE))
    assert documented <= found <= set("0123456789")
    if documented and program_or_command != "mongofiles":  # whose status is that of another command
        assert found - documented <= set("12579"), "not those that any command may have"
