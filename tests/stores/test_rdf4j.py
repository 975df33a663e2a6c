"""RDF4J's own ways: what `kg stores check` tells of a repository's indexes."""

from __future__ import annotations

import pytest

from kg.stores.examine import examine
from tests.servers.process import Server
from tests.servers.rdf4j import REPOSITORIES
from tests.stores.material import BASE, access

INDEXES = ' ; ns:tripleIndexes "spoc,posc,cspo"'


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (INDEXES, "spoc,posc,cspo"),
        (INDEXES.replace("cspo", "psoc"), "spoc,posc,psoc; add cspo, which finds a graph"),
        ("", "spoc,posc; add cspo, which finds a graph"),
    ],
)
def test_indexes_that_find_no_graph_are_told(rdf4j: Server, setting: str, told: str) -> None:
    configuration = (REPOSITORIES / "native.ttl").read_text(encoding="utf-8")
    assert INDEXES in configuration
    url = rdf4j.url.replace("/kg", "/indexed")
    body = configuration.replace('"kg"', '"indexed"').replace(INDEXES, setting).encode()
    assert rdf4j.request("PUT", url, body, Content_Type="text/turtle").status < 300
    try:
        traits = {trait.what: trait for trait in examine({}, url, BASE, access(rdf4j))}
        assert (traits["indexes"].found, traits["indexes"].well) == (told, True)
    finally:
        rdf4j.request("DELETE", url)
    in_memory = examine({}, rdf4j.url, BASE, access(rdf4j))
    assert "indexes" not in {trait.what for trait in in_memory}
