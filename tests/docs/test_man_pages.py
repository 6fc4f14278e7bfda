"""The man pages against the program."""

import re
import subprocess

import pytest
from command_lines import calls, unknown_words
from help_text import commands, global_options, names_of, own_options
from man_page import documented_options, example_lines, mentioned_options, section
from paths import MAN, page


def as_names(options):
    return {name: option.takes_value for option in options for name in option.names}


def test_the_page_of_the_program_has_all_global_options():
    assert as_names(documented_options(page(""), "GLOBAL OPTIONS")) == as_names(global_options())


def test_the_page_of_a_command_has_all_its_options(command):
    assert as_names(documented_options(page(command), "DESCRIPTION")) == as_names(own_options(command))


def test_a_page_speaks_of_no_option_that_is_not_there(program_or_command):
    there = names_of(global_options()) | names_of(own_options(program_or_command))
    if not program_or_command:
        there = there.union(*(names_of(own_options(command)) for command in commands()))
    assert mentioned_options(page(program_or_command)) <= there


def test_every_page_is_that_of_a_command():
    assert {path.name for path in MAN.iterdir()} == {page(command).name for command in ("", *commands())}


def test_the_program_s_page_refers_to_every_page():
    body = section(page(""), "COMMANDS")
    assert re.findall(r"^\.It Cm (\S+)$", body, re.MULTILINE) == list(commands())
    assert re.findall(r"^\.Xr gridfs-(\S+) 1", body, re.MULTILINE) == list(commands())


def test_a_page_is_found_by_its_name(program_or_command, tmp_path):
    name = page(program_or_command).stem
    (tmp_path / "man1").symlink_to(MAN)
    found = subprocess.run(
        ["mman", "-M", tmp_path, "-w", name], check=True, capture_output=True, text=True, timeout=30
    ).stdout
    assert found.splitlines() == [str(tmp_path / "man1" / f"{name}.1")]


def test_mandoc_has_nothing_to_complain_of(program_or_command):
    result = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "style", page(program_or_command)], capture_output=True, text=True, timeout=30
    )
    # The style that asks for manuals to be installed looks at this machine, not at the page.
    complaints = [line for line in result.stdout.splitlines() if "referenced manual not found" not in line]
    assert complaints == []


def test_the_examples_use_what_is_there(program_or_command):
    found = calls("\n".join(example_lines(page(program_or_command))))
    assert found
    assert [words for words in found if unknown_words(words)] == []


@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        (["ls", "-lH", "--sort", "--no-such-field"], []),
        (["--db", "put", "ls", "--latest"], []),
        (["ls", "--chunk-size", "1"], ["--chunk-size"]),
        (["ls", "-lX"], ["-X"]),
        (["mount", "x"], ["mount"]),
        (["put", "--", "--what"], []),
    ],
)
def test_unknown_words_are_found(words, unknown):
    assert unknown_words(words) == unknown
