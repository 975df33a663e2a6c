"""The graph of the first article, and how tests ask it."""

from __future__ import annotations

from typing import Any

import pytest
import rdflib

from kg import KnowledgeGraph, Project
from tests.query.asked import (
    REPOSITORY,
    Ask,
    Row,
    YesOrNo,
    short,
)


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open(Project.load(REPOSITORY), strict=True)


@pytest.fixture(scope="module")
def dataset(graph: KnowledgeGraph) -> rdflib.Dataset:
    return graph.to_rdflib()


@pytest.fixture(scope="module")
def ask(graph: KnowledgeGraph) -> Ask:
    """Asks a stored query; a row has the short forms of its terms, unbound ones left out."""

    def rows(name: str, **parameters: Any) -> list[Row]:
        answer = graph.query(name, **parameters)
        names = answer.variables
        return [{n: short(row[n]) for n in names if row[n] is not None} for row in answer]

    return rows


@pytest.fixture(scope="module")
def yes(graph: KnowledgeGraph) -> YesOrNo:
    return lambda name, **parameters: bool(graph.query(name, **parameters))
