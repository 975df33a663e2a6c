"""The names of the load manifest: the graph in a store in which `kg load` notes what it put there.

It lies below `graph/load`, where no build makes a graph: those of a snapshot are ontology, alignments,
entities, article/..., inferred/... and provenance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from kg.core.errors import StoreError
from kg.remote.results import Binding

PAGE = 5000
LOAD = "https://w3id.org/secpol/load#"
GRAPH = NamedNode(LOAD + "Graph")
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


def nothing_of(base: str) -> str:
    """A graph that is never there: a dataset of it alone is empty."""
    return f"{manifest_graph(base).value}/nothing"


def members_query(base: str, after: str = "") -> str:
    """The query for the graphs that `kg load` put into a store, whatever it knows of their content."""
    return _paged("?graph", f"GRAPH {manifest_graph(base)} {{ ?graph a {GRAPH} }}", after)


def entries_query(base: str, after: str = "") -> str:
    """The same with their hashes and sizes, which a graph lacks while its content is not known."""
    said = f"?graph a {GRAPH} OPTIONAL {{ ?graph {SHA256} ?sha256 ; {TRIPLES} ?triples }}"
    return _paged("?graph ?sha256 ?triples", f"GRAPH {manifest_graph(base)} {{ {said} }}", after)


def begun_query(base: str) -> str:
    """A query whose one row says that a load has begun, even if nothing of it is there yet."""
    return f"SELECT ?graph {{ GRAPH {manifest_graph(base)} {{ ?graph ?p ?o }} }} LIMIT 1"


def by_pages(select: Callable[[str], Sequence[Binding]], query: Callable[[str], str]) -> Iterator[Binding]:
    """All rows of a query that is made for what comes after a graph, `PAGE` rows at a time.

    Stores cut long answers without a word (Virtuoso at 10,000 rows).
    """
    after = ""
    while page := select(query(after)):
        yield from page
        if len(page) < PAGE:
            return
        before, after = after, page[-1].iri("graph").value
        if after == before:
            raise StoreError("the store answers the same rows again where the next are asked for")


def _paged(columns: str, inside: str, after: str) -> str:
    beyond = f"FILTER(STR(?graph) > {Literal(after)})" if after else ""
    return f"SELECT {columns} {{ {inside} {beyond} }} ORDER BY STR(?graph) LIMIT {PAGE}"
