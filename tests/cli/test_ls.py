"""ls: which files it lists, in which order."""

import re
from datetime import timedelta

import pytest

from harness import FIRST_DAY, add_files, error, expect, json_lines, tree, usage_error


def lines(*names):
    return "".join(f"{name}\n" for name in names)


def test_every_revision_by_name_and_then_by_date(gridfs, database):
    add_files(database, "b", "a", "ü", "b", "a", "B")
    expect(gridfs("ls"), out=lines("B", "a", "a", "b", "b", "ü"))


def test_nothing_to_list(gridfs, database):
    expect(gridfs("ls"))
    add_files(database, "a")
    for nothing in (["b*"], ["--filter", '{"length": 1}'], ["--skip", "1"], ["b", "--filter", "{\"length\": 1}"], ["a", "--skip", "1"]):
        expect(gridfs("ls", *nothing))
    for options in ([], ["-l"], ["--latest"]):
        expect(gridfs("ls", *options, "b"), err=error("ls", "b: no such file in DB.fs"), code=4)


@pytest.mark.parametrize(
    ("prefix", "listed"),
    [
        ("a", ["a", "a.b", "axb"]),
        ("a.", ["a.b"]),
        ("ax", ["axb"]),
        ("^", ["^x"]),
        ("$", ["$x"]),
        ("(", ["(x"]),
        ("|", ["|x"]),
        ("{1", ["{1}x"]),
        ("\\", ["\\x"]),
        ("\\x", ["\\x"]),
        ("dir/", ["dir/1", "dir/2"]),
        ("ü", ["üb"]),
        ("A", []),
        (".", []),
        ("a.b", ["a.b"]),
        ("+", ["+x"]),
    ],
)
def test_a_prefix_is_taken_literally(gridfs, database, prefix, listed):
    add_files(database, "a", "a.b", "axb", "^x", "$x", "(x", "|x", "{1}x", "\\x", "dir/1", "dir/2", "üb", "+x")
    missing = {} if listed else {"err": error("ls", f"{prefix}: no such file in DB.fs"), "code": 4}
    expect(gridfs("ls", prefix), out=lines(*listed), **missing)


@pytest.mark.parametrize(
    ("glob", "listed"),
    [
        ("*", ["*x", "[x]", "a", "a.b", "ab", "axb", "b\\x0ac", "dir/1", "üb"]),
        ("a*", ["a", "a.b", "ab", "axb"]),
        ("a?b", ["a.b", "axb"]),
        ("?", ["a"]),
        ("?b", ["ab", "üb"]),
        ("a[.]b", ["a.b"]),
        ("a[!.]b", ["axb"]),
        ("a[a-z]b", ["axb"]),
        ("[a-c]*", ["a", "a.b", "ab", "axb", "b\\x0ac"]),
        ("*1", ["dir/1"]),
        ("d*/?", ["dir/1"]),
        ("\\*x", ["*x"]),
        ("\\[x]", ["[x]"]),
        ("[*]x", ["*x"]),
        ("[[]x]", ["[x]"]),
        ("*.b", ["a.b"]),
        ("*b", ["a.b", "ab", "axb", "üb"]),
        ("b*c", ["b\\x0ac"]),
        ("b?c", ["b\\x0ac"]),
        ("x*", []),
        ("A*", []),
    ],
)
def test_a_glob_is_for_the_whole_name(gridfs, database, glob, listed):
    add_files(database, "*x", "[x]", "a", "a.b", "ab", "axb", "b\nc", "dir/1", "üb")
    expect(gridfs("ls", glob), out=lines(*listed).replace("\\x0a", "\\n"))


def test_a_filter_and_an_operand_must_both_hold(gridfs, database):
    add_files(database, "a1", "b1", length=1)
    add_files(database, "a2", "b2", length=2, metadata={"k": "v"})
    expect(gridfs("ls", "--filter", '{"length": 2}'), out=lines("a2", "b2"))
    expect(gridfs("ls", "--filter", '{"metadata.k": "v"}', "a"), out=lines("a2"))
    expect(gridfs("ls", "--filter", '{"filename": {"$gt": "a1"}}', "a*"), out=lines("a2"))
    expect(
        gridfs("ls", "--filter", '{"$or": [{"filename": "a1"}, {"length": {"$numberLong": "2"}}]}', "a"),
        out=lines("a1", "a2"),
    )


@pytest.mark.parametrize(
    ("sort", "listed"),
    [
        ("filename", ["a", "b", "c"]),
        ("filename:1", ["a", "b", "c"]),
        ("filename:-1", ["c", "b", "a"]),
        ("uploadDate", ["b", "c", "a"]),
        ("uploadDate:-1", ["a", "c", "b"]),
        ("length", ["a", "b", "c"]),
        ("metadata.k:-1", ["b", "a", "c"]),
        ("length:-1,uploadDate:-1", ["c", "b", "a"]),
        ("-length", ["c", "b", "a"]),
        ("-metadata.k,length", ["b", "a", "c"]),
    ],
)
def test_sort(gridfs, database, sort, listed):
    database["fs.files"].insert_many(
        [
            {
                "_id": day,
                "uploadDate": FIRST_DAY + timedelta(days=day),
                "filename": name,
                "length": length,
                "metadata": {"k": k},
            }
            for day, (name, length, k) in enumerate([("b", 1, 3), ("c", 2, 1), ("a", 0, 2)])
        ]
    )
    expect(gridfs("ls", "--sort", sort), out=lines(*listed))


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        (["--skip", "2"], ["b", "c"]),
        (["--limit", "2"], ["a", "a"]),
        (["--skip", "1", "--limit", "2"], ["a", "b"]),
        (["--limit", "0"], ["a", "a", "b", "c"]),
        (["--skip", "0"], ["a", "a", "b", "c"]),
        (["--skip", "9"], []),
        (["--batch-size", "1"], ["a", "a", "b", "c"]),
        (["--latest"], ["a", "b", "c"]),
        (["--latest", "--limit", "2"], ["a", "b"]),
        (["--latest", "--sort", "filename:-1"], ["c", "b", "a"]),
    ],
)
def test_parts_of_a_listing(gridfs, database, options, listed):
    add_files(database, "c", "a", "b", "a")
    expect(gridfs("ls", *options), out=lines(*listed))


def test_latest_is_the_newest_revision_of_each_name(gridfs, database):
    ids = add_files(database, "a", "b", "a", "b", "a")
    result = gridfs("ls", "-l", "--latest")
    expect(result, out=result.out)
    rows = [line.split("\t") for line in result.out.decode().splitlines()]
    assert [(row[0], row[3], row[4]) for row in rows] == [(str(ids[4]), "2", "a"), (str(ids[3]), "1", "b")]


def test_a_long_listing_comes_whole(gridfs, database):
    names = [f"n{number:04}" for number in range(450)]
    add_files(database, *names)
    expect(gridfs("ls", "--batch-size", "101"), out=lines(*names))
    expect(gridfs("ls"), out=lines(*names))


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        (["--batch-size", "7"], "batchSize", 7),
        (["--no-cursor-timeout"], "noCursorTimeout", True),
        (["--collation", '{"locale": "de", "strength": 2}'], "collation", {"locale": "de", "strength": 2}),
        (["--hint", "filename_1_uploadDate_1"], "hint", "filename_1_uploadDate_1"),
        (["--hint", '{"filename": 1}'], "hint", {"filename": 1}),
        (["--comment", "who asks"], "comment", "who asks"),
        (["--max-time-ms", "500"], "maxTimeMS", 500),
        (["--allow-disk-use"], "allowDiskUse", True),
        (["--sort", "filename,uploadDate:-1"], "sort", {"filename": 1, "uploadDate": -1}),
        (["--filter", '{"length": {"$numberLong": "2"}}'], "filter", {"length": 2}),
        ([], "projection", {"filename": 1, "_id": 0}),
        (["--latest"], "projection", {"filename": 1, "uploadDate": 1}),
        (["-l"], "projection", {"filename": 1, "length": 1, "uploadDate": 1}),
    ],
)
def test_what_the_server_is_asked(gridfs, proxy, database, options, field, value):
    """Not every server knows every option; that it is asked for it can be seen on any."""
    add_files(database, "a")
    between = proxy()
    gridfs("ls", *options, uri=between.uri)
    [find] = between.commands("find", "fs.files")
    assert find[field] == value


@pytest.mark.parametrize(
    "arguments",
    [
        ["--skip=-1"],
        ["--limit=-1"],
        ["--batch-size=-1"],
        ["--batch-size=0"],
        ["--max-time-ms=-5"],
        ["--max-time-ms=0"],
        ["--limit=x"],
        ["--skip="],
        ["--limit=99999999999999999999"],
        ["--filter", "{"],
        ["--filter", "[1]"],
        ["--filter", "7"],
        ["--filter", ""],
        ["--filter", '{"a": 1} x'],
        ["--filter", '{"a\\u0000b": 1}'],
        ["--collation", "de"],
        ["--hint", '{"a"'],
        ["--sort", ""],
        ["--sort", "filename:2"],
        ["--sort", ":1"],
        ["--sort", "filename,,length"],
        ["--sort", "-length:-1"],
        ["--sort", "-"],
        ["a", "b"],
    ],
)
def test_options_that_make_no_sense(gridfs, arguments):
    about = f".*{arguments[0].split('=')[0]}.*" if arguments[0].startswith("-") else ".+"
    expect(gridfs("ls", *arguments), err=usage_error("ls", about), code=2)


def test_the_distinct_values_of_a_field(gridfs, database):
    for name, owner in (("a", "ann"), ("b", "bob\n"), ("c", "ann"), ("d", 7)):
        add_files(database, name, metadata={"owner": owner})
    expect(gridfs("ls", "--distinct", "metadata.owner"), out=lines(7, "ann", r"bob\n"))
    expect(gridfs("ls", "-0", "--distinct", "metadata.owner"), out="7\0ann\0bob\n\0")
    expect(gridfs("ls", "--distinct", "filename", "--filter", '{"metadata.owner": "ann"}'), out=lines("a", "c"))
    result = gridfs("ls", "--json", "--distinct", "metadata.owner", "[ad]")
    assert json_lines(result) == [{"value": 7}, {"value": "ann"}]
    expect(gridfs("ls", "--distinct", "no.such.field"))


def test_the_plan_for_a_query(gridfs, database):
    add_files(database, "a")
    (plan,) = json_lines(gridfs("ls", "--explain", "--filter", '{"length": 1}', "--limit", "3"))
    assert "queryPlanner" in plan


@pytest.mark.parametrize("options", [["-l"], ["-s"], ["-H"], ["--latest"], ["--dirs"]])
@pytest.mark.parametrize("question", [["--explain"], ["--distinct", "a"]])
def test_questions_that_are_not_about_files(gridfs, options, question):
    told = usage_error("ls", f"{question[0]} goes with --filter, and other options of the query alone")
    expect(gridfs("ls", *question, *options), err=told, code=2)


@pytest.mark.parametrize("options", [["--sort", "a"], ["--skip", "1"], ["--limit", "1"], ["--batch-size", "2"], ["--explain"]])
def test_distinct_values_have_no_order(gridfs, options):
    expect(gridfs("ls", "--distinct", "a", *options), err=usage_error("ls", "--distinct .+"), code=2)


def test_a_glob_that_makes_no_sense(gridfs):
    for glob, why in (("x[8-0]", "a range of characters ends before it begins"),
                      ("[[:digit:]]*", r"classes such as \[:alpha:\] are not known: write \[a-z\]")):
        expect(gridfs("ls", glob), err=usage_error("ls", re.escape(f"'{glob}': ") + why), code=2)


def test_a_question_mark_is_a_character(gridfs, database, tmp_path):
    """Here and in filters alike, whatever its length in bytes."""
    add_files(database, "\u00e4", "ab", "c")
    expect(gridfs("ls", "?"), out="c\n\u00e4\n")
    expect(gridfs("get-by-name", "-r", "--include", "?", "", "-o", "out/"))
    assert sorted(tree(tmp_path / "out")) == ["c", "\u00e4"]
    expect(gridfs("get-by-name", "-r", "--exclude", "[b-a]", "", "-o", "out/"), err=usage_error("get-by-name", "--exclude: .*"), code=2)
