"""Importing a sheet: its rows become claims of an article, beside what is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kg.article.sheets.alike import Alike
from kg.article.sheets.cell_reader import NewNode, Reader, Wrong
from kg.article.sheets.cell_writer import Writer
from kg.article.sheets.claims import CellValues, SheetClaim, read_claims
from kg.article.sheets.columns import FIXED, ID, Columns, by_name
from kg.article.sheets.defaults import completed
from kg.article.sheets.drafting import DraftClaim, Drafting, finding
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.merge import Fate, Merge
from kg.article.sheets.quotes import Quotes
from kg.article.sheets.records import RECORD, Base, Records
from kg.article.sheets.sheet import Sheet, columns_of, read_sheet
from kg.article.sheets.writing import ClaimChanges, Writing
from kg.core.errors import UsageError
from kg.core.findings import Finding, Place, Severity
from kg.core.transaction import write_all
from kg.project.project import Project


@dataclass(frozen=True)
class Wish:
    """How a sheet is imported: whether claims without a row go, and which side wins where both changed.

    `replaces` is the name that the sheet had at its last import.
    """

    prune: bool = False
    prefer: str | None = None
    replaces: str | None = None
    dry_run: bool = False
    encoding: str | None = None


@dataclass(frozen=True)
class Imported:
    """What an import came to: claims by what became of them, nodes brought in, what there is to tell."""

    fates: dict[Fate, list[str]]
    new: list[NewNode]
    findings: list[Finding]
    typed: int = 0
    written: list[Path] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether something is wrong, so that nothing was written."""
        return any(found.severity is Severity.VIOLATION for found in self.findings)


def import_sheet(project: Project, slug: str, path: Path, wish: Wish | None = None) -> Imported:
    """Import a sheet into an article of a project; nothing is written when anything is wrong.

    Raises `InputError` for a sheet that cannot be read, `UsageError` for an article of another project.
    """
    wish = wish or Wish()
    material = ArticleSources.read(project, slug)
    if not material.folder.is_relative_to(project.root):
        raise UsageError(f"{slug} is an article of what this project extends; it is changed there")
    text = material.text()
    quotes = Quotes(text) if text is not None else None
    columns = Columns(material)
    sheet = read_sheet(path, columns, encoding=wish.encoding)
    return _Import(material, columns, sheet, quotes).run(wish)


class _Import:
    """One import at work."""

    def __init__(
        self, material: ArticleSources, columns: Columns, sheet: Sheet, quotes: Quotes | None
    ) -> None:
        self._material = material
        self._sheet = sheet
        self._quotes = quotes
        self._all = [*FIXED, *columns.every()]
        self._existing = {claim.name: claim for claim in read_claims(material, self._all)}
        self._reader = Reader(material, columns, quotes)
        self._records = Records.read(material.folder / RECORD)
        self._writer = Writer(material, None)
        self._findings: list[Finding] = []
        self._fates: dict[Fate, list[str]] = {fate: [] for fate in Fate}

    def run(self, wish: Wish) -> Imported:
        drafting = Drafting(self._material, self._sheet, self._existing, self._reader, self._quotes)
        drafts = drafting.drafts(self._all)
        self._findings += drafting.findings
        if others := ", ".join(f"'{other}'" for other in self._sheet.others):
            message = f"only the first sheet of the workbook is read, and not {others}"
            self._tell("sheet.others", Severity.INFO, message, "name the one that has the claims 'claims'")
        self._tell_renamed(drafts, wish)
        base = self._base(wish)
        if not self._material.claims:
            base = Base()  # the file was taken away, and is written anew
        names = tuple(columns_of(self._sheet))
        merge = Merge(names, base, self._material.iri, self._usual, wish.prefer)
        change = ClaimChanges()
        for draft in drafts:
            self._decide(merge, draft, change)
        self._tell_kept()
        left = self._without_rows(merge, drafts, change, wish) if not drafting.findings else []
        new = self._new(change)
        self._tell_new(drafting, new)
        if any(found.severity is Severity.VIOLATION for found in self._findings):
            return Imported(self._fates, [], self._findings)
        self._records.bases[self._sheet.name] = merge.record((draft.claim for draft in drafts), left)
        written = self._write(change, new, dry_run=wish.dry_run)
        return Imported(self._fates, new, self._findings, len(self._reader.typed), written)

    def _base(self, wish: Wish) -> Base:
        """What the sheet said at its last import, under this name or under the one that it had."""
        base = self._records.of(self._sheet.name)
        if wish.replaces is None:
            return base
        former = self._records.drop(wish.replaces)
        if not base.columns:
            return former
        claims = [claim for name, claim in self._existing.items() if name in former.digests]
        counted = Merge(base.columns, former, self._material.iri, self._usual).record((), claims)
        return Base(base.columns, {**counted.digests, **base.digests})

    def _usual(self, claim: SheetClaim, name: str) -> CellValues:
        """What a claim says in a column when no row says anything there."""
        return completed(self._material, {**claim.said, name: None})[name]

    @cached_property
    def _described(self) -> set[object]:
        """What claims.ttl has statements of."""
        return {triple.subject for triple in self._material.claims}

    def _decide(self, merge: Merge, draft: DraftClaim, change: ClaimChanges) -> None:
        claim, current = draft.claim, self._existing.get(draft.claim.name)
        if current is None and claim.node in self._described:
            self._findings.append(finding(self._sheet.name, draft.row, None, _unread(claim)))
            return
        fate = merge.row(claim, current, draft.was)
        self._fates[fate].append(claim.name)
        if fate in (Fate.ADDED, Fate.CHANGED):
            change.claims.append(claim)
        elif fate is Fate.CONFLICT:
            self._findings.append(
                finding(self._sheet.name, draft.row, None, self._conflict(merge, claim, current))
            )

    def _tell_renamed(self, drafts: Sequence[DraftClaim], wish: Wish) -> None:
        """Tell of a sheet that is new and has most claims of another; with `prune` of any that is new."""
        if wish.replaces is not None or self._sheet.name in self._records.bases:
            return
        rows = {draft.claim.name for draft in drafts}
        shared = {other: len(rows & set(base.digests)) for other, base in self._records.bases.items()}
        other = max(shared, key=lambda name: shared[name], default="")
        count = len(self._records.of(other).digests)
        if other and (wish.prune or 2 * shared[other] > count):
            message = f"imported for the first time, with {shared[other]} of the {count} claims of {other}"
            self._tell("sheet.renamed", Severity.INFO, message, _replaces(other))

    def _tell_alike(self, drafts: Sequence[DraftClaim], left: Sequence[SheetClaim]) -> None:
        """Tell of new rows without an id that look like a claim which has no row any more."""
        if not left or self._quotes is None:
            return
        alike = Alike(left, self._quotes, self._material.iri)
        added = set(self._fates[Fate.ADDED])
        for draft in drafts:
            if draft.claim.name not in added or draft.row.cells.get(ID):
                continue
            if found := alike.find(draft.claim):
                former, why = found
                message = f"a new claim like #{former.name}, which has no row any more: it {why}"
                hint = f"if it is the same, write {former.name} in its column id, and import it with --prune"
                wrong = Wrong("sheet.alike", message, hint)
                self._findings.append(finding(self._sheet.name, draft.row, None, wrong, Severity.WARNING))

    def _tell_kept(self) -> None:
        for fate, message in (
            (Fate.KEPT, "edited there, so the rows are behind"),
            (Fate.LEFT_OUT, "deleted there, so the rows are left out"),
        ):
            if names := self._fates[fate]:
                hint = "change the rows too, or let them win: --prefer sheet"
                self._tell(
                    "sheet.kept",
                    Severity.INFO,
                    f"claims.ttl keeps {_listed(names)} as it is: {message}",
                    hint,
                )

    def _conflict(self, merge: Merge, claim: SheetClaim, current: SheetClaim | None) -> Wrong:
        hint = "make both say the same, or let one side win: --prefer sheet, --prefer claims"
        if current is None:
            message = f"#{claim.name} changed here, and was taken out of claims.ttl, since the last import"
            return Wrong("sheet.conflict", message, hint)
        differences = "; ".join(
            f"{name} is '{self._cell(name, claim)}' here, '{self._cell(name, current)}' there"
            for name in merge.differing(claim, current)[:4]
        )
        known = claim.name in merge.base.digests
        since = (
            "changed here and in claims.ttl since the last import" if known else "is in claims.ttl already"
        )
        return Wrong("sheet.conflict", f"#{claim.name} {since}: {differences}", hint)

    def _cell(self, name: str, claim: SheetClaim) -> str:
        column = next(column for column in self._all if column.name == name)
        return self._writer.write(column, claim)

    def _without_rows(
        self, merge: Merge, drafts: Sequence[DraftClaim], change: ClaimChanges, wish: Wish
    ) -> list[SheetClaim]:
        """The claims whose rows were taken out: they go with `prune`, else they are asked about."""
        has_rows = {draft.claim.name for draft in drafts}
        names = set(merge.base.digests) or (set(self._existing) if self._sheet.has_was else set())
        left = []
        elsewhere = self._records.names_but_of(self._sheet.name)
        if wish.prune:
            self._tell_elsewhere(names - has_rows, elsewhere)
        for name in sorted(names - has_rows - set(elsewhere)):
            current = self._existing.get(name)
            if current is None:
                continue
            fate = merge.without_row(current, prune=wish.prune)
            self._fates[fate].append(name)
            if fate is Fate.REMOVED:
                change.removed.append(current)
            elif fate is Fate.CONFLICT:
                hint = "put the row back, or let one side win: --prefer sheet, --prefer claims"
                message = f"#{name} has no row any more, and was edited in claims.ttl since the last import"
                self._tell("sheet.conflict", Severity.VIOLATION, message, hint)
            else:
                left.append(current)
        if left:
            message = f"no row here any more for {_listed([claim.name for claim in left])}"
            hint = "--prune takes out of the article what has no row; without it all stays"
            self._tell("sheet.taken-out", Severity.WARNING, message, hint)
            self._tell_alike(drafts, left)
        return left

    def _tell_elsewhere(self, names: Collection[str], elsewhere: Mapping[str, str]) -> None:
        """Tell of claims that stay, since another sheet has rows for them."""
        for other in sorted({elsewhere[name] for name in names if name in elsewhere}):
            stay = _listed(sorted(name for name in names if elsewhere.get(name) == other))
            message = f"no row here any more for {stay}, but in {other}"
            self._tell("sheet.renamed", Severity.INFO, message, _replaces(other))

    def _new(self, change: ClaimChanges) -> list[NewNode]:
        """The nodes that claims which are written bring in."""
        wanted = {claim.node for claim in change.claims}
        used = {node for claim in change.claims for node in claim.named()}
        found = [node for node in self._reader.new.values() if node.node in used]
        for node in found:
            node.claims &= wanted
        return sorted(found, key=lambda node: node.node.value)

    def _tell_new(self, drafting: Drafting, new: Sequence[NewNode]) -> None:
        """Tell of the new nodes whose class the sheet does not say."""
        untyped = {node.node: node for node in new if node.edtf is None and node.kind is None}
        for row, column, node in drafting.brought_in:
            if node in untyped:
                told = untyped[node]
                name = node.value.partition("#")[2]
                wrong = Wrong(
                    "sheet.new",
                    f"'{told.label}' is new: <#{name}> in facts.ttl, to be typed",
                    _to_be_typed(told),
                )
                self._findings.append(finding(self._sheet.name, row, column, wrong, Severity.WARNING))

    def _write(self, change: ClaimChanges, new: Sequence[NewNode], *, dry_run: bool) -> list[Path]:
        """Write what has changed, all files or none; which these are."""
        writing = Writing(self._material, self._existing, by_name(self._all), self._quotes)
        files = writing.files(change, new, self._reader.typed)
        self._findings += writing.findings
        files[self._material.folder / RECORD] = self._records.text().encode()
        changed = {
            path: data for path, data in files.items() if not path.is_file() or path.read_bytes() != data
        }
        if not dry_run:
            write_all(changed, self._material.project.journal)
        return sorted(changed)

    def _tell(self, rule: str, severity: Severity, message: str, hint: str) -> None:
        self._findings.append(Finding(rule, severity, message, places=(Place(self._sheet.name),), hint=hint))


def _replaces(other: str) -> str:
    return f"if it is {other} under another name, say so, and rows taken out are told: --replaces {other}"


def _unread(claim: SheetClaim) -> Wrong:
    """A claim that claims.ttl has, but not in a way that a row can be held against."""
    message = f"#{claim.name} is in claims.ttl, but not with one proposition, so it cannot be compared"
    return Wrong("sheet.conflict", message, "mend it there: kg check says what is wrong")


def _to_be_typed(new: NewNode) -> str:
    """How to mend a new node without a class."""
    if new.no_class:
        label = new.label.partition(": ")[2].strip()
        meant = f" (did you mean {' or '.join(new.nearest)}?)" if new.nearest else ""
        whole = f"'CLASS: {new.label}' if all of it is the name"
        return f"no class is called '{new.no_class}'{meant}; write 'CLASS: {label}', or {whole}"
    known = f"known are {', '.join(new.nearest)}" if new.nearest else "nothing is called like it"
    return f"{known}; if it is new, write its class before it: 'CLASS: {new.label}'"


def _listed(names: Sequence[str]) -> str:
    """Ids in a row, the first ten of many."""
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return ", ".join(f"#{name}" for name in names[:10]) + more


def counts(imported: Imported) -> str:
    """How many claims were added, changed and so on, and what came into facts.ttl, in words."""
    told = [f"{len(imported.fates[fate])} {fate.value}" for fate in Fate if imported.fates[fate]]
    if imported.new:
        told.append(f"{len(imported.new)} new in facts.ttl")
    if imported.typed:
        told.append(f"{imported.typed} typed in facts.ttl")
    return ", ".join(told)
