"""Timing whole processes: the operating system's own account of wall-clock and CPU seconds."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

KG = (sys.executable, "-m", "kg")
# As on a user's machine: modules are compiled once, not at every start.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Time:
    """Medians over several runs, in seconds."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"wall {self.wall:.3f} s, cpu {self.cpu:.3f} s"


def timed(command: Sequence[str], *, runs: int = 7, cwd: Path | None = None) -> Time:
    """The median time of a command after one run to warm the disk cache; it must succeed."""
    walls, cpus = [], []
    for run in range(runs + 1):
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env=ENVIRONMENT
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        if run:
            walls.append(wall)
            cpus.append(usage.ru_utime + usage.ru_stime)
    return Time(statistics.median(walls), statistics.median(cpus))
