"""What a command holds in memory at most, whatever it transfers."""

import os
import sys

import pytest

from harness import Program, finish, sample

MOST = 64 << 10  # KiB
LARGE, SMALL, FILES = 48 << 20, 4096, 2000


# A process counts what the one held that has forked it: pytest is too large for that.
MEASURE = """
import os, sys
_, status, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    directory = tmp_path_factory.mktemp("local")
    (directory / "large").write_bytes(sample(LARGE))
    (directory / "small").mkdir()
    content = sample(SMALL)
    for number in range(FILES):
        (directory / "small" / str(number)).write_bytes(content)
    return directory


@pytest.mark.skipif(bool(os.environ.get("GRIDFS_SANITIZE")), reason="the sanitizers need memory of their own")
@pytest.mark.parametrize(("jobs", "compressor"), [("4", ""), ("64", ""), ("64", "zlib"), ("64", "zstd")])
def test_a_transfer(gridfs, bucket, local, tmp_path, compressor, jobs):
    measured = Program(sys.executable, gridfs.uri, gridfs.directory)
    uri = f"{gridfs.uri}?compressors={compressor}"
    commands = [
        ["put", "--checksum", local / "large"],
        ["put", "-r", local / "small"],
        ["get-by-name", "large", "-o", "large"],
        ["get-by-name", "-r", "small", "-o", "out"],
        ["cp", "-r", "", "--to-bucket", "other"],
        ["check", "--read-data"],
        ["sync", local, "gridfs:sync"],
    ]
    for command in commands:
        with measured.start("-S", "-c", MEASURE, gridfs.path, *map(str, command), "-q", "-j", jobs, uri=uri) as process:
            result = finish(process, limit=300)
        assert result.code == 0, result
        assert int(result.out.split()[-1]) <= MOST, (command[0], result)
