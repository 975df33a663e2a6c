"""What a project may hold of datatypes comes back from each real server, but for what is listed here."""

from __future__ import annotations

import pyoxigraph as ox

from kg.stores.verify import _normal_literal
from tests.check.test_literals import HEAD, KEPT, NAMES
from tests.servers.process import Server
from tests.stores.features import _got, put

LOST = {
    "virtuoso": {
        '"-0044"^^xsd:gYear': "-044",
        '"P7D"^^xsd:dayTimeDuration': "604800.0",
        '"POINT(1 2)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>': "POINT(1 2)",
    }
}
"""What a server makes another value of, or of another datatype; docs/stores.md tells it."""


def test_the_datatypes_that_are_taken_come_back(any_server: Server) -> None:
    """`kg check` refused all but five and said that stores rewrite the others."""
    lines = "".join(f"<urn:s> <urn:p{number}> {value} .\n" for number, value in enumerate(KEPT))
    assert put(any_server, f"{NAMES}{HEAD}{lines}")
    back = {triple.predicate.value: triple.object for triple in _got(any_server)}
    lost = {}
    for number, written in enumerate(KEPT):
        (sent,) = ox.parse(f"{NAMES}{HEAD}<urn:s> <urn:p> {written} .", ox.RdfFormat.TURTLE)
        found = back[f"urn:p{number}"]
        assert isinstance(sent.object, ox.Literal) and isinstance(found, ox.Literal)
        if _normal_literal(found) != _normal_literal(sent.object):
            lost[written] = found.value
    assert lost == LOST.get(any_server.kind, {})
