"""Finding passages again in a changed text: only their lengths, their digests and their order are known."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from kg.article.ranges import Range
from kg.core.passages import span_digest
from kg.project.texts import is_within_word

_DIGEST = re.compile(r"(?:[0-9a-f]{2})+")
_LONG = 20
_WINDOW = 800
_SHIFTS = 8
_BUDGET = 1_000_000
_SHARE = 8


@dataclass(frozen=True)
class Anchoring:
    """Where each range of the former text is in the new one; None for one whose words are not there.

    `expected` is where the neighbours of a range say that it should be.
    """

    places: Mapping[Range, int | None]
    expected: Mapping[Range, int]

    @property
    def held(self) -> list[Range]:
        """The ranges that are where they were."""
        return [found for found, at in self.places.items() if at == found.start]

    @property
    def moved(self) -> list[Range]:
        """The ranges that are elsewhere now."""
        return [found for found, at in self.places.items() if at not in (None, found.start)]

    @property
    def lost(self) -> list[Range]:
        """The ranges whose words were changed."""
        return [found for found, at in self.places.items() if at is None]

    @property
    def fits(self) -> bool:
        """Whether the text is one of this article: short words turn up anywhere, long passages do not."""
        known = [found for found in self.places if _is_long(found)] or list(self.places)
        return not known or any(self.places[found] is not None for found in known)


def anchor(ranges: Iterable[Range], text: str) -> Anchoring:
    """Find every range in a text, each at a place of its own.

    A passage of twenty characters or more is looked for where the passages before it went, then around there,
    then further and further off. Shorter ones recur, so the place is decided by their neighbours: as far from
    them as before, else between them. The work is bounded: in a text of a million characters in which most
    passages are lost, the last of them are looked for in their surroundings only.
    """
    wanted = sorted(set(ranges))
    search = _Search(text)
    long = [found for found in wanted if _is_long(found)]
    for found in long:
        search.follow(found)
    for found in sorted(long, key=lambda found: (found.length, found.start)):
        if search.place(found) is None:
            search.roam(found)
    short = [found for found in wanted if not _is_long(found)]
    for found in long + short:
        search.at_expected(found)
    for found in short:
        search.between(found)
    return Anchoring(
        {found: search.place(found) for found in wanted}, {found: search.expected(found) for found in wanted}
    )


def _is_long(found: Range) -> bool:
    return found.length >= _LONG


class _Search:
    """A text in which ranges are looked for by digest, and those found so far."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._cuts = [at for at in range(len(text) + 1) if not is_within_word(text, at)]
        self._is_cut = bytearray(len(text) + 1)
        for at in self._cuts:
            self._is_cut[at] = 1
        self._found: list[tuple[Range, int]] = []  # sorted
        self._places: dict[Range, int] = {}
        self._taken: set[tuple[int, int]] = set()
        self._shifts = [0]
        self._budget = _BUDGET

    def place(self, wanted: Range) -> int | None:
        """Where a range was found."""
        return self._places.get(wanted)

    def expected(self, wanted: Range) -> int:
        """Where a range should be, by the shift of the nearest range that was found."""
        other, at = next(iter(self._near(wanted)), (wanted, wanted.start))
        return wanted.start + at - other.start

    def follow(self, wanted: Range) -> None:
        """Look where the ranges before it went, and around there."""
        places = (wanted.start + shift for shift in self._shifts)
        at = next((at for at in places if self._holds(wanted, at)), None)
        if at is None:
            at = self._nearest(wanted, wanted.start + self._shifts[0], _WINDOW)
        self._keep(wanted, at)

    def roam(self, wanted: Range) -> None:
        """Look where any other went, then outwards from the expected place, with a share of the work left."""
        places = (wanted.start + shift for shift in self._shifts)
        at = next((at for at in places if self._holds(wanted, at)), None)
        if at is None:
            at = self._nearest(wanted, self.expected(wanted), self._budget // _SHARE)
        self._keep(wanted, at)

    def at_expected(self, wanted: Range) -> None:
        """Look as far from the neighbours as before: from the nearer one, then from the other."""
        if wanted in self._places:
            return
        places = (wanted.start + at - other.start for other, at in self._near(wanted))
        self._keep(wanted, next((at for at in places if self._holds(wanted, at)), None))

    def between(self, wanted: Range) -> None:
        """Look between the places of the neighbours."""
        if wanted in self._places:
            return
        here = bisect_left(self._found, (wanted, 0))
        low = self._found[here - 1][1] if here else 0
        high = self._found[here][1] if here < len(self._found) else len(self._text)
        at = self._nearest(wanted, self.expected(wanted), self._budget // _SHARE, low, high)
        self._keep(wanted, at)

    def _near(self, wanted: Range) -> list[tuple[Range, int]]:
        """The ranges found beside one, the nearer first."""
        here = bisect_left(self._found, (wanted, 0))
        beside = self._found[max(0, here - 1) : here + 1]
        return sorted(beside, key=lambda pair: abs(pair[0].start - wanted.start))

    def _keep(self, wanted: Range, at: int | None) -> None:
        if at is None:
            return
        here = bisect_left(self._found, (wanted, at))
        self._found.insert(here, (wanted, at))
        self._places[wanted] = at
        self._taken.add((at, wanted.length))
        shift = at - wanted.start
        if shift != self._shifts[0]:
            self._shifts = [shift, *(other for other in self._shifts if other != shift)][:_SHIFTS]

    def _holds(self, wanted: Range, at: int) -> bool:
        """Whether the words of a range stand at an offset, and no other range has that place."""
        if at < 0 or at + wanted.length > len(self._text) or (at, wanted.length) in self._taken:
            return False
        return span_digest(self._text[at : at + wanted.length]) == wanted.digest

    def _nearest(
        self, wanted: Range, around: int, tries: int, low: int = 0, high: int | None = None
    ) -> int | None:
        """The nearest place between two words, within bounds, among so many on either side."""
        last = len(self._text) if high is None else high
        text, is_cut, length = self._text, self._is_cut, wanted.length
        if not _DIGEST.fullmatch(wanted.digest):
            return None
        digest = bytes.fromhex(wanted.digest)
        size, most = len(digest), len(text) - length
        for at in self._outwards(around, tries, low, last):
            if at > most or not is_cut[at + length]:
                continue
            found = sha256(text[at : at + length].encode()).digest()  # as span_digest, a million times
            if found[:size] == digest and self._holds(wanted, at):
                return at
        return None

    def _outwards(self, around: int, tries: int, low: int, high: int) -> Iterator[int]:
        """The cuts from a place outwards, each side in turn."""
        first, last = bisect_left(self._cuts, low), bisect_right(self._cuts, high)
        right = min(max(bisect_left(self._cuts, around), first), last)
        left = right - 1
        for _ in range(max(tries, 1)):
            if left < first and right >= last:
                return
            self._budget -= 1
            if right < last:
                yield self._cuts[right]
                right += 1
            if left >= first:
                yield self._cuts[left]
                left -= 1
