"""get-by-name -r: whole trees."""

import os
import re
from datetime import datetime, timezone
from hashlib import sha256

import pytest

from harness import add_files, error, error_like, expect, json_lines, json_summary, sample, snapshot, tree, usage_error

EXISTS, NOT_FOUND, SOME_FAILED, DAMAGED, LOCAL = 6, 4, 3, 8, 9
JOBS = pytest.mark.parametrize("jobs", ["1", "8"])


@pytest.fixture
def photos(bucket):
    """Two revisions of each: small files, an empty one, some of several chunks, one that travels alone; and others."""
    files = {
        "photos/2025/a.jpg": b"a",
        "photos/2025/b.tmp": b"",
        "photos/2026/c.jpg": sample(600_000),
        "photos/d.txt": b"text",
        "photos/large.bin": sample(1_200_000),
    }
    for name in files:
        bucket.upload_from_stream(name, b"the older revision of it")
    for name, data in files.items():
        bucket.upload_from_stream(name, data)
    for name in ("photo", "photos-old/e.jpg", "photosx", "other/photos/f.jpg"):
        bucket.upload_from_stream(name, b"another")
    return files


def sums(text):
    return error("get-by-name", text)


def below(files, prefix, local=""):
    return {local + name.removeprefix(prefix): data for name, data in files.items() if name.startswith(prefix)}


@JOBS
def test_the_newest_revision_of_every_name_below_a_prefix(gridfs, photos, tmp_path, jobs):
    expect(gridfs("get-by-name", "-j", jobs, "-r", "photos/", "-o", "D/"))
    assert tree(tmp_path) == below(photos, "photos/", "D/")


@pytest.mark.parametrize(
    ("operand", "prefix", "local"),
    [
        ("photos/", "photos/", "D/"),
        ("photos", "photos/", "D/photos/"),
        ("photos/2025/", "photos/2025/", "D/"),
        ("photos/2025", "photos/2025/", "D/2025/"),
    ],
)
@pytest.mark.parametrize("output", ["D", "D/"])
def test_a_slash_at_the_end_leaves_the_directory_out(gridfs, photos, tmp_path, operand, prefix, local, output):
    expect(gridfs("get-by-name", "-r", operand, "-o", output))
    assert tree(tmp_path) == below(photos, prefix, local)


def test_everything_into_the_current_directory(gridfs, photos, tmp_path):
    expect(gridfs("get-by-name", "-r", ""))
    others = {"photo", "photos-old/e.jpg", "photosx", "other/photos/f.jpg"}
    assert tree(tmp_path) == photos | dict.fromkeys(others, b"another")


def test_a_prefix_without_a_slash_is_a_file_too(gridfs, bucket, tmp_path):
    bucket.upload_from_stream("a/b", b"file")
    bucket.upload_from_stream("a/bc", b"another")
    expect(gridfs("get-by-name", "-r", "a/b", "-o", "D"))
    assert tree(tmp_path) == {"D/b": b"file"}


def test_several_prefixes(gridfs, photos, tmp_path):
    expect(gridfs("get-by-name", "-r", "photos/2025", "photos/2026/"))
    assert tree(tmp_path) == below(photos, "photos/2025/", "2025/") | below(photos, "photos/2026/")


def test_prefixes_with_files_of_one_local_path(gridfs, bucket, tmp_path):
    for name in ("a/x", "b/x", "b/y"):
        bucket.upload_from_stream(name, name.encode())
    message = r"file \w+ \('b/x', 3 bytes\): not fetched: 'D/x' is the path of an earlier file of this command"
    expect(gridfs("get-by-name", "-r", "-f", "a/", "b/", "-o", "D"),
           err=re.compile(f"gridfs: get-by-name: {message}\n.*2 fetched.*, 1 failed\n"), code=3)
    assert tree(tmp_path) == {"D/x": b"a/x", "D/y": b"b/y"}


def test_a_regular_expression_that_is_not_valid(gridfs, photos, tmp_path):
    message = error_like("get-by-name", r"photos/: '\(a': Regular expression is invalid: .+")
    expect(gridfs("get-by-name", "-r", "--regex", "(a", "photos/"), err=message, code=2)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--include", "*.jpg"), {"photos/2025/a.jpg", "photos/2026/c.jpg"}),
        (("--exclude", "*.tmp", "--include", "photos/2025/*"), {"photos/2025/a.jpg"}),
        (("--min-size", "1", "--max-size", "4"), {"photos/2025/a.jpg", "photos/d.txt"}),
        (("--min-age", "1d"), {"photos/d.txt"}),
        (("--regex", r"(?i)/A\.|d\.txt$", "--max-size", "1K"), {"photos/2025/a.jpg", "photos/d.txt"}),
        (("--max-age", "1d", "--max-size", "1K"), {"photos/2025/a.jpg", "photos/2025/b.tmp"}),
    ],
)
def test_filters(gridfs, database, photos, tmp_path, options, names):
    for day, one in enumerate(list(database["fs.files"].find({"filename": "photos/d.txt"}, sort=[("uploadDate", 1)])), 1):
        date = datetime(2024, 5, day, tzinfo=timezone.utc)
        database["fs.files"].update_one({"_id": one["_id"]}, {"$set": {"uploadDate": date}})
    expect(gridfs("get-by-name", "-r", *options, "photos"))
    assert tree(tmp_path) == {name: photos[name] for name in names}


def test_a_filter_judges_the_newest_revision_alone(gridfs, bucket, tmp_path):
    for name, revisions in {"t/a": (b"short", b"longer than it was"), "t/b": (b"longer", b"b")}.items():
        for data in revisions:
            bucket.upload_from_stream(name, data)
    expect(gridfs("get-by-name", "-r", "t/", "--max-size", "5"))
    assert tree(tmp_path) == {"b": b"b"}


def test_a_file_without_a_date_passes_no_limit_of_age(gridfs, database, tmp_path):
    [undated, _] = add_files(database, "t/a", "t/b")
    database["fs.files"].update_one({"_id": undated}, {"$unset": {"uploadDate": 1}})
    expect(gridfs("get-by-name", "-r", "t/", "--min-age", "1d"))
    assert tree(tmp_path) == {"b": b""}


@pytest.mark.parametrize("prefix", ["gone/", "gone", "photo/"])
def test_a_prefix_with_nothing_below_it(gridfs, photos, tmp_path, prefix):
    result = gridfs("get-by-name", "-r", prefix, "-o", "D/")
    expect(result, err=error("get-by-name", f"{prefix}: no such file in DB.fs"), code=NOT_FOUND)
    assert tree(tmp_path) == {}
    assert not (tmp_path / "D").exists()


def test_nothing_that_passes_the_filters(gridfs, photos, tmp_path):
    result = gridfs("get-by-name", "-r", "photos/", "--include", "*.gif")
    expect(result)
    assert tree(tmp_path) == {}


def test_a_prefix_that_is_missing_beside_one_that_is_not(gridfs, photos, tmp_path):
    result = gridfs("get-by-name", "-r", "gone/", "photos/2025/")
    expect(result, err=error("get-by-name", "gone/: no such file in DB.fs") + sums("2 fetched (1 byte), 1 failed"), code=SOME_FAILED)
    assert tree(tmp_path) == below(photos, "photos/2025/")


def test_existing_files_are_left_alone(gridfs, photos, tmp_path):
    (tmp_path / "d.txt").write_bytes(b"mine")
    (tmp_path / "large.bin").write_bytes(b"mine")
    result = gridfs("get-by-name", "-r", "photos/")
    lines = ("d.txt: file exists; -f replaces it", "large.bin: file exists; -f replaces it", "3 fetched (586 KiB), 2 failed")
    expect(result, err="".join(error("get-by-name", line) for line in lines), code=SOME_FAILED)
    assert tree(tmp_path) == below(photos, "photos/") | {"d.txt": b"mine", "large.bin": b"mine"}
    names = ("2025/a.jpg", "2025/b.tmp", "2026/c.jpg", "d.txt", "large.bin")
    result = gridfs("get-by-name", "-r", "photos/")
    exist = "".join(error("get-by-name", f"{name}: file exists; -f replaces it") for name in names)
    expect(result, err=exist + sums("5 failed"), code=EXISTS)


@pytest.mark.parametrize("options", [[], ["-f"]], ids=str)
def test_what_force_does_not_replace(gridfs, bucket, tmp_path, options):
    for name in ("p/a", "p/b/c", "p/d/e", "p/f"):
        bucket.upload_from_stream(name, b"")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").write_bytes(b"b")
    (tmp_path / "d").symlink_to(tmp_path)
    wrong = "".join(
        error("get-by-name", line)
        for line in ("a: is a directory", "b: not a directory", "d: is a symbolic link, which may lead elsewhere")
    )
    for dry in (["-n"], []):
        result = gridfs("get-by-name", "-r", "p/", *options, *dry)
        lines = [line for line in result.err.splitlines() if "would write" not in line]
        assert (sorted(lines[:-1]), result.code) == (sorted(wrong.splitlines()), SOME_FAILED)
        assert tree(tmp_path) == {"b": b"b"} | ({} if dry else {"f": b""})


@pytest.mark.parametrize("options", [[], ["-r"], ["-f"], ["-r", "-f"], ["-n"], ["-r", "-n"]], ids=" ".join)
@pytest.mark.parametrize("output", ["link/", "link/sub/"])
def test_a_link_to_nothing_in_the_way_of_the_directory(gridfs, bucket, tmp_path, options, output):
    bucket.upload_from_stream("p/a", b"")
    (tmp_path / "link").symlink_to("nowhere")
    result = gridfs("get-by-name", "p/a" if "-r" not in options else "p", "-o", output, *options)
    expect(result, err=error("get-by-name", "link: is a symbolic link that leads nowhere"), code=LOCAL)


def test_force_replaces_them(gridfs, photos, tmp_path):
    (tmp_path / "d.txt").write_bytes(b"mine")
    (tmp_path / "large.bin").write_bytes(b"mine")
    expect(gridfs("get-by-name", "-f", "-r", "photos/"))
    assert tree(tmp_path) == below(photos, "photos/")


@pytest.mark.parametrize("name", ["t/../x", "t//x", "t/./x", "t/", "t/new\nline", "t/" + "x" * 256])
def test_names_that_are_not_safe_are_refused_each_by_itself(gridfs, bucket, tmp_path, name):
    file_id = bucket.upload_from_stream(name, b"unsafe")
    bucket.upload_from_stream("t/safe", b"safe")
    result = gridfs("get-by-name", "-r", "t/", "-o", "D/")
    pattern = rf"file {file_id} .*: the stored name is not safe as a local path: .*: 'gridfs get {file_id} -o FILE' fetches it"
    lines = re.compile(f"gridfs: get-by-name: {pattern}\n" + re.escape(sums("1 fetched (4 bytes), 1 failed")))
    expect(result, err=lines, code=SOME_FAILED)
    assert tree(tmp_path) == {"D/safe": b"safe"}


def test_absolute_names_below_the_root(gridfs, bucket, tmp_path):
    bucket.upload_from_stream("/etc/passwd", b"root")
    expect(gridfs("get-by-name", "-r", "/", "-o", "D/"))
    assert tree(tmp_path) == {"D/etc/passwd": b"root"}
    result = gridfs("get-by-name", "-r", "", "-o", "D/")
    expect(result, err=error_like("get-by-name", ".*: it is absolute: .*"), code=LOCAL)


def test_links_among_the_directories_are_refused(gridfs, photos, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "D").mkdir()
    (tmp_path / "D/2025").symlink_to(tmp_path / "elsewhere")
    result = gridfs("get-by-name", "-r", "photos/", "-o", "D")
    message = error("get-by-name", "D/2025: is a symbolic link, which may lead elsewhere")
    expect(result, err=message * 2 + sums("3 fetched (1.8 MiB), 2 failed"), code=SOME_FAILED)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (tmp_path / "D/d.txt").read_bytes() == b"text"


@JOBS
def test_a_file_in_the_way_of_a_directory(gridfs, bucket, tmp_path, jobs):
    ids = {name: bucket.upload_from_stream(name, name.encode()) for name in ("t/a", "t/a-b", "t/a/b", "t/a/c/d", "t/ab/c")}
    result = gridfs("get-by-name", "-j", jobs, "-r", "t/", "-o", "D")
    lines = [
        error("get-by-name", f"file {ids[name]} ('{name}', {len(name)} bytes): the file 'a' is in the way of its directory")
        for name in ("t/a/b", "t/a/c/d")
    ]
    expect(result, err="".join(lines) + sums("3 fetched (14 bytes), 2 failed"), code=SOME_FAILED)
    assert tree(tmp_path) == {"D/a": b"t/a", "D/a-b": b"t/a-b", "D/ab/c": b"t/ab/c"}


def test_the_target_is_a_file(gridfs, photos, tmp_path):
    (tmp_path / "D").write_bytes(b"mine")
    expect(gridfs("get-by-name", "-r", "photos/", "-o", "D"), err=error("get-by-name", "D: not a directory"), code=LOCAL)
    assert tree(tmp_path) == {"D": b"mine"}


def test_checksums_are_compared(gridfs, bucket, tmp_path):
    for name, data in {"small": b"small", "large": sample(1_200_000)}.items():
        right, wrong = sha256(data).hexdigest(), sha256(b"x").hexdigest()
        bucket.upload_from_stream(f"t/{name}", data, metadata={"sha256": right})
        bucket.upload_from_stream(f"t/wrong-{name}", data, metadata={"sha256": wrong})
        bucket.upload_from_stream(f"t/without-{name}", data)
    result = gridfs("get-by-name", "-r", "t/", "--checksum", "-o", "D/")
    failures = r"(gridfs: .*(: no checksum is stored with it|, not \w+ as stored with it)\n){4}"
    expect(result, err=re.compile(failures + re.escape(sums("2 fetched (1.2 MiB), 4 failed"))), code=SOME_FAILED)
    assert tree(tmp_path) == {"D/large": sample(1_200_000), "D/small": b"small"}


@JOBS
def test_damaged_files_do_not_keep_the_others_from_being_fetched(gridfs, database, bucket, photos, tmp_path, jobs):
    for name in ("photos/damaged-small", "photos/damaged-large"):
        file_id = bucket.upload_from_stream(name, sample(1_200_000 if "large" in name else 10))
        database["fs.chunks"].delete_one({"files_id": file_id, "n": 0})
    result = gridfs("get-by-name", "-j", jobs, "-r", "photos/", "-o", "D/")
    failures = r"((gridfs: get-by-name: .*damaged-(small|large).*\n){2})"
    lines = re.compile(failures + re.escape(sums("5 fetched (1.8 MiB), 2 failed")))
    expect(result, err=lines, code=SOME_FAILED)
    assert tree(tmp_path) == below(photos, "photos/", "D/")
    expect(gridfs("get-by-name", "-r", "photos/", "--include", "*damaged*"),
           err=lines.fullmatch(result.err)[1] + sums("2 failed"), code=DAMAGED)


def test_preserve(gridfs, database, photos, tmp_path):
    expect(gridfs("get-by-name", "-r", "photos/", "--preserve"))
    for name in below(photos, "photos/"):
        newest = database["fs.files"].find_one({"filename": f"photos/{name}"}, sort=[("uploadDate", -1)])
        assert os.stat(tmp_path / name).st_mtime_ns // 1_000_000 == round(newest["uploadDate"].timestamp() * 1000)


def test_json_has_an_object_for_each_file_in_the_order_of_names(gridfs, database, photos, tmp_path):
    result = gridfs("get-by-name", "--json", "-r", "photos", "-o", "D")
    expect(result, out=result.out)
    newest = {one["filename"]: one["_id"] for one in database["fs.files"].find(sort=[("uploadDate", 1)])}
    assert json_lines(result) == [
        {"_id": newest[name], "filename": name, "length": len(photos[name]), "path": f"D/{name}"} for name in sorted(photos)
    ] + [json_summary(fetched=5, bytes=1_800_005)]


def test_dry_run_writes_nothing(gridfs, photos, tmp_path):
    (tmp_path / "d.txt").write_bytes(b"mine")
    result = gridfs("get-by-name", "-n", "-r", "photos/", "--max-size", "4")
    line = r"gridfs: get-by-name: would write file \w{24} \('photos/2025/%s', %s\) to 2025/%s\n"
    lines = line % ("a.jpg", "1 byte", "a.jpg") + line % ("b.tmp", "0 bytes", "b.tmp") + re.escape(error("get-by-name", "d.txt: file exists; -f replaces it"))
    expect(result, err=re.compile(lines), code=SOME_FAILED)
    assert tree(tmp_path) == {"d.txt": b"mine"}
    assert list(tmp_path.iterdir()) == [tmp_path / "d.txt"]


def test_files_without_a_name_are_left_out_with_a_warning(gridfs, database, tmp_path):
    [_, file_id] = add_files(database, "a", None)
    result = gridfs("get-by-name", "-r", "")
    expect(result, err=f"gridfs: get-by-name: warning: file {file_id} (0 bytes): skipped: it has no name\n")
    assert tree(tmp_path) == {"a": b""}


def test_reading_changes_nothing(gridfs, database, photos):
    before = snapshot(database)
    expect(gridfs("get-by-name", "-r", "photos/"))
    assert snapshot(database) == before


@pytest.mark.parametrize(
    "options",
    [("-r", "-o", "-"), ("-r", "--continue"), ("-r", "--revision", "0"), ("--include", "*"), ("--max-age", "1d"), ("--regex", "p")],
)
def test_options_that_do_not_go_together(gridfs, photos, tmp_path, options):
    expect(gridfs("get-by-name", "photos/", *options), err=usage_error("get-by-name"), code=2)
    assert tree(tmp_path) == {}


def test_a_prefix_that_is_not_utf8(gridfs, photos, tmp_path):
    expect(gridfs("get-by-name", "-r", "photos/", b"\xff/"), err=usage_error("get-by-name", ".*UTF-8.*"), code=2)
    assert tree(tmp_path) == {}


def test_standard_output_that_is_full(gridfs, photos, tmp_path):
    """The files are there, and that it could not be said is a failure."""
    with open("/dev/full", "wb") as full:
        result = gridfs("get-by-name", "--json", "-r", "photos/", stdout=full)
    expect(result, err=error("get-by-name", "standard output: no space left on device"), code=LOCAL)
    assert tree(tmp_path) == below(photos, "photos/")


def test_get_has_no_trees(gridfs):
    expect(gridfs("get", "-r", "photos/"), err=usage_error("get"), code=2)


def fetch_again(gridfs, *options):
    return gridfs("get-by-name", "-r", "photos/", "-o", "D/", "-v", "--skip-existing", *options)


def test_skip_existing_fetches_what_is_new(gridfs, photos, database, tmp_path):
    """By size and time, as --preserve sets it."""
    expect(gridfs("get-by-name", "-r", "photos/", "-o", "D/", "--preserve"))
    before = tree(tmp_path)
    again = fetch_again(gridfs)
    assert (again.code, again.err.count("skipped"), again.err.count("wrote")) == (0, len(before), 0), again
    (tmp_path / next(iter(before))).unlink()
    again = fetch_again(gridfs)
    assert (again.code, again.err.count("skipped"), again.err.count("wrote")) == (0, len(before) - 1, 1), again
    assert tree(tmp_path) == before


@pytest.mark.parametrize("force", [[], ["-f"]])
def test_skip_existing_does_not_touch_what_differs(gridfs, bucket, tmp_path, force):
    for name in ("same", "time", "size"):
        bucket.upload_from_stream(f"photos/{name}", name.encode())
    expect(gridfs("get-by-name", "-r", "photos/", "-o", "D/", "--preserve"))
    (tmp_path / "D/time").write_bytes(b"emit")
    (tmp_path / "D/size").write_bytes(b"longer")
    before = tree(tmp_path)
    again = fetch_again(gridfs, *force)
    assert (again.code, again.err.count("skipped")) == ((0, 1) if force else (SOME_FAILED, 2)), again
    assert force or again.err.endswith(sums("2 failed, 1 skipped"))
    changed = {"D/time": b"time", "D/size": b"size"} if force else {}
    assert tree(tmp_path) == before | changed


@pytest.mark.parametrize("options", [[], ["--checksum"]])
def test_skip_existing_by_checksum(gridfs, bucket, database, tmp_path, options):
    """A file of another time is read and compared."""
    metadata = {"sha256": sha256(b"data").hexdigest()}
    file_id = bucket.upload_from_stream("f", b"data", metadata=metadata)
    (tmp_path / "f").write_bytes(b"data")
    expect(gridfs("get", str(file_id), "--skip-existing", *options))
    (tmp_path / "f").write_bytes(b"Data")
    expect(gridfs("get", str(file_id), "--skip-existing", *options), err=error("get", "f: file exists; -f replaces it"), code=EXISTS)
    milliseconds = round(database["fs.files"].find_one()["uploadDate"].timestamp() * 1000)
    os.utime(tmp_path / "f", ns=(0, milliseconds * 10**6))
    wrong = {"err": error("get", "f: file exists; -f replaces it"), "code": EXISTS} if options else {}
    expect(gridfs("get", str(file_id), "--skip-existing", *options), **wrong)
