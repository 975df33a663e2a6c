"""The named graphs of a project by name, below its base: `ontology`, `article/SLUG/claims` and the others."""

from __future__ import annotations

import re
from functools import lru_cache

from pyoxigraph import NamedNode

SHARED = ("ontology", "entities")
PARTS = ("descriptions", "facts", "claims", "passages", "mentions")
_NAME = re.compile(
    r".*[/#]graph/(ontology|alignments|entities|provenance|inferred/shared"
    r"|article/[^/]+/(?:meta|descriptions|facts|claims|passages|mentions|inferred|provenance))"
)


def name_of(graph: object) -> str:
    """The name of a graph, whatever the base of its project; a graph of others as N-Triples writes it.

    >>> name_of(NamedNode("https://example.org/graph/kg/graph/article/drill/claims"))
    'article/drill/claims'
    >>> name_of(NamedNode("https://data.example.org/graph/42"))
    '<https://data.example.org/graph/42>'
    """
    name = name_in(graph.value) if isinstance(graph, NamedNode) else None
    return name or str(graph)


@lru_cache(maxsize=2**14)  # a store has millions of quads in a few graphs
def name_in(iri: str) -> str | None:
    """The name that an IRI gives to a graph; None where it is the IRI of something else."""
    found = _NAME.fullmatch(iri)
    return found[1] if found else None


def article_of(name: str) -> str | None:
    """The slug of the article that a graph is a part of; None for what articles share."""
    return name.split("/")[1] if name.startswith("article/") else None


def is_inferred(name: str) -> bool:
    """Whether a graph holds what was inferred."""
    return name == inferred(None) or name.endswith("/inferred")


def asserted(slug: str | None) -> list[str]:
    """The graphs that make an article, its metadata left out; for None those that all articles stand on."""
    return [f"article/{slug}/{part}" for part in PARTS] if slug else [*SHARED]


def inferred(slug: str | None) -> str:
    """The graph of what was inferred from an article, or for None from what all articles stand on."""
    return f"article/{slug}/inferred" if slug else "inferred/shared"


def seen_in(phase: str, slug: str | None) -> list[str]:
    """What the shapes of a phase see of an article, or for None of what all articles stand on."""
    meta = [f"article/{slug}/meta"] if slug else []
    return [*asserted(slug), *meta, *([inferred(slug)] if phase == "inferred" else [])]
