"""Where a store of each kind is asked and written."""

from __future__ import annotations

import pytest

from kg.remote.endpoints import DIRECTORY, PLAIN, StoreSettings, base_of, kinds, presets, services

RDF4J = "http://h/rdf4j-server/repositories/x"


@pytest.mark.parametrize(
    ("kind", "url", "query", "update", "graphs"),
    [
        ("fuseki", "http://h/ds", "http://h/ds/query", "http://h/ds/update", "http://h/ds/data"),
        ("fuseki", "http://h/ds/sparql", "http://h/ds/query", "http://h/ds/update", "http://h/ds/data"),
        ("oxigraph", "http://h:1/", "http://h:1/query", "http://h:1/update", "http://h:1/store"),
        ("rdf4j", RDF4J, RDF4J, f"{RDF4J}/statements", f"{RDF4J}/rdf-graphs/service"),
        ("graphdb", f"{RDF4J}/statements", RDF4J, f"{RDF4J}/statements", f"{RDF4J}/rdf-graphs/service"),
        ("virtuoso", "http://h/sparql", "http://h/sparql-auth", "http://h/sparql-auth", "http://h/sparql-graph-crud-auth"),
        ("virtuoso", "http://h", "http://h/sparql-auth", "http://h/sparql-auth", "http://h/sparql-graph-crud-auth"),
        ("qlever", "http://h/api/x", "http://h/api/x", "http://h/api/x", "http://h/api/x"),
        ("sparql11", "http://h/sparql", "http://h/sparql", "http://h/sparql", None),
    ],
)  # fmt: skip
def test_the_services_of_a_kind(kind: str, url: str, query: str, update: str, graphs: str | None) -> None:
    found = services(StoreSettings("s", url, kind))
    assert (found.query, found.update, found.graphs) == (query, update, graphs)


def test_every_kind_has_a_preset_or_is_for_asking_only() -> None:
    assert set(kinds()) == {*presets(), *PLAIN, DIRECTORY}
    for preset in presets().values():
        assert preset.replaces in ("update", "operations", "transaction", "move", "graph")
        assert (preset.transactions is None) == (preset.replaces != "transaction")
        assert (preset.inline == 0) == (preset.replaces not in ("update", "operations"))
    assert base_of(StoreSettings("s", "http://ann:x@h/ds/query#f", "fuseki")) == "http://h/ds"
