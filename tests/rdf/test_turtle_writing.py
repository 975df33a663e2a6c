from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from hypothesis import given
from hypothesis import strategies as st

from kg.core.terms import PREFIXES
from kg.rdf.blank_nodes import fingerprint
from kg.rdf.order import natural
from kg.rdf.turtle_writing import TermNames, head, turtle, turtle_of_lines
from tests.conftest import ORCHARDS
from tests.lanes import examples

EX = "https://example.org/a/"
BASE = "https://w3id.org/secpol/article/one"
TABLE = {**PREFIXES, "ex": EX, "art": f"{BASE}#", "n": "urn:n:", "deep": f"{EX}deep/", "": f"{EX}default#"}
XSD = PREFIXES["xsd"]
TYPE = f"{PREFIXES['rdf']}type"


def node(text: str) -> ox.NamedNode:
    return ox.NamedNode(text)


def triple(subject: str, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal | str) -> ox.Triple:
    return ox.Triple(node(subject), node(predicate), node(value) if isinstance(value, str) else value)


def write(triples: Iterable[ox.Triple], base: str | None = None) -> str:
    return "".join(turtle(triples, TABLE, base=base, used_only=True))


def body(triples: Iterable[ox.Triple], base: str | None = None) -> str:
    _, *blocks = turtle(triples, TABLE, base=base)
    return "".join(blocks)[1:]


def dataset(triples: Iterable[ox.Triple]) -> ox.Dataset:
    found = ox.Dataset(ox.Quad(*each) for each in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def read(text: str) -> ox.Dataset:
    return dataset(quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE))


# --- the five traps of canonical Turtle ---


@pytest.mark.parametrize(
    ("literal", "written"),
    [
        (ox.Literal("x", datatype=node(f"{XSD}string")), '"x"'),  # xsd:string is not written
        (ox.Literal("1", datatype=node(f"{XSD}integer")), "1"),
        (ox.Literal("-10", datatype=node(f"{XSD}integer")), "-10"),
        (ox.Literal("1.5", datatype=node(f"{XSD}decimal")), "1.5"),
        (ox.Literal("true", datatype=node(f"{XSD}boolean")), "true"),
        # look-alikes: strings stay strings, and other datatypes keep theirs
        (ox.Literal("1"), '"1"'),
        (ox.Literal("true"), '"true"'),
        (ox.Literal("1", datatype=node(f"{XSD}decimal")), '"1"^^xsd:decimal'),
        (ox.Literal("1", datatype=node(f"{XSD}int")), '"1"^^xsd:int'),
        (ox.Literal("1.0", datatype=node(f"{XSD}double")), '"1.0"^^xsd:double'),
        (ox.Literal("1e0", datatype=node(f"{XSD}double")), '"1e0"^^xsd:double'),
        # short forms that are none, or that a reader would rewrite
        (ox.Literal("+1", datatype=node(f"{XSD}integer")), '"+1"^^xsd:integer'),
        (ox.Literal("01", datatype=node(f"{XSD}integer")), '"01"^^xsd:integer'),
        (ox.Literal("-0", datatype=node(f"{XSD}integer")), '"-0"^^xsd:integer'),
        (ox.Literal("1.", datatype=node(f"{XSD}decimal")), '"1."^^xsd:decimal'),
        (ox.Literal(".5", datatype=node(f"{XSD}decimal")), '".5"^^xsd:decimal'),
        (ox.Literal("1.50", datatype=node(f"{XSD}decimal")), '"1.50"^^xsd:decimal'),
        (ox.Literal("1", datatype=node(f"{XSD}boolean")), '"1"^^xsd:boolean'),
        (ox.Literal("TRUE", datatype=node(f"{XSD}boolean")), '"TRUE"^^xsd:boolean'),
        (ox.Literal("one", datatype=node(f"{XSD}integer")), '"one"^^xsd:integer'),
        (ox.Literal("chat", language="fr"), '"chat"@fr'),
        (ox.Literal('say "hi" \\ \t'), '"say \\"hi\\" \\\\ \\t"'),
        (ox.Literal("two\nlines"), '"""two\nlines"""'),
        (ox.Literal("\\n is no line break"), '"\\\\n is no line break"'),
        (ox.Literal('"""\n""'), '"""""\\"\n"\\""""'),
        (ox.Literal("a\r\nb"), '"""a\\r\nb"""'),
        (ox.Literal("x\u2028y\u0085z"), '"x\u2028y\u0085z"'),
    ],
    ids=str,
)
def test_a_literal_keeps_its_value_and_its_datatype(literal: ox.Literal, written: str) -> None:
    triples = [triple(f"{EX}s", f"{EX}p", literal)]
    assert body(triples) == f"ex:s ex:p {written} .\n"
    assert read(write(triples)) == dataset(triples)


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (f"{EX}b", "ex:b"),
        (f"{EX}b.c-d_e", "ex:b.c-d_e"),
        (f"{EX}9", "ex:9"),
        (f"{EX}deep/b", "deep:b"),  # of several namespaces the longest
        (f"{EX}default#b", ":b"),
        ("urn:n:b", "n:b"),
        # nothing is ever escaped: a trailing dot, signs, other scripts
        (f"{EX}b.", f"<{EX}b.>"),
        (f"{EX}.b", f"<{EX}.b>"),
        (f"{EX}-b", f"<{EX}-b>"),
        (f"{EX}b=c", f"<{EX}b=c>"),
        (f"{EX}b,c", f"<{EX}b,c>"),
        (f"{EX}b~c", f"<{EX}b~c>"),
        (f"{EX}b%20c", f"<{EX}b%20c>"),
        (f"{EX}b:c", f"<{EX}b:c>"),
        (f"{EX}b/c", f"<{EX}b/c>"),
        (f"{EX}é", f"<{EX}é>"),
        (f"{EX}", f"<{EX}>"),
        ("urn:n:", "<urn:n:>"),
        # base against prefix: what belongs to the document is written from its base
        (BASE, "<>"),
        (f"{BASE}#S001", "<#S001>"),
        (f"{BASE}#char=1,2", "<#char=1,2>"),
        (f"{BASE}#", "<#>"),
        (f"{BASE}#a:b", f"<{BASE}#a:b>"),
        (f"{BASE}#../x", "<#../x>"),
        # no other relative form, however near it lies
        (f"{BASE}/two", f"<{BASE}/two>"),
        (f"{BASE}two", f"<{BASE}two>"),
        (f"{BASE}?q", f"<{BASE}?q>"),
        ("https://w3id.org/secpol/article/", "<https://w3id.org/secpol/article/>"),
        ("https://w3id.org//x", "<https://w3id.org//x>"),
        ("https://w3id.org/secpol/article/a:b", "<https://w3id.org/secpol/article/a:b>"),
    ],
)
def test_an_iri_is_shortened_only_where_every_reader_takes_it_back(iri: str, written: str) -> None:
    triples = [triple(f"{EX}s", f"{EX}p", iri)]
    assert body(triples, BASE) == f"ex:s ex:p {written} .\n"
    text = write(triples, BASE)
    assert read(text) == dataset(triples)
    (found,) = rdflib.Graph().parse(data=text, format="turtle").objects()
    assert str(found) == iri


@pytest.mark.parametrize(
    "base",
    ["https://e.org/a/../b", "https://e.org/./a", "urn:a", "https://e.org/a?q", "https://e.org/a#b", "x"],
)
def test_a_base_that_readers_resolve_differently_is_not_used(base: str) -> None:
    assert TermNames(TABLE, base).base is None


@pytest.mark.parametrize("prefix", ["_", "9", "a.", "-a", "a b"])
def test_a_prefix_that_is_no_name_is_not_used(prefix: str) -> None:
    assert TermNames({prefix: EX}, None)[f"<{EX}b>"] == f"<{EX}b>"


# --- layout ---

DOCUMENT = f"""
@prefix ex: <{EX}> . @prefix secpol: <{PREFIXES["secpol"]}> . @prefix skos: <{PREFIXES["skos"]}> .
@prefix owl: <{PREFIXES["owl"]}> . @prefix rdfs: <{PREFIXES["rdfs"]}> . @prefix prov: <{PREFIXES["prov"]}> .
@prefix sh: <{PREFIXES["sh"]}> . @base <{BASE}> .
<#build> a prov:Activity .
<#char=100,110> a secpol:Mention ; secpol:surface "here" .
<#char=20,30> a secpol:Passage . <#char=3,9> a secpol:Passage .
<#S10> a secpol:Claim ; secpol:proposition <#S10p> . <#S10p> a secpol:Proposition .
<#S2> secpol:proposition <#S2p> ; a secpol:Claim . <#S2p> a secpol:Proposition .
<#S2b> secpol:proposition <#x> .
<> secpol:textSha256 "0" . <#authors> a secpol:Collective .
ex:E2 a ex:Thing . ex:E10 a ex:Thing .
[] a owl:AllDisjointClasses ; owl:members ( ex:C ex:B ) .
ex:shape a sh:NodeShape . ex:concept a skos:Concept . ex:scheme a skos:ConceptScheme .
ex:p a owl:ObjectProperty , owl:SymmetricProperty . ex:q a owl:DatatypeProperty .
ex:C a owl:Class ;
  rdfs:subClassOf [ owl:allValuesFrom ex:B ; owl:onProperty ex:p ; a owl:Restriction ] , ex:B ;
  rdfs:label "C"@en ; ex:zeta 1 ; rdfs:isDefinedBy ex:onto ; ex:alpha 1 .
ex:B a owl:Class . ex:onto a owl:Ontology .
"""
CANONICAL = """ex:onto a owl:Ontology .
ex:B a owl:Class .

ex:C a owl:Class ;
    rdfs:label "C"@en ;
    rdfs:subClassOf
        ex:B ,
        [ a owl:Restriction ; owl:onProperty ex:p ; owl:allValuesFrom ex:B ] ;
    ex:alpha 1 ;
    ex:zeta 1 ;
    rdfs:isDefinedBy ex:onto .

ex:p a owl:ObjectProperty , owl:SymmetricProperty .
ex:q a owl:DatatypeProperty .
ex:scheme a skos:ConceptScheme .
ex:concept a skos:Concept .
ex:shape a sh:NodeShape .

[] a owl:AllDisjointClasses ;
    owl:members ( ex:C ex:B ) .

ex:E2 a ex:Thing .
ex:E10 a ex:Thing .
<> secpol:textSha256 "0" .
<#authors> a secpol:Collective .

<#S2> a secpol:Claim ;
    secpol:proposition <#S2p> .

<#S2p> a secpol:Proposition .
<#S2b> secpol:proposition <#x> .

<#S10> a secpol:Claim ;
    secpol:proposition <#S10p> .

<#S10p> a secpol:Proposition .
<#char=3,9> a secpol:Passage .
<#char=20,30> a secpol:Passage .

<#char=100,110> a secpol:Mention ;
    secpol:surface "here" .

<#build> a prov:Activity .
"""


def test_subjects_stand_by_kind_and_predicates_in_reading_order() -> None:
    triples = [quad.triple for quad in ox.parse(DOCUMENT, ox.RdfFormat.TURTLE)]
    assert body(triples, BASE) == CANONICAL


def test_the_head_has_the_whole_table_or_what_is_used() -> None:
    triples = [triple(f"{EX}s", f"{EX}p", f"{EX}o")]
    assert "".join(turtle(triples, TABLE)).startswith(head(TABLE))
    assert write(triples) == f"@prefix ex: <{EX}> .\n\nex:s ex:p ex:o .\n"
    assert write([], BASE) == f"@base <{BASE}> .\n"


def test_a_node_in_brackets_breaks_where_it_is_long_and_a_list_too() -> None:
    text = (
        f"@prefix ex: <{EX}> . ex:s ex:p [ ex:list ( {' '.join(f'ex:member{n}' for n in range(12))} ) ; "
        "ex:empty () ; ex:nothing [] ; ex:q [ ex:r ( [ ex:t 1 ] ( 2 ) ) ] ] ."
    )
    triples = [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]
    members = "\n".join(f"        ex:member{n}" for n in range(12))
    assert body(triples) == (
        f"ex:s ex:p [\n    ex:empty () ;\n    ex:list (\n{members}\n    ) ;\n    ex:nothing [] ;\n"
        "    ex:q [ ex:r ( [ ex:t 1 ] ( 2 ) ) ]\n] .\n"
    )
    assert read(write(triples)) == dataset(triples)


@pytest.mark.parametrize(
    "text",
    [
        "_:a ex:p _:b . _:b ex:p _:a .",
        "_:a ex:p _:a .",
        "ex:s ex:p _:a . ex:t ex:p _:a . _:a ex:q 1 .",
        "ex:s ex:p _:a . _:a ex:p _:b . _:b ex:p _:a .",
        "ex:s ex:p _:a , _:b . _:a ex:q _:c . _:b ex:q _:c .",
        "ex:s ex:p _:a , _:b . ex:t ex:p _:a , _:b .",
        "ex:s ex:p [ ex:q 1 ] , [ ex:q 1 ] .",
        "( 1 2 ) ex:p 1 .",
        "_:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest ex:x . ex:s ex:p _:l .",
        "_:l rdf:first 1 ; rdf:rest _:l . ex:s ex:p _:l .",
        "_:l rdf:first 1 , 2 ; rdf:rest () . ex:s ex:p _:l .",
        "_:l a rdf:List ; rdf:first 1 ; rdf:rest () . ex:s ex:p _:l .",
        "ex:s ex:q _:l . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest () . ex:t ex:p _:m .",
        "() ex:p 1 . ex:s rdf:nil () .",
        "ex:s ex:p <<( ex:a ex:b _:c )>> . _:c ex:q 1 .",
        'ex:s ex:p <<( ex:a ex:b "x y )>> _:no"@en )>> .',
        "ex:s ex:p " + "[ ex:p " * 60 + "1" + " ]" * 60 + " .",
        "_:a ex:q " + "[ ex:p " * 60 + "_:a" + " ]" * 60 + " .",
    ],
    ids=lambda text: text[:70],
)
def test_blank_nodes_come_back_and_their_names_do_not_matter(text: str) -> None:
    declared = f"@prefix ex: <{EX}> . @prefix rdf: <{PREFIXES['rdf']}> .\n{text}"
    seen = set()
    for _ in range(3):
        parsed = ox.parse(declared, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        triples = [quad.triple for quad in parsed]
        random.shuffle(triples)
        written = write(triples)
        assert read(written) == dataset(triples)
        seen.add(written)
    assert len(seen) == 1


def test_a_long_list_is_written_without_delay() -> None:
    text = f"@prefix ex: <{EX}> . ex:s ex:p ( {'1 ' * 5000}) ."
    triples = [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]
    written = write(triples)
    assert fingerprint(quad.triple for quad in ox.parse(written, ox.RdfFormat.TURTLE)) == fingerprint(triples)
    assert written.count("\n    1") == 5000


def test_the_label_of_a_shared_blank_node_does_not_change_with_the_rest_of_the_graph() -> None:
    shared = f"@prefix ex: <{EX}> . ex:s ex:p _:a . ex:t ex:p _:a . _:a ex:q 1 ."
    more = f"{shared} ex:r ex:p _:b , _:c . ex:u ex:p _:b , _:c . _:b ex:q 0 . _:c ex:q 2 ."
    small, large = (
        "".join(turtle((quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)), TABLE)).splitlines()
        for text in (shared, more)
    )
    assert set(small) <= set(large)


# --- properties ---

local_names = st.text("abS019._-~%=,:/#é", max_size=5).map(lambda text: text.replace("%", "%41"))
iris = (
    st.one_of(
        st.builds(
            lambda start, end: start + end,
            st.sampled_from([EX, f"{EX}deep/", BASE, f"{BASE}#", "urn:n:"]),
            local_names,
        ),
        st.sampled_from([PREFIXES["rdf"] + name for name in ("type", "first", "rest", "nil")]),
        st.sampled_from([PREFIXES["secpol"] + name for name in ("proposition", "Claim", "textSha256")]),
    )
    .filter(lambda iri: iri.count("#") < 2)
    .map(node)
)
texts = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\"\\\n\r\t'")), max_size=8)
literals = st.one_of(
    st.builds(ox.Literal, texts),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), texts, st.sampled_from(["en", "en-gb", "zh-hant"])
    ),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=node(XSD + name)),
        st.one_of(texts, st.from_regex(r"[+-]?[0-9]{0,3}\.?[0-9]{0,2}(e[0-9])?|true|false", fullmatch=True)),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date", "string", "int"]),
    ),
)
blanks = st.sampled_from([ox.BlankNode(f"b{n}") for n in range(5)])
graphs = st.lists(
    st.builds(ox.Triple, st.one_of(iris, blanks), iris, st.one_of(iris, blanks, literals)), max_size=14
)


@examples(60)
@given(graphs, st.sampled_from([None, BASE]), st.randoms())
def test_what_is_written_is_read_back_in_any_order_of_input(
    triples: list[ox.Triple], base: str | None, order: random.Random
) -> None:
    text = write(triples, base)
    assert read(text) == dataset(triples)
    lines = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    for number in range(5):
        lines = lines.replace(f"_:b{number} ", f"_:z{(number * 3 + 1) % 5} ")
    other = lines.split("\n") * 2
    order.shuffle(other)
    assert "".join(turtle_of_lines(other, TABLE, base=base, used_only=True)) == text


@pytest.mark.filterwarnings("ignore::UserWarning")  # rdflib's, about literals that are ill-formed on purpose
@examples(20)
@given(graphs, st.sampled_from([None, BASE]))
def test_rdflib_reads_the_same_graph(triples: list[ox.Triple], base: str | None) -> None:
    expected, found = rdflib.Graph(), rdflib.Graph()
    expected.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    found.parse(data=write(triples, base), format="turtle")
    assert rdflib.compare.isomorphic(expected, found)


CLAIMS = [
    quad.triple
    for path in (ORCHARDS / "articles").rglob("*.ttl")
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
]


@examples(10)
@given(st.integers(0, 999), st.sampled_from(["", "b"]), st.sampled_from(["12,20", "23,103"]), st.booleans())
def test_adding_a_claim_adds_its_lines_and_touches_no_other(
    number: int, letter: str, place: str, is_new_passage: bool
) -> None:
    article = "https://example.org/orchards/article/2026-09-10-late-frost"
    claim = f"{article}#S{number:03}{letter}x"
    secpol = PREFIXES["secpol"]
    added = [
        triple(claim, TYPE, f"{secpol}Claim"),
        triple(claim, f"{PREFIXES['rdfs']}label", ox.Literal("A claim", language="en")),
        triple(claim, f"{secpol}proposition", f"{claim}p"),
        triple(claim, f"{secpol}evidencedBy", f"{article}#char={place}"),
        triple(f"{claim}p", TYPE, f"{secpol}Proposition"),
        triple(f"{claim}p", f"{secpol}propSubject", f"{article}#authors"),
        triple(f"{claim}p", f"{secpol}propPredicate", f"{PREFIXES['rel']}needs"),
    ]
    if is_new_passage:
        added.append(triple(f"{article}#char=900,9{number:03}", f"{secpol}paragraph", ox.Literal(7)))
    before = "".join(turtle(CLAIMS, TABLE, base=article)).splitlines()
    after = "".join(turtle([*CLAIMS, *added], TABLE, base=article)).splitlines()
    rest = iter(after)
    assert all(line in rest for line in before)  # each in turn: nothing went, nothing moved
    assert sum(line != "" for line in after) - sum(line != "" for line in before) <= len(added)


@given(st.lists(st.from_regex(r"#S[0-9]{1,4}[a-z]?", fullmatch=True), unique=True))
def test_numbers_in_names_sort_by_value(names: list[str]) -> None:
    values = [int("".join(filter(str.isdigit, name))) for name in sorted(names, key=natural)]
    assert values == sorted(values)


def test_other_hash_seeds_give_the_same_bytes() -> None:
    script = (
        "import sys; from kg.rdf.turtle_writing import turtle_of_lines; from kg.core.terms import PREFIXES;"
        "sys.stdout.write(''.join(turtle_of_lines(sys.stdin.read().split('\\n'), PREFIXES)))"
    )
    parsed = ox.parse(DOCUMENT, ox.RdfFormat.TURTLE)
    lines = ox.serialize((quad.triple for quad in parsed), format=ox.RdfFormat.N_TRIPLES)
    results = {
        subprocess.run(
            [sys.executable, "-c", script],
            input=lines,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(results) == 1
    assert results.pop()
