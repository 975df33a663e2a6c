"""An article as lines for a terminal: the text folded to a width, with the claims that begin in each line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.article.view import ArticleView, MarkedClaim, Paragraph
from kg.core.passages import Span

_WORD = re.compile(r"\S+\s*")
_RULES = " ─═≡"
_CONTROLS = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], "\ufffd"),
    **dict.fromkeys(map(ord, "\t\n"), " "),
}


@dataclass(frozen=True)
class MarkedText:
    """Characters of a line that are marked alike: by how many claims, in whose voice."""

    text: str
    depth: int
    is_own: bool
    is_reported: bool
    is_told: bool


@dataclass(frozen=True)
class MarkedLine:
    """A line of a paragraph; `number` stands on its first one, `claims` begin in it."""

    number: int | None
    runs: tuple[MarkedText, ...]
    claims: tuple[str, ...]

    @property
    def rule(self) -> str:
        """A line to print below it where there is no colour: how many claims each character is drawn into."""
        marks = "".join(_RULES[min(run.depth, 3)] * len(run.text) for run in self.runs)
        return marks.rstrip()


def printable(text: str) -> str:
    """A text as long as it was, without characters that would steer a terminal or that HTML does not have."""
    return text.translate(_CONTROLS)


def lines(view: ArticleView, paragraph: Paragraph, width: int) -> Iterator[MarkedLine]:
    """A paragraph of the text, folded between words."""
    if view.text is None or paragraph.span is None:
        return
    start, end = paragraph.span
    touching = [
        claim for claim in view.claims if any(first < end and last > start for first, last in claim.spans)
    ]
    bare = [span for span, told in view.sentences(paragraph) if not told]
    number: int | None = paragraph.number
    for first, last in _folded(view.text, start, end, width):
        begun = [claim.name for claim in touching if first <= claim.spans[0][0] < last]
        yield MarkedLine(number, tuple(_runs(view.text, first, last, touching, bare)), tuple(begun))
        number = None


def _folded(text: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    """The ranges of the lines; a word that is longer than a line is cut."""
    first = last = start
    for match in _WORD.finditer(text, start, end):
        word_end = match.start() + len(match.group().rstrip())
        if word_end - first > width and last > first:
            yield first, last
            first = last = match.start()
        while word_end - first > width:
            yield first, first + width
            first += width
        last = min(match.end(), end)
    if last > first:
        yield first, last


def _runs(
    text: str, first: int, last: int, claims: list[MarkedClaim], bare: list[Span]
) -> Iterator[MarkedText]:
    edges = {first, last}
    spans = [(span, claim.is_own) for claim in claims for span in claim.spans]
    for start, end in [span for span, _ in spans] + bare:
        edges.update(at for at in (start, end) if first < at < last)
    for start, end in pairwise(sorted(edges)):
        here = [is_own for (a, b), is_own in spans if a <= start and b >= end]
        told = not any(a <= start and b >= end for a, b in bare)
        yield MarkedText(printable(text[start:end]), len(here), any(here), not all(here), told)


def in_words(view: ArticleView) -> Iterator[str]:
    """Coverage in words, most telling first."""
    found = view.coverage
    yield f"{found.claims} claims of {found.holders} holders, from {found.passages} passages"
    if found.sentences:
        yield f"{found.covered_sentences} of {found.sentences} sentences"
    if found.characters:
        yield f"{100 * (found.covered_characters or 0) // found.characters} % of the characters"
    if view.text is not None:
        yield f"{found.covered_paragraphs} of {found.paragraphs} paragraphs"
    else:
        yield f"{found.covered_paragraphs} paragraphs"
