from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import InputError
from kg.core.terms import PREFIXES
from kg.rdf.blank_nodes import fingerprint
from kg.rdf.turtle_document import formatted
from kg.rdf.turtle_reading import blocks, parse_turtle
from kg.rdf.turtle_writing import turtle
from tests.lanes import examples

EX = "https://example.org/a/"
HEAD = f"@prefix ex: <{EX}> .\n"
TABLE = {**PREFIXES, "ex": EX}

WRITTEN = """\
# What this file is.
@base <https://e.org/doc> .
# Terms
@prefix foreign: <https://e.org/other/> .
@prefix mine: <https://example.org/a/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

# ---- Towns ----
# in no order

<#two>   rdfs:label "two" ; a mine:Town .

# What is said of one
# takes two lines.
<#one> a mine:Town; mine:near <#two>,foreign:three .
  # and more of it
<#one> rdfs:label 'one' .

# ---- Rivers ----

# none yet

# ---- Hills ----

[] mine:members ( <#h1> <#h2> ) .
_:hill a mine:Hill ; mine:near _:hill .
<#two> mine:height 1.50 , 01 , "1"^^<http://www.w3.org/2001/XMLSchema#integer> .

# the end
"""
FORMATTED = """\
# What this file is.

# Terms

@base <https://e.org/doc> .
@prefix ex: <https://example.org/a/> .
@prefix foreign: <https://e.org/other/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

# ---- Towns ----
# in no order

# What is said of one
# takes two lines.
# and more of it
<#one> a ex:Town ;
    rdfs:label "one" ;
    ex:near
        <#two> ,
        foreign:three .

<#two> a ex:Town ;
    rdfs:label "two" .

# ---- Rivers ----

# none yet

# ---- Hills ----

[] ex:members ( <#h1> <#h2> ) .

_:hill a ex:Hill ;
    ex:near _:hill .

<#two> ex:height
    "01"^^xsd:integer ,
    "1.50"^^xsd:decimal ,
    1 .

# the end
"""


def test_a_document_keeps_its_sections_and_comments() -> None:
    assert formatted(WRITTEN, TABLE) == FORMATTED
    assert formatted(FORMATTED, TABLE) == FORMATTED


def test_the_order_of_statements_can_be_kept() -> None:
    text = HEAD + "ex:b a ex:T .\n\n# c\nex:a ex:q 1 ; a ex:T .\n"
    assert formatted(text, TABLE, keep_order=True) == (
        HEAD + "\nex:b a ex:T .\n\n# c\nex:a a ex:T ;\n    ex:q 1 .\n"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + "ex:a a ex:T ; # why\n  ex:q 1 .\n", 2),
        (HEAD + "ex:a a ex:T ;\n  ex:q 1\n  # why\n  .\n", 4),
        (HEAD + "ex:a a ex:T . # why\n", 2),
        (HEAD + "ex:a a ex:T ;\n ex:q 1 . # why\nex:b a ex:T .", 3),
        (HEAD[:-1] + " # why\n", 1),
        (HEAD + "ex:a ex:q [ # why\n ex:r 1 ] .\n", 2),
    ],
)
def test_a_comment_that_would_get_lost_is_refused_by_its_line(text: str, line: int) -> None:
    with pytest.raises(InputError, match="comment") as caught:
        formatted(text, TABLE)
    assert caught.value.line == line
    assert caught.value.hint


def test_a_syntax_error_has_its_line() -> None:
    with pytest.raises(InputError) as caught:
        formatted(HEAD + "\nex:a ex:b .\n", TABLE)
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("declared", "used", "written"),
    [
        # one prefix table: a namespace goes by its name there
        (f"@prefix mine: <{EX}> .", "mine:a", "@prefix ex:"),
        # a namespace that the table lacks keeps the document's name for it, even a name of the table
        ("@prefix ex: <https://e.org/other/> .", "ex:a", "@prefix ex: <https://e.org/other/>"),
        ("PREFIX odd: <https://e.org/odd/>", "odd:a", "@prefix odd: <https://e.org/odd/> ."),
        ("@prefix : <https://e.org/odd#> .", ":a", "@prefix : <https://e.org/odd#> ."),
    ],
)
def test_the_prefixes_are_those_of_the_table_and_the_documents_own(
    declared: str, used: str, written: str
) -> None:
    text = f"{declared}\n{used} a {used} .\n"
    result = formatted(text, TABLE)
    assert result.startswith(written)
    assert fingerprint(parse_turtle(result)) == fingerprint(parse_turtle(text))


def test_a_hash_within_a_string_or_an_iri_is_no_comment() -> None:
    text = HEAD + '\nex:a ex:q\n    <https://e.org/#x> ,\n    "# no comment" .\n'
    assert formatted(text, TABLE) == text


def test_a_document_without_statements_keeps_its_comments() -> None:
    assert formatted("\n\n# nothing\n# yet\n\n\n", TABLE) == "# nothing\n# yet\n"
    assert formatted("", TABLE) == ""


def test_statements_after_a_new_meaning_of_a_prefix_keep_theirs() -> None:
    text = "@prefix p: <https://e.org/1#> .\np:a p:b 1 .\n@prefix p: <https://e.org/2#> .\np:a p:b 2 .\n"
    assert fingerprint(parse_turtle(formatted(text, TABLE))) == fingerprint(parse_turtle(text))


comments = st.lists(st.text("ab #.;\"<>'[(", max_size=6), max_size=2).map(
    lambda lines: "".join(f"#{line}\n" for line in lines)
)
names = st.sampled_from(["ex:a", "ex:b", "<#c>", "<>", "_:x", "[]"])
values = st.sampled_from(
    ["ex:o", "<#c>", "_:x", "1", '"x # y"', '"""a\n# b\n"""', "[ ex:p 1 ]", "( 1 [] )", "[]", "true"]
)
statements = st.builds(
    lambda above, empty, subject, pairs: (
        f"{above}{empty}{subject} {' ; '.join(f'ex:{p} {v}' for p, v in pairs)} .\n"
    ),
    comments,
    st.sampled_from(["", "\n", "  "]),
    names,
    st.lists(st.tuples(st.sampled_from("pqr"), values), min_size=1, max_size=3),
)
documents = st.lists(statements, max_size=6).map(
    lambda found: "@base <https://e.org/doc> .\n" + HEAD + "".join(found)
)


@examples(40)
@given(documents)
def test_formatting_keeps_graph_and_comments_and_is_done_at_once(text: str) -> None:
    assert "".join(map(str, blocks(text))) == text
    result = formatted(text, TABLE)
    assert fingerprint(parse_turtle(result)) == fingerprint(parse_turtle(text))
    assert formatted(result, TABLE) == result

    def lines(document: str) -> list[str]:
        found = [line for part in blocks(document) for line in part.comments.split("\n")]
        return sorted(line.strip() for line in found if line.strip())

    assert lines(result) == lines(text)


def test_without_comments_the_form_is_that_of_the_export() -> None:
    text = "".join(line + "\n" for line in WRITTEN.split("\n") if not line.strip().startswith("#"))
    text = text.replace("_:hill a mine:Hill ; mine:near _:hill .", "")
    exported = "".join(
        turtle(
            (quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)),
            {**TABLE, "foreign": "https://e.org/other/"},
            base="https://e.org/doc",
            used_only=True,
        )
    )
    assert formatted(text, TABLE) == exported
