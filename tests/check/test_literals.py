"""Literals: where a finding stands, and how it is mended."""

from __future__ import annotations

import pytest

from kg.core.findings import Finding

from .conftest import Draft, of_rule

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
        (f'{HARBOUR} rdfs:label "odd"@en ;\n    rdfs:seeAlso [\n    rdfs:label "k"^^xsd:anyURI ] .\n', 6),
        ('[] rdfs:comment "x"@en ;\n    rdfs:label "k"^^xsd:anyURI .\n', 5),
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
