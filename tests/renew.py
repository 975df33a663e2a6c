"""Writes anew what the documentation shows and what the stored queries are expected to answer.

`make renew`, then read the diff: each changed line is a change that users see. `python -m tests.renew golden`
writes the golden transcripts alone, which takes half a minute.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project
from kg.query.answer import Format
from kg.query.stored import StoredQuery
from tests import test_add_an_article
from tests.console import BLOCK, Step
from tests.export import matrix
from tests.export.context import context_text
from tests.golden import test_golden
from tests.servers.packages import jars
from tests.stores import features
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


def renew_export() -> None:
    """The JSON-LD context of the ontology, and the round-trip matrix, which takes Jena and ROBOT."""
    graph = KnowledgeGraph.open(Project.shipped())
    context = graph.project.root / "ontology" / "context.jsonld"
    context.write_text(context_text(graph), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        jena, robot = (lambda: f"{jars('jena')}/*"), (lambda: f"{jars('robot')}/*")
        matrix.renew(matrix.Bench(graph, Path(folder), jena, robot), Path(folder))


def renew_golden() -> None:
    """The golden transcripts of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        test_golden.renew(Path(folder))


def main() -> None:
    """Renew all, or the golden transcripts alone."""
    renew_golden()
    if sys.argv[1:] == ["golden"]:
        return
    renew_answers()
    features.renew()
    renew_export()
    for page in (
        README,
        DOCS / "errors.md",
        DOCS / "asking.md",
        DOCS / "export.md",
        DOCS / "queries.md",
        DOCS / "stores.md",
        DOCS / "diff.md",
        DOCS / "turtle.md",
    ):
        with tempfile.TemporaryDirectory() as folder:
            renew_page(page, copy_of_checkout(Path(folder) / "secpol-kg"))
    with tempfile.TemporaryDirectory() as folder:
        renew_page(DOCS / "texts.md", Path(folder))
    test_add_an_article.renew()


if __name__ == "__main__":
    main()
