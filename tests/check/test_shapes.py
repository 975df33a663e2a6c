"""Shapes that are ill-formed are refused with their line; results come in the reader's words."""

from __future__ import annotations

import pytest

from kg.core.errors import InputError, InputErrors
from kg.core.findings import Severity

from .conftest import Draft, of_rule

SHAPE = """
myshape:{name} a sh:PropertyShape ;
    sh:targetClass secpol:Claim ;
    sh:path secpol:heldBy ;
    sh:name "test"@en ;
    sh:message "A test shape."@en ;
"""
RUNAWAY = """
myshape:runaway a sh:NodeShape ;
    sh:targetClass secpol:Claim ;
    sh:sparql [
        sh:select \"\"\"
            SELECT $this WHERE {
                ?a ?p1 ?x1 . ?b ?p2 ?x2 . ?c ?p3 ?x3 . ?d ?p4 ?x4 .
                FILTER (STR(?x1) = CONCAT(STR(?x2), STR(?x3), STR(?x4), "never"))
            }
            \"\"\"
    ] .
"""

ILL_FORMED = {
    "path": ("sh:path [ sh:inversPath secpol:heldBy ] .", "sh:path is not a well-formed path"),
    "literal path": ('sh:path "heldBy" .', "sh:path is not a well-formed path"),
    "two paths": ("sh:path secpol:polarity .", "has 2"),
    "list": ("sh:in [ sh:first secpol:Certain ] .", "sh:in is not a well-formed list"),
    "no list": ("sh:in secpol:Certain .", "sh:in is not a well-formed list"),
    "count": ('sh:minCount "one" .', 'sh:minCount is "one"; it takes an integer'),
    "negative count": ("sh:maxCount -1 .", "it takes an integer that is not negative"),
    "flag": ('sh:uniqueLang "yes" .', "it takes true or false"),
    "datatype": ('sh:datatype "string" .', "it takes an IRI"),
    "severity": ("sh:severity sh:Error .", "it takes one of sh:Violation, sh:Warning, sh:Info"),
    "node kind": ("sh:nodeKind sh:Iri .", "it takes one of sh:IRI"),
    "pattern": ('sh:pattern "(" .', "sh:pattern is not a regular expression: ("),
    "SPARQL": ('sh:sparql [ sh:select "SELECT $this WHERE { $this" ] .', "is not SPARQL"),
    "prefix": ('sh:sparql [ sh:select "SELECT $this { $this nope:p ?x }" ] .', "nope:"),
    "ASK": ('sh:sparql [ sh:select "ASK { $this ?p ?o }" ] .', "is not a SELECT query"),
    "scope": ('secshape:scope "aricle" .', 'secshape:scope is "aricle"; it takes article or corpus'),
    "phase": ('secshape:phase "later" .', "it takes asserted or inferred"),
    "target": ("sh:target [ a sh:JSTarget ] .", "sh:target needs a sh:select"),
    "empty path": ("sh:path ( ) .", "sh:path is not a well-formed path: rdf:nil"),
    "path of one step": ("sh:path ( secpol:heldBy ) .", "sh:path is not a well-formed path"),
    "inverse of nothing": ("sh:path [ sh:inversePath ( ) ] .", "sh:path is not a well-formed path"),
    "path in itself": (
        "sh:path _:p . _:p sh:inversePath [ sh:zeroOrMorePath _:p ] .",
        "sh:path is not a well-formed path",
    ),
    "two counts": ("sh:minCount 1 , 2 .", "sh:minCount has one value at most, here it has 2"),
    "two patterns": ('sh:pattern "a" , "b" .', "sh:pattern has one value at most"),
    "two severities": ("sh:severity sh:Info , sh:Warning .", "sh:severity has one value at most"),
    "limit": ("sh:minInclusive secpol:One .", "sh:minInclusive is secpol:One; it takes a literal"),
    "order": ('sh:lessThan "later" .', "it takes an IRI"),
    "target node": ("sh:targetNode [ ] .", "it takes an IRI or a literal"),
    "message": ("sh:message secpol:Wrong .", "it takes a string, with a language or without"),
    "flags": ('sh:flags "i" .', "sh:flags says nothing without sh:pattern"),
    "ignored": ("sh:ignoredProperties ( secpol:heldBy ) .", "sh:ignoredProperties says nothing without"),
    "ignored names": ('sh:closed true ; sh:ignoredProperties ( "a" ) .', 'lists "a"; it takes IRIs'),
    "languages": ("sh:languageIn ( secpol:en ) .", "it takes language tags as strings"),
    "qualified": (
        "sh:qualifiedValueShape [ sh:class secpol:Claim ] .",
        "sh:qualifiedValueShape says nothing without sh:qualifiedMinCount or sh:qualifiedMaxCount",
    ),
    "count of no shape": ("sh:qualifiedMinCount 1 .", "says nothing without sh:qualifiedValueShape"),
    "literal shape": ('sh:node "claim" .', "it takes a node"),
    "literal in a list": ('sh:or ( "claim" [ sh:class secpol:Claim ] ) .', "it takes shapes"),
    "property": ("sh:property [ sh:class secpol:Claim ] .", "a blank node has no sh:path"),
    "node shape": ("a sh:NodeShape .", "a node shape has no sh:path"),
    "MINUS": (
        'sh:sparql [ sh:select "SELECT $this { $this ?p ?o MINUS { ?o a ?c } }" ] .',
        "sh:select has MINUS, which SHACL bars from constraints",
    ),
    "no query": ('sh:sparql [ sh:message "x" ] .', "sh:sparql needs a sh:select"),
}


@pytest.mark.parametrize("name", ILL_FORMED)
def test_an_ill_formed_shape_is_refused_with_its_line(draft: Draft, name: str) -> None:
    line, message = ILL_FORMED[name]
    text = SHAPE.format(name="ill")
    if "sh:path" in line and name != "two paths":
        text = text.replace("    sh:path secpol:heldBy ;\n", "")
    path = draft.shapes(f"{text}    {line}\n")
    with pytest.raises(InputError) as caught:
        draft.report("shapes")
    assert message in str(caught.value)
    assert "the shape ill" in str(caught.value)
    assert caught.value.path == path
    assert (
        caught.value.line
        == path.read_text(encoding="utf-8").splitlines().index("myshape:ill a sh:PropertyShape ;") + 1
    )
    assert caught.value.exit_status == 3


def test_all_ill_formed_shapes_are_named_at_once(draft: Draft) -> None:
    draft.shapes(
        SHAPE.format(name="one")
        + '    sh:minCount "x" .\n'
        + SHAPE.format(name="two")
        + '    sh:pattern "(" .\n'
    )
    with pytest.raises(InputError) as caught:
        draft.report("shapes")
    assert "the shape one" in str(caught.value) and "the shape two" in str(caught.value)


def test_a_shape_without_a_path_is_refused(draft: Draft) -> None:
    draft.shapes("myshape:no-path a sh:PropertyShape ; sh:targetClass secpol:Claim ; sh:minCount 1 .")
    with pytest.raises(InputError, match="a property shape needs a sh:path"):
        draft.report("shapes")


@pytest.mark.parametrize(
    "shapes",
    [
        "myshape:a a sh:NodeShape ; sh:targetClass secpol:Claim ; sh:node myshape:a .",
        "myshape:a a sh:NodeShape ; sh:targetClass secpol:Claim ; sh:node myshape:b ."
        "myshape:b a sh:NodeShape ; sh:property [ sh:path secpol:supports ; sh:node myshape:a ] .",
        "myshape:a a sh:NodeShape ; sh:targetClass secpol:Claim ; sh:or ( myshape:b myshape:a ) ."
        "myshape:b a sh:NodeShape ; sh:class secpol:Claim .",
    ],
)
def test_recursive_shapes_are_refused(draft: Draft, shapes: str) -> None:
    draft.shapes(shapes)
    with pytest.raises(InputError, match="does not say what a recursive shape means"):
        draft.report("shapes")


def test_a_shape_that_two_others_use_is_not_recursive(draft: Draft) -> None:
    draft.shapes(
        "myshape:a a sh:NodeShape ; sh:targetClass secpol:Claim ; sh:and ( myshape:b myshape:c ) ."
        "myshape:b a sh:NodeShape ; sh:node myshape:c . myshape:c a sh:NodeShape ; sh:nodeKind sh:IRI ."
    )
    assert not draft.report("shapes").fails(Severity.VIOLATION)


def test_two_shapes_with_one_rule_id_are_refused(draft: Draft) -> None:
    draft.shapes(SHAPE.format(name="claim.holder") + "    sh:minCount 1 .\n")
    with pytest.raises(InputError, match=r"shape/claim\.holder> has the same rule id"):
        draft.report("shapes")


def test_a_class_that_is_a_shape_is_refused(draft: Draft) -> None:
    draft.shapes("my:Thing a sh:NodeShape , <http://www.w3.org/2002/07/owl#Class> .")
    with pytest.raises(InputError, match="a shape that is a class as well"):
        draft.report("shapes")


def test_a_shapes_file_that_does_not_parse_is_refused_with_its_line(draft: Draft) -> None:
    path = draft.shapes(
        "myshape:x a sh:NodeShape ;\n    sh:targetClass secpol:Claim\n    sh:nodeKind sh:IRI ."
    )
    with pytest.raises(InputError) as caught:
        draft.report()
    assert (caught.value.path, caught.value.line) == (path, 10)


def test_a_runaway_constraint_is_given_up(draft: Draft) -> None:
    draft.shapes(RUNAWAY)
    with pytest.raises(InputError, match=r"took longer than 0\.5 s and was given up") as caught:
        draft.report("shapes", time_limit=0.5)
    assert caught.value.hint is not None
    assert "runaway" in caught.value.hint


def test_a_value_outside_a_closed_list_comes_with_what_may_stand_there(draft: Draft) -> None:
    claims = draft.article / "claims.ttl"
    draft.change(claims, "secpol:certainty secpol:Certain", 'secpol:certainty "likely"')
    (finding,) = of_rule(draft.report("shapes").findings, "claim.certainty")
    assert finding.message == (
        "#S001: certainty is 'likely'; use Probable "
        "(one of Certain, Probable, Possible, UncommittedCertainty)"
    )
    assert str(finding.places[0]).startswith("articles/2026-01-15-harbour-drill/claims.ttl:")


def test_a_misspelt_value_comes_with_the_nearest(draft: Draft) -> None:
    draft.change(
        draft.article / "claims.ttl", "secpol:polarity secpol:Affirmed", "secpol:polarity secpol:Afirmed"
    )
    (finding,) = of_rule(draft.report("shapes").findings, "claim.polarity")
    assert finding.message == (
        "#S001: polarity is 'Afirmed'; use Affirmed (one of Affirmed, Denied, Underspecified)"
    )


def test_an_anonymous_shape_goes_by_the_name_of_the_shape_around_it(draft: Draft) -> None:
    draft.shapes(
        """myshape:drill.label a sh:NodeShape ;
            sh:targetNode <https://example.org/my-graph/article/2026-01-15-harbour-drill#Drill> ;
            secshape:hint "Give it one." ;
            sh:property [ sh:path ( secpol:during secpol:partOf ) ; sh:minCount 3 ] ."""
    )
    (finding,) = of_rule(draft.report("shapes").findings, "drill.label")
    assert (finding.path, finding.hint) == ("(secpol:during/secpol:partOf)", "Give it one.")
    assert finding.places[0].file.endswith("facts.ttl")


def test_a_named_shape_that_another_refers_to_has_findings_of_its_own(draft: Draft) -> None:
    """They were a KeyError: only shapes with a target were rules."""
    draft.shapes(
        """myshape:drill a sh:NodeShape ;
            sh:targetNode <https://example.org/my-graph/article/2026-01-15-harbour-drill#Drill> ;
            sh:property myshape:drill.part .
        myshape:drill.part sh:path secpol:partOf ; sh:minCount 3 ; sh:severity sh:Warning ."""
    )
    (finding,) = of_rule(draft.report("shapes").findings, "drill.part")
    assert finding.severity == "warning"


def test_a_part_with_the_rule_id_of_another_shape_is_refused(draft: Draft) -> None:
    draft.shapes(
        """myshape:drill a sh:NodeShape ; sh:targetClass secpol:Claim ; sh:property myshape:claim.holder .
        myshape:claim.holder sh:path secpol:heldBy ; sh:minCount 1 ."""
    )
    with pytest.raises(InputError, match=r"shape/claim\.holder> has the same rule id"):
        draft.report("shapes")


def test_messages_name_things_by_their_labels(draft: Draft) -> None:
    draft.shapes(
        """myshape:drill.actor a sh:NodeShape ;
            sh:targetNode <https://example.org/my-graph/article/2026-01-15-harbour-drill#Drill> ;
            sh:message "It has {?value}." ;
            sh:sparql [ sh:select \"\"\"
                SELECT $this ?value { $this <https://w3id.org/secpol/ontology#actor> ?value } \"\"\" ] ."""
    )
    (finding,) = of_rule(draft.report("shapes").findings, "drill.actor")
    assert finding.message == "rescue drill in the outer harbour: It has Ellery Coastguard."


def test_every_ill_formed_shape_is_an_error_of_its_own(draft: Draft) -> None:
    """Only the first bore `error:`, as they were one message of several lines."""
    draft.shapes(
        'myshape:one a sh:NodeShape ; sh:targetClass secpol:Claim ; secshape:scope "none" .\n'
        'myshape:two a sh:NodeShape ; sh:targetClass secpol:Claim ; secshape:phase "none" .\n'
    )
    with pytest.raises(InputErrors) as caught:
        draft.report("shapes")
    assert [error.line is not None and error.path is not None for error in caught.value.errors] == [
        True,
        True,
    ]
