"""Passages are found again by length, digest and order alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.article.anchors import anchor
from kg.article.ranges import Range
from kg.core.passages import span_digest
from tests.lanes import examples

WORDS = ("harbour", "boat", "master", "of", "Brand", "the", "patrol", "storm", "Ellery", "said", "to", "pay")


def prose(seed: int, sentences: int = 60) -> str:
    chance = random.Random(seed)
    return " ".join(
        f"{n} {' '.join(chance.choices(WORDS, k=chance.randint(4, 12)))}." for n in range(sentences)
    )


def of_words(text: str, *spans: str) -> list[Range]:
    return [Range(text.index(words), text.index(words) + len(words), span_digest(words)) for words in spans]


def ranges_of(text: str, seed: int, count: int = 25) -> list[Range]:
    chance = random.Random(seed)
    cuts = [0, *(at + 1 for at, character in enumerate(text) if character == " ")]
    found = set()
    for _ in range(count):
        start = chance.choice(cuts[:-12])
        least = start + chance.randint(3, 60)
        end = next((at for at in range(least, len(text)) if text[at] == " "), len(text))
        found.add(Range(start, end, span_digest(text[start:end])))
    return sorted(found)


def test_a_text_that_is_the_same() -> None:
    text = prose(1)
    ranges = ranges_of(text, 1)
    found = anchor(ranges, text)
    assert found.held == ranges
    assert not found.moved and not found.lost and found.fits


@examples(15)
@given(st.integers(0, 10_000), st.integers(0, 1_000_000), st.text("abc XYZ.\n", max_size=300))
def test_what_was_put_in_moves_all_that_follows_and_loses_what_it_parts(
    seed: int, place: int, added: str
) -> None:
    text = prose(seed, 30)
    spaces = [at for at, character in enumerate(text) if character == " "]
    at = spaces[place % len(spaces)]
    ranges = ranges_of(text, seed)
    changed = text[:at] + " " + added + text[at:]
    found = anchor(ranges, changed)
    by = len(added) + 1
    for one in ranges:
        words = text[one.start : one.end]
        if changed.count(words) > 1:  # which of its places it was may not be told
            there = found.places[one]
            assert there is None or changed[there : there + one.length] == words
        elif one.end <= at:
            assert found.places[one] == one.start
        elif one.start > at:
            assert found.places[one] == one.start + by
        elif one.length >= 20:
            assert found.places[one] is None or found.places[one] != one.start


def test_words_that_recur_keep_their_order() -> None:
    text = "Brand paid the first time, then Brand paid once more, and at the end Brand paid for all of them"
    long = of_words(text, "the first time, then", "once more, and at the end", "for all of them")
    starts = [at for at in range(len(text)) if text.startswith("Brand", at)]
    short = [Range(at, at + 5, span_digest("Brand")) for at in starts]
    changed = "A new first sentence. " + text
    found = anchor(long + short, changed)
    assert [found.places[one] for one in short] == [at + 22 for at in starts]


def test_a_name_that_was_taken_out_is_not_given_the_place_of_the_next() -> None:
    text = "Brand was the first of the ports that paid. Nobody knew why Brand was the one that had to pay."
    long = of_words(text, "was the first of the ports that", "was the one that had to pay")
    first, second = (Range(at, at + 5, span_digest("Brand")) for at in (0, 60))
    found = anchor([*long, first, second], text.replace("Brand", "It", 1))
    assert found.places[first] is None
    assert found.places[second] == 57


def test_paragraphs_that_changed_places() -> None:
    paragraphs = [prose(n, 6) for n in range(5)]
    text = "\n".join(paragraphs)
    ranges = [one for one in ranges_of(text, 3, 60) if "\n" not in text[one.start : one.end]]
    turned = "\n".join(reversed(paragraphs))
    found = anchor(ranges, turned)
    assert not found.lost
    for one, at in found.places.items():
        assert at is not None
        assert turned[at : at + one.length] == text[one.start : one.end]


def test_a_place_is_given_once() -> None:
    ranges = [Range(at, at + 9, span_digest("They paid")) for at in (0, 11, 22)]
    found = anchor(ranges, "They paid. They paid.")
    places = [at for at in found.places.values() if at is not None]
    assert len(places) == len(set(places)) == 2


def test_characters_beyond_the_basic_plane_count_as_one() -> None:
    text = "A \U0001f6a2 came in. The harbour master said nothing at all."
    (found,) = of_words(text, "The harbour master said nothing")
    moved = anchor([found], "\U0001f6a2\U0001f6a2 " + text)
    assert moved.places[found] == found.start + 3


@pytest.mark.parametrize("seed", range(5))
def test_another_text_does_not_fit(seed: int) -> None:
    ranges = [one for one in ranges_of(prose(seed), seed, 60) if one.length >= 30]
    found = anchor(ranges, prose(seed + 100))
    assert not found.fits
    assert len(found.lost) == len(ranges)


@pytest.mark.parametrize("digest", ["", "abc", "no digest", "\u00e9", "ABCDEFABCDEF"])
def test_a_digest_that_is_none_is_lost(digest: str) -> None:
    found = anchor([Range(0, 30, digest), Range(3, 5, digest)], prose(1))
    assert len(found.lost) == 2


def test_no_passages_fit_any_text() -> None:
    assert anchor([], "any").fits


def test_what_is_lost_is_expected_where_its_neighbours_went() -> None:
    text = prose(7)
    ranges = [one for one in ranges_of(text, 7) if one.length >= 20]
    broken = ranges[len(ranges) // 2]
    end = broken.start + 3
    changed = "Put in front. " + text[: broken.start] + "xyz" + text[end:]
    found = anchor(ranges, changed)
    assert found.places[broken] is None
    assert found.expected[broken] == broken.start + 14
