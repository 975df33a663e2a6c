"""What becomes of each row: a sheet and claims.ttl may both have changed since the last import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kg.article.claims import Claim, Values
from kg.errors import InputError

RECORD = "imports.tsv"
_HEAD = """\
# What kg article import has taken from each sheet. It tells a claim that was edited here from a row that was
# edited there: keep this file with claims.ttl, and let nobody edit it.
"""
_ALL = "*"


class Fate(StrEnum):
    """What becomes of a row or of a claim."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "unchanged"
    KEPT = "kept as edited in claims.ttl"
    LEFT_OUT = "left out as deleted from claims.ttl"
    REMOVED = "taken out"
    ROWLESS = "without a row"
    CONFLICT = "changed on both sides"


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
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot be read: {error}", path=path) from error
        for number, line in enumerate(lines, start=1):
            if line.startswith("#") or not line.strip():
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

    def names_but_of(self, sheet: str) -> set[str]:
        """The claims that other sheets have rows for."""
        return {name for other, base in self.bases.items() if other != sheet for name in base.digests}

    def text(self) -> str:
        """The file: sorted, a line for each claim."""
        lines = [_HEAD]
        for sheet, base in sorted(self.bases.items()):
            lines.append(f"{sheet}\t{_ALL}\t{' '.join(base.columns)}\n")
            lines += [f"{sheet}\t{claim}\t{digest}\n" for claim, digest in sorted(base.digests.items())]
        return "".join(lines)


@dataclass(frozen=True)
class Merge:
    """Decides between one sheet and claims.ttl; with `prefer`, `sheet` or `claims` wins.

    `usual` is what a claim says in a column when no row says anything there."""

    columns: tuple[str, ...]
    base: Base
    article: str
    usual: Callable[[Claim, str], Values]
    prefer: str | None = None

    def row(self, row: Claim, current: Claim | None, was: str | None) -> Fate:
        """What becomes of a row that stands beside a claim, or beside none."""
        recorded = self.base.digests.get(row.name)
        if current is None:
            return self._without(row, recorded)
        differing = self.differing(row, current)
        if not differing:
            return Fate.SAME
        if self.prefer == "sheet":
            return Fate.CHANGED
        is_untouched = (recorded is not None and self._base(current) == recorded) or (
            was is not None and self._now(current) == was
        )
        further = set[str]() if was is not None else set(self.columns) - set(self.base.columns)
        is_said_there = any(
            current.said[name] != self.usual(current, name) for name in further.intersection(differing)
        )
        if is_untouched and not is_said_there:
            return Fate.CHANGED
        is_unchanged = (recorded is not None and self._base(row) == recorded) or self._now(row) == was
        if is_unchanged and further.isdisjoint(differing):
            return Fate.KEPT
        return Fate.KEPT if self.prefer == "claims" else Fate.CONFLICT

    def differing(self, row: Claim, current: Claim) -> list[str]:
        """The columns in which a row and a claim differ, also those that follow from columns of the sheet."""
        names = [*self.columns, *(name for name in row.said if name not in self.columns)]
        return [name for name in names if row.said[name] != current.said[name]]

    def without_row(self, current: Claim, *, prune: bool) -> Fate:
        """What becomes of a claim whose row was taken out."""
        if not prune:
            return Fate.ROWLESS
        recorded = self.base.digests.get(current.name)
        if recorded is None or self._base(current) == recorded or self.prefer == "sheet":
            return Fate.REMOVED
        return Fate.ROWLESS if self.prefer == "claims" else Fate.CONFLICT

    def record(self, rows: Iterable[Claim], left: Iterable[Claim]) -> Base:
        """What the sheet says now; claims that are `left` without a row are asked about again."""
        digests = {row.name: self._now(row) for row in rows}
        for claim in left:
            recorded = self.base.digests.get(claim.name)
            untouched = recorded is not None and self._base(claim) == recorded
            digests[claim.name] = self._now(claim) if untouched else "edited"
        return Base(self.columns, digests)

    def _without(self, row: Claim, recorded: str | None) -> Fate:
        """A row whose claim is not there: it is new, unless the claim was taken out of claims.ttl by hand."""
        if recorded is None or self.prefer == "sheet":
            return Fate.ADDED
        if self._base(row) == recorded or self.prefer == "claims":
            return Fate.LEFT_OUT
        return Fate.CONFLICT

    def _base(self, claim: Claim) -> str:
        return claim.digest(self.base.columns, self.article)

    def _now(self, claim: Claim) -> str:
        return claim.digest(self.columns, self.article)
