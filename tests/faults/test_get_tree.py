"""get-by-name -r while the connection is lost, the server falls silent, a signal comes or the disk fails: each file is
whole or not there, and nothing else is."""

import re
import resource
import signal
from datetime import timedelta

import pytest

from harness import add_files, error_like, expect, finish, json_lines, sample, tree, wait_until

SOME_FAILED, UNREACHABLE, LOCAL = 3, 5, 9
SMALL = {f"t/d{number % 7}/small-{number:03}": sample(1000 + number, number) for number in range(300)}
LARGE = {f"t/large-{number}": sample(1_500_000, number) for number in range(3)}
FILES = SMALL | LARGE


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """What is stored, as local files."""
    directory = tmp_path_factory.mktemp("local")
    for name, data in FILES.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)
    return directory


@pytest.fixture(params=[1, 8])
def fetch(gridfs, scripted, local, request):
    server = scripted()
    stored = gridfs("put", "--chunk-size", "50K", "-r", str(local / "t"), uri=server.uri)
    assert (stored.code, stored.out.count(b"\n")) == (0, len(FILES))

    def start(*options, **popen):
        options = ["-j", str(request.param), "--retries-sleep", "0.01", *options]
        return gridfs.start("get-by-name", *options, "-r", "t", uri=popen.pop("uri", server.uri), **popen)

    def run(*options, **popen):
        with start(*options, **popen) as process:
            return finish(process)

    run.start, run.server = start, server
    return run


def expect_whole_files_alone(directory):
    there = tree(directory)
    assert {name: there[name] for name in there} == {name: FILES[name] for name in there if name in FILES}
    return there


@pytest.mark.parametrize(("collection", "nth"), [("files", 1), ("chunks", 1), ("chunks", 2)])
@pytest.mark.parametrize("how", [
    {"do": "close", "when": "before"}, {"do": "close", "when": "in_reply", "bytes": 100},
    {"do": "error", "code": 11600, "message": "shutting down"}], ids=str)
def test_what_passes_is_tried_again(fetch, tmp_path, collection, nth, how):
    fetch.server.add({"on": "find", "collection": collection, "nth": nth, "times": 2} | how)
    expect(fetch())
    assert tree(tmp_path) == FILES


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_server_that_is_lost_for_good(fetch, tmp_path, nth):
    fetch.server.add({"on": "find", "collection": "chunks", "nth": nth, "times": 0, "do": "close"})
    result = fetch("--json", "--retries", "1")
    there = expect_whole_files_alone(tmp_path)
    said = re.compile(r"(gridfs: get-by-name: .+\n)+gridfs: get-by-name: "
                      r"stopped: the server cannot be reached: (\d+ files? skipped, and )?others may not have been tried\n"
                      r"(gridfs: get-by-name: (\d+ fetched \(.+\), )?\d+ failed(, \d+ skipped)?\n)?")
    expect(result, out=result.out, err=said, code=SOME_FAILED if there else UNREACHABLE)
    # What is named is there; of two that were on their way at once, one may be there without being named.
    *lines, last = json_lines(result)
    assert list(last) == ["summary"]
    assert {line["filename"] for line in lines if "error" not in line} <= set(there) < set(FILES)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(("command", "collection", "nth"),
                         [("find", "files", 1), ("find", "chunks", 1), ("find", "chunks", 2), ("find", "chunks", 3)])
def test_a_signal_while_the_server_is_silent(fetch, tmp_path, number, command, collection, nth):
    fetch.server.add({"on": command, "collection": collection, "nth": nth, "times": 0, "do": "no_reply", "when": "after"})
    before = fetch.server.received(command)
    with fetch.start() as process:
        wait_until(lambda: fetch.server.received(command) >= before + nth)
        process.send_signal(number)
        expect(finish(process, limit=5), code=-number)
    assert set(expect_whole_files_alone(tmp_path)) < set(FILES)


def test_files_that_are_too_large_for_the_disk(fetch, tmp_path):
    """Standing for a disk that is full: files must not exceed some size."""
    limit = 1_000_000
    result = fetch(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    lines = "".join(f"gridfs: get-by-name: {name}: file too large\n" for name in sorted(LARGE))
    sums = f"gridfs: get-by-name: {len(SMALL)} fetched (337 KiB), {len(LARGE)} failed\n"
    expect(result, err=lines + sums, code=SOME_FAILED)
    assert tree(tmp_path) == SMALL


def test_a_disk_that_takes_no_file(fetch, tmp_path):
    result = fetch(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (999, 999)))
    lines = r"(gridfs: get-by-name: t/.*: file too large\n){%d}gridfs: get-by-name: %d failed\n" % (len(FILES), len(FILES))
    expect(result, err=re.compile(lines), code=LOCAL)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("how", [
    {"do": "drop_cursors"}, {"do": "close", "when": "before"}, {"do": "close", "when": "in_reply"},
    {"do": "error", "code": 237, "message": "cursor killed"}], ids=str)
def test_a_listing_that_breaks_off_is_gone_on_with(gridfs, scripted, tmp_path, how):
    """As where fetching takes longer than a server keeps an idle cursor."""
    names = [f"t/{number:04}" for number in range(2100)]
    server = scripted()
    add_files(server.client["test"], *names, names[999], names[1000])
    server.add({"on": "getMore", "collection": "files", "times": 2} | how)
    expect(gridfs("get-by-name", "-r", "t/", "-o", "out", "--retries-sleep", "0.01", uri=server.uri))
    assert server.received("getMore") >= 2
    assert sorted(tree(tmp_path)) == [name.replace("t/", "out/") for name in names]


def test_a_removal_whose_cursors_are_lost_is_gone_on_with(gridfs, scripted):
    names = [f"t/{number:04}" for number in range(2100)]
    server = scripted()
    add_files(server.client["test"], *names, names[999], names[1000], "kept")
    server.add({"on": "getMore", "collection": "files", "times": 2, "do": "drop_cursors"})
    expect(gridfs("rm", "-r", "t", "--retries-sleep", "0.01", uri=server.uri))
    assert [file["filename"] for file in server.documents("test.fs.files")] == ["kept"]


COUNTS = {
    "du": (["du", "--all-revisions", "--depth", "0"], lambda result: int(result.out.split()[1])),
    "rm": (["rm", "-r", "-n", "a", "b", "--ignore-missing"], lambda result: result.err.count("would remove")),
    "prune": (["prune", "--json", "-n", "--keep-last", "1"], lambda result: result.out.count(b'"_id"'))}


@pytest.mark.parametrize("way", COUNTS)
@pytest.mark.parametrize("names", [["a"] * 1500, ["a"] * 500 + ["b"] * 1500], ids=["one name", "two names"])
@pytest.mark.parametrize("of_one_date", [1, 10])
def test_no_file_is_counted_twice_after_a_lost_cursor(gridfs, scripted, way, names, of_one_date):
    arguments, count = COUNTS[way]
    server = scripted()
    for _ in range(of_one_date):
        add_files(server.client["test"], *names[::of_one_date])
    server.add({"on": "getMore", "collection": "files", "times": 1, "do": "drop_cursors"})
    result = gridfs(*arguments, "--retries-sleep", "0.01", uri=server.uri)
    assert (count(result), result.code) == (len(names), 0), result
    assert server.received("getMore") >= 1


def test_a_listing_that_fails_says_so(gridfs, scripted, tmp_path):
    server = scripted()
    add_files(server.client["test"], *(f"t/{number:04}" for number in range(2100)))
    server.add({"on": "getMore", "collection": "files", "nth": 1, "times": 0, "do": "error", "code": 1, "message": "no luck"})
    result = gridfs("get-by-name", "-r", "t/", uri=server.uri)
    expect(result, err=error_like("get-by-name", r".*no luck.*\ngridfs: get-by-name: 998 fetched \(0 bytes\), 1 failed"),
           code=SOME_FAILED)
    assert sorted(tree(tmp_path)) == [f"{number:04}" for number in range(998)]  # whether 0998 and 0999 are the newest of their names was not to be known


@pytest.mark.parametrize("how", [{"do": "drop_cursors"}, {"do": "close", "when": "in_reply"}], ids=str)
def test_pruning_whose_cursors_are_lost_keeps_what_it_would_have_kept(gridfs, scripted, how):
    """The revisions of a name come again, among them those that are kept already."""
    server = scripted()
    ids = add_files(server.client["test"], *["a"] * 1300, *["b"] * 5, *["c"] * 1300, step=timedelta(minutes=1))
    server.add({"on": "getMore", "collection": "files", "times": 1} | how)
    expect(gridfs("prune", "--keep-last", "1002", "--retries-sleep", "0.01", uri=server.uri))
    assert server.received("getMore") >= 2
    assert [file["_id"] for file in server.documents("test.fs.files")] == [*ids[298:1305], *ids[1603:]]
