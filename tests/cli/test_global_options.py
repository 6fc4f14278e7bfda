"""The options that every command takes, before and after it."""

import re
import uuid

import pytest

from harness import COLOUR, add_files, error, error_like, expect, only_id, uri_with, usage_error

NOWHERE = "mongodb://127.0.0.1:1/"


@pytest.fixture
def one_file(database):
    [file_id] = add_files(database, "a")
    return str(file_id)


@pytest.mark.parametrize(
    "option",
    [
        "--uri URI",
        "--uri=URI",
        "--uri-file FILE",
        "--db DB",
        "-d DB",
        "-dDB",
        "--bucket fs",
        "-b fs",
        "--prefix fs",
        "--write-concern 1",
        "--write-concern majority",
        "--read-preference primary",
        "--read-preference nearest",
        '--read-preference {"mode":"secondary"}',
        "--read-concern local",
        '--read-concern {"level":"local"}',
        "--retries 0",
        "--retries 1000",
        "--retries-sleep 0.25",
        "--timeout 30",
        "--timeout 29.5",
        "--connect-timeout 10",
        "-q",
        "--quiet",
        "--color never",
        "--color auto",
        "--progress never",
        "--no-progress",
        "-j 1",
        "-j64",
        "--jobs 4",
        "-n",
        "--dry-run",
        "--write-concern 0",
        "--no-tls",
    ],
)
def test_before_and_after_the_command(gridfs, database, one_file, tmp_path, option):
    (tmp_path / "uri").write_text(gridfs.uri + "\n")
    option = [
        one.replace("URI", gridfs.uri).replace("FILE", "uri").replace("DB", database.name) for one in option.split()
    ]
    expect(gridfs(*option, "ls", "a"), out="a\n")
    expect(gridfs("ls", *option, "a"), out="a\n")
    expect(gridfs("ls", "a", *option), out="a\n")


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["ls", "--uri", NOWHERE, "--uri", "URI"], "a\n"),
        (["--uri", NOWHERE, "ls", "--uri", "URI"], "a\n"),
        (["ls", "--db", "none-such", "-d", "DB"], "a\n"),
        (["ls", "--bucket", "none-such", "--prefix", "fs"], "a\n"),
        (["ls", "--retries", "9", "--retries", "0"], "a\n"),
        (["ls", "--color", "always", "--color", "never"], "a\n"),
        (["ls", "--read-concern", "majority", "--read-concern", "local"], "a\n"),
        (["ls", "--limit", "1", "--limit", "0", "--skip", "0", "--skip", "1"], ""),
        (["ls", "--filter", "{}", "--filter", '{"length":1}'], ""),
        (["ls", "--tls", "--no-tls"], "a\n"),
        (["ls", "-q", "-q", "-n", "-n", "--allow-disk-use", "--allow-disk-use", "--latest", "--latest"], "a\n"),
        (["cat", "--name", "a", "--revision", "5", "--revision", "0"], ""),
    ],
)
def test_of_an_option_given_twice_the_last_one_counts(gridfs, database, one_file, arguments, out):
    stands_for = {"URI": gridfs.uri, "DB": database.name}
    expect(gridfs(*(stands_for.get(one, one) for one in arguments)), out=out)


@pytest.mark.parametrize("option", ["-v", "--verbose", "-vv"])
def test_verbose_prints_more_on_standard_error_alone(gridfs, one_file, tmp_path, option):
    (tmp_path / "f").write_bytes(b"x")
    expect(gridfs(option, "ls"), out="a\n", err=re.compile("(gridfs: ls: .+\n)*"))
    expect(gridfs("put", option, "--id", "x", "f"), out="x\n", err=re.compile("(gridfs: put: .+\n)+"))


def test_the_connection_string_is_looked_for_in_order(gridfs, one_file, tmp_path):
    (tmp_path / "uri").write_text(gridfs.uri)
    for arguments, first, second in [
        ([], gridfs.uri, None),
        ([], None, gridfs.uri),
        ([], gridfs.uri, NOWHERE),
        (["--uri", gridfs.uri], NOWHERE, NOWHERE),
        (["--uri-file", "uri"], NOWHERE, NOWHERE),
    ]:
        expect(gridfs("ls", *arguments, env={"GRIDFS_URI": first, "MONGODB_URI": second}), out="a\n")


def test_the_connection_string_from_standard_input(gridfs, one_file):
    expect(gridfs("ls", "--uri-file", "-", uri=NOWHERE, stdin=gridfs.uri.encode() + b"\n"), out="a\n")


def test_the_connection_string_file_is_missing(gridfs):
    for name in ("--uri-file", "--password-file", "--tls-ca-file", "--tls-cert-key-file"):
        expect(gridfs("ls", name, "missing"), err=usage_error("ls", f"{name}: missing: no such file or directory"), code=2)


def test_standard_input_cannot_be_both_data_and_connection_string(gridfs):
    result = gridfs("put", "-", "--name", "x", "--uri-file", "-", stdin=gridfs.uri.encode())
    expect(result, err=usage_error("put", ".*standard input.*"), code=2)


def test_the_database(gridfs, server, database, one_file):
    expect(gridfs("ls", uri=uri_with(gridfs.uri, "none-such")))
    expect(gridfs("ls", "--db", database.name, uri=uri_with(gridfs.uri, "none-such")), out="a\n")
    bucket = f"b-{uuid.uuid4().hex}"
    try:
        only_id(gridfs("put", "/dev/null", "--bucket", bucket, uri=uri_with(gridfs.uri, "")))
        assert server["test"][f"{bucket}.files"].count_documents({}) == 1
    finally:
        for collection in ("files", "chunks"):
            server["test"].drop_collection(f"{bucket}.{collection}")


@pytest.mark.parametrize("option", ["--bucket", "--prefix", "-b"])
def test_the_bucket(gridfs, database, one_file, option):
    shown = only_id(gridfs("put", "-", "--name", "b", option, "my.own bucket", stdin=b"x"))
    assert set(database.list_collection_names()) == {"fs.files", "my.own bucket.files", "my.own bucket.chunks"}
    expect(gridfs("ls", option, "my.own bucket"), out="b\n")
    expect(gridfs("ls"), out="a\n")
    expect(gridfs("cat", shown), err=error("cat", f"file {shown}: no such file in DB.fs"), code=4)


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("1", {"w": 1}),
        ("majority", {"w": "majority"}),
        ("my tag", {"w": "my tag"}),
        ('{"w":1,"j":true}', {"w": 1, "j": True}),
        ('{"j":true}', {"w": "majority", "j": True}),
        ('{"w":"majority","wtimeout":1000}', {"w": "majority", "wtimeout": 1000}),
    ],
)
def test_the_write_concern_goes_to_the_server(gridfs, proxy, one_file, text, concern):
    between = proxy()
    gridfs("put", "-", "--name", "x", "--write-concern", text, stdin=b"x", uri=between.uri)
    # A server that does not know the tag refuses the first of them.
    writes = between.commands("createIndexes") + between.commands("insert")
    assert writes and all(one["writeConcern"] == concern for one in writes)


@pytest.mark.parametrize(
    ("text", "concern"), [("majority", {"level": "majority"}), ('{"level":"local"}', {"level": "local"})]
)
def test_the_read_concern_goes_to_the_server(gridfs, proxy, one_file, text, concern):
    between = proxy()
    expect(gridfs("cat", one_file, "--read-concern", text, uri=between.uri))
    finds = between.commands("find")
    assert finds and all(one["readConcern"] == concern for one in finds)


@pytest.mark.parametrize(
    ("text", "preference"),
    [
        ("primaryPreferred", {"mode": "primaryPreferred"}),
        ("nearest", {"mode": "nearest"}),
        ('{"mode":"nearest","tagSets":[{"dc":"east"},{}]}', {"mode": "nearest", "tags": [{"dc": "east"}, {}]}),
        (
            '{"mode":"secondaryPreferred","maxStalenessSeconds":120}',
            {"mode": "secondaryPreferred", "maxStalenessSeconds": 120},
        ),
    ],
)
def test_the_read_preference_goes_to_the_server(gridfs, proxy, one_file, text, preference):
    between = proxy(as_replica_set=True)
    uri = uri_with(between.uri, gridfs.uri.rsplit("/")[-1], replicaSet="rs")
    expect(gridfs("ls", "--read-preference", text, uri=uri), out="a\n")
    assert [one["$readPreference"] for one in between.commands("find")] == [preference]


def test_a_read_preference_that_no_member_meets(gridfs, proxy):
    between = proxy(as_replica_set=True)
    uri = uri_with(between.uri, "test", replicaSet="rs")
    result = gridfs("ls", "--read-preference", "secondary", "--connect-timeout", "0.5", uri=uri)
    expect(result, err=error_like("ls", ".+"), code=5)


@pytest.mark.parametrize(
    ("color", "no_color", "coloured"),
    [(None, None, False), ("auto", None, False), ("never", None, False), ("always", None, True), ("always", "1", True)],
)
def test_colour_where_there_is_no_terminal(gridfs, color, no_color, coloured):
    options = [] if color is None else ["--color", color]
    result = gridfs("get-by-name", "x", *options, env={"NO_COLOR": no_color})
    plain = error("get-by-name", "x: no such file in DB.fs")
    assert (result.out, result.code, COLOUR.sub("", result.err)) == (b"", 4, plain)
    assert (result.err != plain) == coloured
