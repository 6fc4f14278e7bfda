"""Command lines of gridfs found in documents, checked against the program's options."""

import re

from help_text import commands, global_options, names_of, own_options

# One word of a shell, quoted in whatever way.
_WORD = r"""(?:'[^']*'|"[^"]*"|\\.|[^\s'"|;&()<>\\])+"""
_CALL = re.compile(rf"(?:^|[\s(/])gridfs((?:[ \t]+{_WORD})+)", re.MULTILINE)


def calls(text):
    """The words behind `gridfs` in every call of it, in lines that are shell commands."""
    joined = text.replace("\\\n", " ")
    return [re.findall(_WORD, words) for words in _CALL.findall(joined)]


def _split_cluster(word, known):
    if word.startswith("--") or word[:2] in known and len(word) == 2:
        return [word.partition("=")[0]]
    return ["-" + letter for letter in word[1:]]


def unknown_words(words):
    """The command and the options of a call that the program does not have."""
    options = list(global_options())
    command = None
    skip_value = False
    unknown = []
    for word in words:
        if skip_value:
            skip_value = False
        elif word == "--":
            break
        elif word.startswith("-") and word != "-":
            for name in _split_cluster(word, names_of(options)):
                option = next((option for option in options if name in option.names), None)
                if option is None:
                    unknown.append(name)
                elif option.takes_value and "=" not in word:
                    skip_value = True
        elif command is None:
            command = word
            if command in commands():
                options += own_options(command)
            else:
                unknown.append(command)
    return unknown
