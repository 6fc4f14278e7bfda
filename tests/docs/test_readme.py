"""README.md against the program, the man pages and the headers."""

import os
import re
import subprocess

from command_lines import calls, unknown_words
from help_text import commands
from man_page import section
from paths import README, ROOT, page

TEXT = README.read_text(encoding="utf-8")


def blocks(language):
    """The fenced blocks of that language, without the indentation of the list that they may stand in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", TEXT, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def test_the_examples_use_what_is_there():
    found = [words for block in (*blocks("sh"), *blocks("")) for words in calls(block)]
    assert {words[0] for words in found} >= {"put", "get-by-name", "ls"}
    assert [words for words in found if unknown_words(words)] == []


def test_the_examples_are_shell_commands():
    for block in blocks("sh"):
        subprocess.run(["bash", "-n"], input=block, check=True, text=True, timeout=30)


def test_it_names_every_command():
    listed = re.search(r"^All commands: (.*?)\. ", TEXT, re.MULTILINE | re.DOTALL).group(1)
    assert re.findall(r"`(\S+)`", listed) == list(commands())


def test_its_exit_statuses_are_those_of_the_man_page():
    table = re.search(r"^## Exit status\n(.*?)^## ", TEXT, re.MULTILINE | re.DOTALL).group(1)
    codes = re.findall(r"^\| (\d\S*) \|", table, re.MULTILINE)
    assert codes == re.findall(r"^\.It (\S+)$", section(page(""), "EXIT STATUS"), re.MULTILINE)
    assert codes[0] == "0"


def test_its_links_lead_somewhere():
    for document in (README, ROOT / "CONTRIBUTING.md"):
        targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8"))
        assert targets
        assert [target for target in targets if not (ROOT / target).exists()] == []


def test_its_program_compiles():
    (source,) = blocks("cpp")
    compiler = os.environ.get("CXX", "c++")
    generated = f"{os.environ['GRIDFS_BUILD_DIR']}/include"
    words = [compiler, "-std=c++20", "-Werror", f"-I{ROOT}/include", f"-I{generated}", "-fsyntax-only", "-xc++", "-"]
    result = subprocess.run(words, input=source, text=True, capture_output=True, timeout=300)
    assert result.returncode == 0, result.stderr


def test_its_picture_is_what_the_program_prints(database):
    uri = os.environ["GRIDFS_TEST_URI"]
    words = [ROOT / "scripts/picture", database.name]
    drawn = subprocess.run(words, env={**os.environ, "GRIDFS_URI": uri}, check=True, capture_output=True, timeout=120)
    assert drawn.stdout.decode() == (ROOT / "docs/session.svg").read_text(encoding="utf-8")
