"""Two terms are told so that a reader sees that they are two."""

from __future__ import annotations

import unicodedata

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.telling import told_apart
from kg.core.terms import XSD, Term

NUMBER = ox.Literal("2", datatype=XSD("integer"))
ALIKE: list[tuple[Term, Term]] = [
    (ox.Literal("x"), ox.Literal("x", language="en")),
    (ox.Literal("x", language="de"), ox.Literal("x", language="en")),
    (ox.Literal("2"), NUMBER),
    (ox.Literal("é"), ox.Literal("e\u0301")),
    (ox.Literal("a b"), ox.Literal("a\u00a0b")),
    (ox.Literal("ab"), ox.Literal("a\u200bb")),
    (ox.Literal("a-b"), ox.Literal("a\u2011b")),
    (ox.Literal("a"), ox.Literal("\u0430")),
    (ox.NamedNode("http://e/é"), ox.NamedNode("http://e/e\u0301")),
]
literals = st.builds(ox.Literal, st.text(st.sampled_from("aé\u0301\u00a0 -\u2011\u0430"), max_size=3))


def short(term: Term) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else str(term)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_looks_alike_is_told_apart(one: Term, other: Term) -> None:
    first, second = told_apart([one, other], [short(one), short(other)])
    assert unicodedata.normalize("NFKC", first) != unicodedata.normalize("NFKC", second)


@pytest.mark.parametrize("label", ["Navy", "fleet"])
def test_nodes_of_one_label_come_with_their_names(label: str) -> None:
    nodes = [ox.NamedNode("https://w3id.org/secpol/entity/Navy"), ox.NamedNode("https://e.org/x/y")]
    assert told_apart(nodes, [label, "Navy"])[0] == ("ent:Navy" if label == "Navy" else "fleet")


@given(st.lists(literals, max_size=5))
def test_different_terms_are_never_told_alike(terms: list[Term]) -> None:
    told = told_apart(terms, [short(term) for term in terms])
    assert len({unicodedata.normalize("NFKC", text) for text in told}) == len(set(terms))


def test_what_differs_anyhow_stays_short() -> None:
    assert told_apart([ox.Literal("x"), NUMBER], ["x", "2"]) == ["x", "2"]
    assert told_apart([NUMBER, NUMBER], ["2", "2"]) == ["2", "2"]
