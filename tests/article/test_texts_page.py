"""docs/texts.md: its commands print what the page shows, from the first to the last."""

from __future__ import annotations

import re
from pathlib import Path

from tests.console import run, steps

PAGE = Path(__file__).parents[2] / "docs" / "texts.md"
TRIPLES = re.compile(r"\d+ triples")


def test_every_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    folder = tmp_path
    followed = list(steps(PAGE))
    assert len(followed) > 10
    for step in followed:
        if step.command.startswith("cd "):
            folder /= step.command.removeprefix("cd ")
        else:
            printed = run(step.command, folder, {"KG_TEXTS": "", "NO_COLOR": "1"})
            assert TRIPLES.sub("", printed) == TRIPLES.sub("", step.shown), step.command
