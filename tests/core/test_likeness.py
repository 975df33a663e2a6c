"""When two names are alike, and which are nearly so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.core.likeness import clean, closest, folded, trigrams, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("government  of Japan", "Government of\u00a0Japan"),
        ("Abe\u2019s vision", "ABE'S VISION"),
        ("\u201cAsian NATO\u201d", '"Asian NATO"'),
        ("Indo\u2013Pacific", "Indo-Pacific"),
        ("Indo\u2011Pacific", "Indo\u2212Pacific"),
        ("Stra\u00dfe", "STRASSE"),
        ("\uff2e\uff21\uff34\uff2f", "nato"),
        ("e\u0301tat", "\u00c9TAT"),
        ("sea\u00adport", "seaport"),
        ("\ufb01eld", "field"),
    ],
)
def test_names_that_are_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Abe", "Abe's"), ("C", "C++"), ("r\u00f4le", "role"), ("US", "U.S.")]
)
def test_names_that_are_not(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text(max_size=40))
@settings(deadline=None)
def test_folding_is_done_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert folded(clean(name)) == folded(name)
    assert folded(f"  {name} ") == folded(name)


@given(st.text(max_size=40))
@settings(deadline=None)
def test_every_word_has_trigrams(name: str) -> None:
    assert bool(words_of(folded(name))) is bool(trigrams(folded(name)))


def test_what_is_nearest() -> None:
    names = ["government of Japan", "Diet of Japan", "Ishiba Shigeru", "enables", "Abe Shinzo"]
    assert closest("goverment of Japan", names)[0] == "government of Japan"
    assert closest("ishbia", names) == ["Ishiba Shigeru"]
    assert closest("Abbe", names) == ["Abe Shinzo"]
    assert closest("", names) == closest("zzz", names) == []
