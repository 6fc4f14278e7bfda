"""How an _id is written on the command line, and how it is printed."""

import json
from datetime import datetime, timezone

import pytest
from bson import Binary, Int64, ObjectId, Timestamp

from harness import MISSING_ID, error, error_like, expect, only_id, usage_error

# What is given, the value that it is, and how that is printed; None: in any form that reads back.
FORMS = [
    ("0123456789abcdef01234567", ObjectId("0123456789abcdef01234567"), "0123456789abcdef01234567"),
    ("0123456789ABCDEF01234567", ObjectId("0123456789abcdef01234567"), "0123456789abcdef01234567"),
    ('{"$oid":"0123456789abcdef01234567"}', ObjectId("0123456789abcdef01234567"), "0123456789abcdef01234567"),
    ('"0123456789abcdef01234567"', "0123456789abcdef01234567", '"0123456789abcdef01234567"'),
    ("0123456789abcdef0123456", "0123456789abcdef0123456", "0123456789abcdef0123456"),
    ("text", "text", "text"),
    ('"text"', "text", "text"),
    ("two words, ünï 日本", "two words, ünï 日本", "two words, ünï 日本"),
    ("back\\slash/and/slash", "back\\slash/and/slash", "back\\slash/and/slash"),
    ("null", "null", "null"),
    ("true", "true", "true"),
    ("[1]", "[1]", "[1]"),
    ('"42"', "42", '"42"'),
    ('""', "", '""'),
    ('"-x"', "-x", '"-x"'),
    ('"\\"quoted\\""', '"quoted"', None),
    ('"a\\nb\\u001b"', "a\nb\x1b", None),
    ("--id", "--id", '"--id"'),
    ('"{\\"a\\":1}"', '{"a":1}', None),
    ("{broken", "{broken", "{broken"),
    ("[x]", "[x]", "[x]"),
    ("[]", "[]", "[]"),
    ("[a,b]", "[a,b]", "[a,b]"),
    ("a,b", "a,b", "a,b"),
    ("%%", "%%", "%%"),
    ('{"$oid":"zz"}', '{"$oid":"zz"}', '{"$oid":"zz"}'),
    ("12 monkeys", "12 monkeys", "12 monkeys"),
    ("2024-05-01", "2024-05-01", "2024-05-01"),
    ("42", 42, "42"),
    ("0", 0, "0"),
    ("18446744073709551617", "18446744073709551617", "18446744073709551617"),
    ("-9223372036854775809", "-9223372036854775809", '"-9223372036854775809"'),
    ("20261126134648.123456789", "20261126134648.123456789", "20261126134648.123456789"),
    ("1e999", "1e999", "1e999"),
    ("9223372036854775807", Int64(9223372036854775807), None),
    ("2147483647", 2147483647, "2147483647"),
    ("1.5", 1.5, "1.5"),
    ("-7", -7, None),
    ("-1.5", -1.5, None),
    ("4294967296", Int64(4294967296), None),
    ('{"$numberLong":"42"}', Int64(42), None),
    ('{"$numberLong":"-42"}', Int64(-42), None),
    ('{"$numberInt":"42"}', 42, "42"),
    ('{"$numberDouble":"42.0"}', 42.0, None),
    ('{"$date":{"$numberLong":"1714564800123"}}', datetime(2024, 5, 1, 12, 0, 0, 123000, tzinfo=timezone.utc), None),
    ('{"$date":"2024-05-01T12:00:00.123Z"}', datetime(2024, 5, 1, 12, 0, 0, 123000, tzinfo=timezone.utc), None),
    ('{"$timestamp":{"t":1,"i":2}}', Timestamp(1, 2), None),
    ('{"$binary":{"base64":"AQID","subType":"00"}}', b"\x01\x02\x03", None),
    (
        '{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}',
        Binary(bytes.fromhex("00112233445566778899aabbccddeeff"), 4),
        None,
    ),
    ('{"a":1}', {"a": 1}, '{ "a" : 1 }'),
    ('{"a":{"$numberLong":"1"},"b":"x"}', {"a": Int64(1), "b": "x"}, None),
    ('{"$literal":null}', None, None),
    ('{"$literal":true}', True, None),
    ('{"$literal":false}', False, None),
    ('{"$literal":"text"}', "text", "text"),
]


@pytest.mark.parametrize(("given", "value", "shown"), FORMS, ids=[form[0] for form in FORMS])
def test_an_id(gridfs, database, given, value, shown):
    printed = only_id(gridfs("put", "-", "--name", "n", f"--id={given}", stdin=b"content"))
    [stored] = [one["_id"] for one in database["fs.files"].find()]
    assert (stored, type(stored)) == (value, type(value))
    if shown is not None:
        assert printed == shown
    assert not printed.startswith("-") and printed.isprintable()
    expect(gridfs("cat", printed), out=b"content")
    expect(gridfs("cat", "--", given), out=b"content")
    listed = gridfs("ls", "-l")
    expect(listed, out=listed.out)
    assert listed.out.decode().split("\t")[0] == printed
    expect(gridfs("rm", "--", printed))


def test_values_of_different_types_are_different_ids(gridfs):
    ids = ('"42"', "42", '{"$literal":null}', "null", '{"$literal":true}', "true", '{"a":1}', '"{\\"a\\":1}"')
    for file_id in ids:
        only_id(gridfs("put", "-", "--name", file_id, "--id", file_id, stdin=file_id.encode()))
    for file_id in ids:
        expect(gridfs("cat", file_id), out=file_id)


@pytest.mark.parametrize(
    ("file_id", "doubt"),
    [
        ("{broken", "; as JSON: not valid Extended JSON at line 1, column 2"),
        ('{"$oid":"zz"}', "; as JSON: not valid Extended JSON: an ObjectId has 24 hex digits, unlike 'zz'"),
        ("12 monkeys", ""),
        ("text", ""),
        ('{"$numberInt":"x"}', "; as JSON: not valid Extended JSON"),
    ],
)
def test_an_id_that_is_not_json_is_the_text_itself(gridfs, file_id, doubt):
    expect(gridfs("cat", file_id), err=error("cat", f"file {file_id}: no such file in DB.fs{doubt}"), code=4)


@pytest.mark.parametrize("file_id", ["\u009b31mX", "a\u202eb", {"a\x7f": "\u2028"}])
def test_an_id_that_a_terminal_may_obey(gridfs, database, file_id):
    database["fs.files"].insert_one({"_id": file_id, "length": Int64(0), "chunkSize": 1, "uploadDate": datetime(2024, 1, 1),
                                     "metadata": {"seen": file_id}})
    shown = gridfs("ls", "-l").out.decode().split("\t")[0]
    assert json.loads(shown) == file_id
    for arguments in (["ls", "-l"], ["ls", "--json"], ["stat", shown], ["meta", shown]):
        result = gridfs(*arguments)
        assert result.code == 0 and result.out.isascii() and b"\x7f" not in result.out, result


@pytest.mark.parametrize("arguments", [["put", "-", "--name", "n", "--id"], ["cat"], ["rm"]])
def test_an_id_that_is_not_utf8_is_refused(gridfs, database, arguments):
    result = gridfs(*arguments, b"caf\xe9")
    expect(result, err=error_like(arguments[0], ".*UTF-8.*"), code=2)
    assert database["fs.files"].count_documents({}) == 0


def test_an_error_names_the_id_as_it_is_written(gridfs):
    for file_id in (MISSING_ID, "text", "42", '"42"'):
        expect(gridfs("rm", file_id), err=error("rm", f"file {file_id}: no such file in DB.fs"), code=4)


def test_a_number_beyond_its_type_names_no_other_file(gridfs, database):
    only_id(gridfs("put", "-", "--name", "n", "--id", "1", stdin=b"content"))
    for file_id in ("18446744073709551617", "1.00000000000000000001"):
        expect(gridfs("rm", file_id), err=error_like("rm", f"({file_id}: )?file \"?{file_id}\"?: no such file in DB.fs"), code=4)
    expect(gridfs("rm", '{"$numberLong":"18446744073709551617"}'), err=error_like("rm", ".*no such file in DB.fs; as JSON: not valid Extended JSON.*"), code=4)
    expect(gridfs("cat", "1"), out=b"content")


@pytest.mark.parametrize("number", ["18446744073709551617", "1e-999", '{"$numberDecimal":"1e99999"}', '{"$timestamp":{"t":4294967296,"i":1}}'])
@pytest.mark.parametrize("arguments", [["put", "-", "--name", "n", "--metadata"], ["ls", "--filter"]], ids=str)
def test_a_number_beyond_its_type_is_refused_where_json_is_wanted(gridfs, database, arguments, number):
    expect(gridfs(*arguments, f'{{"a":[{number}]}}'), err=usage_error(arguments[0], ".*no BSON type holds .*"), code=2)
    assert database["fs.files"].count_documents({}) == 0
