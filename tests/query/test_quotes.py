"""The words of a text: given on a terminal and where they are asked for, and by nothing else."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project
from tests.cli.test_streams import COMMAND, on_terminal
from tests.command import Kg

SLUG = "2026-01-15-harbour-drill"
WORDS = "led a rescue drill"


@pytest.mark.parametrize(
    "command",
    [
        ("why", "#S001"),
        ("why", "#S001", "--format", "json"),
        ("why", "#S001", "--format", "dot"),
        ("show", "#S001"),
        ("show", "Ellery Coastguard", "--format", "json"),
    ],
    ids=" ".join,
)
def test_a_pipe_has_words_where_they_are_asked_for(starter: Path, kg: Kg, command: tuple[str, ...]) -> None:
    plain = kg(*command, cwd=starter)
    assert plain.status == 0 and WORDS not in plain.out
    assert WORDS in kg(*command, "--quotes", cwd=starter).out


def test_a_terminal_has_them_as_text(starter: Path) -> None:
    assert WORDS in on_terminal([COMMAND, "why", "#S001"], starter)
    assert WORDS not in on_terminal([COMMAND, "show", "Ellery Coastguard", "--format", "json"], starter)


def test_the_library_gives_them_where_they_are_asked_for(starter: Path) -> None:
    graph = KnowledgeGraph.open(Project.load(starter))
    for asked in (
        lambda **how: [asdict(found) for found in graph.why("#S001", **how)],
        lambda **how: next(iter(graph.show("Ellery Coastguard", **how).claims.values()))[0],
        lambda **how: graph.article(SLUG, **how),
    ):
        assert WORDS not in str(asked()) and WORDS in str(asked(quotes=True))


@pytest.mark.parametrize("name", ["a.nq", "a.jsonld", "a.graphml", "a.parquet", "a.entities.csv"])
def test_no_export_has_them(starter: Path, kg: Kg, name: str) -> None:
    ran = kg("export", name, cwd=starter)
    written = [path for path in starter.glob("a.*") if path.is_file()]
    assert written or ran.status == 2
    assert not any(WORDS.encode() in path.read_bytes() for path in written)


@pytest.mark.parametrize(
    "command",
    [
        ("export", "sheet.csv", "--layer", "claims"),
        ("article", "show", SLUG),
        ("article", "show", SLUG, "--html", "page.html"),
        ("article", "mentions", SLUG),
    ],
    ids=" ".join,
)
def test_what_is_made_to_hold_them_says_so(starter: Path, kg: Kg, command: tuple[str, ...]) -> None:
    assert "the article's text" in kg(*command, cwd=starter).err
