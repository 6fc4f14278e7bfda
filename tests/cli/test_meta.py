"""meta: prints and changes metadata."""

import pytest
from bson import Int64

from harness import MISSING_ID, error, error_like, expect, json_lines, json_summary, snapshot, usage_error

FAILURE, NOT_FOUND = 1, 4
SHA256 = "0" * 64
CHECKSUM = "warning: file x ('a', 4 bytes): this changes metadata.sha256, with which get and check --read-data compare the content"


@pytest.fixture
def stored(bucket):
    """A file `x` with metadata, and another one."""
    metadata = {"n": 1, "address": {"city": "Ulm", "zip": "89073"}, "tags": ["a", "b"]}
    bucket.upload_from_stream_with_id("x", "a", b"data", metadata=metadata)
    bucket.upload_from_stream_with_id("y", "a", b"other", metadata=metadata)


@pytest.fixture
def metadata(database):
    return lambda file_id="x": database["fs.files"].find_one({"_id": file_id}).get("metadata")


def test_prints_the_metadata(gridfs, bucket, stored):
    bucket.upload_from_stream_with_id(7, "b", b"")
    expected = '{ "n" : 1, "address" : { "city" : "Ulm", "zip" : "89073" }, "tags" : [ "a", "b" ] }'
    expect(gridfs("meta", "x"), out=expected + "\n")
    expect(gridfs("meta", "x", "--json"), out=f'{{ "_id" : "x", "metadata" : {expected} }}\n')
    expect(gridfs("meta", "7"), out="{  }\n")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--set", "n=2"], {"n": 2, "address": {"city": "Ulm", "zip": "89073"}, "tags": ["a", "b"]}),
        (
            ["--set", 'address.city="Bonn=Beuel"', "--set", 'new={"a": {"$numberLong": "5"}}', "--unset", "n", "--unset", "tags"],
            {"address": {"city": "Bonn=Beuel", "zip": "89073"}, "new": {"a": Int64(5)}},
        ),
        (["--set", "tags.1=null", "--unset", "address.zip", "--unset", "gone"], {"n": 1, "address": {"city": "Ulm"}, "tags": ["a", None]}),
        (["--replace", '{"z": 1}'], {"z": 1}),
        (["--replace", "@m.json"], {"file": True}),
        (["--replace", "{}"], {}),
    ],
    ids=str,
)
def test_changes_it_and_nothing_else(gridfs, database, stored, metadata, tmp_path, options, expected):
    (tmp_path / "m.json").write_text('{"file": true}')
    before = snapshot(database)
    expect(gridfs("meta", "x", *options))
    assert metadata() == expected
    assert type(metadata().get("new", {}).get("a", Int64(0))) is Int64
    database["fs.files"].update_one({"_id": "x"}, {"$set": {"metadata": metadata("y")}})
    assert snapshot(database) == before


def test_a_file_without_metadata_gets_it(gridfs, bucket, metadata):
    bucket.upload_from_stream_with_id("x", "a", b"data")
    result = gridfs("meta", "x", "--set", "a.b=1", "--json")
    expect(result, out=result.out)
    assert json_lines(result) == [{"_id": "x", "metadata": {"a": {"b": 1}}}, json_summary(changed=1)]
    assert metadata() == {"a": {"b": 1}}
    expect(gridfs("meta", "x", "--replace", "@-", stdin=b'{"c": 2}'))
    assert metadata() == {"c": 2}


def test_metadata_that_is_null_is_as_none(gridfs, database, bucket, metadata):
    bucket.upload_from_stream_with_id("x", "a", b"data")
    database["fs.files"].update_one({"_id": "x"}, {"$set": {"metadata": None}})
    expect(gridfs("meta", "x"), out="{  }\n")
    assert json_lines(gridfs("meta", "x", "--json")) == [{"_id": "x", "metadata": {}}]
    expect(gridfs("meta", "x", "--set", "a.b=1", "--unset", "c"))
    assert metadata() == {"a": {"b": 1}}


def test_dry_run(gridfs, database, stored):
    before = snapshot(database)
    lines = [
        "would set metadata.n of file x ('a', 4 bytes) to 2",
        "would set metadata.address.city of file x ('a', 4 bytes) to \"Bonn\"",
        "would remove metadata.tags of file x ('a', 4 bytes)",
    ]
    options = ["--set", "n=2", "--set", 'address.city="Bonn"', "--unset", "tags"]
    expect(gridfs("meta", "-n", "x", *options), err="".join(error("meta", line) for line in lines))
    message = error("meta", "would replace the metadata of file x ('a', 4 bytes) by { \"a\" : 1 }")
    expect(gridfs("meta", "-n", "x", "--replace", '{"a": 1}'), err=message)
    assert snapshot(database) == before


@pytest.mark.parametrize("options", [[], ["--set", "a=1"], ["--replace", "{}"], ["-n", "--unset", "a"]], ids=str)
def test_an_id_that_no_file_has(gridfs, database, stored, options):
    before = snapshot(database)
    expect(gridfs("meta", MISSING_ID, *options), err=error("meta", f"file {MISSING_ID}: no such file in DB.fs"), code=NOT_FOUND)
    assert snapshot(database) == before


@pytest.mark.parametrize(
    ("options", "about"),
    [
        (["x", "--set", "contentType=text/plain"], r"--set: the value of contentType is not valid Extended JSON at line 1, column 2; for text: --set 'contentType=\"text/plain\"'"),
        (["x", "--set", "k="], "--set: the value of k is .*"),
        (["x", "--set", "k"], "--set: 'k' is not KEY=JSON"),
        (["x", "--set", "=1"], ".*name of a field.*"),
        (["x", "--set", "a..b=1"], ".*name of a field.*"),
        (["x", "--set", "a.$[]=1"], ".*name of a field.*"),
        (["x", "--unset", "$a"], ".*name of a field.*"),
        (["x", "--set", "\udcff=1"], ".*name of a field.*"),
        (["x", "--set", "a=1", "--set", "a=2"], "'a' is changed twice"),
        (["x", "--set", "a.b=1", "--set", "a-b=1", "--unset", "a"], "'a' is changed twice"),
        (["x", "--replace", "{}", "--set", "a=1"], "--replace excludes .*"),
        (["x", "--replace", "[]"], "--replace: .*"),
        (["x", "--replace", "@-", "--uri-file", "-"], "standard input .*"),
        (["x", "y"], "too many operands: one ID is required"),
        ([], "one ID .*"),
    ],
    ids=str,
)
def test_wrong_command_lines(gridfs, database, stored, options, about):
    before = snapshot(database)
    expect(gridfs("meta", *options), err=usage_error("meta", about), code=2)
    expect(gridfs("meta", "-n", *options), err=usage_error("meta", about), code=2)
    assert snapshot(database) == before


def test_what_the_server_refuses_changes_nothing(gridfs, database, stored):
    before = snapshot(database)
    result = gridfs("meta", "x", "--set", "new=1", "--set", "n.x=1")
    expect(result, err=error_like("meta", "changing the metadata of file x: .+"), code=FAILURE)
    assert snapshot(database) == before


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        (["--set", "n=2"], False),
        (["--set", 'sha256="other"'], True),
        (["--unset", "sha256"], True),
        (["--replace", "{}"], True),
        (["--replace", '{"a": 1, "sha256": "%s"}' % SHA256], False),
        (["-n", "--unset", "sha256"], True),
    ],
    ids=str,
)
def test_a_checksum_that_is_lost_is_warned_of(gridfs, bucket, options, warned):
    bucket.upload_from_stream_with_id("x", "a", b"data", metadata={"sha256": SHA256})
    dry = error("meta", "would remove metadata.sha256 of file x ('a', 4 bytes)") if "-n" in options else ""
    expect(gridfs("meta", "x", *options), err=(error("meta", CHECKSUM) if warned else "") + dry)

