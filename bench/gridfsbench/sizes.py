"""How much of everything there is to do."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Sizes:
    large: int  # bytes of the file that is put, and of the one that peers cannot fetch
    medium: int  # bytes of the file that is fetched, which peers can
    on_ferretdb: int  # bytes put on the server that is slow itself
    small_files: int
    small_file: int  # bytes
    small_files_on_ferretdb: int
    mixed_files: int
    largest_mixed: int  # bytes
    listing: int  # files documents
    removed: int  # files


FULL = Sizes(
    large=256 * MIB,
    medium=40 * MIB,
    on_ferretdb=64 * MIB,
    small_files=2000,
    small_file=4 * KIB,
    small_files_on_ferretdb=100,
    mixed_files=10_000,
    largest_mixed=20 * MIB,
    listing=100_000,
    removed=2000,
)

QUICK = Sizes(
    large=4 * MIB,
    medium=2 * MIB,
    on_ferretdb=2 * MIB,
    small_files=30,
    small_file=4 * KIB,
    small_files_on_ferretdb=10,
    mixed_files=40,
    largest_mixed=2 * MIB,
    listing=500,
    removed=30,
)


def say_bytes(count):
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if count >= unit:
            return f"{count / unit:g} {name}"
    return f"{count} B"
