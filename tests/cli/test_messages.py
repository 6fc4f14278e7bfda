"""Errors that say how to mend them; those of command lines alone are in test_usage.py."""

import socket

import pytest

from harness import MISSING_ID, error, expect

NOT_FOUND, UNREACHABLE = 4, 5


@pytest.fixture
def photo(bucket):
    return bucket.upload_from_stream("photo.png", b"data")


@pytest.mark.parametrize(
    ("command", "instead"),
    [
        (["get"], "use get-by-name"),
        (["get", "-o", "-"], "use get-by-name"),
        (["cat"], "use --name"),
        (["stat"], "use --name"),
        (["rm"], "use --name"),
        (["cp", "--to-bucket", "other"], "use --name"),
        (["rename", "--", "photo.png", "new"], "use --name"),
        (["rename", "-n", "--", "photo.png", "new"], "use --name"),
        (["meta"], None),
    ],
    ids=str,
)
def test_a_name_where_an_id_is_wanted(gridfs, photo, command, instead):
    arguments = command if "--" in command else [*command, "photo.png"]
    message = f"no file has the _id photo.png; a file of that name exists: {instead or f'its _id is {photo}'}"
    expect(gridfs(*arguments), err=error(command[0], message), code=NOT_FOUND)


def test_of_many_names_one_is_looked_up(gridfs, photo):
    first = error("rm", "no file has the _id photo.png; a file of that name exists: use --name")
    expect(gridfs("rm", "photo.png", "gone"),
           err=first + error("rm", "file gone: no such file in DB.fs") + error("rm", "2 failed"), code=NOT_FOUND)


@pytest.mark.parametrize("command", ["get", "cat", "stat", "rm", "meta"])
@pytest.mark.parametrize(
    ("operand", "doubt"),
    [
        (MISSING_ID, ""),
        (MISSING_ID[1:], "; an ObjectId has 24 hex digits, this has 23"),
        (MISSING_ID + "0", "; an ObjectId has 24 hex digits, this has 25"),
        ("gone", ""),
        ("photo.png/", ""),
        ('{"$oid": "abc"}', "; as JSON: not valid Extended JSON: an ObjectId has 24 hex digits, this has 3"),
    ],
)
def test_an_id_that_no_file_has(gridfs, photo, command, operand, doubt):
    expect(gridfs(command, operand), err=error(command, f"file {operand}: no such file in DB.fs{doubt}"), code=NOT_FOUND)


def test_the_bucket_that_was_searched_is_named(gridfs, database):
    result = gridfs("get-by-name", "x", "-b", "typo")
    expect(result, err=error("get-by-name", "x: no such file in DB.typo"), code=NOT_FOUND)
    result = gridfs("get-by-name", "x", "--db", f"{database.name}-other")
    expect(result, err=error("get-by-name", f"x: no such file in {database.name}-other.fs"), code=NOT_FOUND)


@pytest.mark.parametrize("source", ["--uri", "--uri-file", "GRIDFS_URI", "MONGODB_URI"])
def test_no_server(gridfs, tmp_path, source):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # nobody listens
        host = "127.0.0.1:%d" % unused.getsockname()[1]
        uri = f"mongodb://{host}/"
        (tmp_path / "uri").write_text(uri)
        arguments = {"--uri": ["--uri", uri], "--uri-file": ["--uri-file", "uri"]}.get(source, [])
        environment = {"GRIDFS_URI": None} | ({source: uri} if source.isupper() else {})
        result = gridfs("ls", *arguments, "--connect-timeout", "0.3", env=environment)
    expected = f"listing files: no server could be reached: {host}: connection refused (connection string: {source})"
    expect(result, err=error("ls", expected), code=UNREACHABLE)


@pytest.mark.parametrize("source", ["--uri", "--to-uri", "--to-uri-file"])
def test_where_a_connection_string_that_is_not_valid_comes_from(gridfs, tmp_path, source):
    (tmp_path / "uri").write_text("mongodb://")
    command = ["ls"] if source == "--uri" else ["cp", "x"]
    message = f"{source}: not a valid connection string: Invalid host string in URI: mongodb://"
    result = gridfs(*command, source, "uri" if source.endswith("file") else "mongodb://")
    expect(result, err=error(command[0], message), code=2)


def test_an_empty_operand_is_shown(gridfs, database):
    expect(gridfs("get", ""), err=error("get", 'file "": no such file in DB.fs'), code=NOT_FOUND)
    expect(gridfs("get-by-name", ""), err=error("get-by-name", "'': no such file in DB.fs"), code=NOT_FOUND)


def test_a_password_in_the_place_of_an_id_is_hidden(gridfs):
    """In the JSON of an error as well."""
    result = gridfs("--json", "get", "mongodb://someone:hunter2@127.0.0.1/db")
    assert result.code == 4 and b"hunter2" not in result.out and "hunter2" not in result.err, result
