import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.claims.canonical import Forms
from kg.claims.rows import TableWriter
from kg.claims.table import ClaimTable
from kg.claims.triples import TableReader
from kg.core.errors import InputError, InputErrors
from kg.core.terms import PREFIXES
from kg.rdf.turtle_reading import parse_turtle

ARTICLES = "https://w3id.org/secpol/article/"
DRILL = f"{ARTICLES}drill"
READER = TableReader.of(DRILL, ARTICLES, PREFIXES)
WRITER = TableWriter(READER)
FORMS = Forms(READER)
REPORTED = "secpol:reportedBy <#authors> ; secpol:reporterStance"
PLAIN = """
<#S1> a secpol:Claim ;
    rdfs:label "The ship left"@en ;
    secpol:proposition <#S1p> ;
    secpol:heldBy <#authors> ;
    secpol:certainty secpol:Certain ;
    secpol:polarity secpol:Affirmed ;
    secpol:conveyance secpol:Stated ;
    secpol:assertedAs secpol:View ;
    secpol:evidencedBy <#char=0,9> .
<#S1p> a secpol:Proposition ;
    secpol:propSubject <#Ship> ;
    secpol:propPredicate secpol:actor ;
    secpol:propObject ent:Japan .
<#char=0,9> a secpol:Passage ; secpol:spanDigest "aabbccddeeff" .
"""


def turtle(text: str) -> set[ox.Triple]:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return set(parse_turtle(prefixes + text, DRILL))


def triples(text: str) -> set[ox.Triple]:
    return {one.triple for one in READER.statements(ClaimTable.parse(text, READER.columns))}


def rows(text: str) -> str:
    converted = WRITER.rows(turtle(text))
    assert not converted.refused
    return ClaimTable(converted.rows).text(WRITER.columns)


def test_a_row_says_what_the_turtle_says() -> None:
    header = "id,passage,subject,relation,object,gloss"
    table = f"{header}\nS1,0-9:aabbccddeeff,#Ship,secpol:actor,ent:Japan,The ship left\n"
    assert triples(table) == turtle(PLAIN)
    assert FORMS.canonical(table.encode()) == rows(PLAIN)


@pytest.mark.parametrize(
    ("turtle_of_it", "cell"),
    [
        (
            "secpol:heldBy ent:Japan ; secpol:reportedBy <#authors> ; secpol:reporterStance secpol:Rejects",
            "Rejects",
        ),
        ("secpol:heldBy ent:Japan", "none"),
        ("secpol:heldBy <#authors> ; secpol:hedge 'may' , 'might'", "'may' | 'might'"),
        ("secpol:heldBy <#authors> ; skos:editorialNote 'a | b'@en", "a | b"),
        ("secpol:heldBy <#authors> ; skos:editorialNote 'Hafen'@de", "'Hafen'@de"),
        ("secpol:heldBy <#authors> ; secpol:claimTime <#time=%5B..2024-12-11%5D>", "[..2024-12-11]"),
        ("secpol:heldBy <#authors> ; secpol:supports <../article/other#S2>", "other#S2"),
        ("secpol:heldBy <#authors> ; secpol:cause <http://a.example/x?y>", "<http://a.example/x?y>"),
        ("secpol:heldBy <#authors> ; secpol:cause <>", "<>"),
        ("secpol:heldBy <#authors> ; dcterms:source ent:US", "ent:US"),
    ],
)
def test_what_a_claim_may_say_comes_back(turtle_of_it: str, cell: str) -> None:
    text = PLAIN.replace("secpol:heldBy <#authors>", turtle_of_it)
    table = rows(text)
    assert cell in table
    assert triples(table) == turtle(text)


@pytest.mark.parametrize(
    "value",
    [
        "'47'^^xsd:decimal",
        "47",
        "true",
        "'P2D'",
        "'model'@en",
        '"it\'s"',
        "'a, \"b\"'",
        "'two\\nlines'",
        "-5",
    ],
)
def test_values_come_back(value: str) -> None:
    text = PLAIN.replace("secpol:propObject ent:Japan", f"secpol:propValue {value}")
    assert triples(rows(text)) == turtle(text)


def test_kinds_are_words_and_further_classes_curies() -> None:
    text = PLAIN.replace("a secpol:Claim", "a secpol:CausalClaim , secpol:AttributedClaim")
    text = text.replace("secpol:View", "secpol:Fact").replace("secpol:Stated", "secpol:Implicated")
    table = rows(text)
    assert '"causal, fact, implicated, secpol:AttributedClaim"' in table
    assert triples(table) == turtle(text)


def test_a_content_that_nobody_holds_is_a_row_of_its_kind() -> None:
    text = PLAIN + "<#Rain> a secpol:Proposition ; rdfs:label 'It rains'@en ; secpol:propSubject ent:Japan ."
    table = rows(text)
    assert table.splitlines()[2] == "Rain,,,ent:Japan,,,proposition,,,,,,It rains"
    assert triples(table) == turtle(text)


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("<#S1> secpol:cause [] .", "secpol:cause _:"),
        ("<#S1> secpol:proposition <#S2p> .", "its proposition is not #S1p"),
        ("<#Other> a secpol:State .", "it is no claim, no proposition"),
        ("<#char=0,9> secpol:surface 'x' .", "secpol:surface"),
        ("<#char=20,29> a secpol:Passage .", "no passage that a claim cites"),
        ("<#S1> secpol:hedge <#may> .", "secpol:hedge <"),
        ("<#S1> secpol:evidencedBy 'here' .", 'secpol:evidencedBy "here"'),
        ("<#S1> secpol:degree 3 .", "secpol:degree"),
        ("<#S1> a <https://example.org/a,b> .", "kind"),
        ("<#S1> rdfs:comment 'x'@ar--rtl .", "rdfs:comment"),
        ("<#S1p> secpol:propObject 'a literal' .", "secpol:propObject"),
        ("<#S1p> secpol:propValue ent:Japan .", "secpol:propValue"),
    ],
)
def test_what_no_column_carries_is_named(more: str, named: str) -> None:
    refused = WRITER.rows(turtle(PLAIN + more)).refused
    assert any(named in what for _, what in refused), refused


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("subject\nS1,Japan", "subject: 'Japan' is no name of a node"),
        ("subject\nS1,enty:Japan", "begins with no prefix of the project; did you mean ent:"),
        ("passage\nS1,9-3", "passage: '9-3' is no range"),
        ("kind\nS1,factual", "kind: 'factual' is no kind of claim; did you mean fact"),
        ("subject\nS 1,ent:US", "id: 'S 1' is no id"),
        ("subject\n,ent:US", "id: the row has no id"),
        ("holder\nS1,'somebody'", "holder: 'somebody' is a literal"),
        ("gloss\nS1,'C:\\xeno'", "is no literal of Turtle"),
        ("object\nS1,'\\u00'", "is no name of a node"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told(cells: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        triples(f"id,{cells}\n")
    assert message in error.value.message
    assert error.value.line == 2


def test_an_id_is_not_that_of_another_claims_proposition() -> None:
    with pytest.raises(InputError, match="S1p is the proposition of S1"):
        triples("id,subject,kind\nS1,ent:Japan,\nS1p,ent:Japan,proposition\n")
    assert triples("id,subject,kind\nS1,ent:Japan,proposition\nS1p,ent:Japan,proposition\n")


def test_a_claim_has_no_other_proposition_than_its_id_says() -> None:
    with pytest.raises(InputError, match="there is no column 'secpol:proposition'"):
        triples("id,secpol:proposition\nS1,#S2p\n")


@pytest.mark.parametrize(
    "row",
    [
        'S1,0-9:0123456789ab,"fact, view"',
        'S1,0-9:0123456789ab,"stated, implicated"',
        "S1,0-9:0123456789ab | 0-9:ba9876543210,",
        'S1,,"proposition, fact"',
        'S1,,"proposition, claim"',
    ],
)
def test_what_contradicts_itself_stays_for_the_checks(row: str) -> None:
    text = f"id,passage,kind\n{row}\n"
    canonical = FORMS.canonical(text.encode())
    assert triples(canonical) == triples(text)


def test_all_broken_rows_are_told_at_once() -> None:
    with pytest.raises(InputErrors) as error:
        triples("id,subject\nS1,Japan\nS2,ent:US\nS2,ent:US\n")
    assert [one.line for one in error.value.errors] == [2, 4]
    assert "line 3 has the id S2, too" in error.value.errors[1].message


def test_all_broken_cells_of_a_row_are_told_at_once() -> None:
    with pytest.raises(InputErrors) as error:
        triples("id,subject,object,kind\nS1,Japan,#O,factual\n")
    assert [(one.line, one.message.partition(":")[0]) for one in error.value.errors] == [
        (2, "subject"),
        (2, "kind"),
    ]


def test_comments_become_notes_and_notes_comments() -> None:
    text = f"# Of ships.\n\n# ---- One ----\n{PLAIN.strip()}\n# The end.\n"
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    table, converted = FORMS.from_turtle(prefixes + text)
    assert converted.rows[0].cells["note"] == "Of ships. One. The end."
    assert "# Of ships. One. The end.\n<#S1> a secpol:Claim" in FORMS.to_turtle(table.encode())


def test_a_comment_within_a_statement_is_refused_with_its_line() -> None:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    text = prefixes + PLAIN.strip().replace("secpol:heldBy", "# who?\n    secpol:heldBy")
    with pytest.raises(InputError, match="comment within a statement") as error:
        FORMS.from_turtle(text)
    assert error.value.line == len(PREFIXES) + 4


NODES = st.sampled_from(
    ["ent:Japan", "<#Ship>", "<http://a.example/1>", "rel:needs", "<../article/other#S2>"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(
    holders=st.sets(NODES, min_size=1, max_size=3),
    texts=st.sets(TEXTS, min_size=1, max_size=3),
    value=TEXTS,
    language=st.sampled_from(["", "@en", "@de-AT"]),
)
def test_whatever_a_claim_says_the_table_says_the_same(
    holders: set[str], texts: set[str], value: str, language: str
) -> None:
    said = PLAIN.replace("secpol:heldBy <#authors>", f"secpol:heldBy {' , '.join(holders)}")
    literals = {ox.Literal(text, language=language[1:] or None) for text in texts}
    node = ox.NamedNode(f"{DRILL}#S1")
    claim = turtle(said) | {
        ox.Triple(node, ox.NamedNode(PREFIXES["skos"] + "editorialNote"), one) for one in literals
    }
    claim |= {
        ox.Triple(
            ox.NamedNode(f"{DRILL}#S1p"), ox.NamedNode(PREFIXES["secpol"] + "propValue"), ox.Literal(value)
        )
    }
    converted = WRITER.rows(claim)
    table = ClaimTable(converted.rows).text(WRITER.columns)
    assert not converted.refused
    assert triples(table) == claim
    assert FORMS.canonical(table.encode()) == table
    assert len(table.splitlines()) == 2 or "\u2028" in table or "\u2029" in table or "\x85" in table
    assert set(parse_turtle(FORMS.to_turtle(table.encode()), DRILL)) == claim
