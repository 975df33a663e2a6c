"""Sentences of a paragraph, well enough to tell which of them no claim was drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?\u2026]+[\"'\u2019\u201d\u00bb)\]]*(?=\s+[\"'\u2018\u201c\u00ab(\[]*[\w$€£])")
_SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Adm|Sen|Rep|Gov|St|Jr|Sr|No|vs|cf|ca|Vol|Fig|Inc|Ltd|Co)"
    r"|\b[A-Z]|\b(?:[A-Za-z]\.)+[A-Za-z])\.$"
)


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges of the sentences between two offsets, without the spaces around them.

    A full stop after an initial or a common short form ends none, nor does one before a small letter.

    >>> [("U.S. ships came. All left."[a:b]) for a, b in sentences("U.S. ships came. All left.", 0, 26)]
    ['U.S. ships came.', 'All left.']
    """
    begun = start
    for match in _END.finditer(text, start, end):
        following = text[match.end() : end].lstrip()[:1]
        if following.islower() or _SHORT.search(text, begun, match.end()):
            continue
        yield from _trimmed(text, begun, match.end())
        begun = match.end()
    yield from _trimmed(text, begun, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    if words.strip():
        yield start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
