"""Bad command lines: one clear line, exit code 2, and nothing asked of a server."""

import re
import socket

import pytest

from harness import COMMANDS, bad_option, expect, usage_error

OPERANDS = {
    "put": ["a"],
    "get": ["x"],
    "get-by-name": ["a"],
    "cat": ["x"],
    "ls": [],
    "stat": ["x"],
    "rename": ["x", "y"],
    "rm": ["x"],
}
WRITING = ("put", "rename", "rm")


@pytest.fixture
def no_server(gridfs):
    """Runs the program on a server that must not be asked: nobody accepts its connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)

        def run(*arguments, **options):
            result = gridfs(*arguments, **{"uri": "mongodb://127.0.0.1:%d/test" % listener.getsockname()[1]} | options)
            with pytest.raises(BlockingIOError):
                listener.accept()
            return result

        yield run


@pytest.fixture(autouse=True)
def local_file(tmp_path):
    (tmp_path / "a").write_bytes(b"x")


@pytest.mark.parametrize("arguments", [[], ["-v"]])
def test_no_command(no_server, arguments):
    expect(no_server(*arguments), err=usage_error(), code=2)


@pytest.mark.parametrize("command", ["putt", "LS", "", "delete"])
def test_an_unknown_command(no_server, command):
    expect(no_server(command), err=usage_error(), code=2)


def test_what_was_meant_is_guessed(no_server):
    # The table of all guesses is in tests/unit/cli/usage_message_test.cpp.
    guesses = {
        ("putt", "a"): (None, "'putt' is not a command: did you mean put\\?"),
        ("list",): (None, "'list' is not a command: did you mean ls\\?"),
        ("putt", "--help"): (None, "'putt' is not a command: did you mean put\\?"),
        ("help", "putt"): (None, "'putt' is not a command: did you mean put\\?"),
        ("Put", "a"): (None, "'Put' is not a command: did you mean put\\?"),
        ("./photo.png",): (None, "the first argument is not a command, such as put, get or ls"),
        ("--latest", "ls"): ("ls", "--latest is an option of ls, and goes behind it"),
        ("--latest",): (None, "--latest goes behind the command, such as ls"),
        ("stat", "--latest", "x"): ("stat", "unknown option --latest"),
        ("get", "-r", "x/"): ("get", "unknown option -r: use get-by-name -r PREFIX"),
        ("get", "--name", "x"): ("get", "unknown option --name: use get-by-name NAME"),
        ("ls", "--name", "x"): ("ls", "unknown option --name: use ls NAME"),
        ("prune", "--name", "x"): ("prune", "unknown option --name: use --prefix"),
        ("sync", "a", "gridfs:b", "c"): ("sync", "too many operands: SRC and DST are required"),
        ("rename", "a", "b", "c"): ("rename", "too many operands: ID NEW, or --name OLD NEW, is required"),
        ("completion", "bash", "zsh"): ("completion", "too many operands: one SHELL is required"),
        ("ls", "--read-concern", "x"): ("ls", "--read-concern: 'x' is none of local, available, majority, linearizable, snapshot"),
        ("ls", "--read-concern", '{"level": "x"}'): ("ls", "--read-concern: 'x' is none of local, .+"),
        ("ls", "--max-time-ms", "9999999999"): ("ls", "--max-time-ms: it must be 1 to 2147483647"),
        ("ls", "--timeout", "9" * 15): ("ls", "--timeout: '9+' is more than a thousand years"),
        ("ls", "-u", ""): ("ls", "--username: it must not be empty"),
        ("cp", "a", "--uri-file", "-", "--to-uri-file", "-"): ("cp", "standard input can be read once"),
        ("put", "a", "--replce"): ("put", "unknown option --replce: did you mean --replace\\?"),
        ("--put", "a"): (None, "unknown option --put: did you mean put\\?"),
        ("ls", "--host", "h"): (
            "ls",
            "unknown option --host: use --uri, or 'gridfs mongofiles' with the options of mongofiles",
        ),
    }
    for words, (command, about) in guesses.items():
        expect(no_server(*words), err=usage_error(command, about), code=2)


@pytest.mark.parametrize(
    ("help_words", "words"),
    [
        (["help"], ["--help"]),
        (["help", "put"], ["put", "--help"]),
        (["help", "help"], ["--help"]),
        (["help", "mongofiles"], ["mongofiles", "--help"]),
        (["--help", "--help"], ["--help"]),
        (["ls", "--help", "-h"], ["ls", "--help"]),
    ],
    ids=str,
)
def test_help_as_a_word(no_server, help_words, words):
    wanted = no_server(*words)
    expect(wanted, out=wanted.out)
    expect(no_server(*help_words), out=wanted.out)


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("put", "[FILE...]"),
        ("get", "ID..."),
        ("ls", "[PREFIX|GLOB]"),
        ("du", "[PREFIX]"),
        ("meta", "ID"),
        ("rename", "[ID] NEW"),
        ("sync", "SRC DST"),
        ("check", "[ID...]"),
        ("completion", "SHELL"),
    ],
)
def test_the_usage_says_how_many_operands_there_are(no_server, command, usage):
    assert f"Usage: gridfs {command} [OPTIONS] {usage}\n" in no_server(command, "--help").out.decode()


@pytest.mark.parametrize(
    ("json", "problem"),
    [
        ("{a:1}", "not valid Extended JSON at line 1, column 2"),
        ('{"ä": x}', "not valid Extended JSON at line 1, column 7"),
        ('{\n  "a": 1,\n  "b" 2}', "not valid Extended JSON at line 3, column 7"),
        ('{"a": 1', "not valid Extended JSON: it ends too early"),
        ('{"a": "1', "not valid Extended JSON: it ends too early"),
        ('{"a": {"$oid": "0123456789abcdef0123456"}}', "not valid Extended JSON: an ObjectId has 24 hex digits, this has 23"),
        ('{"a": {"$oid": "0123456789abcdef0123456g"}}',
         "not valid Extended JSON: an ObjectId has 24 hex digits, unlike '0123456789abcdef0123456g'"),
        ('{"a": 1}{"b": 2}', "not valid Extended JSON: there is more text after the value, at line 1, column 9"),
        ('{"a": "}"}\n }', "not valid Extended JSON: there is more text after the value, at line 2, column 2"),
        ('{"a": 1e999}', "not valid Extended JSON: no BSON type holds 1e999"),
        (b'{"a":\n "\xc3\xa4\xff"}', "not valid Extended JSON: not UTF-8 at line 2, column 4"),
    ],
)
def test_where_json_is_wrong(no_server, json, problem):
    expect(no_server("ls", "--filter", json), err=usage_error("ls", f"--filter: {re.escape(problem)}"), code=2)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--no-such-option", "-Z", "--nam=x", "--js"])
def test_an_unknown_option(no_server, command, option):
    name = re.escape(option.split("=")[0])
    expect(no_server(command, *OPERANDS[command], option), err=usage_error(command, f".*{name}.*"), code=2)


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"ls"}))
def test_an_operand_that_is_missing(no_server, command):
    expect(no_server(command), err=usage_error(command), code=2)


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("put", "--name"),
        ("put", "--id"),
        ("put", "--chunk-size"),
        ("get", "-o"),
        ("get-by-name", "--revision"),
        ("cat", "--offset"),
        ("cat", "--count"),
        ("ls", "--filter"),
        ("ls", "--sort"),
        ("rm", "--revision"),
        ("ls", "--db"),
        ("ls", "--timeout"),
    ],
)
def test_a_value_that_is_missing(no_server, command, option):
    expect(no_server(command, *OPERANDS[command], option), err=usage_error(command, f".*{option}.*"), code=2)


@pytest.mark.parametrize(
    "size", ["0", "-1", "x", "", "1.5", "15M1", "15729K", "16M", "1X", "99999999999999999999", " 4", "4 4"]
)
def test_a_malformed_chunk_size(no_server, size):
    expect(no_server("put", "a", f"--chunk-size={size}"), err=usage_error("put", ".*--chunk-size.*"), code=2)


@pytest.mark.parametrize(
    "json",
    [
        "",
        "{",
        "x",
        "[1]",
        "7",
        '"text"',
        "null",
        '{"a":1} {}',
        '{"a":1',
        '{"a":1}, "b":2',
        "{a:}",
        '{"a\\u0000b":1}',
        '{"$oid":"0123"}',
        '{"a":{"$oid":"zz"}}',
        '{"a":{"$numberInt":"x"}}',
    ],
)
def test_malformed_metadata(no_server, json):
    expect(no_server("put", "a", f"--metadata={json}"), err=usage_error("put", ".*--metadata.*"), code=2)


def test_json_that_is_not_utf8(no_server):
    expect(
        no_server("put", "a", "--metadata", b'{"a":"\xff"}'), err=usage_error("put", ".*--metadata.*UTF-8.*"), code=2
    )


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "x",
        "http://127.0.0.1/",
        "mongodb://",
        "mongodb:///test",
        "mongodb://127.0.0.1:port/",
        "mongodb://127.0.0.1:99999/",
        "mongodb://a:b:c@127.0.0.1/",
        "mongodb://127.0.0.1/?replicaSet",
    ],
)
def test_a_malformed_uri(no_server, tmp_path, uri):
    (tmp_path / "uri").write_text(uri)
    (tmp_path / "uri").chmod(0o600)
    expect(
        no_server("ls", "--uri-file", "uri", uri="mongodb://127.0.0.1:1/"),
        err=bad_option("ls", ".*connection string.*"),
        code=2,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--retries=-1"],
        ["--retries=1001"],
        ["--retries=x"],
        ["--retries-sleep=-1"],
        ["--retries-sleep=x"],
        ["--timeout=0"],
        ["--timeout=-1"],
        ["--timeout=x"],
        ["--timeout="],
        ["--timeout=nan"],
        ["--timeout=inf"],
        ["--connect-timeout=0"],
        ["--connect-timeout=-0.5"],
        ["--connect-timeout=x"],
        ["--jobs=0"],
        ["-j65"],
        ["--jobs=-1"],
        ["--jobs=x"],
        ["--jobs=1.5"],
        ["--color=sometimes"],
        ["--color="],
        ["--read-preference=nobody"],
        ["--read-preference", '{"mode":"primary","tagSets":[{"a":"b"}]}'],
        ["--read-preference", '{"mode":'],
        ["--read-preference", '{"maxStalenessSeconds":5,"mode":"nearest"}'],
        ["--read-concern="],
        ["--read-concern", '{"level":1}'],
        ["--read-concern", '{"leve":"local"}'],
        ["--write-concern="],
        ["--write-concern=-1"],
        ["--write-concern", '{"w":'],
        ["--write-concern", '{"w":1,"x":2}'],
        ["--write-concern", '{"w":-1}'],
        ["--db="],
        ["--db", "a/b"],
        ["--db", "a b"],
        ["--db", "d" * 64],
        ["--bucket="],
        ["--bucket", "a$b"],
        ["--bucket", ".a"],
        ["-b", "b" * 250],
        ["--bucket", "system.x"],
        ["--auth-mechanism", "NONE-SUCH"],
        ["--uri", "mongodb://127.0.0.1/", "--uri-file", "a"],
    ],
)
def test_malformed_global_options(no_server, arguments):
    expect(no_server("put", "a", *arguments), err=bad_option("put"), code=2)


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("how", ["0", '{"w":0}', '{"w":{"$numberLong":"0"}}', "uri"])
def test_writes_must_be_acknowledged(no_server, command, how):
    options = {"uri": "mongodb://127.0.0.1:1/?w=0"} if how == "uri" else {}
    arguments = [] if how == "uri" else ["--write-concern", how]
    expect(
        no_server(command, *OPERANDS[command], *arguments, **options),
        err=bad_option(command, ".*(write concern|--write-concern).*"),
        code=2,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_help(no_server, command):
    result = no_server(command, "--help")
    expect(result, out=result.out)
    assert b"--help" in result.out and b"Usage: gridfs %s" % command.encode() in result.out


def test_help_of_all_names_every_command(no_server):
    result = no_server("--help")
    expect(result, out=result.out)
    for command in COMMANDS:
        assert re.search(rb"^ +%s\b" % command.encode(), result.out, re.MULTILINE)


def test_version(no_server):
    expect(no_server("--version"), out=re.compile(rb"gridfs \d+\.\d+\.\d+ \(libmongoc \d+\.\d+\.\d+\)\n"))


def test_errors_show_no_control_characters(no_server):
    result = no_server("ls", "--no\x1b[31m\nsuch")
    expect(result, err=usage_error("ls", r".*--no\\x1b\[31m\\nsuch.*"), code=2)


SECRET_URI = "mongodb://someone:hun'ter2@127.0.0.1:1/db"


@pytest.mark.parametrize(
    "arguments",
    [
        [SECRET_URI, "ls"],
        ["someone:hunter2@127.0.0.1/db", "ls"],
        ["-p", "hunter2", "ls"],
        ["ls", "-p", "hunter2"],
        ["ls", "-phunter2"],
        ["ls", "--password", "hunter2"],
        ["ls", "--password=hunter2"],
        ["--password=hunter2", "ls"],
        ["ls", "--tls=hunter2"],
        ["ls", "-j", SECRET_URI],
        ["ls", "--timeout", SECRET_URI],
        ["ls", "--color", SECRET_URI],
        ["ls", "--filter", SECRET_URI],
        ["ls", "--write-concern", '{"x":"' + SECRET_URI + '"}'],
        ["ls", "--read-preference", SECRET_URI],
        ["put", "a", "--chunk-size", SECRET_URI],
        ["put", SECRET_URI, "--if-absent", "--replace"],
        ["ls", "--uri", "someone:hunter2@127.0.0.1"],
    ],
)
def test_an_unexpected_argument_is_not_shown(no_server, arguments):
    result = no_server(*arguments)
    expect(result, err=re.compile("(gridfs: .+\n)+"), code=2)
    assert "ter2" not in result.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["ls", "--uri-file", SECRET_URI], 2), (["put", SECRET_URI], 4), (["ls", "--password-file", SECRET_URI], 2)],
)
def test_a_connection_string_in_the_wrong_place_is_not_shown(no_server, arguments, code):
    result = no_server(*arguments)
    expect(result, err=re.compile("gridfs: .+\n"), code=code)
    assert "ter2" not in result.err


def test_no_default_that_is_refused(no_server):
    """rm --name removes no revision that was not said."""
    (option,) = [line for line in no_server("rm", "--help", "--").out.decode().split("\n      --") if line.startswith("revision")]
    assert "[" not in option
    assert "[-1]" in no_server("cat", "--help").out.decode()
