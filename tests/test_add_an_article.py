"""docs/add-an-article.md is followed to the letter: its files, its commands, what it shows."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.console import run, tidy

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "add-an-article.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TRIPLES = re.compile(r"\d+ triples in \d+ graphs")


def followed(page: str, folder: Path) -> str:
    """The page with what its commands print, run in order beside a copy of the examples."""
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns(".kg"))
    here = folder

    def block(match: re.Match[str]) -> str:
        nonlocal here
        kind, file, text = match.groups()
        if file:
            (here / file).write_text(text, encoding="utf-8")
            return match.group()
        if kind != "console":
            pytest.fail(f"a block of {kind} names no file")
        lines = []
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command = part.partition("\n")[0]
            lines.append(f"$ {command}")
            if command.startswith("cd "):
                here = here / command.removeprefix("cd ")
            elif printed := tidy(run(command, here)):
                lines.append(printed)
        return "```console\n" + "\n".join(lines) + "\n```"

    return BLOCK.sub(block, page)


def test_the_page_holds(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert TRIPLES.sub("N triples", followed(page, tmp_path)) == TRIPLES.sub("N triples", page)


def test_the_example_is_what_it_says() -> None:
    words = (
        (ROOT / "examples" / "texts" / "2026-02-20-ties-that-hold.txt").read_text(encoding="utf-8").split()
    )
    assert 300 <= len(words) <= 500
    with (ROOT / "examples" / "sheet.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [f"B{number:02}" for number in range(1, 26)]


def renew() -> None:
    """Write what the commands print now into the page."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(followed(PAGE.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")
