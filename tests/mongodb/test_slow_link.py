"""Put and get by way of a link that the kernel makes slow, or far."""

import time

from harness import expect, only_id, sample
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
