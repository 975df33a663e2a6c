"""docs/add-an-article.md is followed to the letter: its files, its commands, what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.console import run, tidy

PAGE = Path(__file__).parents[1] / "docs" / "add-an-article.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TRIPLES = re.compile(r"\d+ triples")


def follow(folder: Path) -> list[tuple[str, str, str]]:
    """Each command of the page with what the page shows and what it printed."""
    followed = []
    for kind, file, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if file:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        elif kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                if command.startswith("cd "):
                    folder /= command.removeprefix("cd ")
                else:
                    followed.append((command, tidy(shown), run(command, folder)))
        else:
            pytest.fail(f"a block of {kind} names no file")
    return followed


def test_the_page_holds(tmp_path: Path) -> None:
    followed = follow(tmp_path)
    assert len(followed) == 7
    for command, shown, printed in followed:
        assert TRIPLES.sub("N triples", printed) == TRIPLES.sub("N triples", shown), command


def test_the_files_have_what_the_script_prints() -> None:
    text = PAGE.read_text(encoding="utf-8")
    files = {file: body for _, file, body in BLOCK.findall(text) if file}
    printed = next(body for _, file, body in BLOCK.findall(text) if not file and "python3 spans.py" in body)
    claims, article = (files[f"articles/2026-02-03-patrol/{name}.ttl"] for name in ("claims", "article"))
    head, *passages = tidy(printed.partition("\n")[2]).split("\n\n")
    assert head in article
    assert len(passages) == 2
    for passage in passages:
        assert passage in claims
