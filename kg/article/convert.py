"""The claims of an article from Turtle into a table, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.claims.canonical import PARAGRAPH
from kg.claims.columns import PROPOSITION_CLASS
from kg.claims.source import forms_of, places_of, read_source
from kg.core.errors import InputError, UsageError, raise_all, shown
from kg.core.files import read_text
from kg.core.terms import RDF_TYPE, short
from kg.core.transaction import write_all
from kg.project.project import TABLE, Project, Source, SourceKind
from kg.rdf.turtle_document import formatted
from kg.rdf.turtle_reading import parse_turtle

TURTLE = "claims.ttl"
_DIFFERS = "give one of them another id, or make them say the same"
_MOST = 10


@dataclass(frozen=True)
class Conversion:
    """The file that was written in place of another, and how many claims and contents it has."""

    path: Path
    former: Path
    count: int


def to_table(project: Project, slug: str) -> Conversion:
    """Write claims.ttl as claims.csv, into a table that is there already.

    Raises `InputError` that names what no column can carry, and what the two say differently.
    """
    former, path = _files(project, slug, TURTLE, TABLE)
    _check_both(project, slug)
    text, converted = forms_of(project, slug).from_turtle(read_text(former), _bytes(path))
    if converted.refused:
        raise InputError(
            f"a table cannot carry {_listed(converted.refused)}",
            path=former,
            hint="take it out, or move it to facts.ttl; claims that need it may stay in Turtle",
        )
    return _replaced(project, former, path, text, len(converted.rows))


def to_turtle(project: Project, slug: str) -> Conversion:
    """Write claims.csv as claims.ttl, behind what stands there already.

    Raises `InputError` for a table that cannot be read, and for what the two say differently.
    """
    former, path = _files(project, slug, TABLE, TURTLE)
    _check_both(project, slug)
    article, known = project.article_iri(slug), read_text(path) if path.is_file() else ""
    try:
        text = forms_of(project, slug).to_turtle(former.read_bytes(), set(parse_turtle(known, article)))
    except InputError as error:
        raise InputError(error.message, path=former, line=error.line, hint=error.hint) from error
    if known:
        try:
            text = formatted(f"{known.rstrip()}\n\n{text}", project.prefixes, article)
        except InputError as error:
            raise InputError(error.message, path=path, line=error.line, hint=error.hint) from error
    return _replaced(project, former, path, text, text.count("a secpol:Proposition"))


def _files(project: Project, slug: str, former: str, new: str) -> tuple[Path, Path]:
    folder = project.article_folder(slug)
    if not folder.is_relative_to(project.root):
        raise UsageError(f"{slug} is an article of what this project extends; it is changed there")
    if not (folder / former).is_file():
        raise UsageError(f"{shown(folder)} has no {former}")
    return folder / former, folder / new


def _check_both(project: Project, slug: str) -> None:
    """Raise `InputErrors` with both places of each node that table and Turtle describe differently."""
    folder = project.article_folder(slug)
    sources = [Source(folder / name, name, SourceKind.CLAIMS, slug) for name in (TABLE, TURTLE)]
    if not all(source.path.is_file() for source in sources):
        return
    table, turtle = (_described(read_source(project, source)) for source in sources)
    in_table, in_turtle = (places_of(project, source) for source in sources)
    errors = []
    for iri in sorted(iri for iri in table.keys() & turtle.keys() if table[iri] != turtle[iri]):
        line = in_table.place(iri).line
        message = f"{short(iri)} says something else in {in_turtle.place(iri)}"
        errors.append(InputError(message, path=folder / TABLE, line=line, hint=_DIFFERS))
    raise_all(errors)


def _described(triples: Iterable[ox.Triple]) -> dict[str, set[ox.Triple]]:
    """What is said of each named node; that a content is one goes without saying, as does its paragraph."""
    found: dict[str, set[ox.Triple]] = {}
    for triple in triples:
        is_implied = triple.predicate == PARAGRAPH or (triple.predicate, triple.object) == (
            RDF_TYPE,
            PROPOSITION_CLASS,
        )
        if isinstance(triple.subject, ox.NamedNode) and not is_implied:
            found.setdefault(triple.subject.value, set()).add(triple)
    return found


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _replaced(project: Project, former: Path, path: Path, text: str, count: int) -> Conversion:
    write_all({path: text.encode(), former: None}, project.journal)
    return Conversion(path, former, count)


def _listed(refused: Sequence[tuple[str, str]]) -> str:
    told = [f"of {subject}: {what}" for subject, what in refused[:_MOST]]
    more = [f"and {len(refused) - _MOST} more"] if len(refused) > _MOST else []
    return "; ".join([*told, *more])
