"""Where the system allows no more threads, each command does with those that it has."""

import errno

import pytest

from harness import sample, tree

FILES = {f"d/{number}": sample(10, number) for number in range(300)} | {"d/large": sample(9_000_000)}


def allowing(count):
    """Rules for at most so many threads, up to nine."""
    return [f"pthread_create [1-{count}] pass", f"pthread_create * fail={errno.EAGAIN}"]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "d").mkdir()
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)


# The first one waits for signals and for the time limit.
@pytest.mark.parametrize("count", [1, 3])
def test_a_tree_comes_and_goes(interposed, files, bucket, database, tmp_path, count):
    def run(*arguments):
        result = interposed(*arguments, "-j", "8", rules=allowing(count))
        assert result.code == 0, result
        return result

    assert run("put", "-r", "d").out.count(b"\n") == len(FILES)
    run("get-by-name", "-r", "d", "-o", "out/")
    assert tree(tmp_path / "out") == FILES
    run("cp", "-r", "d", "--to-bucket", "other")
    run("check", "--read-data")
    run("rm", "-r", "d")
    assert database["fs.chunks"].count_documents({}) == database["fs.files"].count_documents({}) == 0
    assert database["other.files"].count_documents({}) == len(FILES)
    assert str(count + 1) in interposed.calls("pthread_create")
