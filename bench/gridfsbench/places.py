"""Where things lie in the tree."""

import os
import shutil
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
BUILT = ROOT / "build" / "bench"
VENV = ROOT / ".deps" / "bench"
RELEASE_PROGRAM = ROOT / "build" / "release" / "gridfs"
DEVSERVER = ROOT / "build" / "devserver" / "devserver"
TOXIPROXY = ROOT / "build" / "tools" / "toxiproxy"

MEMORY_FILE_SYSTEM = Path("/dev/shm")


def make_scratch(parent, bytes_needed):
    """A directory for the files that are put and fetched; in memory if it fits, so that no disk is measured."""
    if parent is None:
        in_memory = os.access(MEMORY_FILE_SYSTEM, os.W_OK) and shutil.disk_usage(MEMORY_FILE_SYSTEM).free > bytes_needed
        parent = MEMORY_FILE_SYSTEM if in_memory else BUILT
    os.makedirs(parent, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="gridfs-bench-", dir=parent))
