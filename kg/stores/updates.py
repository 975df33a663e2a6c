"""The SPARQL updates that a load sends, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox

from kg.core.terms import RDF_TYPE

# SPARQL replaces \uXXXX before it reads strings (section 19.2): no backslash of data may stand before a u.
_BACKSLASH_U = re.compile(rb"(?<!\\)((?:\\\\)+)([uU])")


def drop(graph: ox.NamedNode) -> str:
    """Remove a graph, be it there or not."""
    return f"DROP SILENT GRAPH {graph}"


def become(graph: ox.NamedNode, staged: ox.NamedNode, mark: str) -> list[str]:
    """Give a graph the content of a staging graph, which ends; without its `mark`, do nothing.

    A load that was taken for dead must not empty a graph. Jena's TDB2 loses triples when it carries out ADD,
    COPY or MOVE; this it does right.
    """
    said = "{ ?s ?p ?o }"
    return [
        f"DELETE {{ GRAPH {graph} {said} }} WHERE {{ {mark} GRAPH {graph} {said} }}",
        f"INSERT {{ GRAPH {graph} {said} }} WHERE {{ {mark} GRAPH {staged} {said} }}",
        drop(staged),
    ]


def insert_head(graph: ox.NamedNode) -> bytes:
    """The beginning of an insertion of lines; `INSERT_TAIL` is its end."""
    return f"INSERT DATA {{ GRAPH {graph} {{\n".encode()


INSERT_TAIL = b"} }"


def insert_lines(data: bytes) -> bytes:
    """Lines of N-Triples as the inside of an insertion."""
    if rb"\\u" not in data and rb"\\U" not in data:
        return data
    return _BACKSLASH_U.sub(lambda match: match[1] + rb"\u%04x" % ord(match[2]), data)


def insert(graph: ox.NamedNode, triples: Iterable[ox.Triple]) -> str:
    """Add a few triples to a graph."""
    return f"INSERT DATA {{ GRAPH {graph} {{ {' '.join(f'{triple} .' for triple in triples)} }} }}"


def forget(graph: ox.NamedNode, subjects: Iterable[ox.NamedNode]) -> str:
    """Remove all that a graph says of some subjects."""
    values = " ".join(map(str, subjects))
    said = f"GRAPH {graph} {{ ?s ?p ?o }}"
    return f"DELETE {{ {said} }} WHERE {{ VALUES ?s {{ {values} }} {said} }}"


def doubt(graph: ox.NamedNode, subjects: Iterable[ox.NamedNode]) -> str:
    """Remove all that a manifest says of some graphs, but that they are there."""
    values = " ".join(map(str, subjects))
    said = f"GRAPH {graph} {{ ?s ?p ?o }}"
    return f"DELETE {{ {said} }} WHERE {{ VALUES ?s {{ {values} }} {said} FILTER(?p != {RDF_TYPE}) }}"


def request(operations: Iterable[str]) -> bytes:
    """Operations as one update request."""
    return " ;\n".join(operations).encode()
