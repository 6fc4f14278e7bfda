"""put: local files into the bucket."""

import os
import re
import shlex
from datetime import datetime

import pytest
from bson import Int64, ObjectId

from harness import (
    COMMANDS,
    MISSING_ID,
    add_files,
    content,
    error,
    error_like,
    expect,
    finish,
    json_lines,
    json_summary,
    only_id,
    sample,
    snapshot,
    usage_error,
)

OBJECT_ID = re.compile("[0-9a-f]{24}")


def stored(database, file_id):
    return database["fs.files"].find_one({"_id": file_id})


@pytest.fixture
def write(tmp_path):
    """Makes a local file, gives its name."""

    def make(name="a.txt", data=b"content"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name

    return make


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 8, 9])
def test_stores_a_file_of_any_length_around_the_chunk_size(gridfs, bucket, write, length):
    data = sample(length)
    shown = only_id(gridfs("put", "--chunk-size", "4", write("f", data)))
    assert OBJECT_ID.fullmatch(shown)
    assert content(bucket, ObjectId(shown)) == data


def test_prints_the_ids_in_the_order_of_the_operands(gridfs, database, write):
    names = [write(name, name.encode()) for name in ("c", "a", "b")]
    result = gridfs("put", *names)
    expect(result, out=re.compile(rb"([0-9a-f]{24}\n){3}"))
    assert [stored(database, ObjectId(one))["filename"] for one in result.out.decode().split()] == names


def test_a_name_that_no_path_can_have(gridfs, database, write):
    result = gridfs("put", "-q", write("two\nlines"))
    warning = r"warning: the name 'two\nlines' is not safe as a local path: it holds control characters: only 'gridfs get ID -o FILE' fetches the file"
    expect(result, out=re.compile(rb"[0-9a-f]{24}\n"), err=error("put", warning))
    assert stored(database, ObjectId(result.out.decode().strip()))["filename"] == "two\nlines"


@pytest.mark.parametrize(
    ("local", "options", "name"),
    [
        ("a.txt", [], "a.txt"),
        ("x/y/a.txt", [], "a.txt"),
        ("ünï 日本.txt", [], "ünï 日本.txt"),
        ("two\nlines", ["--name", "two\nlines"], "two\nlines"),
        ("a.txt", ["--name", "b"], "b"),
        ("a.txt", ["--name=backup/2024/b \\ ü"], "backup/2024/b \\ ü"),
        ("[1].txt", [], "[1].txt"),
        ("[x]", ["--name", "[y,z]"], "[y,z]"),
        ("x/y/a.txt", ["--keep-path"], "x/y/a.txt"),
    ],
)
def test_the_name_is_the_last_component_unless_one_is_given(gridfs, database, write, local, options, name):
    shown = only_id(gridfs("put", *options, write(local)))
    assert stored(database, ObjectId(shown))["filename"] == name


def test_files_of_one_name_in_two_directories_keep_their_paths(gridfs, database, write):
    files = [write("x/f"), write("y/f")]
    expect(gridfs("put", *files), err=usage_error("put"), code=2)
    expect(gridfs("put", "--keep-path", "-r", *files), err=usage_error("put"), code=2)
    expect(gridfs("put", "--keep-path", "--silent", *files))
    assert [file["filename"] for file in database["fs.files"].find(sort=[("filename", 1)])] == files


def test_a_file_whose_name_looks_like_an_option_or_like_standard_input(gridfs, database, write):
    for name in ("-n", "-"):
        write(name)
    expect(gridfs("put", "./-", "--", "-n"), out=re.compile(rb"([0-9a-f]{24}\n){2}"))
    assert sorted(database["fs.files"].distinct("filename")) == ["-", "-n"]


@pytest.mark.parametrize("data", [b"", b"from a pipe", sample(300_000)], ids=len)
def test_dash_is_standard_input(gridfs, bucket, data):
    shown = only_id(gridfs("put", "-", "--name", "piped", stdin=data))
    grid_out = bucket.open_download_stream(ObjectId(shown))
    assert (grid_out.filename, grid_out.read()) == ("piped", data)


def test_a_device_is_read_to_its_end(gridfs, bucket):
    assert content(bucket, ObjectId(only_id(gridfs("put", "/dev/null", "--name", "empty")))) == b""


def test_the_same_name_again_is_a_new_revision(gridfs, bucket, write):
    first = only_id(gridfs("put", write(data=b"one")))
    second = only_id(gridfs("put", write(data=b"two")))
    assert first != second
    assert [bucket.open_download_stream_by_name("a.txt", revision).read() for revision in (0, 1)] == [b"one", b"two"]


@pytest.mark.parametrize("file_id", ["backup-1", "a b"])
def test_chunks_that_a_killed_upload_has_left_under_the_id(gridfs, database, write, file_id):
    """What the message says is to be done helps."""
    chunk = {"_id": ObjectId.from_datetime(datetime(2024, 5, 1)), "files_id": file_id, "n": 0, "data": b"left"}
    database["fs.chunks"].insert_one(chunk)
    result = gridfs("put", "--id", file_id, write())
    told = rf"storing a\.txt: the _id is in use: chunks without a file are stored under {file_id}; unless an upload is under way, '(gridfs .*)' removes them"
    expect(result, err=error_like("put", told), code=6)
    _, *repair = shlex.split(re.search(told, result.err)[1])
    expect(gridfs(*repair), err=re.compile("(.*\n)+"), out=re.compile(b"(.*\n)*"))
    expect(gridfs("put", "--id", file_id, write()), out=f"{file_id}\n")


@pytest.mark.parametrize("length", [0, 11, 12, 13, 40])
@pytest.mark.parametrize("source", ["file", "standard input"])
def test_an_id_in_use_is_refused_and_its_file_untouched(gridfs, database, write, length, source):
    expect(gridfs("put", "--id", "taken", "--chunk-size", "4", write("old", b"old contents")), out="taken\n")
    before = snapshot(database)
    operands = ["-", "--name", "new"] if source == "standard input" else [write("new", sample(length))]
    result = gridfs("put", "--id", "taken", "--chunk-size", "5", *operands, stdin=sample(length))
    expect(result, err=error_like("put", ".*the _id is in use.*taken.*"), code=6)
    assert snapshot(database) == before


def test_id_goes_with_one_operand(gridfs, write):
    result = gridfs("put", "--id", "x", write("a"), write("b"))
    expect(result, err=usage_error("put", ".*--id.*"), code=2)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (None, 261120),
        ("1", 1),
        ("1kb", 1024),
        ("255K", 261120),
        ("1k", 1024),
        ("1M", 1 << 20),
        ("1MiB", 1 << 20),
        ("15M", 15 << 20),
    ],
)
def test_chunk_size(gridfs, database, write, text, size):
    shown = only_id(gridfs("put", *([] if text is None else ["--chunk-size", text]), write()))
    assert stored(database, ObjectId(shown))["chunkSize"] == size


METADATA = '{"b": {"$numberLong": "1"}, "a": [1, null, {"x": 1.5}], "ü": "ß"}'
METADATA_STORED = {"b": Int64(1), "a": [1, None, {"x": 1.5}], "ü": "ß"}


@pytest.mark.parametrize(("option", "stdin"), [(METADATA, ""), ("@meta.json", ""), ("@-", METADATA)])
def test_metadata_from_the_option_a_file_or_standard_input(gridfs, database, write, option, stdin):
    write("meta.json", METADATA.encode() + b"\n")
    shown = only_id(gridfs("put", "--metadata", option, write(), stdin=stdin.encode()))
    metadata = stored(database, ObjectId(shown))["metadata"]
    assert metadata == METADATA_STORED
    assert list(metadata) == ["b", "a", "ü"]
    assert isinstance(metadata["b"], Int64)


@pytest.mark.parametrize(
    ("local", "options", "metadata"),
    [
        ("a.txt", ["--content-type", "image/x-own"], {"contentType": "image/x-own"}),
        ("a.txt", ["--content-type", "auto"], {"contentType": "text/plain"}),
        ("a.PNG", ["--content-type", "auto"], {"contentType": "image/png"}),
        ("a", ["--content-type", "auto", "--name", "b.png"], {"contentType": "image/png"}),
        ("a.nonesuch", ["--content-type", "auto"], {"contentType": "application/octet-stream"}),
        ("a", ["--content-type", "auto"], {"contentType": "application/octet-stream"}),
        ("a", ["--content-type", "x/y", "--metadata", '{"k":1}'], {"k": 1, "contentType": "x/y"}),
        ("a", ["--content-type", "x/y", "--metadata", '{"contentType":"old","k":1}'], {"k": 1, "contentType": "x/y"}),
    ],
)
def test_content_type(gridfs, database, write, local, options, metadata):
    shown = only_id(gridfs("put", *options, write(local)))
    assert stored(database, ObjectId(shown))["metadata"] == metadata


def test_if_absent_skips_a_name_that_exists(gridfs, database, write):
    add_files(database, "a", "c", "named")
    before = snapshot(database)
    expect(gridfs("put", "--if-absent", write("a"), write("c")))
    expect(gridfs("put", "--if-absent", "--name", "named", write("x")))
    assert snapshot(database) == before
    shown = only_id(gridfs("put", "--if-absent", "a", write("b"), "c"))
    assert stored(database, ObjectId(shown))["filename"] == "b"


def test_json_gives_the_files_documents(gridfs, database, write):
    result = gridfs("put", "--json", "--metadata", METADATA, write("a"), write("b", b""))
    *documents, last = json_lines(result)
    expect(result, out=re.compile(rb"(\{.+\}\n){3}"))
    assert last == json_summary(stored=2, bytes=7)
    assert [document["filename"] for document in documents] == ["a", "b"]
    for document in documents:
        assert document == stored(database, document["_id"])
        assert list(document) == ["_id", "length", "chunkSize", "uploadDate", "filename", "metadata"]


@pytest.mark.parametrize(
    ("operand", "message", "code"),
    [
        ("missing", "missing: no such file or directory", 4),
        ("missing/a", "missing/a: no such file or directory", 4),
        ("a.txt/b", "a.txt/b: not a directory", 9),
        (".", ".: is a directory; -r stores what is below it", 9),
        ("/proc/self/mem", "/proc/self/mem: input/output error", 9),  # it opens, and then cannot be read
    ],
)
def test_a_source_that_cannot_be_read(gridfs, database, write, operand, message, code):
    write()
    expect(gridfs("put", operand), err=error("put", message), code=code)
    assert not any(snapshot(database).values())


def test_a_standard_input_that_cannot_be_read(gridfs, database, tmp_path):
    directory = os.open(tmp_path, os.O_RDONLY)
    with gridfs.start("put", "-", "--name", "x", stdin=directory) as process:
        os.close(directory)
        expect(finish(process), err=error("put", "standard input: is a directory"), code=9)
    assert not any(snapshot(database).values())


@pytest.mark.parametrize(
    ("operands", "done", "failed", "code"),
    [
        (["a", "missing", "b"], 2, ["missing: no such file or directory", "2 stored (14 bytes), 1 failed"], 3),
        (["missing", "gone"], 0, ["missing: no such file or directory", "gone: no such file or directory", "2 failed"], 4),
        (["missing", "."], 0, ["missing: no such file or directory", ".: is a directory; -r stores what is below it", "2 failed"], 1),
    ],
)
def test_some_operands_fail(gridfs, database, write, operands, done, failed, code):
    write("a"), write("b")
    result = gridfs("put", *operands)
    expect(
        result,
        out=re.compile(rb"([0-9a-f]{24}\n){%d}" % done),
        err="".join(error("put", one) for one in failed),
        code=code,
    )
    assert database["fs.files"].count_documents({}) == done


@pytest.mark.parametrize("options", [[b"--name", b"caf\xe9"], [b"--name=\xff\xfe"], []])
def test_a_name_that_is_not_utf8_is_refused(gridfs, database, tmp_path, options):
    (tmp_path / "caf\udce9").write_bytes(b"x")
    expect(gridfs("put", *options, b"caf\xe9"), err=error_like("put", ".*UTF-8.*"), code=2)
    assert not any(snapshot(database).values())


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (["a", "b", "--name", "n"], ".*--name.*"),
        (["-"], ".*--name.*"),
        (["-", "-", "--name", "n"], ".+"),
        (["-", "--name", "n", "--metadata", "@-"], ".*standard input.*"),
        (["a", "--name", ""], "--name: it must not be empty"),
        (["a", "--id", ""], "--id: it must not be empty"),
        (["a", "a"], "two files would be stored as 'a'"),
        (["a", "b", "./a", "--name-prefix", "p/"], "two files would be stored as 'p/a'"),
        (["-r", "a", "./b", "./a"], "two files would be stored as 'a'"),
        (["a", "./a", "--if-absent"], "two files would be stored as 'a'"),
    ],
)
def test_options_that_do_not_go_together(gridfs, write, arguments, about):
    write("a"), write("b")
    expect(gridfs("put", *arguments), err=usage_error("put", about), code=2)


def test_metadata_file_is_missing(gridfs, write):
    result = gridfs("put", "--metadata", "@missing", write())
    expect(result, err=error("put", "missing: no such file or directory"), code=4)


def test_every_command_sees_what_put_stored(gridfs, write):
    """The main job once through, by the program alone."""
    data = sample(700_000)
    shown = only_id(gridfs("put", write("f", data)))
    expect(gridfs("ls"), out="f\n")
    expect(gridfs("cat", shown), out=data)
    expect(gridfs("get", shown, "-o", "by-id"))
    expect(gridfs("get-by-name", "f", "-o", "by-name"))
    assert (gridfs.directory / "by-id").read_bytes() == (gridfs.directory / "by-name").read_bytes() == data
    assert b"chunks:" in gridfs("stat", shown).out
    expect(gridfs("rename", shown, "g"))
    expect(gridfs("rm", shown))
    expect(gridfs("ls"))
    for command in set(COMMANDS) - {"put", "ls", "rename", "get-by-name"}:
        expect(gridfs(command, shown), err=error(command, f"file {shown}: no such file in DB.fs"), code=4)
    expect(gridfs("rename", MISSING_ID, "x"), err=error("rename", f"file {MISSING_ID}: no such file in DB.fs"), code=4)
