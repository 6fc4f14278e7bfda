"""put of directories and of lists."""

import os
import re

import pytest
from bson import ObjectId

from harness import content, error, error_like, expect, finish, sample, snapshot, usage_error

IDS = re.compile(rb"([0-9a-f]{24}\n)*")


@pytest.fixture
def photos(tmp_path):
    """A tree: small files, an empty one, one of several chunks, one that is large."""
    files = {
        "photos/2025/a.jpg": b"a",
        "photos/2025/b.tmp": b"",
        "photos/2026/c.jpg": sample(600_000),
        "photos/d.txt": b"text",
        "photos/large.bin": sample(1_500_000),
    }
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return files


def stored(database, bucket):
    return {one["filename"]: content(bucket, one["_id"]) for one in database["fs.files"].find()}


@pytest.mark.parametrize("jobs", ["1", "8"])
def test_names_are_relative_paths(gridfs, database, bucket, photos, jobs):
    result = gridfs("put", "-j", jobs, "-r", "photos")
    expect(result, out=IDS)
    assert stored(database, bucket) == photos
    in_order = [database["fs.files"].find_one({"_id": ObjectId(one)})["filename"] for one in result.out.decode().split()]
    assert in_order == sorted(photos)


@pytest.mark.parametrize("operand, prefix", [("photos/", ""), ("photos/.", ""), ("./photos", "photos/")])
def test_a_slash_at_the_end_leaves_the_directory_out(gridfs, database, bucket, photos, operand, prefix):
    expect(gridfs("put", "-r", operand), out=IDS)
    assert set(stored(database, bucket)) == {prefix + name.removeprefix("photos/") for name in photos}


def test_a_prefix_for_the_names(gridfs, database, bucket, photos):
    expect(gridfs("put", "-r", "--name-prefix", "backup/", "photos/2025"), out=IDS)
    assert set(stored(database, bucket)) == {"backup/2025/a.jpg", "backup/2025/b.tmp"}


@pytest.mark.parametrize(
    "options, names",
    [
        (("--include", "*.jpg"), {"photos/2025/a.jpg", "photos/2026/c.jpg"}),
        (("--exclude", "*.tmp", "--include", "photos/2025/*"), {"photos/2025/a.jpg"}),
        (("--include", "photos/2025/*", "--exclude", "*.tmp"), {"photos/2025/a.jpg"}),
        (("--include", "*.txt", "--include", "*.tmp"), {"photos/2025/b.tmp", "photos/d.txt"}),
        (("--min-size", "1", "--max-size", "4"), {"photos/2025/a.jpg", "photos/d.txt"}),
        (("--min-age", "1d"), {"photos/d.txt"}),
        (("--max-age", "1d", "--max-size", "1K"), {"photos/2025/a.jpg", "photos/2025/b.tmp"}),
    ],
)
def test_filters(gridfs, database, bucket, photos, tmp_path, options, names):
    os.utime(tmp_path / "photos/d.txt", (0, 0))
    expect(gridfs("put", "-r", *options, "photos"), out=IDS)
    assert set(stored(database, bucket)) == names


def test_filters_are_for_operands_and_lists_as_well(gridfs, database, bucket, photos, tmp_path):
    for name in ("a.jpg", "b.tmp", "c.tmp", "d.jpg", "old.jpg"):
        (tmp_path / name).write_bytes(b"")
    os.utime(tmp_path / "old.jpg", (0, 0))
    (tmp_path / "list").write_text("c.tmp\nd.jpg\nphotos/2025\n")
    result = gridfs("put", "-r", "--exclude", "*.tmp", "--max-age", "1d", "a.jpg", "b.tmp", "old.jpg", "gone.tmp", "--files-from", "list")
    gone = error("put", "gone.tmp: no such file or directory") + error("put", "3 stored (1 byte), 1 failed")
    expect(result, out=IDS, err=gone, code=3)
    assert set(stored(database, bucket)) == {"a.jpg", "d.jpg", "photos/2025/a.jpg"}


def test_a_directory_in_a_list_keeps_its_path(gridfs, database, bucket, photos, tmp_path):
    (tmp_path / "photos/e").write_bytes(b"")
    for line in ("photos/2025", "./photos/2025//", f"{tmp_path}/photos/2025"):
        (tmp_path / "list").write_text(line + "\n")
        expect(gridfs("put", "-r", "--replace", "--files-from", "list"), out=IDS)
    (tmp_path / "list").write_text(".\n")
    expect(gridfs("put", "-r", "--replace", "--include", "photos/*", "--files-from", "list"), out=IDS)
    below = {name for name in photos if name.startswith("photos/2025/")}
    assert set(stored(database, bucket)) == {f"{tmp_path}/{name}"[1:] for name in below} | set(photos) | {"photos/e"}


def test_a_directory_without_files(gridfs, database, photos, tmp_path):
    (tmp_path / "empty/empty").mkdir(parents=True)
    result = gridfs("put", "-q", "-r", "photos", "empty")
    expect(result, out=IDS, err="gridfs: put: warning: empty: there are no files below it\n")
    expect(gridfs("put", "-q", "-r", "photos", "--include", "nothing"))


def test_what_quiet_does_not_hide(gridfs, database, tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/\x1b[31m").write_bytes(b"")
    (tmp_path / "d/link").symlink_to("a")
    result = gridfs("put", "-q", "-r", "d")
    expect(result, out=IDS, err=(
        r"gridfs: put: warning: the name 'd/\x1b[31m' is not safe as a local path: it holds control characters: only 'gridfs get ID -o FILE' fetches the file" "\n"
        "gridfs: put: warning: 1 file skipped; without --quiet, each is named\n"))
    expect(gridfs("put", "-q", "-r", "d", "--exclude", "d/link", "--if-absent"))


def test_links_are_skipped_with_a_warning(gridfs, database, bucket, photos, tmp_path):
    (tmp_path / "photos/link").symlink_to("/etc/passwd")
    result = gridfs("put", "-r", "photos")
    expect(result, out=IDS, err="gridfs: put: warning: photos/link: skipped: a symbolic link\n")
    assert stored(database, bucket) == photos


def test_what_cannot_be_read_does_not_keep_the_others_from_being_stored(gridfs, database, bucket, photos):
    result = gridfs("put", "-r", "photos/2025", "missing", "photos/d.txt")
    said = error("put", "missing: no such file or directory") + error("put", "3 stored (5 bytes), 1 failed")
    expect(result, out=IDS, err=said, code=3)
    assert set(stored(database, bucket)) == {"2025/a.jpg", "2025/b.tmp", "d.txt"}


def test_a_name_that_is_not_utf8_does_not_keep_the_others_from_being_stored(gridfs, database, bucket, photos, tmp_path):
    (tmp_path / os.fsdecode(b"photos/2025/\xff")).write_bytes(b"x")
    result = gridfs("put", "-r", "photos/2025")
    expect(result, out=IDS, err=error_like("put", r".*UTF-8.*\ngridfs: put: 2 stored \(1 byte\), 1 failed"), code=3)
    assert set(stored(database, bucket)) == {"2025/a.jpg", "2025/b.tmp"}


@pytest.mark.parametrize("option, separator", [("--files-from", b"\n"), ("--files-from0", b"\0")])
def test_lists(gridfs, database, bucket, photos, tmp_path, option, separator):
    listed = [b"photos/2025/a.jpg", b"./photos/d.txt", os.fsencode(tmp_path / "photos/2026/c.jpg")]
    expect(gridfs("put", option, "-", stdin=separator.join(listed) + separator), out=IDS)
    absolute = str(tmp_path / "photos/2026/c.jpg").lstrip("/")
    assert set(stored(database, bucket)) == {"photos/2025/a.jpg", "photos/d.txt", absolute}


@pytest.mark.parametrize("option, separator", [("--files-from", b"\n"), ("--files-from0", b"\0")])
@pytest.mark.parametrize("options", [(), ("-r",), ("--if-absent",)])
def test_in_a_list_a_hyphen_is_a_file(gridfs, database, bucket, tmp_path, option, separator, options):
    for name in ("a", "-", "b"):
        (tmp_path / name).write_text(name)
    expect(gridfs("put", *options, option, "-", stdin=separator.join([b"a", b"-", b"b"])), out=IDS)
    assert stored(database, bucket) == {"a": b"a", "-": b"-", "b": b"b"}


def test_a_hyphen_in_a_list_that_is_missing(gridfs, database, tmp_path):
    (tmp_path / "list").write_text("-\n")
    expect(gridfs("put", "--files-from", "list"), err=error("put", "-: no such file or directory"), code=4)
    assert not any(snapshot(database).values())


def test_dry_run_stores_nothing(gridfs, database, photos):
    result = gridfs("put", "-n", "-r", "photos/2025")
    expect(
        result,
        err="gridfs: put: would store photos/2025/a.jpg (1 byte) as '2025/a.jpg'\n"
        "gridfs: put: would store photos/2025/b.tmp (0 bytes) as '2025/b.tmp'\n",
    )
    assert database.list_collection_names() == []


@pytest.mark.parametrize("options", [("--include", "*"), ("-r", "--name", "x"), ("-r", "--id", "1")])
def test_options_that_do_not_go_together(gridfs, photos, options):
    expect(gridfs("put", *options, "photos"), err=usage_error("put"), code=2)


def test_if_absent_asks_for_many_names_at_once(gridfs, database, photos, proxy):
    between = proxy()
    expect(gridfs("put", "-r", "photos/2025", uri=between.uri), out=IDS)
    asked = len(between.commands("find", "fs.files"))
    result = gridfs("put", "-v", "--if-absent", "-r", "photos/2025", "photos/2026", "photos/d.txt", uri=between.uri)
    stored_names = [database["fs.files"].find_one({"_id": ObjectId(one)})["filename"] for one in result.out.decode().split()]
    assert (result.code, stored_names) == (0, ["2026/c.jpg", "d.txt"])
    skipped = [line for line in result.err.splitlines() if "skipped" in line]
    assert skipped == [f"gridfs: put: {name}: it exists, skipped" for name in ("2025/a.jpg", "2025/b.tmp")]
    names = [one["filter"]["filename"] for one in between.commands("find", "fs.files")[asked:] if one["filter"]]
    assert names == [{"$in": ["2025/a.jpg", "2025/b.tmp", "2026/c.jpg", "d.txt"]}]


@pytest.mark.parametrize("jobs", ["1", "8"])
def test_if_absent_stores_a_name_that_comes_twice_once(gridfs, database, tmp_path, jobs):
    for name in ("one/a", "two/a", "two/b", "three/a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (first, second) = gridfs("put", "-j", jobs, "--if-absent", "-r", "one/", "two/", "three/").out.split()
    files = list(database["fs.files"].find(sort=[("filename", 1)]))
    assert [(one["filename"], one["length"], str(one["_id"])) for one in files] == [
        ("a", 5, first.decode()),
        ("b", 5, second.decode()),
    ]
    assert database["fs.chunks"].find_one({"files_id": files[0]["_id"]})["data"] == b"one/a"


@pytest.mark.parametrize(
    ("arguments", "first", "second", "name"),
    [
        (["-r", "one/", "two/"], "one/a", "two/a", "a"),
        (["-r", "--replace", "one/", "two/"], "one/a", "two/a", "a"),
        (["-r", "one", "three/"], "one/a", "three/one/a", "one/a"),
        (["-r", "one/", "two/a"], "one/a", "two/a", "a"),
        (["one/a", "two/c", "--files-from", "list"], "one/a", "a", "a"),
        (["--files-from", "list", "--files-from0", "list0"], "a", "./a", "a"),
        (["--files-from", "twice"], "a", "a", "a"),
    ],
    ids=str,
)
def test_the_second_file_of_a_name_is_not_stored(gridfs, database, bucket, tmp_path, arguments, first, second, name):
    for file in ("one/a", "two/a", "two/c", "three/one/a", "a"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(f"content of {file}".encode())
    (tmp_path / "list").write_bytes(b"a\n")
    (tmp_path / "list0").write_bytes(b"./a\0")
    (tmp_path / "twice").write_bytes(b"a\na\n")
    refused = error("put", f"{second}: not stored: another file of this command has the name '{name}'")
    dry = gridfs("put", "-n", *arguments)
    assert refused in dry.err and dry.code == 3, dry
    result = gridfs("put", *arguments)
    files = stored(database, bucket)
    sums = f"{len(files)} stored ({sum(map(len, files.values()))} bytes), 1 failed"
    expect(result, out=IDS, err=refused + error("put", sums), code=3)
    assert files[name] == f"content of {first}".encode()
    assert database["fs.files"].count_documents({}) == len(files)


def test_if_absent_takes_the_second_where_the_first_of_a_name_fails(gridfs, database, bucket, tmp_path):
    name = f"missing-{tmp_path.name}"
    (tmp_path / name).write_bytes(b"content")
    (tmp_path / "list").write_text(f"/{name}\n{name}\n")
    result = gridfs("put", "--if-absent", "--files-from", "list")
    said = error("put", f"/{name}: no such file or directory") + error("put", "1 stored (7 bytes), 1 failed")
    expect(result, out=IDS, err=said, code=3)
    assert stored(database, bucket) == {name: b"content"}


def test_if_absent_with_more_names_than_are_asked_for_at_once(gridfs, database, tmp_path):
    (tmp_path / "many").mkdir()
    for number in range(1200):
        (tmp_path / f"many/{number:04}").write_bytes(b"")
    (tmp_path / "again").mkdir()
    (tmp_path / "again/0000").write_bytes(b"")
    expect(gridfs("put", "--if-absent", "-r", "many/", "again/"), out=IDS)
    expect(gridfs("put", "--if-absent", "-r", "many/"))
    assert database["fs.files"].count_documents({}) == 1200


def test_a_list_with_the_line_ends_and_the_mark_of_windows(gridfs, database, tmp_path):
    for name in ("a", "b", "c\r"):
        (tmp_path / name).write_bytes(b"content")
    (tmp_path / "list").write_bytes(b"\xef\xbb\xbfa\r\n\r\nb\r\n")
    expect(gridfs("put", "--files-from", "list"), out=re.compile(rb"([0-9a-f]{24}\n){2}"))
    (tmp_path / "list0").write_bytes(b"c\r\0")
    expect(gridfs("put", "--files-from0", "list0"), out=re.compile(rb"[0-9a-f]{24}\n"), err=(
        r"gridfs: put: warning: the name 'c\r' is not safe as a local path: it holds control characters: only 'gridfs get ID -o FILE' fetches the file" "\n"))
    assert [file["filename"] for file in database["fs.files"].find()] == ["a", "b", "c\r"]


def test_a_list_is_read_as_it_comes(gridfs, database, tmp_path):
    """However long it is: the first file is stored before the list has ended."""
    (tmp_path / "x").write_bytes(bytes(2 << 20))
    with gridfs.start("put", "--files-from", "-") as process:
        process.stdin.write(b"x\n")
        process.stdin.flush()
        assert re.fullmatch(rb"[0-9a-f]{24}\n", process.stdout.readline())
        process.stdin.write(b"\n" * (20 << 20) + b"missing\n")
        result = finish(process)
    said = error("put", "missing: no such file or directory") + error("put", "1 stored (2.0 MiB), 1 failed")
    expect(result, err=said, code=3)


def test_a_name_in_a_list_that_is_not_a_path(gridfs, database, tmp_path):
    (tmp_path / "list").write_bytes(b"x" * 200_000)
    expect(gridfs("put", "--files-from", "list"), err=error("put", "list: a name in it is longer than 64 KiB"), code=9)


def test_a_name_that_is_no_path_below_a_directory_is_warned_of(gridfs, database, tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/f").write_bytes(b"")
    (tmp_path / "list").write_text("d//f\n")

    def warning(name, reason):
        return error("put", f"warning: the name '{name}' is not safe as a local path: {reason}: only 'gridfs get ID -o FILE' fetches the file")

    expect(gridfs("put", "--files-from", "list"), out=IDS, err=warning("d//f", "it has an empty component"))
    expect(gridfs("put", "--keep-path", "d/../d/f"), out=IDS, err=warning("d/../d/f", "it has a component '..'"))
    expect(gridfs("put", "--name", "/f", "d/f"), out=IDS)
