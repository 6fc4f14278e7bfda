"""Runs one program and says what it took."""

import json
import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .places import BUILT


@dataclass
class Measurement:
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak_mib: float
    first_output: Optional[float]  # seconds from the start until something was printed
    status: int
    output: bytes
    error: str  # the last line on standard error

    def __str__(self):
        return f"{self.wall:.3f} s, CPU {self.cpu:.3f} s, {self.peak_mib:.0f} MiB"


class Measurer:
    """Gives what it runs an environment without the user's own settings."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.report = scratch / "report.json"
        self.environment = {key: value for key, value in os.environ.items() if not key.endswith("_URI")}
        self.environment["XDG_CONFIG_HOME"] = str(scratch / "no-config")

    def run(self, command, time_limit):
        self.report.unlink(missing_ok=True)
        with tempfile.TemporaryFile(dir=self.scratch) as output, tempfile.TemporaryFile(dir=self.scratch) as errors:
            process = subprocess.Popen(
                [str(part) for part in (BUILT / "measure", self.report, *command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=self.environment,
                cwd=self.scratch,
                start_new_session=True,
            )
            try:
                process.wait(time_limit)
            except BaseException as stopped:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                if not isinstance(stopped, subprocess.TimeoutExpired):
                    raise
                return Measurement(time_limit, 0, 0, None, 124, b"", f"did not end within {time_limit:g} s")
            return self.read_report(process.returncode, contents(output), contents(errors))

    def read_report(self, status, output, errors):
        lines = errors.decode(errors="replace").strip().splitlines()
        last = lines[-1] if lines else ""
        if status != 0 or not self.report.exists():
            raise RuntimeError(f"measure failed: {last}")
        found = json.loads(Path(self.report).read_text())
        return Measurement(
            wall=found["wall"],
            cpu=found["user"] + found["system"],
            peak_mib=found["peak_kib"] / 1024,
            first_output=found["first_output"],
            status=found["status"],
            output=output,
            error=last,
        )


def contents(file):
    file.seek(0)
    return file.read()
