"""What becomes of each row: a sheet and claims.ttl may both have changed since the last import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from kg.article.sheets.claims import CellValues, SheetClaim
from kg.article.sheets.records import Base


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
class Merge:
    """Decides between one sheet and claims.ttl; with `prefer`, `sheet` or `claims` wins.

    `usual` is what a claim says in a column when no row says anything there."""

    columns: tuple[str, ...]
    base: Base
    article: str
    usual: Callable[[SheetClaim, str], CellValues]
    prefer: str | None = None

    def row(self, row: SheetClaim, current: SheetClaim | None, was: str | None) -> Fate:
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

    def differing(self, row: SheetClaim, current: SheetClaim) -> list[str]:
        """The columns in which a row and a claim differ, also those that follow from columns of the sheet."""
        names = [*self.columns, *(name for name in row.said if name not in self.columns)]
        return [name for name in names if row.said[name] != current.said[name]]

    def without_row(self, current: SheetClaim, *, prune: bool) -> Fate:
        """What becomes of a claim whose row was taken out."""
        if not prune:
            return Fate.ROWLESS
        recorded = self.base.digests.get(current.name)
        if recorded is None or self._base(current) == recorded or self.prefer == "sheet":
            return Fate.REMOVED
        return Fate.ROWLESS if self.prefer == "claims" else Fate.CONFLICT

    def record(self, rows: Iterable[SheetClaim], left: Iterable[SheetClaim]) -> Base:
        """What the sheet says now; claims that are `left` without a row are asked about again."""
        digests = {row.name: self._now(row) for row in rows}
        for claim in left:
            recorded = self.base.digests.get(claim.name)
            untouched = recorded is not None and self._base(claim) == recorded
            digests[claim.name] = self._now(claim) if untouched else "edited"
        return Base(self.columns, digests)

    def _without(self, row: SheetClaim, recorded: str | None) -> Fate:
        """A row whose claim is not there: it is new, unless the claim was taken out of claims.ttl by hand."""
        if recorded is None or self.prefer == "sheet":
            return Fate.ADDED
        if self._base(row) == recorded or self.prefer == "claims":
            return Fate.LEFT_OUT
        return Fate.CONFLICT

    def _base(self, claim: SheetClaim) -> str:
        return claim.digest(self.base.columns, self.article)

    def _now(self, claim: SheetClaim) -> str:
        return claim.digest(self.columns, self.article)
