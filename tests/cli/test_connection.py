"""Servers that cannot be reached or do not answer, retries, and secrets in what is said about them."""

import contextlib
import re
import socket
import time

import pytest

from compressing_proxy import CompressingProxy
from harness import COMMANDS, add_files, error_like, expect, uri_with, wait_until

ARGUMENTS = {
    "put": ["f"],
    "get": ["x"],
    "get-by-name": ["x"],
    "cat": ["x"],
    "ls": [],
    "stat": ["x"],
    "rename": ["x", "y"],
    "rm": ["x"],
}


@pytest.fixture
def closed_port():
    """A port of this machine that is taken but refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def silent_port():
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def timed(gridfs, tmp_path):
    """Runs the program; gives the result and the seconds that it took."""
    (tmp_path / "f").write_bytes(b"x")

    def run(*arguments, **options):
        start = time.monotonic()
        result = gridfs(*arguments, **options)
        return result, time.monotonic() - start

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unreachable_server(timed, closed_port, command):
    result, seconds = timed(
        command, *ARGUMENTS[command], "--connect-timeout", "0.4", uri=f"mongodb://127.0.0.1:{closed_port}/"
    )
    expect(result, err=error_like(command, rf".*no server could be reached.*127\.0\.0\.1:{closed_port}.*"), code=5)
    assert 0.4 <= seconds < 4


@pytest.mark.parametrize(
    ("arguments", "query", "limit"),
    [
        (["--connect-timeout", "1.2"], "serverSelectionTimeoutMS=100", 1.2),
        ([], "serverSelectionTimeoutMS=700", 0.7),
        (["--timeout", "0.6"], "", 0.6),
    ],
)
def test_the_limit_asked_for_is_kept(timed, closed_port, arguments, query, limit):
    result, seconds = timed("ls", *arguments, uri=f"mongodb://127.0.0.1:{closed_port}/?{query}")
    expect(result, err=error_like("ls", ".+"), code=5)
    assert limit <= seconds < limit + 3


@pytest.mark.parametrize("command", ["put", "cat", "rm"])
@pytest.mark.parametrize("option", ["--timeout", "--connect-timeout"])
def test_a_server_that_never_answers(timed, silent_port, command, option):
    result, seconds = timed(command, *ARGUMENTS[command], option, "1", uri=f"mongodb://127.0.0.1:{silent_port}/")
    expect(result, err=error_like(command, ".+"), code=5)
    assert seconds < 5


@pytest.mark.parametrize(("arguments", "name"), [(["ls"], "find"), (["put", "f"], "insert"), (["rm", "x"], "delete")])
def test_a_server_that_stops_answering(timed, proxy, database, arguments, name):
    add_files(database, "a", _id="x")
    between = proxy()
    between.hold(name)
    result, seconds = timed(*arguments, "--timeout", "1.5", "--retries", "0", uri=between.uri)
    # A write that has begun gets ten seconds more to be answered, and is named then.
    writes = name != "find"
    left = "gridfs: .+: chunks may be left of the _id .+\n" if writes else ""
    expect(result, err=re.compile(f"gridfs: {arguments[0]}: the time limit has passed\n{left}"), code=5)
    assert 1 <= seconds < (18 if writes else 8)


def test_several_operands_do_not_each_wait(timed, closed_port):
    result, seconds = timed("cat", *"abcdefgh", "--connect-timeout", "0.5", uri=f"mongodb://127.0.0.1:{closed_port}/")
    expect(result, err=re.compile("(gridfs: cat: .+\n)+"), code=5)
    assert seconds < 4


def test_a_failure_that_passes_is_tried_again(gridfs, proxy, database):
    add_files(database, "a")
    between = proxy()
    between.cut("find", times=2)
    options = ["--retries", "2", "--retries-sleep", "0.01"]
    expect(gridfs("ls", *options, uri=between.uri + "?retryReads=false"), out="a\n")
    between.cut("find", times=2)
    result = gridfs("ls", "-v", *options, uri=between.uri + "?retryReads=false")
    expect(result, out="a\n", err=re.compile("(gridfs: ls: .+\n)+"))
    assert result.err.count("trying again") == 2


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_so_many_retries_and_no_more(gridfs, proxy, retries):
    between = proxy()
    between.cut("find", times=100)
    result = gridfs(
        "ls", "-q", "--retries", str(retries), "--retries-sleep", "0.01", uri=between.uri + "?retryReads=false"
    )
    expect(result, err=error_like("ls", ".+"), code=5)
    assert len(between.commands("find")) == retries + 1


def test_the_wait_before_a_retry(timed, proxy):
    between = proxy()
    between.cut("find", times=1)
    result, seconds = timed("ls", "-q", "--retries-sleep", "1.5", uri=between.uri + "?retryReads=false")
    expect(result)
    assert 0.7 <= seconds < 5


def test_a_put_that_is_tried_again_stores_each_chunk_once(gridfs, proxy, bucket, tmp_path):
    (tmp_path / "f").write_bytes(b"0123456789")
    between = proxy()
    between.cut("insert", "fs.chunks")
    between.cut("insert", "fs.files")
    result = gridfs("put", "-q", "--id", "x", "--chunk-size", "4", "f", "--retries-sleep", "0.01", uri=between.uri)
    expect(result, out="x\n")
    assert bucket.open_download_stream("x").read() == b"0123456789"


def asked_with(gridfs, between, options, *arguments):
    """Runs the program with options of the connection string on the command line."""
    separator = "&" if "?" in between.uri else "?"
    return gridfs(*arguments, "--retries", "0", "--uri", between.uri + separator + options)


@pytest.mark.parametrize(
    ("options", "greeting"),
    [
        ("appName=backup", {"client": {"application": {"name": "backup"}}}),
        ("compressors=zlib,snappy", {"compression": ["zlib", "snappy"]}),
    ],
)
def test_options_of_the_connection_string_in_the_greeting(gridfs, proxy, options, greeting):
    between = proxy()
    expect(asked_with(gridfs, between, options, "ls"))
    assert between.greetings
    for one in between.greetings:
        for name, value in greeting.items():
            shown = one[name] if isinstance(value, list) else {key: one[name].get(key) for key in value}
            assert shown == value


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ("readConcernLevel=majority", {"readConcern": {"level": "majority"}}),
        ("readPreference=secondaryPreferred", {"$readPreference": {"mode": "secondaryPreferred"}}),
        (
            "readPreference=nearest&readPreferenceTags=dc:east,rack:1&readPreferenceTags=",
            {"$readPreference": {"mode": "nearest", "tags": [{"dc": "east", "rack": "1"}, {}]}},
        ),
        (
            "readPreference=secondaryPreferred&maxStalenessSeconds=120",
            {"$readPreference": {"mode": "secondaryPreferred", "maxStalenessSeconds": 120}},
        ),
    ],
)
def test_options_of_the_connection_string_in_what_reads(gridfs, proxy, database, options, fields):
    add_files(database, "a")
    between = proxy(as_replica_set=True)
    expect(asked_with(gridfs, between, f"replicaSet=rs&{options}", "ls"), out="a\n")
    finds = between.commands("find")
    assert finds and all({name: one.get(name) for name in fields} == fields for one in finds)


@pytest.mark.parametrize(
    ("options", "concern"),
    [
        ("w=1", {"w": 1}),
        ("w=majority", {"w": "majority"}),
        ("w=majority&wtimeoutMS=1500", {"w": "majority", "wtimeout": 1500}),
        ("w=1&journal=true", {"w": 1, "j": True}),
        ("journal=true", {"j": True}),
    ],
)
def test_options_of_the_connection_string_in_what_writes(gridfs, proxy, tmp_path, options, concern):
    (tmp_path / "f").write_bytes(b"x")
    between = proxy()
    expect(asked_with(gridfs, between, options, "put", "--id", "x", "f"), out="x\n")
    inserts = between.commands("insert")
    assert inserts and all(one["writeConcern"] == concern for one in inserts)


def test_the_driver_s_own_retries_are_made_where_the_connection_string_asks_for_them(gridfs, proxy, database):
    add_files(database, "a")
    for option, retried in (("retryReads=false", False), ("appName=x", False), ("retryReads=true", True)):
        between = proxy()
        between.cut("find")
        result = asked_with(gridfs, between, option, "ls")
        if retried:
            expect(result, out="a\n")
        else:
            expect(result, err=error_like("ls", ".+"), code=5)


@pytest.mark.parametrize(("option", "numbered"), [("retryWrites=true", True), ("retryWrites=false", False)])
def test_retryable_writes_are_made_where_the_connection_string_asks_for_them(
    gridfs, server, proxy, tmp_path, option, numbered
):
    """What the server says of them does not matter: one that is no member of a set refuses the number."""
    (tmp_path / "f").write_bytes(b"x")
    if "logicalSessionTimeoutMinutes" not in server.admin.command("hello"):
        pytest.skip("this server knows no sessions")
    between = proxy(as_replica_set=True)
    asked_with(gridfs, between, f"replicaSet=rs&{option}", "put", "f")
    inserts = between.commands("insert")
    assert inserts and all(("txnNumber" in one) == numbered for one in inserts)


@pytest.mark.parametrize(
    ("options", "user"),
    [
        ("authSource=users&authMechanism=SCRAM-SHA-256", "users.someone"),
        ("authMechanism=SCRAM-SHA-256", "admin.someone"),
    ],
)
def test_the_authentication_database_of_the_connection_string(gridfs, proxy, options, user):
    between = proxy()
    host = between.address
    result = gridfs("ls", "--uri-file", "-", stdin=f"mongodb://someone:hunter2@{host}/?{options}".encode())
    expect(result, err=error_like("ls", ".*[Aa]uthentication.*"), code=7)
    database, name = user.split(".")
    starts = [one["speculativeAuthenticate"] for one in between.greetings if "speculativeAuthenticate" in one]
    assert starts and {(one["mechanism"], one["db"]) for one in starts} == {("SCRAM-SHA-256", database)}
    assert all(f"n={name},".encode() in one["payload"] for one in starts)


@pytest.mark.parametrize(("level", "start"), [(1, b"\x78\x01"), (6, b"\x78\x9c"), (9, b"\x78\xda")])
def test_the_level_of_compression(gridfs, level, start):
    """The second byte of zlib's header says how hard was tried."""
    with contextlib.closing(CompressingProxy(gridfs.uri, "zlib")) as between:
        expect(asked_with(gridfs, between, f"zlibCompressionLevel={level}", "ls"))
        assert between.starts == {start}


def test_a_replica_set_of_another_name(timed, proxy):
    between = proxy(as_replica_set=True)
    result, _ = timed("ls", "--connect-timeout", "0.5", "--uri", between.uri + "?replicaSet=other")
    expect(result, err=error_like("ls", ".+"), code=5)


def test_a_direct_connection_contacts_no_other_member(gridfs, proxy, database):
    """The server calls itself a secondary of a set whose primary it does not name."""
    add_files(database, "a")
    between = proxy(as_replica_set=True, hello={"isWritablePrimary": False, "ismaster": False, "secondary": True})
    expect(asked_with(gridfs, between, "directConnection=true", "ls"), out="a\n")
    result = asked_with(gridfs, between, "directConnection=false&serverSelectionTimeoutMS=500", "ls")
    expect(result, err=error_like("ls", ".+"), code=5)


def test_the_limit_of_an_answer(timed, proxy):
    between = proxy()
    between.hold("find")
    result, seconds = timed("ls", "--retries", "0", "--uri", between.uri + "?socketTimeoutMS=700")
    expect(result, err=error_like("ls", ".+"), code=5)
    assert 0.7 <= seconds < 10


@pytest.mark.parametrize(
    ("option", "named"),
    [("tsl=true", "tsl"), ("retrywrite=true", "retrywrite"), ("compressors=snapy", "snapy"), ("w=1&w=1", "'w'")],
)
def test_an_unknown_option_is_named(gridfs, database, option, named):
    add_files(database, "a")
    warning = error_like("ls", f"warning: connection string: .*{named}.*")
    expect(gridfs("ls", uri=uri_with(gridfs.uri, database.name) + "?" + option), out="a\n", err=warning)


@pytest.mark.parametrize("option", ["tls=maybe", "connectTimeoutMS=soon", "readPreference=primry", "zlibCompressionLevel=10"])
def test_an_option_whose_value_is_not_valid_is_refused(gridfs, option):
    name = option.split("=")[0]
    expect(gridfs("ls", uri=f"mongodb://127.0.0.1:1/?{option}"), err=error_like("ls", f".*(?i:{name}).*"), code=2)


PASSWORDS = {
    "hunter2": "hunter2",
    "xyzzy%40%2Fplugh": "xyzzy@/plugh",
    "xyzzy:plugh": "xyzzy:plugh",
    "xyzzy@plugh": "xyzzy@plugh",
    "xyzzy@'plugh": "xyzzy@'plugh",
    'xyzzy@"plugh': 'xyzzy@"plugh',
    "xyzzy@`plugh": "xyzzy@`plugh",
    "xyzzy@ plugh": "xyzzy@ plugh",
    "xyzzy'/?plugh": "xyzzy'/?plugh",
    "1/plugh": "1/plugh",
    "1/?plugh=2": "1/?plugh=2",
}


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("verbosity", [[], ["-vv"]])
def test_no_password_in_what_is_said(gridfs, closed_port, password, verbosity):
    for host, code in ((f"127.0.0.1:{closed_port}", 5), ("127.0.0.1:port", 2), ("", 2)):
        result = gridfs(
            "ls", *verbosity, "--connect-timeout", "0.1", uri=f"mongodb://someone:{password}@{host}/?authSource=admin"
        )
        well_formed = password in ("hunter2", "xyzzy%40%2Fplugh")
        if password == "1/?plugh=2":  # the user is taken for a host, and the rest for an option that nobody knows
            assert result.code in (2, 5) and "plugh" not in result.err, result
            continue
        expect(result, err=re.compile("(gridfs: ls: .+\n)+"), code=code if well_formed else 2)
        for secret in (password, PASSWORDS[password], "xyzzy", "plugh"):
            assert secret not in result.err


@pytest.mark.parametrize("password", ["hunter2", "hun'ter2", 'hun"ter2', "hun`ter2", "hun@ ter2", "hun@'ter2"])
@pytest.mark.parametrize("form", [["--uri", "{}"], ["--uri={}"]])
def test_no_password_in_the_listing_of_processes(gridfs, password, form):
    """It waits for a command before it looks at the connection string, which may not be valid."""
    uri = f"mongodb://someone:{password}@127.0.0.1:1/"
    process = gridfs.start("ls", "-u", "x", "--password-command", "sleep 60", *(one.format(uri) for one in form))
    try:
        with open(f"/proc/{process.pid}/cmdline") as listing:
            wait_until(lambda: listing.seek(0) == 0 and "***" in listing.read())
            listing.seek(0)
            assert "ter2" not in listing.read()
    finally:
        process.terminate()
        process.communicate()


def test_a_file_with_a_secret_that_others_can_read_is_warned_about(gridfs, database, tmp_path, closed_port):
    add_files(database, "a")
    (tmp_path / "uri").write_text(f"mongodb://someone:hunter2@127.0.0.1:{closed_port}/")
    (tmp_path / "plain").write_text(gridfs.uri)
    (tmp_path / "password").write_text("hunter2")
    there = ["--connect-timeout", "0.1"]
    for mode, warned in ((0o644, True), (0o604, True), (0o640, False), (0o600, False)):
        for options, uri in ((["--uri-file", "uri"], None),
                             (["-u", "someone", "--password-file", "password"], f"mongodb://127.0.0.1:{closed_port}/")):
            (tmp_path / options[-1]).chmod(mode)
            warning = f"gridfs: ls: warning: {options[-2]}: {options[-1]}: .*\n" if warned else ""
            expect(gridfs("ls", *options, *there, uri=uri), err=re.compile(warning + "gridfs: ls: .*reached.*\n"), code=5)
    expect(gridfs("ls", "--uri-file", "plain"), out="a\n")  # holds no secret


@pytest.mark.parametrize("option", [["--password-file", "password"], ["--password-command", "cat password"]])
def test_a_password_without_a_user(gridfs, tmp_path, option):
    (tmp_path / "password").write_text("hunter2")
    (tmp_path / "password").chmod(0o600)
    expect(gridfs("ls", *option), err=error_like("ls", ".*password.*user.*"), code=2)


def test_a_password_on_the_command_line_is_warned_about(gridfs, closed_port):
    uri = f"mongodb://someone:hunter2@127.0.0.1:{closed_port}/"
    result = gridfs("ls", "--connect-timeout", "0.1", "--uri", uri)
    expect(result, err=re.compile("gridfs: ls: warning: .*password.*\ngridfs: ls: .+\n"), code=5)
    assert "hunter2" not in result.err
    for quiet in (
        gridfs("ls", "--connect-timeout", "0.1", uri=uri),
        gridfs("ls", "-q", "--connect-timeout", "0.1", "--uri", uri),
    ):
        expect(quiet, err=error_like("ls", "(?!warning).+"), code=5)
