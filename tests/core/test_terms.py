from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.terms import PREFIXES, SECPOL, curie, nearest, short

ARTICLE = "https://w3id.org/secpol/article/2024-12-11-america-needs-japan"


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://w3id.org/secpol/ontology#heldBy", "secpol:heldBy"),
        ("https://w3id.org/secpol/shape/claim.two-words", "secshape:claim.two-words"),
        ("http://www.wikidata.org/entity/Q17", "wd:Q17"),
        ("https://w3id.org/secpol/ontology#", "<https://w3id.org/secpol/ontology#>"),
        ("https://w3id.org/secpol/entity/a/b", "<https://w3id.org/secpol/entity/a/b>"),
        ("https://w3id.org/secpol/entity/ends.", "<https://w3id.org/secpol/entity/ends.>"),
        ("https://w3id.org/secpol/entity/-starts", "<https://w3id.org/secpol/entity/-starts>"),
        (f"{ARTICLE}#char=1,2", f"<{ARTICLE}#char=1,2>"),
    ],
)
def test_curie_is_one_only_where_every_turtle_reader_takes_it(iri: str, expected: str) -> None:
    assert curie(iri) == expected


@given(st.sampled_from(sorted(PREFIXES)), st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True))
def test_curie_expands_to_the_iri(prefix: str, local: str) -> None:
    written = curie(PREFIXES[prefix] + local)
    if written.startswith("<"):
        assert written == f"<{PREFIXES[prefix]}{local}>"
    else:
        found, _, name = written.partition(":")
        assert PREFIXES[found] + name == PREFIXES[prefix] + local


def test_a_projects_own_prefix_wins() -> None:
    own = {"my": "https://w3id.org/secpol/entity/", **PREFIXES}
    assert curie("https://w3id.org/secpol/entity/GovUS", own) == "my:GovUS"


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (f"{ARTICLE}#S025", "#S025"),
        (f"{ARTICLE}#char=816,889", "#char=816,889"),
        (ARTICLE, f"<{ARTICLE}>"),
        ("https://w3id.org/secpol/ontology#Claim", "secpol:Claim"),
        ("https://example.org/page#part", "<https://example.org/page#part>"),
    ],
)
def test_short_keeps_the_fragment_of_what_belongs_to_an_article(iri: str, expected: str) -> None:
    assert short(iri) == expected


def test_no_prefix_is_there_twice() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert all(namespace.endswith(("#", "/")) for namespace in PREFIXES.values())


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("who-rejcted", ["who-rejected", "status"], "; did you mean who-rejected?"),
        ("zzz", ["a", "b"], "; there is a, b"),
        ("zzz", [], ""),
        ("zzz", [f"name{n}" for n in range(40)], ""),
    ],
)
def test_nearest_offers_or_lists_or_stays_silent(name: str, known: list[str], expected: str) -> None:
    assert nearest(name, known) == expected


def test_a_namespace_makes_nodes() -> None:
    assert SECPOL("Claim").value == "https://w3id.org/secpol/ontology#Claim"
