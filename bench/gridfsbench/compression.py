"""bench/compression: what compression gains where the line is slow and the data is text."""

import random
import sys
from types import SimpleNamespace

from .data import sum_of_file
from .goals import spread_of
from .install import build_gridfs, install
from .keeper import BucketPlace
from .networks import NARROW
from .places import ROOT, make_scratch
from .programs import Ours
from .report import machine, show, table
from .rounds import say
from .servers import JAVA
from .session import DATABASE, Session
from .sizes import FULL, MIB

sys.path.insert(0, str(ROOT / "tests" / "cli"))
from compressing_proxy import COMPRESSORS, CompressingProxy  # noqa: E402 (the path has to be set first)
from proxy import Proxy  # noqa: E402

SIZE = 64 * MIB
ROUNDS = 3
TIME_LIMIT = 120  # seconds


def make_log(path):
    """Lines as servers write them: the same words, other numbers."""
    chance = random.Random(1)
    with open(path, "wb") as file:
        while file.tell() < SIZE:
            number, status = chance.randrange(10**9), chance.choice((200, 200, 200, 304, 404, 500))
            line = f"10.0.{number % 251}.{number % 239} - - GET /backup/{number:09}?part={number % 64} {status} {number % 9973}\n"
            file.write(line.encode())
        file.truncate(SIZE)


class Line:
    """A server that compresses as asked, or not at all, behind a slow network."""

    def __init__(self, session, compressor):
        server = session.server(JAVA)
        self.proxy = CompressingProxy(server.uri, compressor) if compressor else Proxy(server.uri)
        behind = SimpleNamespace(name=compressor or "plain", uri=self.proxy.uri, address=self.proxy.address)
        options = f"/?compressors={compressor}" if compressor else ""
        self.place = BucketPlace(session.proxies.uri(behind, NARROW) + options, DATABASE, session.fresh_name("b"))


def measure(session, program, line, path):
    """How long it took to put, and to get."""

    def run(command):
        found = session.measurer.run(command, TIME_LIMIT)
        if found.failed:
            raise SystemExit(f"bench: gridfs failed: {found.error}")
        return found

    put = run(program.put(line.place, path, "log"))
    copy = session.fresh_path()
    get = run(program.get(line.place, put.output.decode().strip(), copy, SIZE))
    if sum_of_file(copy) != sum_of_file(path):
        raise SystemExit("bench: the bytes fetched are not those stored")
    copy.unlink()
    return put, get


def rows(session, program, path):
    lines = {compressor: Line(session, compressor) for compressor in (None, *COMPRESSORS)}
    runs = {compressor: [] for compressor in lines}
    for _ in range(ROUNDS):
        for compressor, line in lines.items():
            runs[compressor].append(measure(session, program, line, path))
            say(f"{compressor}: " + "; ".join(str(found) for found in runs[compressor][-1]))
    for compressor, found in runs.items():
        received = getattr(lines[compressor].proxy, "received", None)
        share = f"{received / (ROUNDS * SIZE):.2f}" if received else "1"
        times = [part for work in zip(*found) for part in (show(spread_of(work, "wall"), 2), f"{spread_of(work, 'cpu').median:.2f}")]
        yield [compressor or "none", share, *times]


def main():
    tools = install()
    program = Ours(build_gridfs())
    with Session(tools, FULL, make_scratch(None, 4 * SIZE)) as session:
        path = session.scratch / "log"
        make_log(path)
        head = ["compressor", "bytes sent ÷ size", "put, s", "CPU, s", "get, s", "CPU, s"]
        print(f"{program.label}; {machine()}.\n")
        print(table(head, list(rows(session, program, path))))
