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

KG = (str(Path(sys.executable).with_name("kg")),)
# As on a user's machine: modules are compiled once, not at every start.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Time:
    """Seconds of one run, or medians over several."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"wall {self.wall:.3f} s, cpu {self.cpu:.3f} s"


def timed(command: Sequence[str], *, runs: int = 7, cwd: Path | None = None) -> Time:
    """The median time of a command after one run to warm the disk cache; it must succeed."""
    return interleaved([command], runs=runs, cwd=cwd)[0]


def interleaved(commands: Sequence[Sequence[str]], *, runs: int = 7, cwd: Path | None = None) -> list[Time]:
    """The same for commands that are compared: run in turns, so that a busy machine is busy for all."""
    times: list[list[Time]] = [[] for _ in commands]
    for run in range(runs + 1):
        for command, found in zip(commands, times, strict=True):
            once = _once(command, cwd)
            if run:
                found.append(once)
    return [
        Time(statistics.median(time.wall for time in found), statistics.median(time.cpu for time in found))
        for found in times
    ]


def _once(command: Sequence[str], cwd: Path | None) -> Time:
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env=ENVIRONMENT
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Time(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)


def used(command: Sequence[str], status: int = 0, **environment: str) -> tuple[float, int]:
    """CPU seconds and the largest resident set, in MB, of one run, which must end with a status."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**ENVIRONMENT, **environment}
    )
    _, ended, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode != status:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024
