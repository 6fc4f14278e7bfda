"""What a man page says about options, and the commands in its examples."""

import re

from help_text import Option


def section(page, name):
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def documented_options(page, name):
    """The options that have an entry of their own in a section of the page."""
    for heading in re.findall(r"^\.It (Fl .*)$", section(page, name), re.MULTILINE):
        yield Option(tuple("-" + flag for flag in re.findall(r"\bFl (\S+)", heading)), " Ar " in heading)


def mentioned_options(page):
    return {"-" + flag for flag in re.findall(r"\bFl (\S+)", page.read_text(encoding="utf-8"))}


def example_lines(page):
    """The lines of the page's examples, as a reader sees them."""
    for line in section(page, "EXAMPLES").splitlines():
        if line.startswith(".Dl "):
            line = line[len(".Dl ") :]
        elif line.startswith("."):
            continue
        yield line.replace(r"\-", "-").replace(r"\(aq", "'").replace(r"\(dq", '"')
