"""A command takes no longer on a replica set than on one of its members."""

import time

from harness import expect


def test_ls(gridfs, deployment, database):
    def seconds(uri):
        began = time.monotonic()
        expect(gridfs("ls", uri=uri))
        return time.monotonic() - began

    alone = min(seconds(deployment.primary().uri(database.name, directConnection="true")) for _ in range(5))
    assert min(seconds(deployment.uri(database.name)) for _ in range(5)) < alone + 0.2
