"""The IRI of a passage states its article and its span, for all rooms alike."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.article.ranges import moved, span_of
from kg.core.passages import Span, passage_iri, range_of

ARTICLE = "https://example.org/article/drill"


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_what_is_written_is_read(start: int, end: int) -> None:
    assert range_of(passage_iri(ARTICLE, (start, end))) == (ARTICLE, Span(start, end))


@pytest.mark.parametrize(
    "end", ["", "#S001", "#char=", "#char=1", "#char=1,", "#char=a,b", "#char=-1,2", "#char=1,2x"]
)
def test_another_iri_states_no_range(end: str) -> None:
    assert range_of(ARTICLE + end) is None


def test_a_range_with_zeros_in_front_moves_too() -> None:
    """Shapes and checks took it for a passage; moving the ranges of an article passed it over."""
    node = ox.NamedNode(f"{ARTICLE}#char=007,010")
    assert span_of(node, ARTICLE) == (7, 10)
    assert moved(node, ARTICLE, {(7, 10): (8, 11)}) == ox.NamedNode(f"{ARTICLE}#char=8,11")
