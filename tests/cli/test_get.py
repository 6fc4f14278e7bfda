"""get, and what get-by-name has in common with it: files of the bucket onto the disk."""

import os
import re
import threading
from datetime import datetime, timedelta, timezone

import pytest

from harness import (
    FIRST_DAY,
    MISSING_ID,
    add_files,
    error,
    error_like,
    expect,
    json_lines,
    json_summary,
    sample,
    snapshot,
    tree,
    usage_error,
)

UNSAFE_NAMES = ["/abs", "../up", "a/../b", "a/./b", "a//b", "..", ".", "a/", "", "a\nb", "a\x1bb", "a\x7fb", "n" * 300]


@pytest.fixture(params=["get", "get-by-name"])
def fetch(request, gridfs):
    """Runs get or get-by-name for files given by (id, name)."""

    def run(*files, options=(), **popen):
        operands = [str(file_id) if request.param == "get" else name for file_id, name in files]
        return gridfs(request.param, *operands, *options, **popen)

    run.command = request.param
    return run


@pytest.fixture
def store(bucket):
    """Stores a file, gives its (id, name)."""

    def make(name="a.txt", data=b"content", chunk_size=4):
        return bucket.upload_from_stream(name, data, chunk_size_bytes=chunk_size), name

    return make


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 8, 9])
def test_writes_the_file_of_the_stored_name(fetch, store, tmp_path, length):
    expect(fetch(store("ünï 日本.txt", sample(length))))
    assert tree(tmp_path) == {"ünï 日本.txt": sample(length)}


def test_several(fetch, store, tmp_path):
    files = {name: sample(9, name) for name in ("a", "b", "c")}
    expect(fetch(*[store(name, data) for name, data in files.items()]))
    assert tree(tmp_path) == files


@pytest.mark.parametrize(
    ("option", "path"),
    [
        ("f", "f"),
        ("existing", "existing/a.txt"),
        ("existing/", "existing/a.txt"),
        ("new/", "new/a.txt"),
        ("existing/f", "existing/f"),
    ],
)
def test_output_names_a_file_or_a_directory(fetch, store, tmp_path, option, path):
    (tmp_path / "existing").mkdir()
    expect(fetch(store(), options=["-o", option]))
    assert tree(tmp_path) == {path: b"content"}


def test_output_absolute(fetch, store, tmp_path):
    expect(fetch(store(), options=["-o", tmp_path / "f"], cwd="/"))
    assert tree(tmp_path) == {"f": b"content"}


def test_output_to_standard_output(fetch, store, tmp_path):
    expect(
        fetch(store("a", b"one "), store("b", sample(300_000), 100_000), options=["-o", "-"]),
        out=b"one " + sample(300_000),
    )
    assert tree(tmp_path) == {}


def test_several_into_a_directory_but_not_into_one_file(fetch, store, tmp_path):
    files = [store("a", b"a"), store("b", b"b")]
    expect(fetch(*files, options=["-o", "f"]), err=usage_error(fetch.command, ".*directory.*"), code=2)
    assert tree(tmp_path) == {}
    expect(fetch(*files, options=["-o", "d/"]))
    assert tree(tmp_path) == {"d/a": b"a", "d/b": b"b"}


@pytest.mark.parametrize("size", [9, 3_000_000])
@pytest.mark.parametrize("options", [[], ["-f"], ["-f", "--continue"], ["-f", "--dry-run"]], ids=" ".join)
def test_no_file_takes_the_path_of_another(gridfs, bucket, tmp_path, size, options):
    first, second = (str(bucket.upload_from_stream("a.txt", sample(size, seed), chunk_size_bytes=200_000)) for seed in (1, 2))
    result = gridfs("get", *options, first, second)
    message = f"file {second} ('a.txt', {size} bytes): not fetched: 'a.txt' is the path of an earlier file of this command"
    assert result.code == 3 and error("get", message) in result.err, result
    assert tree(tmp_path) == ({} if "--dry-run" in options else {"a.txt": sample(size, 1)})


@pytest.mark.parametrize(("options", "path"), [([], "a.txt"), (["-o", "f"], "f"), (["-o", "d/"], "d/a.txt")])
def test_an_existing_file_is_left_alone_without_force(fetch, store, tmp_path, options, path):
    (tmp_path / "d").mkdir()
    (tmp_path / path).write_bytes(b"mine")
    expect(fetch(store(), options=options), err=error(fetch.command, f"{path}: file exists; -f replaces it"), code=6)
    assert tree(tmp_path) == {path: b"mine"}
    for force in ("-f", "--force"):
        (tmp_path / path).write_bytes(b"mine, and longer than the other")
        expect(fetch(store(), options=[*options, force]))
        assert tree(tmp_path) == {path: b"content"}


@pytest.mark.parametrize("force", [[], ["-f"]])
def test_a_directory_in_the_way(fetch, store, tmp_path, force):
    (tmp_path / "a.txt").mkdir()
    expect(fetch(store(), options=force), err=error(fetch.command, "a.txt: is a directory"), code=9)
    assert tree(tmp_path) == {}


def test_a_directory_that_is_missing(fetch, store, tmp_path):
    result = fetch(store(), options=["-o", "missing/f"])
    expect(result, err=error_like(fetch.command, "missing.*: no such file or directory"), code=4)
    assert tree(tmp_path) == {}


def test_permissions_follow_the_umask(fetch, store, tmp_path):
    expect(fetch(store(), umask=0o027))
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_preserve_sets_the_time_of_the_upload(fetch, database, tmp_path):
    [file_id] = add_files(database, "a")
    expect(fetch((file_id, "a"), options=["--preserve"]))
    assert (tmp_path / "a").stat().st_mtime_ns == round(FIRST_DAY.timestamp() * 1000) * 1_000_000


@pytest.mark.parametrize("options", [[], ["--continue"], ["-f"]])
def test_preserve_restores_what_is_stored(fetch, database, tmp_path, options):
    metadata = {"mtime": FIRST_DAY - timedelta(days=1000), "mode": 0o107604}
    [file_id] = add_files(database, "a", metadata=metadata)
    if options == ["-f"]:
        (tmp_path / "a").touch(0o444)
    expect(fetch((file_id, "a"), options=["--preserve", *options]))
    status = (tmp_path / "a").stat()
    assert (status.st_mtime_ns // 1_000_000, status.st_mode & 0o7777) == (round(metadata["mtime"].timestamp() * 1000), 0o604)


def test_preserve_warns_of_a_time_that_the_file_system_cannot_hold(fetch, database, tmp_path):
    """Those of Linux hold no more than 34 bits of seconds from 1901 on."""
    far = datetime(3084, 12, 12, tzinfo=timezone.utc)
    (file_id,) = add_files(database, "a", metadata={"mtime": far})
    result = fetch((file_id, "a"), options=["-q", "--preserve"])
    if (tmp_path / "a").stat().st_mtime == far.timestamp():
        pytest.skip("this file system can")
    time = "the local file cannot have its modification time, 3084-.*: it is set to 2.*"
    expect(result, err=error_like(fetch.command, rf"warning: file {file_id} \('a', 0 bytes\): {time}"))


@pytest.mark.parametrize("value", ["0644", -1, 0o200000, 1.5, None])
def test_preserve_warns_of_what_does_not_fit(fetch, database, tmp_path, value):
    [file_id] = add_files(database, "a", metadata={"mtime": 1_700_000_000, "mode": value})
    warnings = "".join(
        f"gridfs: {fetch.command}: warning: file {file_id} ('a', 0 bytes): metadata.{field} is not valid, and is ignored\n"
        for field in ("mtime", "mode")
    )
    expect(fetch((file_id, "a"), options=["-q", "--preserve"], umask=0o022), err=warnings)
    status = (tmp_path / "a").stat()
    assert (status.st_mtime_ns // 1_000_000, status.st_mode & 0o7777) == (round(FIRST_DAY.timestamp() * 1000), 0o644)


@pytest.mark.parametrize(
    ("options", "name"), [([], name) for name in UNSAFE_NAMES] + [(["-o", "d/"], name) for name in UNSAFE_NAMES[:2]]
)
def test_an_unsafe_name_is_refused(gridfs, database, tmp_path, name, options):
    [file_id] = add_files(database, name)
    expect(
        gridfs("get", str(file_id), *options),
        err=error_like("get", ".*the stored name is not safe as a local path: .+: say where with -o FILE"),
        code=9,
    )
    assert tree(tmp_path) == {}
    assert not (tmp_path.parent / "up").exists()
    expect(gridfs("get", str(file_id), "-o", "f"))
    assert tree(tmp_path) == {"f": b""}


def test_a_name_with_nul_is_refused(gridfs, database, tmp_path):
    [file_id] = add_files(database, "a\0b")
    expect(gridfs("get", str(file_id)), err=error_like("get", r".*a\\x00b.*not safe as a local path.*"), code=9)
    assert tree(tmp_path) == {}


def test_a_file_without_a_name_needs_output(gridfs, database, tmp_path):
    [file_id] = add_files(database, None)
    expect(gridfs("get", str(file_id)), err=error_like("get", ".*has no name.*-o.*"), code=9)
    expect(gridfs("get", str(file_id), "-o", "f"))
    assert tree(tmp_path) == {"f": b""}


@pytest.mark.parametrize("options", [[], ["-o", "d/"]])
def test_slashes_in_the_name_are_directories(fetch, store, tmp_path, options):
    expect(fetch(store("x/y/a"), store("x/b"), options=options))
    below = "d/" if options else ""
    assert tree(tmp_path) == {f"{below}x/y/a": b"content", f"{below}x/b": b"content"}


@pytest.mark.parametrize("name", ["link/a", "x/link/a"])
def test_a_stored_name_does_not_lead_through_a_symbolic_link(fetch, store, tmp_path, name):
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    link = root / os.path.dirname(name)
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    expect(fetch(store(name), cwd=root), err=error_like(fetch.command, ".*link.*"), code=9)
    assert tree(outside) == {}


def test_a_symbolic_link_in_the_way_is_not_written_through(fetch, store, tmp_path):
    (tmp_path / "target").write_bytes(b"mine")
    (tmp_path / "a.txt").symlink_to("target")
    expect(fetch(store()), err=error(fetch.command, "a.txt: file exists; -f replaces it"), code=6)
    assert (tmp_path / "target").read_bytes() == b"mine"


@pytest.mark.parametrize("options", [[], ["--continue"]])
def test_a_symbolic_link_that_the_user_names_leads_to_its_file(fetch, store, tmp_path, options):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/file").write_bytes(b"old")
    (tmp_path / "d/file").chmod(0o600)
    (tmp_path / "link").symlink_to("d/file")
    (tmp_path / "dangling").symlink_to("nowhere")
    stored = store(data=b"new")
    for name in ("link", "dangling"):
        result = fetch(stored, options=["-o", name, *options])
        expect(result, err=error(fetch.command, f"{name}: file exists; -f replaces it"), code=6)
    expect(fetch(stored, options=["-f", "-o", "link", *options]))
    assert (tmp_path / "link").is_symlink() and tree(tmp_path / "d") == {"file": b"new"}
    assert (tmp_path / "d/file").stat().st_mode & 0o7777 == 0o600


def test_devices_and_fifos_are_written_as_they_are(fetch, store, tmp_path):
    expect(fetch(store(), options=["-o", "/dev/null"]))
    expect(
        fetch(store(), options=["-o", "/dev/full"]),
        err=error(fetch.command, "/dev/full: no space left on device"),
        code=9,
    )
    os.mkfifo(tmp_path / "fifo")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "fifo").read_bytes()), daemon=True)
    reader.start()
    expect(fetch(store(data=sample(99)), options=["-o", "fifo"]))
    reader.join(10)
    assert got == [sample(99)]


DAMAGE = {
    "a chunk missing": lambda chunks, file_id: chunks.delete_one({"files_id": file_id, "n": 1}),
    "the last chunk missing": lambda chunks, file_id: chunks.delete_one({"files_id": file_id, "n": 2}),
    "a chunk too short": lambda chunks, file_id: chunks.update_one(
        {"files_id": file_id, "n": 1}, {"$set": {"data": b"x"}}
    ),
    "a chunk too long": lambda chunks, file_id: chunks.update_one(
        {"files_id": file_id, "n": 2}, {"$set": {"data": b"x" * 9}}
    ),
    "a chunk too many": lambda chunks, file_id: chunks.insert_one({"files_id": file_id, "n": 3, "data": b"x"}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_does_not_appear_nor_replace_one(fetch, store, database, tmp_path, damage):
    file = store(data=sample(10))
    DAMAGE[damage](database["fs.chunks"], file[0])
    expect(fetch(file), err=error_like(fetch.command, ".*chunk.*"), code=8)
    assert tree(tmp_path) == {}
    (tmp_path / "a.txt").write_bytes(b"mine")
    expect(fetch(file, options=["-f"]), err=error_like(fetch.command, ".*chunk.*"), code=8)
    assert tree(tmp_path) == {"a.txt": b"mine"}


def test_json(fetch, store, tmp_path):
    a, b = store("a", sample(9)), store("x/b", b"")
    result = fetch(a, b, options=["--json", "-o", "d/"])
    expect(result, out=re.compile(rb"(\{.+\}\n){3}"))
    assert json_lines(result) == [
        {"_id": a[0], "filename": "a", "length": 9, "path": "d/a"},
        {"_id": b[0], "filename": "x/b", "length": 0, "path": "d/x/b"},
        json_summary(fetched=2, bytes=9),
    ]
    assert tree(tmp_path) == {"d/a": sample(9), "d/x/b": b""}


def test_json_and_the_bytes_cannot_share_standard_output(fetch, store):
    out = b'{ "error" : { "message" : "--json and -o - exclude each other", "exit" : 2 } }\n'
    expect(fetch(store(), options=["--json", "-o", "-"]), out=out, err=usage_error(fetch.command), code=2)


@pytest.mark.parametrize("output", [[], ["-o", "f"], ["-o", "-"]])
def test_an_id_that_is_missing(gridfs, tmp_path, output):
    expect(gridfs("get", MISSING_ID, *output), err=error("get", f"file {MISSING_ID}: no such file in DB.fs"), code=4)
    assert tree(tmp_path) == {}


def test_some_fail(fetch, store, tmp_path):
    (tmp_path / "c").write_bytes(b"mine")
    result = fetch(store("a"), (MISSING_ID, "gone"), store("c"))
    missing = f"file {MISSING_ID}: no such file in DB.fs" if fetch.command == "get" else "gone: no such file in DB.fs"
    lines = (missing, "c: file exists; -f replaces it", "1 fetched (7 bytes), 2 failed")
    expect(result, err="".join(error(fetch.command, line) for line in lines), code=3)
    assert tree(tmp_path) == {"a": b"content", "c": b"mine"}


def test_nothing_on_the_server_changes(fetch, store, database):
    file = store()
    before = snapshot(database)
    expect(fetch(file))
    assert snapshot(database) == before
