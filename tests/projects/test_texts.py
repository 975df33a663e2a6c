"""The articles of our own: what they record of their text is so."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project

PASSAGES = """SELECT ?passage ?digest ?paragraph ?surface ?start ?end {
    ?passage secpol:spanDigest ?digest ; secpol:startOffset ?start ; secpol:endOffset ?end
    OPTIONAL { ?passage secpol:paragraph ?paragraph }
    OPTIONAL { ?passage secpol:surface ?surface }
}"""


@pytest.fixture(params=["orchards_built", "starter_built"])
def project(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


@pytest.fixture
def text(project: Path) -> str:
    (path,) = (project / "texts").glob("*.txt")
    (article,) = (project / "articles").iterdir()
    assert path.stem == article.name
    return path.read_text(encoding="utf-8")


def test_the_text_is_the_one_on_record(project: Path, text: str) -> None:
    graph = KnowledgeGraph.open(Project.load(project))
    (row,) = graph.sparql(
        "SELECT ?hash ?length { ?article secpol:textSha256 ?hash ; secpol:textLength ?length }"
    )
    assert row["hash"].value == hashlib.sha256(text.encode()).hexdigest()
    assert int(row["length"].value) == len(text)


def test_every_passage_is_where_it_says(project: Path, text: str) -> None:
    graph = KnowledgeGraph.open(Project.load(project))
    rows = list(graph.sparql(PASSAGES))
    assert len(rows) > 7
    for row in rows:
        start, end = int(row["start"].value), int(row["end"].value)
        assert row["passage"].value.endswith(f"#char={start},{end}")
        span = text[start:end]
        assert span.strip() == span != ""
        assert not re.match(r"\w", text[end : end + 1]), f"{span!r} ends within a word"
        assert hashlib.sha256(span.encode()).hexdigest()[:12] == row["digest"].value
        if row["paragraph"] is not None:
            assert int(row["paragraph"].value) == text.count("\n", 0, start)
        if row["surface"] is not None:
            assert row["surface"].value == span


def test_the_article_shows_each_kind_of_claim(project: Path, text: str) -> None:
    """A reader learns from it: a fact, a figure, a reported view of somebody unnamed, a denial."""
    graph = KnowledgeGraph.open(Project.load(project))
    for pattern in (
        "?claim secpol:assertedAs secpol:Fact",
        "?figure secpol:figureFor ?counted ; secpol:numericValue ?n",
        "?claim secpol:heldBy [ a secpol:UnspecifiedAgent ] ; secpol:reportedBy ?reporter",
        "?claim secpol:polarity secpol:Denied",
        "?mention a secpol:Mention",
    ):
        assert graph.sparql(f"ASK {{ {pattern} }}"), pattern


def test_glosses_are_in_other_words_than_the_text(project: Path, text: str) -> None:
    graph = KnowledgeGraph.open(Project.load(project))
    words = re.findall(r"\w+", text.lower())
    runs = {tuple(words[at : at + 5]) for at in range(len(words))}
    for row in graph.sparql("SELECT ?gloss { ?claim secpol:proposition ?p ; rdfs:label ?gloss }"):
        gloss = re.findall(r"\w+", row["gloss"].value.lower())
        assert not {tuple(gloss[at : at + 5]) for at in range(len(gloss) - 4)} & runs, row["gloss"].value
