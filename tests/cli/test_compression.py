"""Compression between program and server, as the connection string asks for it."""

from contextlib import closing

import pytest

from compressing_proxy import COMPRESSORS, CompressingProxy
from harness import expect, only_id, sample

LOG = b"2026-11-25 03:10:20 backup: everything as usual\n" * 40_000


@pytest.fixture(params=COMPRESSORS)
def proxy(gridfs, request):
    with closing(CompressingProxy(gridfs.uri, request.param)) as proxy:
        yield proxy


def test_what_can_be_compressed_travels_so(gridfs, proxy):
    file_id = only_id(gridfs("put", "-", "--name", "log", uri=proxy.uri, stdin=LOG))
    assert 0 < proxy.received < len(LOG) / 4
    expect(gridfs("cat", file_id), out=LOG)
    before = proxy.sent
    expect(gridfs("cat", file_id, uri=proxy.uri), out=LOG)
    assert 0 < proxy.sent - before < len(LOG) / 4


def test_what_cannot_be_compressed_arrives_as_well(gridfs, proxy):
    data = sample(1_000_000)
    file_id = only_id(gridfs("put", "-", "--name", "noise", uri=proxy.uri, stdin=data))
    expect(gridfs("cat", file_id, uri=proxy.uri), out=data)


def test_a_server_that_compresses_nothing(gridfs):
    uri = gridfs.uri + ("&" if "?" in gridfs.uri else "?") + "compressors=zstd,zlib,snappy"
    file_id = only_id(gridfs("put", "-", "--name", "log", uri=uri, stdin=LOG))
    expect(gridfs("cat", file_id, uri=uri), out=LOG)
