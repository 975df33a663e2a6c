"""What the sources tell, against the text: numbers that it lacks, and words taken over from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

import pyoxigraph as ox

from kg.check.material import CheckedGraph, ReadSource
from kg.check.numbers import numbers_in, numbers_told
from kg.claims.columns import PROP_VALUE
from kg.core.delimited import records
from kg.core.errors import shown
from kg.core.files import read_text
from kg.core.findings import Finding, Place, Severity
from kg.core.labels import Labels
from kg.core.nodes import named, strings, subjects_of, values_of
from kg.core.passages import range_of
from kg.core.terms import DCTERMS, PROPOSITION, RDFS_LABEL, SECPOL, XSD, curie

_IN_A_ROW = 9
_WORD = re.compile(r"[^\W_]+")
_NUMERIC = SECPOL("numericValue")


class _Told(NamedTuple):
    """A statement that tells numbers, and the words of the passages behind it."""

    node: ox.NamedNode
    predicate: ox.NamedNode
    value: ox.Literal
    numbers: set[Decimal]
    words: str


def check_numbers(material: CheckedGraph, slug: str, text: str) -> Iterator[Finding]:
    """The numbers that a figure, proposition or gloss of an English article tells and its passages lack."""
    labels = Labels(material.store, material.project.prefixes)
    article = ox.NamedNode(material.project.article_iri(slug))
    if all(tag.startswith("en") for tag in strings(values_of(material.store, article, DCTERMS("language")))):
        for told in _told(material, slug, text):
            lacking = sorted(told.numbers - numbers_in(told.words))
            if told.words and lacking:
                node, value = told.node.value, str(told.value)
                yield Finding(
                    rule="text.number",
                    severity=Severity.VIOLATION,
                    message=f"{labels(told.node)}: the passage behind it lacks the number {lacking[0]:f}",
                    node=node,
                    path=curie(told.predicate.value),
                    value=value,
                    places=material.places(node, told.predicate.value, value),
                    hint="write the number that the text has, or cite the passage that has it",
                )


def _told(material: CheckedGraph, slug: str, text: str) -> Iterator[_Told]:
    store = material.store
    for claim in named(subjects_of(store, PROPOSITION, None, material.graph(f"article/{slug}/claims"))):
        words = _words(store, [claim], text)
        for proposition in named(values_of(store, claim, PROPOSITION)):
            yield from _stated(store, proposition, PROP_VALUE, words)
        for gloss in values_of(store, claim, RDFS_LABEL):
            if isinstance(gloss, ox.Literal) and gloss.language == "en":
                yield _Told(claim, RDFS_LABEL, gloss, numbers_told(gloss.value), words)
    figures = {
        figure
        for part in ("descriptions", "facts")
        for figure in named(subjects_of(store, _NUMERIC, None, material.graph(f"article/{slug}/{part}")))
    }
    for figure in sorted(figures, key=str):
        claims = named(values_of(store, figure, SECPOL("statedBy")))
        yield from _stated(store, figure, _NUMERIC, _words(store, claims, text))


def _stated(store: ox.Store, node: ox.NamedNode, predicate: ox.NamedNode, words: str) -> Iterator[_Told]:
    """The numbers that a node has by a property."""
    for value in values_of(store, node, predicate):
        if isinstance(value, ox.Literal) and value.datatype in (XSD("decimal"), XSD("integer")):
            yield _Told(node, predicate, value, {abs(Decimal(value.value))}, words)


def _words(store: ox.Store, claims: Iterable[ox.NamedNode], text: str) -> str:
    """The words of the passages that some claims cite."""
    passages = {
        passage for claim in claims for passage in named(values_of(store, claim, SECPOL("evidencedBy")))
    }
    spans = (found[1] for passage in passages if (found := range_of(passage.value)))
    return " ; ".join(text[span.start : span.end] for span in spans)


class _Run(NamedTuple):
    """Words of a source that stand in the text as well, how many, and from which offset on."""

    place: Place
    length: int
    start: int


class CopiedWords:
    """Finds words of a text that stand in its article's sources, nine or more in a row.

    The title is no quotation, nor is a name, many of whose words have capitals.
    """

    def __init__(self, text: str, titles: Iterable[str]) -> None:
        title = {
            run for line in titles for run in _runs([match[0].lower() for match in _WORD.finditer(line)])
        }
        self._starts: dict[str, int] = {}
        for paragraph in re.finditer(r"[^\n]+", text):
            found = list(_WORD.finditer(text, *paragraph.span()))
            for at, run in enumerate(_runs([match[0].lower() for match in found])):
                names = sum(match[0][0].isupper() for match in found[at : at + _IN_A_ROW])
                if run not in title and names < _IN_A_ROW / 2 - 1:
                    self._starts[run] = found[at].start()

    def check(self, file: ReadSource) -> Iterator[Finding]:
        """A finding for each stretch of such words in a file: in a cell, a literal or a comment."""
        for run in self._in_file(file):
            words = f"{run.length} words in a row stand in the text, from character {run.start} on"
            yield Finding(
                rule="text.copied",
                severity=Severity.VIOLATION,
                message=words,
                places=(run.place,),
                hint="say it in words of your own; the passage finds the text's",
            )

    def _in_file(self, file: ReadSource) -> Iterator[_Run]:
        path = file.source.path
        text = read_text(path)
        if path.suffix == ".csv":
            found = records(text)
            for row in found[1:]:
                for column, cell in zip(found[0].text, row.text, strict=False):
                    yield from self.in_text(cell, Place(shown(path), row.line, column))
        else:
            yield from self.in_text(text, Place(shown(path)))

    def in_text(self, text: str, place: Place) -> Iterator[_Run]:
        """The stretches in a text that stands at a place; without a line it is a whole file."""
        found = list(_WORD.finditer(text))
        at, runs = 0, _runs([match[0].lower() for match in found])
        while at < len(runs):
            start, begin = self._starts.get(runs[at]), at
            while at < len(runs) and runs[at] in self._starts:
                at += 1
            if start is not None:
                line = place.line or text.count("\n", 0, found[begin].start()) + 1
                yield _Run(Place(place.file, line, place.column), at - begin + _IN_A_ROW - 1, start)
            at += 1


def _runs(words: list[str]) -> list[str]:
    """Each nine words in a row."""
    return [" ".join(words[at : at + _IN_A_ROW]) for at in range(len(words) - _IN_A_ROW + 1)]


def title_of(material: CheckedGraph, slug: str) -> list[str]:
    """The titles of an article, by which it may be called."""
    article = ox.NamedNode(material.project.article_iri(slug))
    return strings(values_of(material.store, article, DCTERMS("title")))
