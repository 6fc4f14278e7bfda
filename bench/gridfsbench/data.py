"""The files that are stored, and the sums to hold against what comes back."""

import hashlib
import os
import random

from .sizes import KIB, MIB

DISCARD_CHUNK = 255 * KIB
WORD = (1 << 64) - 1


class Tree:
    """A directory of files, and the sum of each by its path from there."""

    def __init__(self, root):
        self.root = root
        self.sums = {}
        self.bytes = 0

    def add(self, relative, content):
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.sums[relative] = hashlib.sha256(content).hexdigest()
        self.bytes += len(content)


def make_file(path, size):
    with open(path, "wb") as file:
        for start in range(0, size, MIB):
            file.write(os.urandom(min(MIB, size - start)))
    return path


def make_tree(root, sizes):
    """Files of these sizes, up to a hundred in a directory. Each is another part of the same random bytes."""
    noise = os.urandom(max(sizes, default=0) + MIB)
    tree = Tree(root)
    root.mkdir(parents=True)
    for number, size in enumerate(sizes):
        start = number * 7919 % MIB
        tree.add(f"d{number // 100:03}/f{number:05}.bin", noise[start : start + size])
    return tree


def mixed_sizes(count, largest):
    """Log-normal about 4 KiB, with an empty file and one as large as any among them."""
    chance = random.Random(1)
    drawn = [min(int(chance.lognormvariate(8.3, 2)), largest) for _ in range(count - 2)]
    return [0, *drawn, largest]


def sum_of_file(path):
    sums = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(MIB):
            sums.update(block)
    return sums.hexdigest()


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
