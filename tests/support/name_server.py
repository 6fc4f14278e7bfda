"""A name server of a test's own, in network and mount namespaces in which no other is known.

    with NameServer({"A": {"here.db.example": ["127.0.0.1"]}}) as names:
        subprocess.run([...], preexec_fn=names.enter)

`records` holds, by type and name, addresses for A, texts for TXT, and [port, host] for SRV.
"""

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile

import pytest

_libc = ctypes.CDLL(None, use_errno=True)
_TYPES = {1: "A", 16: "TXT", 33: "SRV"}


class NameServer:
    """Lasts as long as the process that holds the namespaces, which is this file run as a program. The test is skipped
    where none can be made."""

    def __init__(self, records):
        self._kinds = [] if os.geteuid() == 0 else ["user"]
        self._kinds += ["net", "mnt"]
        unshared = ["--net", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
        self._holder = subprocess.Popen(
            ["unshare", *unshared, sys.executable, __file__, json.dumps(records)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        if self._holder.stdout.readline() != "ready\n":
            _, said = self._holder.communicate()
            pytest.skip(f"no name server here: {said.strip().splitlines()[-1]}")

    def enter(self):
        """Makes the calling process, which has one thread, one of the namespaces."""
        directory = os.getcwd()
        for kind in self._kinds:
            with open(f"/proc/{self._holder.pid}/ns/{kind}", "rb") as namespace:
                if _libc.setns(namespace.fileno(), 0) != 0:
                    raise OSError(ctypes.get_errno(), f"setns {kind}")
        os.chdir(directory)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._holder.kill()
        self._holder.communicate()


def _encoded(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def _data(kind, record):
    if kind == "A":
        return socket.inet_aton(record)
    if kind == "TXT":
        return bytes([len(record)]) + record.encode()
    port, host = record
    return struct.pack(">HHH", 0, 0, port) + _encoded(host)


def _answer(query, records):
    """To a question with one name: all records of its type, or none."""
    parts, at = [], 12
    while query[at]:
        parts.append(query[at + 1 : at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    kind = _TYPES.get(struct.unpack_from(">H", query, at + 1)[0])
    found = [_data(kind, record) for record in records.get(kind, {}).get(".".join(parts), [])]
    response, pointer_to_the_name, ttl = 0x8580, 0xC00C, 1
    header = query[:2] + struct.pack(">HHHHH", response, 1, len(found), 0, 0)
    question = query[12 : at + 5]
    return header + question + b"".join(
        struct.pack(">H", pointer_to_the_name) + query[at + 1 : at + 5] + struct.pack(">IH", ttl, len(data)) + data
        for data in found)


def _raise_loopback():
    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name, flags = struct.unpack("16sh", fcntl.ioctl(any_socket, get_flags, struct.pack("16sh", b"lo", 0)))
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh", name, flags | up))


def _serve(records):
    """In the namespaces, until it is killed."""
    with tempfile.NamedTemporaryFile("w", prefix="resolv.conf-") as configuration:
        configuration.write("nameserver 127.0.0.1\n")
        configuration.flush()
        subprocess.run(["mount", "--bind", configuration.name, "/etc/resolv.conf"], check=True)
    _raise_loopback()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        print("ready", flush=True)
        while True:
            query, client = server.recvfrom(4096)
            server.sendto(_answer(query, records), client)


if __name__ == "__main__":
    try:
        _serve(json.loads(sys.argv[1]))
    except (OSError, subprocess.CalledProcessError) as failure:
        sys.exit(str(failure))
