"""Put and get by way of a link that the kernel makes slow, or far."""

import time

from harness import expect, only_id, sample, tree
from gridfs import GridFSBucket
from slow_link import SlowLink

MIB = 1 << 20


def test_a_link_is_as_slow_as_it_is_said_to_be(tmp_path):
    data = sample(2 * MIB)
    (tmp_path / "f").write_bytes(data)
    with SlowLink(tmp_path, rate="50mbit") as link:
        began = time.monotonic()
        file_id = only_id(link.program("put", "f"))
        assert time.monotonic() - began >= 0.9 * len(data) * 8 / 50e6
        bucket = GridFSBucket(link.client[link.database], disable_md5=True)
        assert bucket.open_download_stream_by_name("f").read() == data
        began = time.monotonic()
        expect(link.program("get", file_id, "-o", "copy"))
        assert time.monotonic() - began >= 0.9 * len(data) * 8 / 50e6
    assert (tmp_path / "copy").read_bytes() == data


def test_a_link_is_as_far_as_it_is_said_to_be(tmp_path):
    with SlowLink(tmp_path, delay=0.05) as link:
        began = time.monotonic()
        expect(link.program("ls"))
        assert time.monotonic() - began >= 3 * 2 * 0.05  # connect, hello, find


def test_put_and_get_far_away(tmp_path):
    data = sample(12 * MIB)
    (tmp_path / "f").write_bytes(data)
    with SlowLink(tmp_path, delay=0.004) as far:
        database = far.client[far.database]
        for jobs in ("1", "8"):
            file_id = only_id(far.program("put", "-j", jobs, "f"))
            assert GridFSBucket(database, disable_md5=True).open_download_stream_by_name("f").read() == data
            expect(far.program("get", "-j", jobs, file_id, "-o", "copy", "-f"))
            assert (tmp_path / "copy").read_bytes() == data
            expect(far.program("cat", "-j", jobs, file_id), out=data)
            expect(far.program("rm", file_id))
            assert database["fs.chunks"].count_documents({}) == 0


def test_many_small_files_far_away(tmp_path):
    """They are not a round trip each."""
    delay = 0.02
    files = {f"t/{n:03}": sample(100 + n, n) for n in range(500)}
    (tmp_path / "t").mkdir()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with SlowLink(tmp_path, delay=delay) as far:
        for command in (["put", "-r", "t"], ["get-by-name", "-r", "t/", "-o", "copy"], ["rm", "-r", "t"]):
            began = time.monotonic()
            result = far.program(*command)
            assert time.monotonic() - began < len(files) * 2 * delay
            assert (result.err, result.code) == ("", 0)
    assert tree(tmp_path / "copy") == {name.removeprefix("t/"): data for name, data in files.items()}
