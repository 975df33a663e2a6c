"""The record of imports, `imports.tsv`: what each sheet said last, counted on when ranges move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.article.ranges import moved
from kg.article.sheets.claims import SheetClaim, read_claims
from kg.article.sheets.columns import FIXED, Columns
from kg.article.sheets.material import ArticleSources
from kg.core.errors import InputError, UsageError
from kg.core.files import CONFLICT, SETTLE, conflict_line
from kg.core.lines import split_lines
from kg.core.terms import nearest
from kg.project.project import Project

Moves = Mapping[tuple[int, int], tuple[int, int]]

RECORD = "imports.tsv"
_HEAD = """\
# What kg article import has taken from each sheet. It tells a claim that was edited here from a row that was
# edited there: keep this file with claims.ttl, and let nobody edit it.
"""
_ALL = "*"


@dataclass(frozen=True)
class Base:
    """What one sheet said at its last import: the columns it had, and a digest of each claim over them."""

    columns: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)


class Records:
    """What was taken from each sheet of an article, as `imports.tsv` keeps it."""

    def __init__(self, bases: Mapping[str, Base]) -> None:
        self.bases = dict(bases)

    @classmethod
    def read(cls, path: Path) -> Records:
        """The records of an article; raises `InputError` for a file that is none."""
        if not path.is_file():
            return cls({})
        columns: dict[str, tuple[str, ...]] = {}
        digests: dict[str, dict[str, str]] = {}
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot be read: {error}", path=path) from error
        if conflict := conflict_line(text):
            raise InputError(CONFLICT, path=path, line=conflict, hint=SETTLE)
        for number, line in enumerate(split_lines(text), start=1):
            if "\t" not in line and (line.startswith("#") or not line.strip()):
                continue
            match line.split("\t"):
                case [sheet, "*", names]:
                    columns[sheet] = tuple(names.split())
                case [sheet, claim, digest]:
                    digests.setdefault(sheet, {})[claim] = digest
                case _:
                    hint = "restore the file; without it the next import asks about every claim that differs"
                    raise InputError("the line is no record of an import", path=path, line=number, hint=hint)
        return cls({sheet: Base(names, digests.get(sheet, {})) for sheet, names in columns.items()})

    def of(self, sheet: str) -> Base:
        """What a sheet said; nothing when it was never imported."""
        return self.bases.get(sheet, Base())

    def drop(self, sheet: str) -> Base:
        """What a sheet said, and forget it; raises `UsageError` for one that was never imported."""
        if sheet not in self.bases:
            raise UsageError(f"{sheet} was never imported{nearest(sheet, self.bases)}")
        return self.bases.pop(sheet)

    def names_but_of(self, sheet: str) -> dict[str, str]:
        """The claims that other sheets have rows for, each with one of these."""
        others = sorted(self.bases.items(), reverse=True)
        return {name: other for other, base in others if other != sheet for name in base.digests}

    def text(self) -> str:
        """The file: sorted, a line for each claim."""
        lines = [_HEAD]
        for sheet, base in sorted(self.bases.items()):
            lines.append(f"{sheet}\t{_ALL}\t{' '.join(base.columns)}\n")
            lines += [f"{sheet}\t{claim}\t{digest}\n" for claim, digest in sorted(base.digests.items())]
        return "".join(lines)


def moved_records(project: Project, slug: str, folder: Path, moves: Moves) -> Iterator[tuple[Path, bytes]]:
    """The record of an article's imports after its ranges moved, where there is one.

    A claim that is as its sheet had it stays so; what was edited by hand stays edited.
    """
    path = folder / RECORD
    if not path.is_file():
        return
    records = Records.read(path)
    material = ArticleSources.read(project, slug)
    claims = read_claims(material, [*FIXED, *Columns(material).every()])
    for sheet, base in records.bases.items():
        digests = dict(base.digests)
        for claim in claims:
            if digests.get(claim.name) == claim.digest(base.columns, material.iri):
                digests[claim.name] = _moved(claim, material.iri, moves).digest(base.columns, material.iri)
        records.bases[sheet] = Base(base.columns, digests)
    yield path, records.text().encode()


def _moved(claim: SheetClaim, article: str, moves: Moves) -> SheetClaim:
    said = {
        name: frozenset((predicate, moved(value, article, moves)) for predicate, value in values)
        for name, values in claim.said.items()
    }
    return replace(claim, said={**claim.said, **said})
