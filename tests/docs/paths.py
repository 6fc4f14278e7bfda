"""Where the documents are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
MAN = ROOT / "man"


def page(command):
    return MAN / (f"gridfs-{command}.1" if command else "gridfs.1")
