"""A difference as headings and items, which text and Markdown lay out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL, SKOS
from kg.diff.compare import Aspect, Change, Difference, Frame, Section, Status, by_delta
from kg.diff.term_uses import TermUse
from kg.diff.words import TermLabels
from kg.rdf.order import SubjectKind

SHOWN = 20  # so many inferences are listed unless all are asked for
_MARKS = {Status.NEW: "+", Status.GONE: "-", Status.CHANGED: "~"}
_TYPE, _LABEL = str(RDF_TYPE), str(RDFS_LABEL)
_CLAIM = tuple(str(SECPOL(name)) for name in ("heldBy", "reportedBy", "certainty", "polarity", "evidencedBy"))


class Item(NamedTuple):
    """One thing that came (+), went (-) or changed (~), with details."""

    mark: str
    text: str
    details: tuple[str, ...] = ()


class Entry(NamedTuple):
    """A heading and what stands below it."""

    heading: str
    items: tuple[Item, ...]


def outline(
    difference: Difference, words: TermLabels, mentions: Sequence[TermUse], *, everything: bool = False
) -> Iterator[Entry]:
    """The parts of a difference that have anything in them."""
    parts = (
        *_ontology(difference.section(Section.ONTOLOGY), words),
        Entry("Entities and facts", tuple(_entity(f, words) for f in difference.section(Section.ENTITIES))),
        *_claims(difference.section(Section.CLAIMS), words),
        *_passages(difference, words, None if everything else SHOWN),
        _inferred(difference, words, None if everything else SHOWN),
        Entry("Queries and shapes to look at", tuple(_mentioned(difference, mentions, words))),
        Entry("Notes", tuple(Item("", note) for note in _notes(difference))),
    )
    return (part for part in parts if part.items)


def _ontology(frames: list[Frame], words: TermLabels) -> Iterator[Entry]:
    for aspect in Aspect:
        items = [item for frame in frames if (item := _term(frame, aspect, words))]
        yield Entry(f"Ontology: {aspect}", tuple(items))


def _term(frame: Frame, aspect: Aspect, words: TermLabels) -> Item | None:
    """What of a term belongs under a heading."""
    if frame.kind is SubjectKind.AXIOM:
        return Item(_MARKS[frame.status], frame.subject) if aspect is Aspect.AXIOMS else None
    name = f"{words.kind(frame)} {words.named(frame.subject)}".strip()
    if frame.status is not Status.CHANGED:
        if frame.status != aspect.value:
            return None
        texts = [
            words.term(change.new or change.old or "")
            for change in frame.changes
            if change.predicate == str(SKOS("definition"))
        ]
        return Item(_MARKS[frame.status], name, tuple(texts))
    changes = [change for change in frame.changes if change.aspect is aspect]
    return Item("~", name, _told(changes, words)) if changes else None


def _entity(frame: Frame, words: TermLabels) -> Item:
    name = words.named(frame.subject)
    if frame.status is Status.CHANGED:
        return Item("~", name, _told(frame.changes, words))
    kind = words.kind(frame)
    told = [change for change in frame.changes if change.predicate not in (_TYPE, _LABEL)]
    details = (
        f"{words.predicate(change.predicate)} {words.term(change.new or change.old or '')}" for change in told
    )
    return Item(_MARKS[frame.status], f"{name}, {kind}" if kind else name, tuple(details))


def _claims(frames: list[Frame], words: TermLabels) -> Iterator[Entry]:
    for article, group in groupby(frames, key=lambda frame: frame.article):
        yield Entry(f"Claims of {words.article(article)}", tuple(_claim(frame, words) for frame in group))


def _claim(frame: Frame, words: TermLabels) -> Item:
    name = f"{words.short(frame.subject)} {words.gloss(frame.subject)}".rstrip()
    if frame.status is Status.CHANGED:
        return Item("~", name, _told(frame.changes, words))
    said = {
        predicate: [words.term(value) for change in frame.changes if change.predicate == predicate
                    for value in (change.new or change.old,) if value]
        for predicate in _CLAIM
    }  # fmt: skip
    details = [
        f"{words.predicate(predicate)} {', '.join(values)}" for predicate, values in said.items() if values
    ]
    return Item(_MARKS[frame.status], name, ("; ".join(details),) if details else ())


def _passages(difference: Difference, words: TermLabels, limit: int | None) -> Iterator[Entry]:
    frames = difference.section(Section.PASSAGES)
    moved = by_delta(difference.moved)
    articles = sorted({frame.article for frame in frames} | {article for article, _ in moved})
    for article in articles:
        own = [frame for frame in frames if frame.article == article]
        items = [
            Item("~", f"{count} {_plural('passage', count)} moved by {delta}")
            for (of, delta), count in sorted(moved.items())
            if of == article
        ]
        plain = [
            frame for frame in own if frame.kind is SubjectKind.PASSAGE and frame.status is not Status.CHANGED
        ]
        for status in (Status.NEW, Status.GONE):
            names = [words.short(frame.subject) for frame in plain if frame.status is status]
            if names:
                count = f"{len(names)} {_plural('passage', len(names))}"
                more = ", ..." if limit is not None and len(names) > limit else ""
                items.append(Item(_MARKS[status], count, (", ".join(names[:limit]) + more,)))
        items += [_entity(frame, words) for frame in own if frame not in plain]
        yield Entry(f"Passages of {words.article(article)}", tuple(items))


def _inferred(difference: Difference, words: TermLabels, limit: int | None) -> Entry:
    items: list[Item] = []
    for mark, statements in (("+", difference.gained), ("-", difference.lost)):
        items += [Item(mark, words.sentence(*statement)) for statement in statements[:limit]]
        if limit is not None and len(statements) > limit:
            items.append(Item(mark, f"and {len(statements) - limit} more (--all lists them)"))
    return Entry(f"Inferred: {len(difference.gained)} gained, {len(difference.lost)} lost", tuple(items))


def _mentioned(difference: Difference, mentions: Iterable[TermUse], words: TermLabels) -> Iterator[Item]:
    aspects = difference.terms()
    for term, group in groupby(mentions, key=lambda mention: mention.term):
        found = ", ".join(f"{mention.kind} {mention.name}" for mention in group)
        yield Item("~", f"{words.named(f'<{term}>')}: {aspects[term]}", (found,))


def _notes(difference: Difference) -> Iterator[str]:
    yield from difference.notes
    if difference.rehomed:
        yield f"{difference.rehomed} {_plural('statement', difference.rehomed)} moved to another layer"


def _told(changes: Iterable[Change], words: TermLabels) -> tuple[str, ...]:
    """Each change in a line; values of one property that would look alike are told apart."""
    lines: list[str] = []
    for predicate, group in groupby(changes, key=lambda change: change.predicate):
        some = list(group)
        terms = list(dict.fromkeys(term for change in some for term in (change.old, change.new) if term))
        told = dict(zip(terms, words.apart(*terms), strict=True))
        for old, new in ((change.old, change.new) for change in some):
            values = (
                f"{told[old]} → {told[new]}"
                if old and new
                else f"- {told[old]}"
                if old
                else f"+ {told[new or '']}"
            )
            lines.append(f"{words.predicate(predicate)}: {values}")
    return tuple(lines)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
