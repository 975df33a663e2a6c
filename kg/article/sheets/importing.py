"""Importing a sheet: its rows go into the table of an article's claims, by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pyoxigraph as ox

from kg.article.sheets.cell_reader import NewNode, Reader, Wrong
from kg.article.sheets.columns import Columns
from kg.article.sheets.drafting import DraftClaim, Drafting, finding
from kg.article.sheets.entities import Descriptions, EntityRows, describe, entity_rows
from kg.article.sheets.grid import is_workbook, read_grid
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.quotes import Quotes
from kg.article.sheets.sheet import Sheet, read_sheet
from kg.article.sheets.workbook import ENTITIES
from kg.article.sheets.writing import Changes, Writing
from kg.claims.table import TableRow
from kg.core.errors import UsageError
from kg.core.findings import Finding, Place, Severity, violations
from kg.core.likeness import folded
from kg.core.terms import several, short
from kg.core.transaction import write_all
from kg.project.project import Project
from kg.rdf.order import natural


class Fate(StrEnum):
    """What becomes of a row or of a claim."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "unchanged"
    REMOVED = "taken out"
    ROWLESS = "without a row"
    SET_ASIDE = "set aside"


@dataclass(frozen=True)
class Wish:
    """How a sheet is imported.

    With `replace` claims without a row go; with `keep_going` what is wrong is set aside, with what rests on
    it, and the rest is imported. `entities` is a file of its own that describes entities.
    """

    replace: bool = False
    keep_going: bool = False
    dry_run: bool = False
    encoding: str | None = None
    entities: Path | None = None


@dataclass(frozen=True)
class Imported:
    """What an import came to: claims by what became of them, nodes, files, what there is to tell.

    `is_refused` says that something is wrong, so that nothing was written; `sound` is how many rows could be
    imported all the same.
    """

    fates: dict[Fate, list[str]]
    findings: list[Finding]
    is_refused: bool = False
    sound: int = 0
    new: list[NewNode] = field(default_factory=list)
    changed_nodes: int = 0
    gone: list[ox.NamedNode] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)


def import_sheet(project: Project, slug: str, path: Path, wish: Wish | None = None) -> Imported:
    """Import a sheet into an article of a project; nothing is written when anything is wrong.

    Raises `InputError` for a sheet that cannot be read, `UsageError` for an article of another project.
    """
    with project.alone():
        return _imported(project, slug, path, wish or Wish())


def _imported(project: Project, slug: str, path: Path, wish: Wish) -> Imported:
    material = ArticleSources.read(project, slug)
    if not material.folder.is_relative_to(project.root):
        raise UsageError(f"{slug} is an article of what this project extends; it is changed there")
    text = material.text()
    quotes = Quotes(text) if text is not None else None
    columns = Columns(material)
    sheet = read_sheet(path, columns, encoding=wish.encoding)
    return _Import(material, columns, sheet, _entities(material, path, wish), quotes).run(wish)


def _entities(material: ArticleSources, path: Path, wish: Wish) -> EntityRows:
    """The rows that describe entities: of a file of their own, else of the workbook."""
    if wish.entities is not None:
        grid = read_grid(wish.entities, encoding=wish.encoding)
        return entity_rows(grid, wish.entities.name, material, wish.entities)
    if is_workbook(path):
        return entity_rows(read_grid(path, sheet=ENTITIES), path.name, material, path)
    return EntityRows(path.name, (), ())


class _Import:
    """One import at work."""

    def __init__(
        self,
        material: ArticleSources,
        columns: Columns,
        sheet: Sheet,
        entities: EntityRows,
        quotes: Quotes | None,
    ) -> None:
        self._material = material
        self._sheet = sheet
        self._entities = entities
        self._quotes = quotes
        self._existing = material.claimed
        self._turtle = material.turtle_ids
        self._reader = Reader(material, columns, quotes)
        self._findings: list[Finding] = []
        self._fates: dict[Fate, list[str]] = {fate: [] for fate in Fate}

    def run(self, wish: Wish) -> Imported:
        if unread := ", ".join(f"'{name}'" for name in self._sheet.unread):
            message = f"the sheet has columns that are left alone: {unread}"
            self._tell("sheet.own-column", Severity.INFO, message, "rename one that is meant to be read")
        if others := ", ".join(f"'{other}'" for other in self._sheet.others):
            message = f"only the first sheet of the workbook is read, and not {others}"
            self._tell("sheet.others", Severity.INFO, message, "name the one that has the claims 'claims'")
        self._reader.state_classes(self._entities.stated())
        self._reader.aliases += self._entities.aliases()
        drafting = Drafting(self._material, self._sheet, self._reader, self._quotes)
        drafts = drafting.drafts()
        described = describe(self._entities, self._reader, self._material)
        drafts = [draft for draft in drafts if not self._is_in_turtle(draft)]
        broken = self._broken(described)
        kept = drafting.set_aside(drafts, broken)
        self._findings += [*drafting.findings, *described.findings]
        changes = self._changes(drafting, kept, described, wish)
        writing = Writing(self._material, self._reader)
        files = writing.files(changes)
        self._findings += writing.findings
        self._tell_unsourced(described, writing.unsourced)
        self._tell_retyped()
        self._tell_new(drafting, [new for new in writing.new if new.node not in changes.described])
        sound = {draft.row.number for draft in kept}
        aside = [row.number for row in self._sheet.rows if row.number not in sound]
        self._fates[Fate.SET_ASIDE] = [f"row {number}" for number in aside]
        if violations(self._findings) and not wish.keep_going:
            return Imported(self._fates, self._findings, is_refused=True, sound=len(kept))
        written = {p: data for p, data in files.items() if not p.is_file() or p.read_bytes() != data}
        if not wish.dry_run:
            write_all(written, self._material.project.journal)
        return Imported(
            self._fates,
            self._findings,
            new=writing.new,
            changed_nodes=len(writing.changed),
            gone=writing.gone,
            written=sorted(written),
        )

    def _is_in_turtle(self, draft: DraftClaim) -> bool:
        """Whether a row is about a claim of claims.ttl, and says something else; that is told."""
        name = draft.made.id
        if name not in self._turtle or _is_same(self._existing.get(name), draft.made):
            return False
        hint = f"kg article convert {self._material.slug} makes a table of it, which rows can change"
        wrong = Wrong("sheet.turtle", f"#{name} is in claims.ttl, which no sheet changes", hint)
        self._findings.append(finding(self._sheet.name, draft.row, None, wrong))
        return True

    def _broken(self, described: Descriptions) -> dict[ox.NamedNode, str]:
        """The new nodes whose rows of entities could not be read, each with its row; and what names them."""
        places = {name: f"row {row.number} of the entities" for name, row in described.broken.items()}
        news = self._reader.new.values()
        gone = {new.node: places[folded(new.label)] for new in news if folded(new.label) in places}
        while resting := [
            node
            for node, said in described.said.items()
            if any(value in gone for values in said.values() for value in values)
        ]:
            for node in resting:
                del described.said[node]
                if node in self._reader.new:
                    gone[node] = "its row of the entities"
                name = self._material.entities_named.code(node)
                message = f"the row of {name} is set aside: it names what another row was to bring in"
                self._tell("sheet.set-aside", Severity.WARNING, message, "mend that row")
        return gone

    def _changes(
        self, drafting: Drafting, drafts: Sequence[DraftClaim], described: Descriptions, wish: Wish
    ) -> Changes:
        """What there is to write: claims that are new or say something else, and those that go.

        What a row that is set aside may be about does not go.
        """
        rows: list[TableRow] = []
        for made in (draft.made for draft in drafts):
            current = self._existing.get(made.id)
            is_same = _is_same(current, made)
            fate = Fate.SAME if is_same else Fate.CHANGED if current is not None else Fate.ADDED
            self._fates[fate].append(made.id)
            rows += [] if is_same else [made]
        named = drafting.meant | self._turtle
        rowless = [row for name, row in self._existing.items() if name not in named]
        is_sure = wish.replace and not (rowless and drafting.unclear)
        if wish.replace and not is_sure:
            places = several([f"row {row.number}" for row in drafting.unclear])
            message = f"no claim is taken out: {places} may be about any claim that has no row"
            hint = f"mend it, or give it the id of its claim, such as {several([row.id for row in rowless])}"
            self._tell("sheet.kept", Severity.WARNING, message, hint)
        self._fates[Fate.REMOVED if is_sure else Fate.ROWLESS] = [row.id for row in rowless]
        is_whole = wish.replace and bool(self._entities.rows) and not described.broken and is_sure
        return Changes(rows, rowless if is_sure else [], described.said, is_whole=is_whole)

    def _tell_new(self, drafting: Drafting, new: Sequence[NewNode]) -> None:
        """Tell of new nodes without a class, and of those that look like what is known."""
        written = {node.node: node for node in new}
        for row, column, node in drafting.brought_in:
            told = written.get(node)
            if told is None or told.edtf is not None:
                continue
            if told.kind is None:
                message = f"'{told.label}' is new: <{short(node.value)}> in facts.ttl, to be typed"
                wrong, severity = Wrong("sheet.new", message, _to_be_typed(told)), Severity.WARNING
            elif akin := self._akin(told):
                name = self._material.entities_named.code(node)
                hint = f"known are {', '.join(akin)}; if one of them is meant, name it so"
                wrong, severity = Wrong("sheet.new", f"'{told.label}' is new: {name}", hint), Severity.INFO
            else:
                continue
            self._findings.append(finding(self._sheet.name, row, column, wrong, severity))

    def _tell_unsourced(self, described: Descriptions, unsourced: Mapping[ox.NamedNode, ox.Triple]) -> None:
        """Tell of relations among what articles share that nothing is the source of."""
        new, label = self._reader.new, self._material.entities_named.label
        for node, relation in unsourced.items():
            terms = [term for term in relation if isinstance(term, ox.NamedNode)]
            words = " ".join(f"'{new[term].label if term in new else label(term)}'" for term in terms)
            row = described.rows.get(node)
            where = f"entities, row {row.number}: " if row else ""
            is_own = node.value.startswith(f"{self._material.iri}#")
            page = "" if is_own else "name a page in the column source, or "
            hint = f"{page}let a claim asserted as a fact say it"
            message = f"{where}{words} has no source: no claim says it as a fact"
            self._tell("sheet.unsourced", Severity.WARNING, message, hint)

    def _tell_retyped(self) -> None:
        """Tell of nodes that get another class."""
        reader, types, terms = self._reader, self._material.types, self._material.classes()
        retyped = dict(reader.typed)
        retyped |= {node: kind for node, new in reader.moved.items() if (kind := reader.new[new].kind)}
        for node, kind in sorted(retyped.items(), key=lambda pair: pair[0].value):
            if before := " and ".join(sorted(map(terms.shown, types.get(node, ())))):
                name = self._material.entities_named.label(node)
                message = f"'{name}' was of the class {before}, and is of the class {terms.shown(kind)} now"
                self._tell("sheet.retyped", Severity.INFO, message, "if that is not meant, correct the class")

    def _akin(self, new: NewNode) -> list[str]:
        """The known names most like a new one that things of its class bear."""
        names, terms = self._material.entities_named, self._material.terms
        assert new.kind is not None
        found = []
        for name in new.nearest:
            nodes = {known.node for known in names.names if known.text == name}
            kinds = {kind for node in nodes for kind in self._material.types.get(node, ())}
            if any(terms.are_akin(new.kind, kind) for kind in kinds):
                found.append(name)
        return found

    def _tell(self, rule: str, severity: Severity, message: str, hint: str) -> None:
        self._findings.append(Finding(rule, severity, message, places=(Place(self._sheet.name),), hint=hint))


def _is_same(current: TableRow | None, made: TableRow) -> bool:
    """Whether two rows say the same, whatever the digests of their words."""
    return current is not None and current.without_digests() == made.without_digests()


def _to_be_typed(new: NewNode) -> str:
    """How to mend a new node without a class."""
    if new.no_class:
        label = new.label.partition(": ")[2].strip()
        whole = f"'CLASS: {new.label}' if all of it is the name"
        return f"no class is called '{new.no_class}'; write 'CLASS: {label}', or {whole}"
    known = f"known are {', '.join(new.nearest)}" if new.nearest else "nothing is called like it"
    return f"{known}; if it is new, write its class before it: 'CLASS: {new.label}'"


def counts(imported: Imported, project: Project) -> str:
    """How many claims were added, changed and so on, and what became of nodes, in words."""
    told = [f"{len(imported.fates[fate])} {fate.value}" for fate in Fate if imported.fates[fate]]
    shared = [new for new in imported.new if not project.slug_of(new.node.value)]
    if local := len(imported.new) - len(shared):
        told.append(f"{local} new in facts.ttl")
    if shared:
        told.append(f"{len(shared)} new in entities/from-articles.ttl")
    if imported.changed_nodes:
        told.append(f"{imported.changed_nodes} described anew")
    if imported.gone:
        names = sorted((short(node.value, project.prefixes) for node in imported.gone), key=natural)
        told.append(f"gone with them {', '.join(names)}")
    return ", ".join(told)
