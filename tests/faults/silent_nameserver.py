"""Becomes a program whose only name server is silent: silent_nameserver.py DIRECTORY PROGRAM ARGUMENT...

Run it in mount and network namespaces of its own. The file `asked` appears in the directory with the first question."""

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
PR_SET_PDEATHSIG = 1


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name, flags = struct.unpack("16sh", fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16sh", b"lo", 0)))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", name, flags | IFF_UP))


def take_questions(server, directory):
    """Until the program ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    while True:
        server.recv(4096)
        with open(os.path.join(directory, "asked"), "w"):
            pass


def main():
    directory, program, *arguments = sys.argv[1:]
    configuration = os.path.join(directory, "resolv.conf")
    with open(configuration, "w") as file:
        file.write("nameserver 127.0.0.1\n")
    subprocess.run(["mount", "--bind", configuration, "/etc/resolv.conf"], check=True)
    raise_loopback()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    if os.fork() == 0:
        for standard in range(3):  # whoever reads from the program is not to wait for this one
            os.close(standard)
        take_questions(server, directory)
    server.close()
    os.execv(program, [program, *arguments])


main()
