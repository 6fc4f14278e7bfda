"""How much of everything there is to do."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Sizes:
    put: int  # bytes, as the next two
    large: int
    medium: int
    text: int
    on_ferretdb: int  # bytes on the server that is slow itself
    small_files: int
    small_files_on_ferretdb: int
    typed_files: int
    listing: int  # files in a bucket of many
    most_files: int  # in a bucket


SMALL_FILE = 4 * KIB
LISTED_FILE = 512

FULL = Sizes(
    put=128 * MIB,
    large=256 * MIB,
    medium=40 * MIB,
    text=16 * MIB,
    on_ferretdb=16 * MIB,
    small_files=2000,
    small_files_on_ferretdb=100,
    typed_files=3000,
    listing=100_000,
    most_files=1_000_000,
)

QUICK = Sizes(
    put=3 * MIB,
    large=4 * MIB,
    medium=2 * MIB,
    text=1 * MIB,
    on_ferretdb=1 * MIB,
    small_files=30,
    small_files_on_ferretdb=5,
    typed_files=40,
    listing=500,
    most_files=2_000,
)


def say_bytes(count):
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if count >= unit:
            return f"{count / unit:g} {name}"
    return f"{count} B"
