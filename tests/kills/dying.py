"""`kg` that is killed at its Nth call of the system that changes a file or a folder.

    python -m tests.kills.dying N FILE ARGUMENT...

Nothing of the call happens. A command that makes fewer calls ends by itself, and FILE has their number.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

CHANGES = {"os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR


class Death:
    """A count of calls, and the one at which the process ends."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.calls = 0

    def step(self) -> None:
        """Count a call."""
        self.calls += 1
        if self.calls == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Count what the interpreter tells of: every change of a name, and every file opened for writing."""
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if event in CHANGES or (opens and not str(arguments[0]).startswith("/dev/")):
            self.step()


def run(last: int, count: Path, arguments: list[str]) -> None:
    """Run the command; where it lives, write down how many calls it made."""
    from kg.cli import main

    death = Death(last)
    bring_to_disk = os.fsync

    def fsync(fd: Any) -> None:
        death.step()
        bring_to_disk(fd)

    sys.dont_write_bytecode = True
    sys.argv = ["kg", *arguments]
    os.fsync = fsync
    sys.addaudithook(death.heard)
    try:
        main()
    finally:
        death.last = 0
        count.write_text(str(death.calls), encoding="ascii")


if __name__ == "__main__":
    run(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
