"""The named graphs of a project by name: `ontology`, `article/SLUG/claims` and the others, below its base."""

from __future__ import annotations

import re
from functools import lru_cache

from pyoxigraph import NamedNode

_NAME = re.compile(
    r".*[/#]graph/(ontology|alignments|entities|provenance|inferred/shared"
    r"|article/[^/]+/(?:meta|facts|claims|passages|mentions|inferred|provenance))"
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


def is_inferred(name: str) -> bool:
    """Whether a graph holds what was inferred."""
    return name == "inferred/shared" or name.endswith("/inferred")
