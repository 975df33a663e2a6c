"""Questions to a store of thousands of graphs, each of which the query names."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.query.remote import Endpoint, ask, loaded_graphs
from kg.remote.endpoints import preset_of
from kg.remote.login import Login
from kg.stores.load import load
from kg.stores.source import SnapshotGraphs, StoredGraph
from tests.servers.process import Server
from tests.stores.material import BASE, access, at_once

CUTTING = ("rdf4j", "graphdb")  # Tomcat cuts off parameters beyond ten thousand

pytestmark = pytest.mark.full


def small_graphs(count: int) -> SnapshotGraphs:
    """So many graphs of one triple each."""
    store, table = ox.Store(), {}
    for number in range(count):
        node = ox.NamedNode(f"{BASE}graph/article/a{number:05}/claims")
        subject = ox.NamedNode(f"{BASE}s{number}")
        store.add(ox.Quad(subject, ox.NamedNode(f"{BASE}p"), ox.Literal(number), node))
        table[node.value] = StoredGraph(node.value, 1, f"{number:064x}")
    return SnapshotGraphs(BASE, table, lambda: store)


def test_every_graph_answers(any_server: Server) -> None:
    many = 5100 if any_server.kind in CUTTING else 150
    assert load(small_graphs(many), {}, any_server.url, at_once(any_server)).is_whole
    login = access(any_server)
    scheme = "digest" if any_server.kind == "virtuoso" else "basic"
    url = any_server.query_url.replace("/sparql", "/sparql-auth") if login.user else any_server.query_url
    endpoint = Endpoint(url, login=Login(login.user, login.password, scheme=scheme))
    method = "direct" if preset_of(any_server.kind).direct else "form"
    narrowed = Endpoint(url, method, endpoint.login, graphs=loaded_graphs(endpoint, BASE))
    for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
        answer = ask(narrowed, f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", {})
        assert isinstance(answer, ox.QuerySolutions)
        assert [int(row["n"].value) for row in answer] == [many], pattern
