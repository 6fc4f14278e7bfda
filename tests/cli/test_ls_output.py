"""ls: how it shows files."""

import re
import unicodedata

import pytest

from harness import FIRST_DAY, TerminalRun, add_files, expect, json_lines, usage_error


def test_long_listing(gridfs, database):
    first, second, other = add_files(database, "a", "a", "b", length=12345678901)
    expect(
        gridfs("ls", "-l"),
        out="".join(
            [
                f"{first}\t12345678901\t2024-05-01T12:00:00.123Z\t0\ta\n",
                f"{second}\t12345678901\t2024-05-02T12:00:00.123Z\t1\ta\n",
                f"{other}\t12345678901\t2024-05-03T12:00:00.123Z\t0\tb\n",
            ]
        ),
    )


def test_names_and_sizes(gridfs, database):
    add_files(database, "a", "a\nb", length=12345678901)
    database["fs.files"].insert_one({"_id": 1, "filename": "c"})
    expect(gridfs("ls", "-s"), out="a\t12345678901\na\\nb\t12345678901\nc\t-\n")
    expect(gridfs("ls", "--size", "--latest", "a"), out="a\t12345678901\na\\nb\t12345678901\n")
    expect(gridfs("ls", "-ls"), err=usage_error("ls"), code=2)


@pytest.mark.parametrize(
    "options",
    [
        ["--skip", "1", "--limit", "1"],
        ["--sort", "uploadDate:-1", "--skip", "1", "--limit", "1"],
        ["--filter", '{"metadata.second": true}'],
    ],
)
def test_the_revision_is_that_of_the_name_whatever_part_is_listed(gridfs, database, options):
    ids = add_files(database, "a", "a", "a")
    database["fs.files"].update_one({"_id": ids[1]}, {"$set": {"metadata": {"second": True}}})
    expect(gridfs("ls", "-l", *options), out=f"{ids[1]}\t0\t2024-05-02T12:00:00.123Z\t1\ta\n")


def test_long_listing_of_what_other_drivers_left_out(gridfs, database):
    database["fs.files"].insert_many(
        [{"_id": 1, "filename": "bare"}, {"_id": 2, "filename": "odd", "length": 3.0, "chunkSize": 4}]
    )
    expect(gridfs("ls", "-l"), out="1\t-\t-\t0\tbare\n2\t3\t-\t0\todd\n")


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1023, "1023"),
        (1024, "1.0K"),
        (1025, "1.1K"),
        (261120, "255K"),
        (1 << 20, "1.0M"),
        (3 << 29, "1.5G"),
    ],
)
@pytest.mark.parametrize("option", ["-lH", "-H", "--human-readable"])
def test_human_readable_sizes(gridfs, database, length, shown, option):
    [file_id] = add_files(database, "a", length=length)
    expect(gridfs("ls", option), out=f"{file_id}\t{shown}\t2024-05-01T12:00:00.123Z\t0\ta\n")


def test_a_file_without_a_name_is_an_empty_line(gridfs, database):
    add_files(database, None, "a")
    expect(gridfs("ls"), out="\na\n")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("two\nlines", "two\\nlines"),
        ("a\tb", "a\\tb"),
        ("a\rb", "a\\rb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("bell\x07", "bell\\x07"),
        ("del\x7f", "del\\x7f"),
        ("c1\x9b31m", "c1\\x9b31m"),
        ("nul\0", "nul\\x00"),
        ("rtl\u202egnp", "rtl\\u{202e}gnp"),
        ("line\u2028", "line\\u{2028}"),
        ("back\\slash", "back\\slash"),
        ("ünï 日本", "ünï 日本"),
    ],
)
def test_control_characters_are_escaped(gridfs, database, name, shown):
    [file_id] = add_files(database, name)
    expect(gridfs("ls"), out=f"{shown}\n")
    expect(gridfs("ls", "-l"), out=f"{file_id}\t0\t2024-05-01T12:00:00.123Z\t0\t{shown}\n")


def shown_on_terminal(gridfs, columns, *arguments):
    """The lines, without the blanks at their ends."""
    with TerminalRun(gridfs, *arguments, on_terminal=["stdout"], columns=columns) as run:
        result = run.finish()
    assert (result.err, result.code) == ("", 0)
    lines = run.shown.split("\r\n")
    assert lines.pop() == ""
    assert all(display_width(line) <= columns for line in lines), lines
    return lines


def display_width(text):
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


NAMES = ["a" * 70 + ".tar", "e\u0301te\u0301.txt", "日本" * 20 + ".jpeg"]


def test_a_terminal_has_columns(gridfs, database):
    ids = add_files(database, *NAMES, length=1234567)
    database["fs.files"].insert_one({"_id": "text", "filename": "龍"})
    days = [f"2024-05-0{number}" for number in (1, 2, 3)]
    assert shown_on_terminal(gridfs, 200, "ls", "-l") == [
        *(f"{one}      1234567  {day}T12:00:00.123Z    0  {name}" for one, day, name in zip(ids, days, NAMES)),
        f"text{' ' * 32}-  -{' ' * 25}  0  龍",
    ]
    shortened = ["aaaaaaaaa…aaaa.tar", NAMES[1], "日本日本…本.jpeg"]
    assert shown_on_terminal(gridfs, 80, "ls", "-l") == [
        *(f"{one}      1234567  {day} 12:00    0  {name}" for one, day, name in zip(ids, days, shortened)),
        f"text{' ' * 32}-  -{' ' * 17}  0  龍",
    ]
    shortened = ["aaaaaaa…aa.tar", NAMES[1], "日本日….jpeg"]
    assert shown_on_terminal(gridfs, 40, "ls", "-l") == [
        *(f"{one}  {name}" for one, name in zip(ids, shortened)),
        f"text{' ' * 22}龍",
    ]
    assert shown_on_terminal(gridfs, 80, "ls", "-H", "龍") == [f"text{' ' * 26}-  -{' ' * 17}  0  龍"]


def test_other_listings_in_columns(gridfs, database, bucket):
    name = "d" * 40 + "/a"
    bucket.upload_from_stream(name, b"12345")
    counts = f"{' ' * 10}5{' ' * 9}1"
    for columns, prefix in ((200, "d" * 40 + "/"), (80, "d" * 40 + "/"), (40, "dddddddd…ddddddd/")):
        assert shown_on_terminal(gridfs, columns, "du") == [f"{counts}  {prefix}", f"{counts}  ."]
        assert shown_on_terminal(gridfs, columns, "du", "-H", "--depth", "0") == ["    5         1  ."]
        [line] = shown_on_terminal(gridfs, columns, "buckets", "-l")
        assert re.fullmatch(r" {7}1 {3,}\d+  fs", line) and len(line) == 8 + 2 + 11 + 4


@pytest.mark.parametrize("option", ["-0", "--null"])
def test_null_ends_each_name_and_leaves_it_as_it_is(gridfs, database, option):
    add_files(database, "two\nlines", "ü", "\x1b[31m")
    expect(gridfs("ls", option), out="\x1b[31m\0two\nlines\0ü\0")


def test_null_ends_each_entry_of_a_long_listing(gridfs, database):
    [file_id] = add_files(database, "a\nb")
    expect(gridfs("ls", "-l0"), out=f"{file_id}\t0\t2024-05-01T12:00:00.123Z\t0\ta\nb\0")


def test_null_on_a_terminal_is_escaped_all_the_same(gridfs, database):
    add_files(database, "a\x1b[31mb")
    with TerminalRun(gridfs, "ls", "-0", on_terminal=["stdout"]) as run:
        result = run.finish()
    assert (result.err, result.code) == ("", 0)
    assert run.shown.strip("\0") == "a\\x1b[31mb"


def test_json(gridfs, database):
    ids = add_files(database, "a", "a", "two\nlines", metadata={"k": [1, None]}, md5="abc")
    result = gridfs("ls", "--json")
    expect(result, out=re.compile(rb"(\{.+\}\n){3}"))
    stored = list(database["fs.files"].find(sort=[("filename", 1), ("uploadDate", 1)]))
    assert json_lines(result) == stored
    assert [list(document) for document in json_lines(result)] == [list(document) for document in stored]
    assert [document["_id"] for document in stored] == ids
    assert json_lines(gridfs("ls", "--json", "-l")) == [
        one | {"revision": revision} for one, revision in zip(stored, (0, 1, 0))
    ]


def test_json_dates_and_numbers_are_relaxed(gridfs, database):
    [file_id] = add_files(database, "a")
    result = gridfs("ls", "--json")
    expect(result, out=re.compile(rb'.*"uploadDate" *: *\{ *"\$date" *: *"2024-05-01T12:00:00.123Z" *\}.*\n'))
    assert b"numberInt" not in result.out
    assert json_lines(result)[0]["uploadDate"] == FIRST_DAY


def test_ids_are_shown_as_they_are_given(gridfs, database):
    database["fs.files"].insert_many([{"_id": file_id, "filename": "n", "length": 0} for file_id in ("text", 7, "8")])
    result = gridfs("ls", "-l")
    expect(result, out=result.out)
    assert {line.split(b"\t")[0] for line in result.out.splitlines()} == {b"text", b"7", b'"8"'}
