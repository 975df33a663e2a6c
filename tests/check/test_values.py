"""Values against what the ontology says of their property, and texts against their tag."""

from __future__ import annotations

import pytest

from kg.check.values import other_language

from .conftest import Draft, of_rule

HEAD = """@prefix orch: <https://example.org/orchards/vocabulary#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TREE = "<https://example.org/orchards/entity/Tree>"


def found(orchard: Draft, prop: str, value: str) -> list[str]:
    """The rule and place of what is found where a node has a value by `orch:p`."""
    orchard.write("ontology/p.ttl", HEAD + f"orch:p {prop} .\norch:q a owl:DatatypeProperty .\n")
    orchard.write("entities/tree.ttl", HEAD + f"{TREE} a orch:Variety ;\n    orch:p {value} .\n")
    rules = ("value.kind", "value.range")
    findings = [one for rule in rules for one in of_rule(orchard.report("shapes").findings, rule)]
    return [f"{one.rule} {one.places[0]}" for one in findings]


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("a owl:ObjectProperty", TREE),
        ("a owl:ObjectProperty", "[ rdfs:label 'a'@en ]"),
        ("a owl:DatatypeProperty", "'a'"),
        ("a owl:AnnotationProperty", f"'a' , {TREE}"),
        ("a owl:DatatypeProperty , owl:ObjectProperty", f"'a' , {TREE}"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:decimal", "4 , 4.5"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:nonNegativeInteger", "0 , 4"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:token", "'a'"),
        ("a owl:DatatypeProperty ; rdfs:range rdfs:Literal", "'a'@en , 4"),
        ("a owl:DatatypeProperty ; rdfs:range rdf:langString", "'a'@en"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:anyURI", "'https://example.org/'^^xsd:anyURI"),
    ],
)
def test_what_a_property_takes(orchard: Draft, prop: str, value: str) -> None:
    assert found(orchard, prop, value) == []


@pytest.mark.parametrize(
    ("prop", "value", "rule"),
    [
        ("a owl:ObjectProperty", "'a'", "kind"),
        ("a owl:TransitiveProperty", "'a'", "kind"),
        ("a owl:DatatypeProperty", TREE, "kind"),
        ("a owl:DatatypeProperty", "[ rdfs:label 'a'@en ]", "kind"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:integer", "'four'", "range"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:integer", "4.5", "range"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:positiveInteger", "0", "range"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:nonNegativeInteger", "-4", "range"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:string", "'a'@en", "range"),
        ("a owl:DatatypeProperty ; rdfs:range rdf:langString", "'a'", "range"),
        ("a owl:DatatypeProperty ; rdfs:range xsd:dateTime", "'2024-09-27'^^xsd:date", "range"),
        ("rdfs:subPropertyOf orch:q ; a owl:DatatypeProperty . orch:q rdfs:range xsd:date", "'a'", "range"),
    ],
)
def test_what_a_property_does_not_take(orchard: Draft, prop: str, value: str, rule: str) -> None:
    assert found(orchard, prop, value) == [f"value.{rule} entities/tree.ttl:8"]


@pytest.mark.parametrize(
    ("text", "tag", "seems"),
    [
        ("the security treaty", "de", "en"),
        ("die Regierung und das Parlament", "en", "de"),
        ("le gouvernement de la République", "en", "fr"),
        ("el gobierno de Chile", "en", "es"),
        ("il governo della Repubblica", "en", "it"),
        ("o governo da República", "en", "pt"),
        ("de regering van het land", "en-GB", "nl"),
        ("日本政府", "en", "another script"),
        ("Правительство", "de", "another script"),
        ("the government", "tlh", "en"),
    ],
)
def test_a_text_that_reads_otherwise_than_its_tag_says(text: str, tag: str, seems: str) -> None:
    assert other_language(text, tag) == seems


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("the government of Chile", "en"),
        ("Die Zeit", "en"),
        ("Corriere della Sera", "en"),
        ("Rio de Janeiro", "en"),
        ("Bank of Japan", "de"),
        ("the party Bündnis für Deutschland und Europa", "en"),
        ("日本政府", "ja"),
        ("nuqneH tlhIngan", "tlh"),
        ("2024", "en"),
        ("Élysée", "fr"),
    ],
)
def test_names_and_what_no_list_tells(text: str, tag: str) -> None:
    assert other_language(text, tag) is None
