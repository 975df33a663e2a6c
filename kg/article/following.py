"""Imports stay imports when a text changes: their record counts moved ranges as what they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.article.claims import Claim, Term, read_claims
from kg.article.columns import FIXED, Columns
from kg.article.material import Material
from kg.article.merge import RECORD, Base, Records
from kg.article.ranges import span_of
from kg.project import Project
from kg.terms import PASSAGE_MARK

Moves = Mapping[tuple[int, int], tuple[int, int]]


def moved_records(project: Project, slug: str, folder: Path, moves: Moves) -> Iterator[tuple[Path, bytes]]:
    """The record of an article's imports after its ranges moved, where there is one.

    A claim that is as its sheet had it stays so; what was edited by hand stays edited.
    """
    path = folder / RECORD
    if not path.is_file():
        return
    records = Records.read(path)
    material = Material.read(project, slug)
    claims = read_claims(material, [*FIXED, *Columns(material).every()])
    for sheet, base in records.bases.items():
        digests = dict(base.digests)
        for claim in claims:
            if digests.get(claim.name) == claim.digest(base.columns, material.iri):
                moved = _moved(claim, material.iri, moves)
                digests[claim.name] = moved.digest(base.columns, material.iri)
        records.bases[sheet] = Base(base.columns, digests)
    yield path, records.text().encode()


def _moved(claim: Claim, article: str, moves: Moves) -> Claim:
    said = {
        name: frozenset((predicate, _place(value, article, moves)) for predicate, value in values)
        for name, values in claim.said.items()
    }
    return replace(claim, said={**claim.said, **said})


def _place(value: Term, article: str, moves: Moves) -> Term:
    span = span_of(value, article)
    if span is None or span not in moves:
        return value
    start, end = moves[span]
    return ox.NamedNode(f"{article}{PASSAGE_MARK}{start},{end}")
