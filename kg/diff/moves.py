"""Passages that only moved: the same words of the same article at another place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from kg.core.passages import range_of
from kg.core.terms import SECPOL
from kg.diff.sides import Side, Statement

_DIGEST = str(SECPOL("spanDigest"))


class Moved(NamedTuple):
    """One passage that moved by so many characters."""

    article: str
    old: str
    new: str
    delta: int


class _Passage(NamedTuple):
    iri: str
    article: str
    start: int
    length: int


def moves(
    old: Side, new: Side, removed: Iterable[Statement], added: Iterable[Statement]
) -> tuple[tuple[Moved, ...], dict[str, str]]:
    """The passages that moved, and the new IRI of each.

    Passages match by article, length and digest of their words. Where the same words stand at several places,
    those match that moved by as much as most others.
    """
    gone = _passages(removed, present=new)
    come = _passages(added, present=old)
    sure = [
        (before[0], come[key][0])
        for key, before in gone.items()
        if len(before) == 1 and len(come.get(key, ())) == 1
    ]
    usual = Counter((before.article, after.start - before.start) for before, after in sure)
    found = list(sure)
    for key, passages in gone.items():
        candidates = list(come.get(key, ()))
        if len(passages) == 1 and len(candidates) == 1:
            continue
        for passage in passages:
            if candidates:
                best = max(
                    candidates,
                    key=lambda after: (
                        usual[after.article, after.start - passage.start],
                        -abs(after.start - passage.start),
                    ),
                )
                candidates.remove(best)
                found.append((passage, best))
    result = sorted(
        Moved(before.article, before.iri, after.iri, after.start - before.start) for before, after in found
    )
    return tuple(result), {move.old: move.new for move in result}


def _passages(statements: Iterable[Statement], present: Side) -> dict[tuple[str, int, str], list[_Passage]]:
    """The passages with a digest among some statements that the other side does not have."""
    found: dict[tuple[str, int, str], list[_Passage]] = {}
    for subject, predicate, value in statements:
        if predicate == _DIGEST and subject not in present.by_subject and (place := range_of(subject[1:-1])):
            article, (start, end) = place
            passage = _Passage(subject, article, start, end - start)
            found.setdefault((article, passage.length, value), []).append(passage)
    for passages in found.values():
        passages.sort(key=lambda passage: passage.start)
    return found
