"""Writes anew what the documentation shows and what the stored questions are expected to answer.

`make renew`, then read the diff: each changed line is a change that users see.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from kg.graph import KnowledgeGraph
from kg.project import Project
from kg.query.answer import Format
from kg.query.stored import StoredQuery
from tests.console import BLOCK, Step
from tests.test_docs import DOCS, README, copy_of_checkout, run_step

QUIET = {"KG_TEXTS": "", "NO_COLOR": "1"}


def renew_answers() -> None:
    """The expected answer of each stored query, at its examples where it needs a value."""
    graph = KnowledgeGraph.open(Project.shipped())
    for stored in graph.queries.values():
        data, suffix = answer(graph, stored)
        stored.path.with_suffix(suffix).write_bytes(data)


def answer(graph: KnowledgeGraph, stored: StoredQuery) -> tuple[bytes, str]:
    """An answer as W3C CSV or sorted N-Triples, and the suffix of its file."""
    given = {known.name: known.example for known in stored.parameters if known.required and known.example}
    found, file = graph.query(stored.name, **given), io.BytesIO()
    if found.is_graph:
        found.write(file, Format.NTRIPLES)
        return b"".join(sorted(set(file.getvalue().splitlines(keepends=True)))), ".expected.nt"
    found.write(file, Format.CSV)
    return file.getvalue(), ".expected.csv"


def renew_page(page: Path, folder: Path) -> None:
    """The output under each command of a page, run in order in a folder."""
    here = folder

    def block(match: re.Match[str]) -> str:
        nonlocal here
        lines = []
        for part in re.split(r"^\$ ", match.group(1), flags=re.MULTILINE)[1:]:
            command = part.partition("\n")[0]
            lines.append(f"$ {command}")
            if command.startswith("cd "):
                here = here / command.removeprefix("cd ")
            elif shown := run_step(Step(command, ""), here, QUIET):
                lines.append(shown)
        return "```console\n" + "\n".join(lines) + "\n```"

    page.write_text(BLOCK.sub(block, page.read_text(encoding="utf-8")), encoding="utf-8")


def main() -> None:
    """Renew all."""
    renew_answers()
    for page in (README, DOCS / "errors.md", DOCS / "asking.md", DOCS / "queries.md"):
        with tempfile.TemporaryDirectory() as folder:
            renew_page(page, copy_of_checkout(Path(folder) / "secpol-kg"))


if __name__ == "__main__":
    main()
