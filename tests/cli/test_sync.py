"""sync: a directory into the bucket, and back."""

import hashlib
import os
import pathlib
import re
import tempfile

import pytest

from harness import (
    FIRST_DAY,
    add_files,
    bytes_text,
    content,
    error,
    error_like,
    expect,
    json_lines,
    sample,
    snapshot,
    tree,
    usage_error,
)

TIME = 1_700_000_000_123_456_789
FILES = {
    "a": b"a",
    "a.txt": b"",
    "a0": b"0",
    "d.x/e": b"xyz",
    "d/e/f": sample(600_000),
    "d/large": sample(1_500_000),
    "ünï 日本": b"text",
}
SOME_FAILED, NOT_FOUND, LOCAL = 3, 4, 9


def write(directory, files, time=TIME):
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, ns=(time, time))


@pytest.fixture
def src(tmp_path):
    write(tmp_path / "src", FILES)
    return tmp_path / "src"


def stored(database, bucket):
    """The content of the revisions of each name."""
    files = {}
    for one in database["fs.files"].find(sort=[("filename", 1), ("uploadDate", 1)]):
        files.setdefault(one["filename"], []).append(content(bucket, one["_id"]))
    return files


def below(prefix, files):
    return {prefix + name: [data] for name, data in files.items()}


def sums(transferred=0, size="0 bytes", removed=0, unchanged=0, failed=1, skipped=0):
    """The last line, if there is more than one file."""
    counts = {f"transferred ({size})": transferred, "removed": removed, "unchanged": unchanged}
    counts |= {"failed": failed, "skipped": skipped}
    text = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return error("sync", text) if sum(counts.values()) > 1 else ""


@pytest.mark.parametrize("prefix", ["", "p", "p/", "p/q"])
def test_there_and_back(gridfs, database, bucket, proxy, src, tmp_path, prefix):
    (src / "a").chmod(0o750)
    expect(gridfs("sync", "src", f"gridfs:{prefix}"))
    name = f"{prefix.rstrip('/')}/" if prefix else ""
    assert stored(database, bucket) == below(name, FILES)
    metadata = database["fs.files"].find_one({"filename": f"{name}a"})["metadata"]
    assert (metadata["mtime"].timestamp(), metadata["mode"]) == (TIME // 1_000_000 / 1000, 0o750)

    add_files(database, "other", f"{prefix.rstrip('/')}-other")
    expect(gridfs("sync", f"gridfs:{prefix}", "new/dst", *(["--exclude", "*other"] if not prefix else [])))
    assert tree(tmp_path / "new/dst") == FILES
    status = (tmp_path / "new/dst/a").stat()
    assert (status.st_mtime_ns, status.st_mode & 0o7777) == (TIME // 1_000_000 * 1_000_000, 0o750)

    # Once more, in both directions and from the copy: nothing is to be done.
    between = proxy()
    for directory in ("src", "new/dst"):
        expect(gridfs("sync", directory, f"gridfs:{prefix}", uri=between.uri))
    inode = (tmp_path / "new/dst/d/e/f").stat().st_ino
    filters = [] if prefix else ["--exclude", "*other"]
    expect(gridfs("sync", f"gridfs:{prefix}", "new/dst", *filters, uri=between.uri))
    assert (tmp_path / "new/dst/d/e/f").stat().st_ino == inode
    assert all(not between.commands(command, "fs.files") for command in ("insert", "update", "delete"))


def test_only_what_differs_is_transferred(gridfs, database, bucket, src, tmp_path):
    expect(gridfs("sync", "src", "gridfs:p"))
    write(src, {"a": b"b", "a.txt": b"longer", "new": b"new"}, TIME + 2_000_000)
    os.utime(src / "a0", ns=(TIME, TIME + 900_000))  # less than a millisecond
    expect(gridfs("sync", "src", "gridfs:p"))
    changed = below("p/", FILES) | {"p/a": [b"a", b"b"], "p/a.txt": [b"", b"longer"], "p/new": [b"new"]}
    assert stored(database, bucket) == changed
    write(src, {"a": b"c"})
    expect(gridfs("sync", "--replace", "src", "gridfs:p"))
    assert stored(database, bucket) == changed | {"p/a": [b"c"]}
    write(tmp_path / "dst", FILES)
    expect(gridfs("sync", "gridfs:p", "dst", "--include", "a*"))
    assert tree(tmp_path / "dst") == FILES | {"a": b"a", "a.txt": b"longer"}  # `a` has the size and the time of `c`
    expect(gridfs("sync", "gridfs:p", "dst"))
    assert tree(tmp_path / "dst") == FILES | {"a.txt": b"longer", "new": b"new"}


def test_by_size_alone(gridfs, database, bucket, tmp_path):
    write(tmp_path / "src", {"a": b"1", "b": b"1"})
    expect(gridfs("sync", "src", "gridfs:"))
    write(tmp_path / "src", {"a": b"2", "b": b"22"}, TIME + 10**9)
    expect(gridfs("sync", "--size-only", "src", "gridfs:"))
    assert stored(database, bucket) == {"a": [b"1"], "b": [b"1", b"22"]}
    write(tmp_path / "dst", {"a": b"3", "b": b"3"})
    expect(gridfs("sync", "--size-only", "gridfs:", "dst"))
    assert tree(tmp_path / "dst") == {"a": b"3", "b": b"22"}


def test_by_checksum(gridfs, database, bucket, tmp_path):
    write(tmp_path / "src", {"a": b"1", "b": b"1"})
    expect(gridfs("sync", "src", "gridfs:"))
    expect(gridfs("sync", "--checksum", "src", "gridfs:"))  # none is stored yet
    write(tmp_path / "src", {"a": b"1"}, TIME + 10**9)
    write(tmp_path / "src", {"b": b"2"})
    expect(gridfs("sync", "--checksum", "src", "gridfs:"))
    assert stored(database, bucket) == {"a": [b"1"] * 2, "b": [b"1", b"1", b"2"]}
    sha256 = hashlib.sha256(b"2").hexdigest()
    assert database["fs.files"].find_one({"filename": "b"}, sort=[("uploadDate", -1)])["metadata"]["sha256"] == sha256
    write(tmp_path / "dst", {"a": b"1", "b": b"3"}, TIME + 5 * 10**9)
    inode = (tmp_path / "dst/a").stat().st_ino
    expect(gridfs("sync", "--checksum", "gridfs:", "dst"))
    assert tree(tmp_path / "dst") == {"a": b"1", "b": b"2"} and (tmp_path / "dst/a").stat().st_ino == inode


def test_the_upload_date_stands_for_a_time_that_is_not_stored(gridfs, database, tmp_path):
    add_files(database, "a")
    write(tmp_path / "dst", {"a": b""})
    expect(gridfs("sync", "-v", "gridfs:", "dst"), err=re.compile(r"gridfs: sync: bucket .*\n" r"gridfs: sync: wrote file .* to dst/a\n"))
    assert (tmp_path / "dst/a").stat().st_mtime_ns == round(FIRST_DAY.timestamp() * 1000) * 1_000_000
    for direction in (("gridfs:", "dst"), ("dst", "gridfs:")):
        expect(gridfs("sync", "-v", *direction), err=re.compile(r"gridfs: sync: bucket .*\n"))


def test_nothing_is_removed_that_was_not_to_be(gridfs, database, bucket, src, tmp_path):
    expect(gridfs("sync", "src", "gridfs:p"))
    write(src, {"a": b"2"}, TIME + 10**9)
    expect(gridfs("sync", "src", "gridfs:p"))
    for name in ("a", "a0", "d/large"):
        (src / name).unlink()
    before = snapshot(database)
    expect(gridfs("sync", "src", "gridfs:p"))
    expect(gridfs("sync", "src", "gridfs:p", "--delete", "--exclude", "a*", "--exclude", "*large"))
    refusal = error("sync", "3 files to delete, and the limit is 2: nothing deleted")
    expect(gridfs("sync", "--delete", "--max-delete", "2", "src", "gridfs:p"), err=refusal + sums(unchanged=4), code=SOME_FAILED)
    assert snapshot(database) == before

    dry = gridfs("sync", "--delete", "-n", "src", "gridfs:p")
    result = gridfs("sync", "--delete", "--max-delete", "2", "-n", "src", "gridfs:p")
    expect(result, err=dry.err + refusal + sums(unchanged=4), code=SOME_FAILED)
    gone = database["fs.files"].find({"filename": {"$in": ["p/a", "p/a0", "p/d/large"]}})
    lines = {f"gridfs: sync: would remove file {one['_id']} ('{one['filename']}', {bytes_text(one['length'])})" for one in gone}
    assert (set(dry.err.splitlines()), len(lines), dry.code) == (lines, 4, 0)
    assert snapshot(database) == before
    (tmp_path / "empty").mkdir()
    expect(
        gridfs("sync", "--delete", "empty", "gridfs:p"),
        err=error("sync", "the source has no files: 7 files not deleted") + sums(),
        code=1,
    )
    assert snapshot(database) == before
    expect(gridfs("sync", "--delete", "--max-delete", "3", "src", "gridfs:p"))
    left = {name: data for name, data in FILES.items() if name not in ("a", "a0", "d/large")}
    assert stored(database, bucket) == below("p/", left)
    assert database["fs.chunks"].count_documents({"files_id": {"$nin": [one["_id"] for one in database["fs.files"].find()]}}) == 0


def test_what_the_bucket_does_not_have_is_removed_from_the_directory(gridfs, src, tmp_path):
    write(src, {"kept.o": b"", "d/gone": b"g"})
    (src / "link").symlink_to("a")
    expect(gridfs("sync", "src", "gridfs:p", "--exclude", "*.o", "--exclude", "*gone"), err=re.compile(".*a symbolic link\n"))
    before = tree(src)
    expect(gridfs("sync", "gridfs:p", "src"))
    refusal = error("sync", "2 files to delete, and the limit is 1: nothing deleted")
    expect(gridfs("sync", "gridfs:p", "src", "--delete", "--max-delete", "1"), err=refusal + sums(unchanged=7), code=SOME_FAILED)
    dry = gridfs("sync", "gridfs:p", "src", "--delete", "--exclude", "*.o", "-n")
    expect(dry, err=error("sync", "would remove src/d/gone"))
    assert tree(src) == before
    result = gridfs("sync", "gridfs:p", "src", "--delete", "--exclude", "*.o", "--json")
    assert (json_lines(result), result.err, result.code) == (
        [
            {"path": "src/d/gone", "removed": 1},
            {"summary": {"transferred": 0, "bytes": 0, "removed": 1, "unchanged": 7, "failed": 0, "skipped": 0}},
        ],
        "",
        0,
    )
    assert tree(src) == {name: data for name, data in before.items() if name != "d/gone"}
    assert (src / "link").is_symlink()
    # A bucket that has nothing there is a mistake.
    expect(gridfs("sync", "gridfs:x", "src", "--delete"), err=error("sync", "x/: no such file in DB.fs") + sums(), code=NOT_FOUND)


def test_links_and_special_files(gridfs, database, bucket, tmp_path):
    write(tmp_path / "src", {"a": b"a", "d/b": b"b"})
    write(tmp_path / "other", {"c": b"c"})
    (tmp_path / "src/file").symlink_to("a")
    (tmp_path / "src/dir").symlink_to("../other")
    os.mkfifo(tmp_path / "src/fifo")
    warnings = "".join(
        error("sync", f"warning: src/{name}: skipped: a {what}")
        for name, what in (("dir", "symbolic link"), ("fifo", "special file"), ("file", "symbolic link"))
    )
    expect(gridfs("sync", "src", "gridfs:"), err=warnings)
    assert set(stored(database, bucket)) == {"a", "d/b"}
    fifo = error("sync", "warning: src/fifo: skipped: a special file")
    expect(gridfs("sync", "-L", "src", "gridfs:"), err=fifo)
    everything = {"a": [b"a"], "d/b": [b"b"], "dir/c": [b"c"], "file": [b"a"]}
    assert stored(database, bucket) == everything
    expect(gridfs("sync", "--delete", "src", "gridfs:"), err=warnings)  # what is skipped is not gone
    (tmp_path / "src/d/up").symlink_to("..")
    (tmp_path / "src/a").unlink()
    result = gridfs("sync", "-L", "--delete", "src", "gridfs:")
    expect(
        result,
        err=error("sync", "src/d/up: a symbolic link to a directory that it is in")
        + fifo
        + error("sync", "src/file: no such file or directory")
        + error("sync", "warning: 2 files not deleted, because of the errors above")
        + sums(unchanged=2, failed=2, skipped=1),
        code=SOME_FAILED,
    )
    assert stored(database, bucket) == everything


def test_what_cannot_be_read_is_named_and_keeps_everything(gridfs, database, bucket, src):
    expect(gridfs("sync", "src", "gridfs:"))
    (src / "a").unlink()
    (src / "mem").symlink_to("/proc/self/mem")
    write(src, {"z": b"z"})
    result = gridfs("sync", "-L", "--delete", "src", "gridfs:")
    expect(
        result,
        err=error_like(
            "sync",
            "src/mem: input/output error\ngridfs: sync: warning: 1 file not deleted, because of the errors above\n"
            + re.escape(sums(1, "1 byte", unchanged=6).rstrip("\n")),
        ),
        code=SOME_FAILED,
    )
    assert stored(database, bucket) == below("", FILES | {"z": b"z"})


def test_stored_names_that_no_directory_can_have(gridfs, database, tmp_path):
    add_files(database, "p/../up", "p/a", "p/a/b", "p/b", "p/", "p/n\n")
    write(tmp_path / "dst", {"kept": b""})
    result = gridfs("sync", "gridfs:p", "dst", "--delete")
    lines = result.err.splitlines()
    unsafe = "the stored name is not safe as a local path"
    assert [reason for line in lines for reason in (unsafe, "is in the way of its directory") if reason in line] == [
        unsafe, unsafe, "is in the way of its directory", unsafe
    ]
    assert (len(lines), lines[4:], result.code) == (
        6,
        ["gridfs: sync: warning: 1 file not deleted, because of the errors above", sums(2, failed=4).rstrip()],
        SOME_FAILED,
    )
    assert tree(tmp_path) == {"dst/kept": b"", "dst/a": b"", "dst/b": b""}


def test_what_is_in_the_way_in_the_directory(gridfs, database, tmp_path):
    add_files(database, "dir", "fifo", "file/x", "link")
    write(tmp_path / "dst", {"dir/x": b"x", "file": b"f"})
    write(tmp_path, {"elsewhere": b"e"})
    os.mkfifo(tmp_path / "dst/fifo")
    (tmp_path / "dst/link").symlink_to("../elsewhere")
    before = tree(tmp_path)
    lines = {"fifo: a special file is in the way", "link: a symbolic link is in the way"}
    lines |= {"dir: is a directory", "file: not a directory"}
    for options in ([], ["-n"]):
        result = gridfs("sync", *options, "gridfs:", "dst")
        expected = {f"gridfs: sync: dst/{line}" for line in lines} | {sums(failed=4).rstrip()}
        assert (set(result.err.splitlines()), result.code) == (expected, 1)
        assert tree(tmp_path) == before and (tmp_path / "dst/link").is_symlink()


@pytest.mark.parametrize("directory", ["link", "link/", "link/sub"])
def test_a_link_to_nothing_in_the_way_of_the_directory(gridfs, database, tmp_path, directory):
    add_files(database, "a")
    (tmp_path / "link").symlink_to("nowhere")
    for options in ([], ["-n"]):
        result = gridfs("sync", *options, "gridfs:", directory)
        expect(result, err=error("sync", "link: is a symbolic link that leads nowhere"), code=LOCAL)


def test_a_name_that_changed_between_file_and_directory(gridfs, database, tmp_path):
    add_files(database, "dir", "file/x", "file/y/z", "same")
    kept = {"same": b""}
    write(tmp_path / "dst", {"dir/x": b"x", "dir/e/y": b"y", "file": b"f"})
    (tmp_path / "dst/dir/empty").mkdir()
    before = tree(tmp_path / "dst")
    blocked = "".join(error("sync", f"dst/{name}") for name in ("dir: is a directory", "file: not a directory", "file: not a directory"))
    expect(gridfs("sync", "gridfs:", "dst"), err=blocked + sums(1, failed=3), code=SOME_FAILED)
    result = gridfs("sync", "--delete", "--max-delete", "2", "gridfs:", "dst")
    refused = error("sync", "3 files to delete, and the limit is 2: nothing deleted")
    blocked = error("sync", "warning: 3 files not written: what is to be deleted is in the way")
    expect(result, err=refused + blocked + sums(unchanged=1, failed=1), code=SOME_FAILED)
    assert tree(tmp_path / "dst") == before | kept

    planned = gridfs("sync", "-n", "--delete", "gridfs:", "dst")
    assert (planned.code, planned.err.count("would write"), planned.err.count("would remove")) == (0, 3, 3), planned
    assert tree(tmp_path / "dst") == before | kept
    expect(gridfs("sync", "--delete", "--exclude", "dir/x", "gridfs:", "dst"),
           err=error("sync", "dst/dir: is a directory") + sums(2, removed=2, unchanged=1), code=SOME_FAILED)
    assert tree(tmp_path / "dst") == {"dir/x": b"x", "file/x": b"", "file/y/z": b""} | kept
    result = gridfs("sync", "--json", "--delete", "gridfs:", "dst")
    assert json_lines(result)[-1]["summary"] == {
        "transferred": 1, "bytes": 0, "removed": 1, "unchanged": 3, "failed": 0, "skipped": 0}
    assert tree(tmp_path / "dst") == {"dir": b"", "file/x": b"", "file/y/z": b""} | kept
    expect(gridfs("sync", "--delete", "gridfs:", "dst"))


@pytest.mark.parametrize("top", ["", "d/"])
@pytest.mark.parametrize("neighbours", [["conf.bak"], ["conf.bak", "conf0"], ["conf-d/x"]], ids=str)
def test_a_directory_that_becomes_a_file_beside_a_name_before_the_slash(gridfs, database, tmp_path, top, neighbours):
    names = [top + name for name in ("conf", *neighbours)]
    add_files(database, *names)
    write(tmp_path / "dst", {top + name: b"old" for name in ("conf/a", "conf/b/c", *neighbours)})
    expect(gridfs("sync", "--delete", "gridfs:", "dst"))
    assert tree(tmp_path / "dst") == dict.fromkeys(names, b"")


def test_a_source_without_files(gridfs, database, tmp_path):
    (tmp_path / "src").mkdir()
    expect(gridfs("sync", "-q", "src", "gridfs:p"), err=error("sync", "warning: the source has no files"))
    add_files(database, "p/a")
    result = gridfs("sync", "--delete", "src", "gridfs:p")
    expect(result, err=error("sync", "the source has no files: 1 file not deleted"), code=1)


def test_what_quiet_does_not_hide(gridfs, database, tmp_path):
    write(tmp_path / "src", {"a": b"a", "line\nfeed": b"b"})
    (tmp_path / "src/link").symlink_to("a")
    (tmp_path / "src/other").symlink_to("a")
    unsafe = error("sync", r"warning: the name 'line\nfeed' is not safe as a local path: it holds control characters: only 'gridfs get ID -o FILE' fetches the file")
    expect(gridfs("sync", "-q", "src", "gridfs:"), err=unsafe + error("sync", "warning: 2 files skipped; without --quiet, each is named"))
    expect(gridfs("sync", "-q", "--exclude", "link", "--exclude", "other", "src", "gridfs:"))


def test_downloads_that_are_under_way(gridfs, database, tmp_path):
    parts = [".a.gridfs-012345678", ".a.gridfs-part", ".a.gridfs-part.state"]
    write(tmp_path / "src", {"d/" + name: b"part" for name in parts} | {".gridfs-part": b"", "d/.a.gridfs-backup": b""})
    warnings = "".join(error("sync", f"warning: src/d/{name}: skipped: an unfinished download") for name in parts)
    expect(gridfs("sync", "src", "gridfs:"), err=warnings)
    assert {one["filename"] for one in database["fs.files"].find()} == {".gridfs-part", "d/.a.gridfs-backup"}
    before = tree(tmp_path / "src")
    expect(gridfs("sync", "--delete", "gridfs:", "src"))
    assert tree(tmp_path / "src") == before
    add_files(database, parts[0])
    for _ in range(2):  # unless it is the name of a stored file
        expect(gridfs("sync", "--delete", "--include", parts[0], "gridfs:", "src"))
    before |= {parts[0]: b""}
    # Nor does one go with a directory that a file is to replace.
    expect(gridfs("rm", "--all-revisions", "--name", "d/.a.gridfs-backup"))
    add_files(database, "d")
    result = gridfs("sync", "--delete", "gridfs:", "src")
    expect(result, err=error("sync", "src/d: is a directory") + sums(removed=1, unchanged=2, failed=1), code=SOME_FAILED)
    assert tree(tmp_path / "src") == {name: data for name, data in before.items() if name != "d/.a.gridfs-backup"}


def test_dry_run(gridfs, database, src, tmp_path):
    expect(gridfs("sync", "-n", "src", "gridfs:p", "--include", "a*"), err=(
        "gridfs: sync: would store src/a (1 byte) as 'p/a'\n"
        "gridfs: sync: would store src/a.txt (0 bytes) as 'p/a.txt'\n"
        "gridfs: sync: would store src/a0 (1 byte) as 'p/a0'\n"))
    assert database.list_collection_names() == []
    [file_id] = add_files(database, "p/b")
    expect(gridfs("sync", "-n", "gridfs:p", "dst"), err=error("sync", f"would write file {file_id} ('p/b', 0 bytes) to dst/b"))
    assert not (tmp_path / "dst").exists()


def test_json_shows_a_path_that_is_not_utf8_as_an_error_does(gridfs, bucket, tmp_path):
    bucket.upload_from_stream("a", b"x")
    (tmp_path / "dst").mkdir()
    (tmp_path / os.fsdecode(b"dst/\xff")).write_bytes(b"x")
    result = gridfs("sync", "gridfs:", "dst", "--delete", "--json")
    expect(result, out=result.out)
    assert {"path": "dst/\\xff", "removed": 1} in json_lines(result)
    result = gridfs("get-by-name", "a", "-o", b"\xfe", "--json")
    expect(result, out=result.out)
    assert json_lines(result)[0]["path"] == "\\xfe"


def test_json(gridfs, database, src, tmp_path):
    result = gridfs("sync", "--json", "src", "gridfs:", "--include", "a")
    [document, summary] = json_lines(result)
    assert (document, result.err, result.code) == (database["fs.files"].find_one(), "", 0)
    assert summary == {"summary": {"transferred": 1, "bytes": 1, "removed": 0, "unchanged": 0, "failed": 0, "skipped": 0}}
    [written, summary] = json_lines(gridfs("sync", "--json", "gridfs:", "dst"))
    assert (written, summary["summary"]["transferred"]) == (
        {"_id": document["_id"], "filename": "a", "length": 1, "path": "dst/a"}, 1)


@pytest.mark.parametrize(
    ("source", "message", "code"),
    [("missing", "missing: no such file or directory", NOT_FOUND), ("file", "file: not a directory", LOCAL)],
)
def test_a_source_that_is_no_directory(gridfs, database, tmp_path, source, message, code):
    write(tmp_path, {"file": b""})
    expect(gridfs("sync", source, "gridfs:p"), err=error("sync", message), code=code)
    assert database.list_collection_names() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("src",),
        ("src", "dst"),
        ("gridfs:a", "gridfs:b"),
        ("src", "gridfs:a", "gridfs:b"),
        ("", "gridfs:"),
        ("gridfs:", ""),
        ("src", "gridfs:", "--checksum", "--size-only"),
        ("src", "gridfs:", "--max-delete", "3"),
        ("src", "gridfs:", "--delete", "--max-delete", "-1"),
        ("gridfs:", "dst", "--replace"),
        ("gridfs:", "dst", "-L"),
        ("gridfs:", "dst", "--allow-changing"),
        ("src", b"gridfs:\xff"),
    ],
)
def test_usage_errors(gridfs, src, arguments):
    expect(gridfs("sync", *arguments), err=usage_error("sync"), code=2)


def test_what_is_dated_in_the_future_does_not_stay_the_newest(gridfs, database, bucket, src, tmp_path):
    """As a machine leaves it whose clock was ahead."""
    add_files(database, "a", uploadDate=FIRST_DAY.replace(year=2200))
    expect(gridfs("sync", src, "gridfs:"))
    expect(gridfs("cat", "--name", "a"), out=FILES["a"])
    expect(gridfs("sync", src, "gridfs:"))
    assert database["fs.files"].count_documents({"filename": "a"}) == 2


@pytest.fixture
def public():
    """A directory that every user may search, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        yield pathlib.Path(directory)


@pytest.mark.parametrize(("command", "name"), [(["sync"], "private"), (["put", "-r", "--silent"], "src/private")])
def test_a_directory_that_is_excluded_need_not_be_readable(gridfs, database, public, command, name):
    """Root may read any, so the program runs as somebody else."""
    src = public / "src"
    write(src, FILES | {"private/x": b"x"})
    (src / "private").chmod(0)
    identity = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    operands = [str(src)] + ["gridfs:src"] * (command == ["sync"])
    result = gridfs(*command, *operands, cwd="/", **identity)
    assert f"{src}/private: permission denied" in result.err and result.code == SOME_FAILED, result
    expect(gridfs(*command, "--exclude", f"{name}/*", *operands, cwd="/", **identity))
    (src / "private").chmod(0o755)  # that it can be removed
    assert database["fs.files"].distinct("filename") == sorted(f"src/{name}" for name in FILES)
