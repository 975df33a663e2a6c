from __future__ import annotations

from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project


@pytest.fixture(scope="session")
def orchards_graph(orchards_built: Path) -> KnowledgeGraph:
    """The graph of the orchards, for reading."""
    return KnowledgeGraph.open(Project.load(orchards_built))


@pytest.fixture(scope="session")
def shipped_graph() -> KnowledgeGraph:
    """The graph of the first article."""
    return KnowledgeGraph.open(Project.shipped(), strict=True)
