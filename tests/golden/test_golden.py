"""The command line prints what the transcripts beside this file show, so that no answer changes unseen.

A transcript lists its own commands: to add one, add a line `$ kg ...` and run `python -m tests.renew golden`.
"""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from tests.golden.transcript import commands, replay

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_commands_print_what_they_printed(path: Path, tmp_path: Path) -> None:
    recorded = path.read_bytes().decode()
    now = replay(recorded, tmp_path)
    changed = unified_diff(recorded.splitlines(), now.splitlines(), path.name, "now", lineterm="")
    assert now == recorded, "\n".join(changed)


def test_every_exit_status_but_that_of_a_bug_is_recorded() -> None:
    recorded = "".join(path.read_bytes().decode() for path in TRANSCRIPTS)
    assert all(f"\n[{status}]\n" in recorded for status in range(1, 5))
    assert "\n[5]\n" not in recorded
    assert len(commands(recorded)) > 200


def renew(folder: Path) -> None:
    """Write all transcripts anew, each run in a folder of its own below one that is empty."""
    for path in TRANSCRIPTS:
        (below := folder / path.stem).mkdir()
        path.write_bytes(replay(path.read_bytes().decode(), below).encode())
