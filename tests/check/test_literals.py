"""Literals: where a finding stands, and how it is mended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.core.canonical import canonical
from kg.core.findings import Finding

from .conftest import SHAPE_PREFIXES, Draft, of_rule

if TYPE_CHECKING:
    from tests.command import Kg

HEAD = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
HARBOUR = "<https://example.org/my-graph/entity/Odd>"


def only(draft: Draft, text: str) -> Finding:
    draft.write("entities/odd.ttl", HEAD + text)
    (finding,) = of_rule(draft.report("shapes").findings, "literal.form")
    return finding


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'{HARBOUR} rdfs:label "odd"@en ;\n    rdfs:seeAlso [\n    rdfs:label "k"^^xsd:int ] .\n', 6),
        ('[] rdfs:comment "x"@en ;\n    rdfs:label "k"^^xsd:int .\n', 5),
    ],
)
def test_a_literal_in_a_blank_node_has_a_place(draft: Draft, text: str, line: int) -> None:
    """There was neither file nor line."""
    finding = only(draft, text)
    assert [str(place) for place in finding.places] == [f"entities/odd.ttl:{line}"]
    assert finding.node == (HARBOUR[1:-1] if HARBOUR in text else None)


@pytest.mark.parametrize(
    ("literal", "example"),
    [('"2026-13-45"^^xsd:date', "2024-09-27"), ('"abc"^^xsd:integer', "47"), ('"so"^^xsd:boolean', "true")],
)
def test_what_is_no_value_gets_an_example_of_one(draft: Draft, literal: str, example: str) -> None:
    finding = only(draft, f"{HARBOUR} rdfs:comment {literal} .\n")
    assert finding.hint == f'write one such as "{example}", or a string without a datatype'


KEPT = [
    '"2024"^^xsd:gYear',
    '"-0044"^^xsd:gYear',
    '"2024-09"^^xsd:gYearMonth',
    '"http://example.org/"^^xsd:anyURI',
    '"P1Y"^^xsd:duration',
    '"P7D"^^xsd:dayTimeDuration',
    '"1.5"^^xsd:double',
    "1.5e0",
    '"1.5"^^xsd:float',
    '"12:00:00"^^xsd:time',
    '"0FB7"^^xsd:hexBinary',
    '"en"^^xsd:language',
    '"a b"^^xsd:token',
    '"<b>x</b>"^^rdf:HTML',
    '"POINT(1 2)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
    '"2024-XX"^^<http://id.loc.gov/datatypes/edtf/EDTF>',
    '"12 kt"^^my:knots',
]
REFUSED = [
    ('"5"^^xsd:int', "of which the store of a snapshot makes xsd:integer"),
    ('"5"^^xsd:nonNegativeInteger', "of which the store of a snapshot makes xsd:integer"),
    ('"2024-09-27T12:00:00Z"^^xsd:dateTimeStamp', "of which the store of a snapshot makes xsd:dateTime"),
    ('"99999999999999999999"^^xsd:integer', "more digits than the store of a snapshot can compare"),
    ('"0.0000000000000000001"^^xsd:decimal', "more digits than the store of a snapshot can compare"),
    ('"24"^^xsd:gYear', "is not a value of xsd:gYear"),
    ('"many"^^xsd:int', "is not a value of xsd:int"),
    ('"0FB"^^xsd:hexBinary', "is not a value of xsd:hexBinary"),
    ('"a year"^^xsd:duration', "is not a value of xsd:duration"),
]
NAMES = """@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix my: <https://example.org/my-graph/entity/> .
"""


def test_datatypes_that_are_kept_are_taken(draft: Draft) -> None:
    """There was a list of five, and of all others it was said that stores rewrite them."""
    draft.write("entities/odd.ttl", f"{NAMES}{HEAD}{HARBOUR} rdfs:comment {', '.join(KEPT)} .\n")
    assert not list(of_rule(draft.report("shapes").findings, "literal.form"))


@pytest.mark.parametrize("literal", KEPT)
def test_the_store_keeps_what_is_taken(literal: str) -> None:
    (statement,) = ox.parse(f"{NAMES}{HEAD}<urn:s> <urn:p> {literal} .", ox.RdfFormat.TURTLE)
    value = statement.object
    assert isinstance(value, ox.Literal)
    assert (kept := canonical(value)).datatype == value.datatype
    assert kept == value or float(kept.value) == float(value.value)


@pytest.mark.parametrize(("literal", "reason"), REFUSED)
def test_what_is_refused_is_refused_for_its_true_reason(draft: Draft, literal: str, reason: str) -> None:
    assert reason in only(draft, f"{HARBOUR} rdfs:comment {literal} .\n").message


COMPARED = """
myshape:in a sh:PropertyShape ; sh:targetNode my:Odd ; sh:path rdf:value ; sh:name "value"@en ;
    sh:in ( 1.0 2.50 "2024-01-01T00:00:00+00:00"^^xsd:dateTime "1"^^xsd:boolean ) .
myshape:one a sh:PropertyShape ; sh:targetNode my:Odd ; sh:path rdf:value ; sh:name "value"@en ;
    sh:hasValue 1.0 .
myshape:moment a sh:PropertyShape ; sh:targetNode my:Odd ; sh:path rdf:value ; sh:name "value"@en ;
    sh:hasValue "2024-01-01T00:00:00+00:00"^^xsd:dateTime .
myshape:query a sh:NodeShape ; sh:targetNode my:Odd ; sh:sparql [ sh:select '''
    SELECT $this { FILTER NOT EXISTS {
        $this <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> 1.0 ,
            "2024-01-01T00:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>
    } }
    ''' ] .
"""


@pytest.mark.parametrize("engine", ["fast", pytest.param("pyshacl", marks=pytest.mark.full)])
def test_shapes_compare_with_data_by_one_rule(draft: Draft, engine: str) -> None:
    """The data were brought into canonical form, and the shapes were not."""
    values = '1.0 , "2024-01-01T00:00:00+00:00"^^xsd:dateTime , true'
    draft.write("entities/odd.ttl", f"{NAMES}{HEAD}{HARBOUR} rdf:value {values} .\n")
    draft.write("shapes/own.ttl", NAMES + SHAPE_PREFIXES + COMPARED)
    wanted = ("in", "one", "moment", "query")
    assert not draft.report("shapes", engine=engine, select=wanted).findings
    draft.change(draft.root / "entities/odd.ttl", "rdf:value 1.0", "rdf:value 1.1")
    found = draft.report("shapes", engine=engine, select=wanted).findings
    assert sorted(finding.rule for finding in found) == ["in", "one", "query"]


def test_a_project_with_datatypes_of_all_kinds_is_built(tmp_path: Path, kg: Kg) -> None:
    """No other rule bars them: a value of an entity is no relation that would need a source."""
    assert kg("init", "own", "--extends", "core", cwd=tmp_path).status == 0
    values = ", ".join(literal for literal in KEPT if "my:" not in literal)
    terms = (
        "@prefix voc: <https://example.org/own/vocabulary#> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
    )
    voc = """voc:C a owl:Class ; rdfs:label "c thing"@en ; skos:definition "A kind."@en .
        voc:num a owl:DatatypeProperty ; rdfs:label "num"@en ; skos:definition "Its number."@en ."""
    skos = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
    (tmp_path / "own/ontology/t.ttl").write_text(f"{HEAD}{terms}{skos}{voc}", encoding="utf-8")
    data = f'<https://example.org/own/entity/d> a voc:C ; rdfs:label "d"@en ; voc:num {values} .'
    (tmp_path / "own/entities/t.ttl").write_text(f"{NAMES}{HEAD}{terms}{data}", encoding="utf-8")
    built = kg("build", cwd=tmp_path / "own")
    assert built.status == 0, built.err
