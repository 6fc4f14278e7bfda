"""Where things lie in the tree."""

import os
import shutil
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
BUILT = ROOT / "build" / "bench"
VENV = ROOT / ".deps" / "bench"
PYTHON = VENV / "bin" / "python"
RELEASE_PROGRAM = ROOT / "build" / "release" / "gridfs"
DEVSERVER = ROOT / "build" / "devserver" / "devserver"
LOG = BUILT / "log"  # what servers and links say

MEMORY = Path("/dev/shm")


def make_scratch(parent):
    os.makedirs(parent, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="gridfs-bench-", dir=parent))


def fits_memory(size):
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > size
