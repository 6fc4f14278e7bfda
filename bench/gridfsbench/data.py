"""The files that are stored, and the sums to hold against what comes back."""

import hashlib
import os
import random

from .sizes import KIB, MIB

DISCARD_CHUNK = 255 * KIB
WORD = (1 << 64) - 1


class Tree:
    """A directory of files, up to a hundred in each below it, and the sum of each by its path from there."""

    def __init__(self, root, count, size, endings):
        self.root = root
        self.sums = {}
        noise = os.urandom(size + MIB)
        for number in range(count):
            start = number * 7919 % MIB
            self.add(f"d{number // 100:03}/f{number:05}.{endings[number % len(endings)]}", noise[start : start + size])

    def add(self, relative, content):
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.sums[relative] = hashlib.sha256(content).hexdigest()


def listed_directory(number):
    """Of a hundred files each."""
    return f"listing/{number // 100:05}/"


def listed_name(number):
    return f"{listed_directory(number)}file-{number:07}.bin"


def make_noise(path, size):
    with open(path, "wb") as file:
        for start in range(0, size, MIB):
            file.write(os.urandom(min(MIB, size - start)))


def make_text(path, size):
    """A log as web servers write it: the same words, other numbers."""
    chance = random.Random(1)
    with open(path, "wb") as file:
        while file.tell() < size:
            number, status = chance.randrange(10**9), chance.choice((200, 200, 200, 304, 404, 500))
            line = f"10.0.{number % 251}.{number % 239} - - GET /backup/{number:09}?part={number % 64} {status} {number % 9973}\n"
            file.write(line.encode())
        file.truncate(size)


def sum_of_file(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sums_of_tree(root):
    return {
        os.path.relpath(os.path.join(directory, name), root): sum_of_file(os.path.join(directory, name))
        for directory, _, names in os.walk(root)
        for name in names
    }


def made_up_id(length):
    """The id under which the server `discard` makes up a file of this length."""
    return f"{length:024x}"


def sum_of_made_up(length):
    """Of the file that the server `discard` makes up: one block over and over, each chunk's number stamped on it."""
    state = 88172645463325252
    block = bytearray()
    while len(block) < DISCARD_CHUNK:
        state ^= state << 13 & WORD
        state ^= state >> 7
        state ^= state << 17 & WORD
        block += state.to_bytes(8, "little")
    sums = hashlib.sha256()
    for number, start in enumerate(range(0, length, DISCARD_CHUNK)):
        chunk = number.to_bytes(8, "little") + block[8:]
        sums.update(chunk[: length - start])
    return sums.hexdigest()
