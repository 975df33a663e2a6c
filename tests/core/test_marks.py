from __future__ import annotations

import pyoxigraph as ox

from kg.core.marks import shared_classes
from kg.core.terms import SECPOL
from kg.project.project import Project, SourceKind
from kg.rdf.turtle_reading import read_turtle


def shipped() -> frozenset[ox.NamedNode]:
    sources = (source for source in Project.shipped().sources() if source.kind is SourceKind.ONTOLOGY)
    return shared_classes(triple for source in sources for triple in read_turtle(source.path))


def test_what_has_a_name_in_every_text_is_shared() -> None:
    named = {"Person", "State", "NationalGovernment", "ArmedForces", "SeaLane", "Treaty", "BilateralAlliance"}
    assert {SECPOL(name) for name in named} <= shipped()


def test_what_one_text_brings_in_is_not() -> None:
    local = {
        "Agent",
        "UnspecifiedAgent",
        "Collective",
        "Event",
        "Quality",
        "Figure",
        "TemporalExtent",
        "Claim",
    }
    assert not {SECPOL(name) for name in local} & shipped()


def test_a_mark_holds_of_the_classes_below_and_of_no_other() -> None:
    text = """
        @prefix : <urn:> . @prefix secpol: <https://w3id.org/secpol/ontology#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :A secpol:sharedByArticles true ; rdfs:subClassOf :Top , :C . :B rdfs:subClassOf :A .
        :C rdfs:subClassOf :B . :D secpol:sharedByArticles false . :E rdfs:subClassOf :Top , [] .
    """
    triples = [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]
    assert {kind.value for kind in shared_classes(triples)} == {"urn:A", "urn:B", "urn:C"}
