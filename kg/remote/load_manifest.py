"""The names of the load manifest: the graph in a store in which `kg load` notes what it put there.

It lies below `graph/load`, where no build makes a graph: those of a snapshot are ontology, alignments,
entities, article/..., inferred/... and provenance.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

PAGE = 5000
LOAD = "https://w3id.org/secpol/load#"
SHA256 = NamedNode(LOAD + "sha256")
TRIPLES = NamedNode(LOAD + "triples")
LOADED = NamedNode(LOAD + "loaded")
LOADER = NamedNode(LOAD + "loader")
HOLDER = NamedNode(LOAD + "holder")
OWNER = NamedNode(LOAD + "owner")
SINCE = NamedNode(LOAD + "since")
STAGED_FOR = NamedNode(LOAD + "stagedFor")


def manifest_graph(base: str) -> NamedNode:
    """The graph of the load manifest of a project.

    >>> manifest_graph("https://w3id.org/secpol/").value
    'https://w3id.org/secpol/graph/load'
    """
    return NamedNode(f"{base}graph/load")


def entries_query(base: str, after: str = "") -> str:
    """The query for the graphs that a store is known to hold, `PAGE` of them in the order of their names.

    Stores cut long answers without a word (Virtuoso at 10,000 rows), so they are asked for page by page.
    """
    said = f"?graph {SHA256} ?sha256 ; {TRIPLES} ?triples"
    beyond = f"FILTER(STR(?graph) > {Literal(after)})" if after else ""
    inside = f"GRAPH {manifest_graph(base)} {{ {said} }} {beyond}"
    return f"SELECT ?graph ?sha256 ?triples {{ {inside} }} ORDER BY STR(?graph) LIMIT {PAGE}"
