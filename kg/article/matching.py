"""Names in a text: many at once, longest first, whole words, in the case in which they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import ahocorasick

from kg.project.texts import is_within_word


class Match(NamedTuple):
    """A name where it stands in a text, in code points."""

    start: int
    end: int
    name: str


def matches(text: str, names: Collection[str]) -> list[Match]:
    """Every place where one of the names stands as whole words; of those that overlap the longest.

    Of two that are equally long the first stands. `US` is neither in `us` nor in `USA`, but in `US's` and in
    `US-led`.

    >>> [match.name for match in matches("the United States's US-led USA", ["United States", "US"])]
    ['United States', 'US']
    """
    automaton = ahocorasick.Automaton()
    for name in names:
        if name:
            automaton.add_word(name, name)
    if not len(automaton):
        return []
    automaton.make_automaton()
    found = sorted(_whole_words(text, automaton), key=lambda match: (match.start - match.end, match.start))
    taken = bytearray(len(text))
    kept = []
    for match in found:
        # The longest come first, so one that overlaps a longer one has an end in it.
        if not taken[match.start] and not taken[match.end - 1]:
            taken[match.start : match.end] = b"\1" * (match.end - match.start)
            kept.append(match)
    return sorted(kept)


def _whole_words(text: str, automaton: ahocorasick.Automaton) -> Iterator[Match]:
    for last, name in automaton.iter(text):
        start, end = last + 1 - len(name), last + 1
        if not is_within_word(text, start) and not is_within_word(text, end):
            yield Match(start, end, name)
