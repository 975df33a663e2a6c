"""Quotes found in a text: exactly, with marks folded, in several places, and not at all."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.article.sheets.quotes import Missed, Quotes, fold
from kg.core.passages import Span
from kg.project.texts import is_within_word

TEXT = (
    "A quiet drill\n"
    "\u201cThe drill\u201d was quiet \u2013 the town\u2019s own. Nobody\u00a0came\u2026 The end.\n"
    "Armed forces stayed away; the drill came to its end."
)


def words(quote: str) -> str:
    found = Quotes(TEXT).find(quote)
    assert isinstance(found, Span), found
    return TEXT[found.start : found.end]


def missed(quote: str, rule: str) -> Missed:
    found = Quotes(TEXT).find(quote)
    assert isinstance(found, Missed), found
    assert found.rule == rule
    return found


def test_a_quote_is_found_as_it_is() -> None:
    assert Quotes(TEXT).find("A quiet drill") == Span(0, 13)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("the town's own", "the town\u2019s own"),
        ('"The drill" was quiet', "\u201cThe drill\u201d was quiet"),
        ("was quiet -- the town", None),
        ("was quiet - the  town", "was quiet \u2013 the town"),
        ("Nobody came...", "Nobody\u00a0came\u2026"),
        ("  was\nquiet  ", "was quiet"),
        ("the town\u2019s\u200b own", "the town\u2019s own"),
    ],
)
def test_marks_dashes_and_spaces_are_taken_alike(quote: str, found: str | None) -> None:
    if found is None:
        assert "was quiet \u2013 the town" in missed(quote, "sheet.quote-missing").hint
    else:
        assert words(quote) == found


def test_several_places_are_listed_and_one_is_picked() -> None:
    several = missed("drill", "sheet.quote-several")
    assert "3 places" in several.message
    assert "[2] ...\u201cThe >>drill<<\u201d was quiet" in several.hint
    assert Quotes(TEXT).find("drill [3]") == Span(TEXT.rindex("drill"), TEXT.rindex("drill") + 5)
    assert "no [4]" in missed("drill [4]", "sheet.quote-number").message


def test_a_mark_that_stands_in_the_text_is_no_number() -> None:
    text = "Tea [2] and tea [2] and coffee"
    assert Quotes(text).find("Tea [2]") == Span(0, 7)
    assert Quotes("tea, tea").find("tea [2]") == Span(5, 8)


def test_words_stay_whole() -> None:
    assert "forces" in missed("med forces", "sheet.quote-word").hint


def test_a_quote_is_within_one_paragraph() -> None:
    missed("quiet drill \u201cThe drill\u201d", "sheet.quote-paragraphs")
    missed("The end. Armed", "sheet.quote-paragraphs")
    missed("#char=5,20", "sheet.quote-paragraphs")


def test_the_nearest_place_is_shown() -> None:
    assert ">>forces stayed away<<" in missed("forces stayd away", "sheet.quote-missing").hint
    assert "is this the text" in missed("xyzzy plugh 0123456789", "sheet.quote-missing").hint
    assert "is this the text" in missed("q" * 500, "sheet.quote-missing").hint


def test_outer_marks_that_are_not_in_the_text_are_told() -> None:
    missed('"Armed forces"', "sheet.quote-marks")


def test_a_range_stands_for_a_quote() -> None:
    assert Quotes(TEXT).find("#char=0,13") == Quotes(TEXT).find("char=0,13") == Span(0, 13)
    assert "its length" in missed("#char=3,9999", "sheet.range").message
    missed("#char=9,9", "sheet.range")


def test_paragraphs_are_counted_as_everywhere() -> None:
    counted = [Quotes(TEXT).paragraph(offset) for offset in range(len(TEXT))]
    assert counted == [TEXT.count("\n", 0, offset) for offset in range(len(TEXT))]


def test_what_was_missed_often_is_still_told_quickly() -> None:
    quotes = Quotes(TEXT)
    found = [quotes.find(f"no such words {number}") for number in range(500)]
    assert {type(miss) for miss in found} == {Missed}


@given(st.text(alphabet="ab \u2019\u2013\u201c.\u00e9\u00ad\u2026\n", max_size=60))
def test_folding_knows_where_each_character_came_from(text: str) -> None:
    folded, origins = fold(text)
    assert len(folded) == len(origins)
    assert origins == sorted(origins)
    assert all(folded[at] == text[origin] for at, origin in enumerate(origins) if text[origin].isalpha())


@given(st.data())
def test_what_is_quoted_is_found_again(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="ab \u2019\n[2]|", min_size=1, max_size=60))
    start = data.draw(st.integers(0, len(text) - 1))
    at = Span(start, data.draw(st.integers(start + 1, len(text))))
    quote = Quotes(text).quote(at)
    if quote is not None:
        assert Quotes(text).find(quote) == at


@pytest.mark.full
def test_the_thousandth_quote_is_found_where_the_first_would_be() -> None:
    chance = random.Random(7)
    words = [
        "drill",
        "drilling",
        "caf\u00e9",
        "\u201cboats\u201d",
        "_so_",
        "a",
        "harbour",
        "-",
        "\u05e9\u05dc",
    ]
    text = "\n".join(" ".join(chance.choices(words, k=40)) for _ in range(20))
    many = Quotes(text)
    for _ in range(1500):
        start = chance.randrange(len(text) - 30)
        quote = text[start : start + chance.randint(1, 30)].strip()
        assert many.find(quote) == Quotes(text).find(quote)


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("a cafe\u0301s b", "a| |cafe\u0301s| |b"),
        ("\u05e9\u05b8\u05dc\u05d5\u05b9\u05dd.", "\u05e9\u05b8\u05dc\u05d5\u05b9\u05dd|."),
        ("\u0915\u094d\u0937 a", "\u0915\u094d\u0937| |a"),
        ("x \U0001f468\u200d\U0001f469\U0001f3fd!", "x| |\U0001f468\u200d\U0001f469\U0001f3fd|!"),
        ("soft\u00adhyphen\u200b.", "soft\u00adhyphen|\u200b|."),
        ("\u65e5\u672c\u306fNATO", "\u65e5|\u672c|\u306f|NATO"),
        ("\n\u0301a", "\n|\u0301a"),
    ],
)
def test_letters_keep_what_belongs_to_them(text: str, cuts: str) -> None:
    places = [at for at in range(1, len(text)) if not is_within_word(text, at)]
    assert "|".join(text[a:b] for a, b in pairwise([0, *places, len(text)])) == cuts
