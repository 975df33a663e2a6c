from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import UsageError
from kg.core.terms import PREFIXES
from kg.diff.compare import Aspect, Difference, Section, Status, compare
from kg.diff.report import MARKDOWN, TEXT, as_json, pages
from kg.diff.sides import Side
from kg.rdf.blank_nodes import fingerprint
from tests.lanes import examples

ART = "https://e.org/article/one"
TABLE = {**PREFIXES, "ex": "https://e.org/v#"}
DECLARED = f"@base <{ART}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in TABLE.items())
GRAPH = "https://e.org/graph/"
ONTOLOGY = """
ex:Thing a owl:Class ; rdfs:label "thing"@en .
ex:Port a owl:Class ; rdfs:label "port"@en ;
    skos:definition "Where ships lie."@en ; rdfs:subClassOf ex:Thing .
ex:owns a owl:ObjectProperty ; rdfs:label "owns"@en ; rdfs:domain ex:Thing .
[] a owl:AllDisjointClasses ; owl:members ( ex:Thing ex:Port ) .
"""
CLAIMS = """
<> secpol:textSha256 "0" ; rdfs:label "One"@en . <#authors> rdfs:label "authors"@en .
<#S1> a secpol:Claim ; rdfs:label "The port is old"@en ; secpol:proposition <#S1p> ;
    secpol:heldBy <#authors> ;
    secpol:certainty secpol:Certain ; secpol:evidencedBy <#char=10,20> .
<#S1p> secpol:propSubject ex:a ; secpol:propPredicate ex:owns ; secpol:propObject ex:b .
<#char=10,20> a secpol:Passage ; secpol:spanDigest "d1" .
<#char=30,40> a secpol:Passage ; secpol:spanDigest "d2" .
<#char=50,55> a secpol:Mention ; secpol:spanDigest "d3" ; secpol:surface "here" .
<#char=60,65> a secpol:Mention ; secpol:spanDigest "d3" ; secpol:surface "here" .
"""


def side(name: str, text: str = "", **layers: str) -> Side:
    """A graph from Turtle: merged, or by layer."""
    store = ox.Store()
    for layer, turtle in {"": text, **layers}.items():
        graph = ox.NamedNode(GRAPH + layer.replace("_", "/")) if layer else ox.DefaultGraph()
        store.load(DECLARED + turtle, ox.RdfFormat.TURTLE, to_graph=graph)
    return Side(name, store, TABLE)


def text_of(difference: Difference) -> str:
    return "\n".join(pages(TEXT, difference, [], TABLE))


def changed(old: str, new: str) -> str:
    """What text says about two merged graphs, without its first line."""
    return text_of(compare(side("old", old), side("new", new))).partition("\n")[2].strip()


def test_a_value_that_changed_is_one_change() -> None:
    old = 'ex:a a ex:Port ; rdfs:label "A"@en ; ex:size 1 ; skos:altLabel "x"@en , "y"@en , "z"@fr .'
    new = 'ex:a a ex:Port ; rdfs:label "B"@en ; ex:size 2 ; skos:altLabel "x"@en , "w"@en , "v"@fr .'
    assert changed(old, new) == (
        "Entities and facts\n"
        "  ~ B (ex:a)\n"
        '      label: "A" → "B"\n'
        '      other name: "y" → "w"\n'
        '      other name: "z" → "v"\n'
        "      size: 1 → 2"
    )


def test_what_came_and_what_went_is_told_with_what_is_known_of_it() -> None:
    ports = 'ex:Port a owl:Class ; rdfs:label "port"@en . ex:c rdfs:label "C" .'
    old = f'{ports} ex:a a ex:Port ; rdfs:label "A"@en ; ex:owns ex:c .'
    new = f"{ports} ex:b a ex:Port ; ex:owns ex:c , ex:a ."
    assert changed(old, new) == (
        "Entities and facts\n  - A (ex:a), port\n      owns C\n  + ex:b, port\n      owns A\n      owns C"
    )


def test_changes_of_the_ontology_stand_by_what_they_are() -> None:
    new = (
        ONTOLOGY.replace('"thing"@en', '"entity"@en')
        .replace("rdfs:subClassOf ex:Thing", "rdfs:subClassOf ex:Place")
        .replace("rdfs:domain ex:Thing", "rdfs:domain ex:Port ; owl:deprecated true")
        .replace("Where ships lie.", "Where ships tie up.")
        .replace("( ex:Thing ex:Port )", "( ex:Thing ex:Port ex:Place )")
        + 'ex:Place a owl:Class ; rdfs:label "place"@en ; skos:definition "Somewhere."@en .'
    )
    old = ONTOLOGY + 'ex:Old a owl:Class ; rdfs:label "old"@en .'
    assert changed(old, new) == (
        'Ontology: new\n  + class place (ex:Place)\n      "Somewhere."\n\n'
        "Ontology: gone\n  - class old (ex:Old)\n\n"
        "Ontology: deprecated\n  ~ property owns (ex:owns)\n      deprecated: + true\n\n"
        'Ontology: relabelled\n  ~ class entity (ex:Thing)\n      label: "thing" → "entity"\n\n'
        "Ontology: moved in the hierarchy\n  ~ class port (ex:Port)\n      is a kind of: entity → place\n\n"
        "Ontology: axioms\n  ~ property owns (ex:owns)\n      domain: entity → port\n"
        "  - [ a owl:AllDisjointClasses ; owl:members ( ex:Thing ex:Port ) ]\n"
        "  + [ a owl:AllDisjointClasses ; owl:members ( ex:Thing ex:Port ex:Place ) ]\n\n"
        "Ontology: documentation\n  ~ class port (ex:Port)\n"
        '      definition: "Where ships lie." → "Where ships tie up."'
    )


def test_a_claim_shows_holder_certainty_proposition_and_passage() -> None:
    new = (
        CLAIMS.replace("secpol:heldBy <#authors>", "secpol:heldBy ex:h")
        .replace("secpol:Certain ", "secpol:Possible ")
        .replace("secpol:evidencedBy <#char=10,20>", "secpol:evidencedBy <#char=30,40>")
        .replace("secpol:propObject ex:b", "secpol:propObject ex:c")
        + '<#S2> secpol:proposition <#S2p> ; rdfs:label "New"@en ; secpol:heldBy ex:h . '
        + "<#S2p> secpol:propSubject ex:a ."
    )
    assert changed(CLAIMS, new) == (
        "Claims of One\n"
        "  ~ #S1 The port is old\n"
        "      heldBy: authors → ex:h\n"
        "      certainty: secpol:Certain → secpol:Possible\n"
        "      evidencedBy: #char=10,20 → #char=30,40\n"
        "      propObject: ex:b → ex:c\n"
        "  + #S2 New\n"
        "      heldBy ex:h"
    )


def test_passages_that_only_moved_are_one_line() -> None:
    new = CLAIMS
    for start, end in ((10, 20), (30, 40), (50, 55), (60, 65)):
        new = new.replace(f"#char={start},{end}", f"#char={start + 3},{end + 3}")
    assert changed(CLAIMS, new) == "Passages of One\n  ~ 4 passages moved by 3"
    gone = new.replace('<#char=33,43> a secpol:Passage ; secpol:spanDigest "d2" .', "")
    assert changed(CLAIMS, gone) == (
        "Passages of One\n  ~ 3 passages moved by 3\n  - 1 passage\n      #char=30,40"
    )
    other = new.replace('"d2"', '"d9"')
    assert changed(CLAIMS, other) == (
        "Passages of One\n  ~ 3 passages moved by 3\n  + 1 passage\n      #char=33,43\n"
        "  - 1 passage\n      #char=30,40"
    )


def test_equal_words_at_several_places_move_with_the_others() -> None:
    old = "".join(
        f'<#char={n},{n + 5}> a secpol:Passage ; secpol:spanDigest "{digest}" .\n'
        for n, digest in ((10, "same"), (20, "same"), (30, "one"), (40, "two"), (50, "three"))
    )
    new = "".join(
        f'<#char={n},{n + 5}> a secpol:Passage ; secpol:spanDigest "{digest}" .\n'
        for n, digest in ((20, "same"), (30, "same"), (40, "one"), (50, "two"), (60, "three"))
    )
    difference = compare(side("old", old), side("new", new))
    # #char=20,25 and the like stand in both graphs, so only what is in one of them can have moved
    assert {move.delta for move in difference.moved} <= {10, 20}
    assert difference


def test_what_inference_added_or_lost_stands_apart() -> None:
    old = side("old", entities="ex:a ex:p ex:b .", inferred_shared="ex:a ex:q ex:b . ex:a ex:r ex:b .")
    new = side("new", entities="ex:a ex:p ex:b ; ex:r ex:b .", inferred_shared="ex:a ex:s ex:b .")
    difference = compare(old, new)
    assert text_of(difference) == (
        "old → new\n\nEntities and facts\n  ~ ex:a\n      r: + ex:b\n\n"
        "Inferred: 1 gained, 1 lost\n  + ex:a s ex:b\n  - ex:a q ex:b"
    )


def test_many_inferences_are_cut_unless_all_are_asked_for() -> None:
    inferred = "".join(f"ex:a{n} ex:q ex:b . " for n in range(30))
    difference = compare(
        side("old", entities="ex:a ex:p 1 ."), side("new", entities="ex:a ex:p 1 .", inferred_shared=inferred)
    )
    assert "and 10 more (--all lists them)" in text_of(difference)
    whole = "\n".join(pages(TEXT, difference, [], TABLE, everything=True))
    assert whole.count("ex:b") == 30


def test_sources_without_inferences_are_compared_without_them() -> None:
    built = side("built", entities="ex:a ex:p 1 .", inferred_shared="ex:a ex:q 2 .")
    assert text_of(compare(side("sources", "ex:a ex:p 1 ."), built)) == (
        "sources → built\n\nNotes\n"
        "  sources has no inferences; those of the other graph are left out\nno difference"
    )
    merged = side("export", "ex:a ex:p 1 ; ex:q 2 .")
    assert not compare(merged, built)
    assert not compare(built, merged)


def test_provenance_is_left_out_unless_asked_for() -> None:
    old = side(
        "old",
        entities="ex:a ex:p 1 .",
        provenance="ex:run prov:used ex:x .",
        article_one_provenance="ex:r ex:n 1 .",
    )
    new = side(
        "new",
        entities="ex:a ex:p 1 .",
        provenance="ex:run prov:used ex:y .",
        article_one_provenance="ex:r ex:n 2 .",
    )
    assert not compare(old, new)
    assert compare(old.only(["provenance"]), new.only(["provenance"]))
    merged = side("merged", "ex:a ex:p 1 . ex:run a prov:Activity ; prov:used ex:z .")
    assert not compare(merged, new)


@pytest.mark.parametrize(
    "iri",
    [
        "https://data.example.org/graph/42",
        "https://e.org/graph/ontology#Port",
        "https://e.org/graph/kg/entity/port",
        "https://e.org/graph/kg/article/one#S1",
    ],
)
def test_an_iri_is_data_whatever_stands_in_it(iri: str) -> None:
    """All that had `/graph/` in its IRI was taken for provenance, and so for equal."""
    old, new = (side(str(size), f"<{iri}> ex:size {size} .") for size in (1, 2))
    assert [frame.subject for frame in compare(old, new).frames] == [f"<{iri}>"]


def test_what_is_said_of_graphs_is_no_difference() -> None:
    traced = f"<{GRAPH}article/one/facts> prov:wasDerivedFrom ex:f . <{GRAPH}entities#Port> void:entities 2 ."
    assert not compare(side("old", "ex:a ex:p 1 ."), side("new", f"ex:a ex:p 1 . {traced}"))


def test_graphs_of_one_name_in_two_projects_are_two() -> None:
    stores = [ox.Store(), ox.Store()]
    for size, store in enumerate(stores):
        for base, value in (("https://a.org/", size), ("https://b.org/", 7)):
            graph = ox.NamedNode(f"{base}graph/entities")
            store.load(f"{DECLARED} ex:a ex:{base[8]} {value} .", ox.RdfFormat.TURTLE, to_graph=graph)
    old, new = (Side(str(size), store, TABLE) for size, store in enumerate(stores))
    assert [change.new for frame in compare(old, new).frames for change in frame.changes] == [
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    ]


def test_layers_narrow_both_sides() -> None:
    old = side("old", entities="ex:a ex:p 1 .", article_one_claims="<#S1> ex:p 1 .")
    new = side("new", entities="ex:a ex:p 2 .", article_one_claims="<#S1> ex:p 2 .")
    difference = compare(old.only(["claims"]), new.only(["claims"]))
    assert [frame.subject for frame in difference.frames] == [f"<{ART}#S1>"]
    with pytest.raises(UsageError, match="no layers"):
        side("merged", "ex:a ex:p 1 .").only(["claims"])


def test_a_statement_in_another_layer_is_a_difference() -> None:
    old = side("old", entities="ex:a ex:p 1 ; ex:q 1 .", article_one_facts="ex:b ex:p 1 .")
    new = side("new", entities="ex:a ex:p 1 .", article_one_facts="ex:b ex:p 1 . ex:a ex:q 1 .")
    difference = compare(old, new)
    assert difference
    assert "1 statement moved to another layer" in text_of(difference)


def test_blank_nodes_are_compared_by_what_is_said_of_them() -> None:
    one = "ex:s ex:p [ ex:q ( 1 2 ) ] , _:x . ex:t ex:p _:x . _:x ex:r 1 ."
    two = "ex:t ex:p _:z . ex:s ex:p _:z , [ ex:q ( 1 2 ) ] . _:z ex:r 1 ."
    assert not compare(side("one", one), side("two", two))
    assert changed(one, two.replace("( 1 2 )", "( 1 3 )")) == (
        "Entities and facts\n  ~ ex:s\n      p: [ ex:q ( 1 2 ) ] → [ ex:q ( 1 3 ) ]"
    )


def test_what_queries_and_shapes_may_name_is_what_vanished_or_changed_in_more_than_words() -> None:
    new = ONTOLOGY.replace("Where ships lie.", "Elsewhere.").replace('"thing"@en', '"entity"@en')
    difference = compare(side("old", ONTOLOGY + "ex:e ex:p 1 ."), side("new", new))
    assert difference.terms() == {
        "https://e.org/v#Thing": Aspect.RELABELLED,
        "https://e.org/v#e": Aspect.GONE,
    }
    assert [frame.status for frame in difference.section(Section.ENTITIES)] == [Status.GONE]


def test_markdown_escapes_what_it_would_take_for_its_own() -> None:
    difference = compare(side("a_b", ""), side("c", 'ex:s rdfs:label "*bold* <b> `x`" .'))
    assert "\n".join(pages(MARKDOWN, difference, [], TABLE)).splitlines() == [
        "## a\\_b → c",
        "",
        "### Entities and facts",
        "",
        "- `+` \\*bold\\* \\<b\\> \\`x\\` (ex:s)",
    ]


def test_what_came_can_be_applied_though_blank_nodes_have_the_same_labels() -> None:
    old = side("old", ontology="ex:s ex:p _:a . _:a ex:q 1 . ex:t ex:p _:b . _:b ex:q 2 .")
    new = side("new", ontology="ex:s ex:p _:b . _:b ex:q 1 . ex:t ex:p _:a . _:a ex:q 3 .")
    added, removed = compare(old, new).lines()
    left = "\n".join(line for line in _lines(old.store) if line not in removed)
    applied, expected = (
        [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_QUADS)]
        for text in ("\n".join([left, *added]), "\n".join(_lines(new.store)))
    )
    assert fingerprint(applied) == fingerprint(expected)


terms = st.sampled_from(["ex:a", "ex:b", "<#S1>", "<#S1p>", "<#char=1,4>", "<#char=3,6>", "_:x", "_:y"])
predicates = st.sampled_from(
    ["a", "rdfs:label", "secpol:proposition", "secpol:spanDigest", "ex:p", "rdfs:subClassOf"]
)
objects = st.one_of(
    terms,
    st.sampled_from(
        ["1", '"d"', '"l"@en', "owl:Class", "( 1 2 )", "[ ex:p 1 ]", "[ ex:p _:x ]", "prov:Activity"]
    ),
)
graphs = st.lists(
    st.builds(lambda *parts: " ".join(parts) + " .\n", terms, predicates, objects), max_size=9
).map("".join)
layered = st.dictionaries(
    st.sampled_from(["ontology", "entities", "article_one_claims", "article_one_inferred"]),
    graphs,
    max_size=3,
)


@examples(25)
@given(graphs, layered, st.randoms())
def test_a_graph_does_not_differ_from_itself(text: str, layers: dict[str, str], order: random.Random) -> None:
    lines = text.splitlines(keepends=True)
    order.shuffle(lines)
    assert not compare(side("one", text), side("two", "".join(lines)))
    assert not compare(side("one", **layers), side("two", **layers))
    assert text_of(compare(side("one", text), side("two", text))).endswith("no difference")


@examples(25)
@given(graphs, graphs, layered, layered)
def test_what_came_and_went_leads_from_the_one_to_the_other(
    old: str, new: str, old_layers: dict[str, str], new_layers: dict[str, str]
) -> None:
    for one, two in ((side("a", old), side("b", new)), (side("a", **old_layers), side("b", **new_layers))):
        difference = compare(one, two)
        added, removed = difference.lines()
        start = set(_lines(one.store))
        if not any("_:" in line for line in (*start, *_lines(two.store))):
            expected = {line for line in _lines(two.store) if _is_compared(line, two)}
            begun = {line for line in start if _is_compared(line, one)}
            assert (begun - set(removed)) | set(added) == expected
            assert set(removed) <= begun
        for spelling in (TEXT, MARKDOWN):
            assert list(pages(spelling, difference, [], TABLE))
        assert as_json(difference, [], TABLE)


def _lines(store: ox.Store) -> list[str]:
    text = (store.dump(format=ox.RdfFormat.N_QUADS) or b"").decode()
    return [line for line in text.split("\n") if line]


def _is_compared(line: str, of: Side) -> bool:
    """Whether a line is no trace of how the graph was made."""
    subject = line.split(" ", 1)[0]
    return subject in of.by_subject or any(subject == statement.subject for statement in of.inferred)
