"""The claims of an article from Turtle into a table, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.claims.source import forms_of
from kg.core.errors import InputError, UsageError, shown
from kg.core.transaction import write_all
from kg.project.project import TABLE, Project
from kg.rdf.turtle_reading import read_text

TURTLE = "claims.ttl"
_MOST = 10


@dataclass(frozen=True)
class Conversion:
    """The file that was written in place of another, and how many claims and contents it has."""

    path: Path
    former: Path
    count: int


def to_table(project: Project, slug: str) -> Conversion:
    """Write claims.ttl as claims.csv; raises `InputError` that names what no column can carry."""
    former, path = _files(project, slug, TURTLE, TABLE)
    text, converted = forms_of(project, slug).from_turtle(read_text(former))
    if converted.refused:
        raise InputError(
            f"a table cannot carry {_listed(converted.refused)}",
            path=former,
            hint="take it out, or move it to facts.ttl; claims that need it may stay in Turtle",
        )
    return _replaced(project, former, path, text, len(converted.rows))


def to_turtle(project: Project, slug: str) -> Conversion:
    """Write claims.csv as claims.ttl; raises `InputError` for a table that cannot be read."""
    former, path = _files(project, slug, TABLE, TURTLE)
    data = former.read_bytes()
    try:
        text = forms_of(project, slug).to_turtle(data)
    except InputError as error:
        raise InputError(error.message, path=former, line=error.line, hint=error.hint) from error
    return _replaced(project, former, path, text, text.count("a secpol:Proposition"))


def _files(project: Project, slug: str, former: str, new: str) -> tuple[Path, Path]:
    folder = project.article_folder(slug)
    if not folder.is_relative_to(project.root):
        raise UsageError(f"{slug} is an article of what this project extends; it is changed there")
    if not (folder / former).is_file():
        raise UsageError(f"{shown(folder)} has no {former}")
    if (folder / new).is_file():
        raise UsageError(f"{shown(folder)} has a {new} already; bring the claims of both into one file first")
    return folder / former, folder / new


def _replaced(project: Project, former: Path, path: Path, text: str, count: int) -> Conversion:
    write_all({path: text.encode(), former: None}, project.journal)
    return Conversion(path, former, count)


def _listed(refused: Sequence[tuple[str, str]]) -> str:
    told = [f"of {subject}: {what}" for subject, what in refused[:_MOST]]
    more = [f"and {len(refused) - _MOST} more"] if len(refused) > _MOST else []
    return "; ".join([*told, *more])
