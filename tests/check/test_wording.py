"""Messages say what stands there, and findings stand on the line that says it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.check.fast import FastEngine, _batches
from kg.core.findings import Place

from .conftest import SHAPE_PREFIXES, Draft, of_rule

CLAIMS = "articles/2026-01-15-harbour-drill/claims.ttl"
CERTAIN = "    secpol:certainty secpol:Certain ;\n"
PROPOSITION = "    secpol:proposition <#S001p> ;\n"
HELD = "    secpol:heldBy <#authors> ;\n"

# What a line of claim S001 becomes; which rule finds it; what the message says; where, from that line on.
BROKEN = {
    "none": (CERTAIN, "", "claim.certainty", "(it has none)", None),
    "two": (
        CERTAIN,
        "    secpol:certainty secpol:Certain , secpol:Possible ;\n",
        "claim.certainty",
        "(it has 2: certain, possible)",
        0,
    ),
    "two propositions": (
        PROPOSITION,
        "    secpol:proposition <#S001p> , <#S002p> ;\n",
        "claim.proposition",
        "(it has 2: #S001p, #S002p)",
        0,
    ),
    "no IRI": (HELD, '    secpol:heldBy "author" ;\n', "claim.holder", "(found: author)", 0),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_stands_there_is_told_on_its_line(draft: Draft, name: str) -> None:
    old, new, rule, words, offset = BROKEN[name]
    path = draft.article / "claims.ttl"
    subject = path.read_text(encoding="utf-8").partition("<#S001> a ")[0].count("\n") + 1
    line = draft.change(path, old, new)
    finding = of_rule(draft.report("shapes").findings, rule)[0]
    assert words in finding.message
    assert finding.places == (Place(CLAIMS, subject if offset is None else line + offset),)


def test_what_a_comment_or_a_literal_says_does_not_draw_a_finding_there(draft: Draft) -> None:
    """The line was searched for the local name, and U+2028 counted as the end of one."""
    path = draft.article / "claims.ttl"
    draft.change(path, PROPOSITION, f"    # secpol:certainty is told below\n{PROPOSITION}")
    draft.change(path, HELD, f'{HELD}    rdfs:comment "secpol:certainty \u2028 \x85 \x0b \x0c"@en ;\n')
    line = draft.change(path, CERTAIN, "    secpol:certainty <#none> ;\n")
    found = of_rule(draft.report("shapes").findings, "claim.certainty")
    assert [finding.places for finding in found] == [(Place(CLAIMS, line),)]


def test_what_only_other_lines_say_does_not_draw_a_finding_there(draft: Draft) -> None:
    """The property is looked for in the subject's own block."""
    path = draft.article / "claims.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + '\n<#Bare> a secpol:Claim ; rdfs:label "bare"@en .\n', encoding="utf-8")
    lines = {finding.places[0].line for finding in draft.report("shapes").findings}
    assert lines == {text.count("\n") + 2}


def test_a_literal_of_another_kind_is_told_with_its_kind(draft: Draft) -> None:
    passage = "<#char=141,175> a secpol:Passage ;"
    draft.change(draft.article / "claims.ttl", passage, passage + ' secpol:paragraph "1" ;')
    found = of_rule(draft.report("shapes").findings, "passage.paragraph")
    assert any("(found: xsd:string '1')" in finding.message for finding in found)


def test_a_blank_node_is_told_by_who_has_it(draft: Draft) -> None:
    """It has no line of its own."""
    text = (draft.article / "facts.ttl").read_text(encoding="utf-8")
    extra = """
<#Drillers> a secpol:Collective ;
    rdfs:label "the drillers"@en ;
    secpol:statedBy <#S001> ;
    secpol:groupMember [ a secpol:Collective ; rdfs:label "some of them"@en ] .
"""
    (draft.article / "facts.ttl").write_text(text + extra, encoding="utf-8")
    (finding,) = of_rule(draft.report("shapes").findings, "node.iri")
    assert finding.message.startswith("the drillers, has group member: ")
    assert finding.node is not None
    assert finding.node.endswith("#Drillers")
    assert finding.places[0].file.endswith("facts.ttl")


def test_two_values_of_what_takes_one_are_a_inconsistency_told_where_they_stand(draft: Draft) -> None:
    line = draft.change(
        draft.article / "claims.ttl", CERTAIN, "    secpol:certainty secpol:Certain , secpol:Possible ;\n"
    )
    (inconsistency,) = of_rule(draft.report("ontology").findings, "reasoning.inconsistency")
    assert "takes one value, and has certain and possible" in inconsistency.message
    assert inconsistency.places == (Place(CLAIMS, line),)


@pytest.mark.full
def test_very_many_violations_are_reported_in_batches_that_lose_nothing() -> None:
    assert list(_batches({"a": 6_000, "b": 5_000, "c": 4_000, "d": 20_000, "e": 1})) == [
        ["a"],
        ["b", "c"],
        ["d"],
        ["e"],
    ]
    shapes = SHAPE_PREFIXES + "".join(
        f"my:S{number} a sh:PropertyShape ; sh:targetClass my:T ; sh:path my:p{number} ; sh:minCount 1 .\n"
        for number in range(3)
    )

    def ntriples(text: str) -> bytes:
        made = ox.serialize(ox.parse(text, ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)
        assert made is not None
        return made

    data = ntriples(SHAPE_PREFIXES + "".join(f"my:n{number} a my:T .\n" for number in range(4_000)))
    space = "https://example.org/my-graph/entity/"
    found = FastEngine(ntriples(shapes)).validate(data, [f"{space}S{number}" for number in range(3)])
    pairs = {(result.shape.value, result.focus.value) for result in found}
    assert len(pairs) == 12_000


SENTENCES = """
myshape:two a sh:PropertyShape ; sh:targetNode my:Odd ; sh:path rdf:value ; sh:name "value"@en ;
    sh:maxCount 0 ; sh:message "Kein Wert."@de , "No value."@en , "Pas de valeur."@fr .
myshape:sparql a sh:NodeShape ; sh:targetNode my:Odd ; sh:name "value"@en ;
    sh:sparql [ sh:message "Es hat {?value}."@de , "It has {?value}."@en ;
        sh:select '''SELECT $this ?value {
            $this <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> ?value }''' ] .
myshape:mute a sh:PropertyShape ; sh:targetNode my:Odd ; sh:path rdf:value ;
    sh:name "value"@en ; sh:minCount 3 .
myshape:kind a sh:PropertyShape ; sh:targetNode my:Odd ; sh:path rdf:value ;
    sh:name "value"@en ; sh:in ( "1" ) .
"""


@pytest.mark.parametrize("engine", ["fast", pytest.param("pyshacl", marks=pytest.mark.full)])
def test_both_engines_have_one_sentence(draft: Draft, engine: str) -> None:
    """Of several the English one, without any what is broken, and the datatype where values look alike."""
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    draft.write("shapes/own.ttl", rdf + SHAPE_PREFIXES + SENTENCES)
    draft.write("entities/odd.ttl", rdf + '<https://example.org/my-graph/entity/Odd> rdf:value 1 , "1" .\n')
    wanted = ("two", "sparql", "mute", "kind")
    found = draft.report("shapes", engine=engine, select=wanted).findings
    assert sorted({finding.message for finding in found}) == [
        "my:Odd: It has 1.",
        'my:Odd: No value. (it has 2: "1", "1"^^xsd:integer)',
        'my:Odd: value does not keep to sh:minCount 3 (it has 2: "1", "1"^^xsd:integer)',
        """my:Odd: value is '"1"^^xsd:integer'; use "1" (one of "1")""",
    ]
