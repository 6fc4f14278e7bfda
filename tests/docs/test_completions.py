"""The completion scripts against the program, as the shells themselves understand them."""

import pytest
from help_text import commands, global_options, names_of, own_options
from shells import FILE_NAMES, SCRIPTS, candidates, options_with_values, ordered_candidates

pytestmark = pytest.mark.parametrize("shell", SCRIPTS)


def offered(shell, line, directory="/"):
    return candidates(shell, [line], directory)[0]


def all_options(command):
    return names_of(global_options()) | names_of(own_options(command))


def test_the_commands_are_offered(shell):
    assert offered(shell, "gridfs ") == set(commands())
    assert offered(shell, "gridfs get") == {"get", "get-by-name"}
    assert offered(shell, "gridfs --json --db x st") == {"stat"}
    assert offered(shell, "gridfs help prun") == {"prune"}


def test_exactly_the_program_s_options_are_offered(shell):
    everything = ("", *commands())
    lines = [f"gridfs {command} -" if command else "gridfs -" for command in everything]
    for command, found in zip(everything, candidates(shell, lines), strict=True):
        assert found == all_options(command), command


def test_a_command_s_own_options_are_listed_before_the_global_ones(shell):
    lines = [f"gridfs {command} --" for command in commands()]
    for command, found in zip(commands(), ordered_candidates(shell, lines), strict=True):
        own = {name for name in names_of(own_options(command)) if name.startswith("--")}
        assert set(found[: len(own)]) == own, command


def test_an_option_takes_a_value_where_the_program_says_so(shell):
    expected = {
        (command, name): option.takes_value
        for command in commands()
        for option in (*own_options(command), *global_options())
        for name in option.names
    }
    assert options_with_values(shell, expected) == expected


def test_the_value_of_an_option_is_not_the_command(shell):
    names = [name for option in global_options() if option.takes_value for name in option.names]
    for name, words in zip(names, candidates(shell, [f"gridfs {name} put ls --lat" for name in names]), strict=True):
        assert words == {"--latest"}, name
    assert offered(shell, "gridfs --db=put ls --lat") == {"--latest"}
    assert "--latest" not in offered(shell, "gridfs put ls --")


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("gridfs --color ", {"auto", "always", "never"}),
        ("gridfs ls --color a", {"auto", "always"}),
        (
            "gridfs --read-preference ",
            {"primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"},
        ),
        ("gridfs get --read-concern l", {"local", "linearizable"}),
        ("gridfs put --write-concern ", {"majority"}),
        ("gridfs put --content-type ", {"auto"}),
        ("gridfs completion ", {"bash", "zsh", "fish"}),
        ("gridfs completion f", {"fish"}),
    ],
)
def test_values_are_offered(shell, line, values):
    assert offered(shell, line) == values


def test_values_are_offered_behind_an_equals_sign(shell):
    assert {word.removeprefix("--color=") for word in offered(shell, "gridfs --color=a")} == {"auto", "always"}


WHERE_FILES_GO = (
    "gridfs put ",
    "gridfs put --name x ",
    "gridfs put first -- ",
    "gridfs --uri-file ",
    "gridfs ls --password-file ",
    "gridfs --tls-ca-file ",
    "gridfs --tls-cert-key-file ",
    "gridfs get -o ",
    "gridfs get-by-name --output ",
    "gridfs cp --to-uri-file ",
    "gridfs sync ",
)
WHERE_NO_FILES_GO = (
    "gridfs get ",
    "gridfs get-by-name ",
    "gridfs cat --name ",
    "gridfs cp ",
    "gridfs cp --to-uri ",
    "gridfs ls ",
    "gridfs stat ",
    "gridfs rename ",
    "gridfs rm ",
    "gridfs put --name ",
    "gridfs --db ",
)


def test_file_names_are_offered_where_files_go(shell, tmp_path):
    (tmp_path / "photo.png").touch()
    starts = (*WHERE_FILES_GO, *WHERE_NO_FILES_GO)
    files = {FILE_NAMES if shell == "bash" else "photo.png"}
    found = candidates(shell, [start + "pho" for start in starts], tmp_path)
    for start, words in zip(starts, found, strict=True):
        assert words == (files if start in WHERE_FILES_GO else set()), start


def test_commands_of_the_shell_are_offered_for_the_password(shell):
    assert "sleep" in {word.strip() for word in offered(shell, "gridfs --password-command sle")}
