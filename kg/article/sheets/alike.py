"""New rows without an id that look like claims which have lost theirs: they were quoted or worded anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.article.ranges import span_of
from kg.article.sheets.claims import CellValues, SheetClaim
from kg.article.sheets.quotes import Quotes

_CONTENT = ("holder", "subject", "relation", "object")


class Alike:
    """The claims of an article that have no row any more, by what they say and where they say it."""

    def __init__(self, rowless: Iterable[SheetClaim], quotes: Quotes, article: str) -> None:
        self._quotes = quotes
        self._article = article
        self._saying: dict[tuple[CellValues, ...], SheetClaim] = {}
        self._within: dict[int, list[SheetClaim]] = {}
        for claim in rowless:
            self._saying.setdefault(_content(claim), claim)
            for start, _ in self._spans(claim):
                self._within.setdefault(quotes.paragraph(start), []).append(claim)

    def find(self, new: SheetClaim) -> tuple[SheetClaim, str] | None:
        """The claim that a new one looks like, and why: it says the same, or shares words of the text."""
        if same := self._saying.get(_content(new)):
            return same, "says the same of other words"
        shared = {claim.name: claim for span in self._spans(new) for claim in self._touching(span)}
        return (shared[min(shared)], "is found in the same words") if shared else None

    def _touching(self, span: tuple[int, int]) -> Iterator[SheetClaim]:
        for claim in self._within.get(self._quotes.paragraph(span[0]), ()):
            if any(start < span[1] and span[0] < end for start, end in self._spans(claim)):
                yield claim

    def _spans(self, claim: SheetClaim) -> Iterator[tuple[int, int]]:
        return (span for passage in claim.passages() if (span := span_of(passage, self._article)))


def _content(claim: SheetClaim) -> tuple[CellValues, ...]:
    return tuple(claim.said[name] for name in _CONTENT)
