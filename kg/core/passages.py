"""Passages: ranges of an article's text, stated by their IRIs (RFC 5147), and the digests of their words."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.core.terms import PASSAGE_MARK

_DIGITS = 12
_IRI = re.compile(rf"([^#]+){PASSAGE_MARK}([0-9]+),([0-9]+)")


class Span(NamedTuple):
    """Code points of a text, from `start` up to, not including, `end`."""

    start: int
    end: int


def range_of(iri: str) -> tuple[str, Span] | None:
    """The article and the span that the IRI of a passage or mention states; None for another IRI.

    >>> range_of("https://example.org/article/drill#char=32,83")
    ('https://example.org/article/drill', Span(start=32, end=83))
    """
    found = _IRI.fullmatch(iri)
    return (found[1], Span(int(found[2]), int(found[3]))) if found else None


def passage_iri(article: str, span: tuple[int, int]) -> str:
    """The IRI of a passage or mention of an article."""
    return f"{article}{PASSAGE_MARK}{span[0]},{span[1]}"


def span_digest(words: str) -> str:
    """The digest that a passage keeps of its words: the first twelve digits of their SHA-256."""
    from hashlib import sha256  # loads OpenSSL, which questions do without

    return sha256(words.encode()).hexdigest()[:_DIGITS]
