"""Small graphs to load, with what breaks in transit: blank nodes, backslashes, line ends, odd languages."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.core.terms import quad
from kg.rdf.canonical_hash import canonical_hash
from kg.remote.limit import Clock
from kg.remote.login import Secret
from kg.stores.load import Loading
from kg.stores.opening import Access
from kg.stores.source import SnapshotGraphs, StoredGraph
from tests.servers.process import Server

BASE = "https://example.org/depot/"
SECRET = "open-sesame-4711"
PREFIXES = "@prefix : <https://example.org/depot/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
TROUBLE = r"""
:a :says "a line\nand \"quotes\", a \\ and \\u0041 and \\\\u0041, a tab\t" .
:a :says "Grüße"@de, "\U0001D518nicode \u2603" .
:a :counts 5 ; :weighs 2.50 ; :is true ; :when "2024-12-11T10:00:00Z"^^xsd:dateTime .
:b :has [ :part [ :name "inner" ] ; :part [ :name "other" ] ] ; :list ( 1 2 3 ) .
"""


def turtle(text: str) -> list[ox.Triple]:
    """The triples of a Turtle text with the prefixes of these tests."""
    return [found.triple for found in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE)]


def numbered(count: int, mark: str = "") -> str:
    """So many triples."""
    return "".join(f':s{number} :p "{mark}{number}" .\n' for number in range(count))


def source(base: str = BASE, **graphs: str) -> SnapshotGraphs:
    """A source of graphs, `graph/NAME` below the base, each given as Turtle; `__` in a name is a slash."""
    store, table = ox.Store(), {}
    for name, text in graphs.items():
        node = ox.NamedNode(f"{base}graph/{name.replace('__', '/')}")
        store.extend(quad(triple, node) for triple in turtle(text))
        triples = [found.triple for found in store.quads_for_pattern(None, None, None, node)]
        table[node.value] = StoredGraph(node.value, len(triples), canonical_hash(triples))
    return SnapshotGraphs(base, table, lambda: store)


def depot(mark: str = "") -> SnapshotGraphs:
    """Four graphs, of which `mark` changes one."""
    return source(
        ontology=TROUBLE,
        article__one__claims=numbered(40, mark),
        article__one__facts=numbered(7),
        article__two__claims=numbered(12),
    )


def access(server: Server) -> Access:
    """The login of a server."""
    return Access(user=server.user or None, password=Secret(server.password) if server.user else None)


def at_once(server: Server | None = None, **options: object) -> Loading:
    """How these tests load: no waiting between tries."""
    clock = Clock(sleep=lambda _: None)
    login = access(server) if server is not None else Access()
    return Loading(**{"access": login, "clock": clock, **options})  # type: ignore[arg-type]


def held(server: Server) -> Mapping[str, int]:
    """The graphs of a server and their sizes, without the manifest."""
    return {name: size for name, size in server.graphs().items() if name != f"{BASE}graph/load"}


def sizes(loaded: SnapshotGraphs) -> dict[str, int]:
    """The graphs of a source and their sizes."""
    return {iri: graph.triples for iri, graph in loaded.graphs.items()}
