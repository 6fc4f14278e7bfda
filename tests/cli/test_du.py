"""du: files and bytes by prefix."""

import pytest

from harness import add_files, error, error_like, expect, json_lines, usage_error

SOME_FAILED, NOT_FOUND, DAMAGED = 3, 4, 8


@pytest.fixture
def stored(bucket):
    """Names with the sizes of their revisions, the newest last."""
    sizes = {"a": [1], "d": [10], "d-e/f": [20], "d/b": [100, 3000], "d/c/x": [5], "d/c/y": [6], "d/e/z/z": [7], "e": [50, 40]}
    for name, revisions in sizes.items():
        for size in revisions:
            bucket.upload_from_stream(name, bytes(size))


def lines(*rows):
    return "".join(f"{size}\t{files}\t{name}\n" for size, files, name in rows)


ONE_LEVEL = lines((20, 1, "d-e/"), (3018, 4, "d/"), (3089, 8, "."))


@pytest.mark.parametrize(
    ("options", "out"),
    [
        ([], ONE_LEVEL),
        (["--depth", "1", ""], ONE_LEVEL),
        (["--depth=0"], lines((3089, 8, "."))),
        (["--depth", "2"], lines((20, 1, "d-e/"), (11, 2, "d/c/"), (7, 1, "d/e/"), (3018, 4, "d/"), (3089, 8, "."))),
        (["--depth", "9", "d/e"], lines((7, 1, "d/e/z/"), (7, 1, "d/e"))),
        (["--all-revisions"], lines((20, 1, "d-e/"), (3118, 5, "d/"), (3239, 10, "."))),
        (["d/"], lines((11, 2, "d/c/"), (7, 1, "d/e/"), (3018, 4, "d/"))),
        (["d"], lines((11, 2, "d/c/"), (7, 1, "d/e/"), (3028, 5, "d"))),
        (["-H", "--depth", "0"], lines(("3.1K", 8, "."))),
        (["e"], lines((40, 1, "e"))),
    ],
    ids=str,
)
def test_counts_by_prefix(gridfs, stored, options, out):
    expect(gridfs("du", *options), out=out)


def test_json(gridfs, stored):
    result = gridfs("du", "--json")
    expect(result, out=result.out)
    assert json_lines(result) == [
        {"prefix": prefix, "files": files, "bytes": size}
        for size, files, prefix in ((20, 1, "d-e/"), (3018, 4, "d/"), (3089, 8, ""))
    ]


def test_a_bucket_without_files(gridfs):
    expect(gridfs("du"), out=lines((0, 0, ".")))


def test_a_prefix_that_nothing_has(gridfs, stored):
    expect(gridfs("du", "d/b/"), err=error("du", "d/b/: no such file in DB.fs"), code=NOT_FOUND)


def test_files_without_a_name_count_in_the_total(gridfs, database):
    add_files(database, None, "x/\n/y", "/z", None, length=5)
    expect(gridfs("du", "--depth", "2"), out=lines((5, 1, "/"), (5, 1, "x/\\n/"), (5, 1, "x/"), (20, 4, ".")))


def test_files_without_a_valid_length(gridfs, database):
    add_files(database, "d/a", length="nonsense")
    expect(gridfs("du"), out=lines((0, 0, ".")), err=error_like("du", ".*length.*"), code=DAMAGED)
    add_files(database, "d/b", length=7)
    expect(gridfs("du"), out=lines((7, 1, "d/"), (7, 1, ".")), err=error_like("du", ".*length.*"), code=SOME_FAILED)


@pytest.mark.parametrize("options", [["a", "b"], ["--depth", "-1"], ["--depth", "x"], ["\udcff"]], ids=str)
def test_wrong_command_lines(gridfs, options):
    expect(gridfs("du", *options), err=usage_error("du"), code=2)


@pytest.mark.parametrize(
    ("options", "out"),
    [
        ([], "d-e/\nd/\n"),
        (["d"], "d/c/\nd/e/\n"),
        (["d/", "-0"], "d/c/\0d/e/\0"),
        (["d/c", "--json"], ""),
        (["--json"], '{ "prefix" : "d-e/" }\n{ "prefix" : "d/" }\n'),
    ],
    ids=str,
)
def test_ls_shows_one_level_of_directories(gridfs, stored, options, out):
    expect(gridfs("ls", "--dirs", *options), out=out)


def test_ls_of_directories_below_nothing(gridfs, stored):
    expect(gridfs("ls", "--dirs", "gone"), err=error("ls", "gone: no such file in DB.fs"), code=NOT_FOUND)


@pytest.mark.parametrize("options", [["-l"], ["--latest"], ["--filter", "{}"], ["--sort", "length"], ["--limit", "1"]], ids=str)
def test_ls_of_directories_takes_no_options_of_files(gridfs, options):
    expect(gridfs("ls", "--dirs", *options), err=usage_error("ls"), code=2)
