"""Rows as claims: every cell read, what is wrong told by row and column, ids given where there are none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.article.ranges import span_of
from kg.article.sheets.cell_reader import Reader, Wrong
from kg.article.sheets.claims import NOTHING, CellValues, SheetClaim
from kg.article.sheets.columns import ID, CellForm, Column
from kg.article.sheets.defaults import completed, is_bare
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.quotes import Quotes
from kg.article.sheets.sheet import Row, Sheet, columns_of
from kg.claims.cells import NONE
from kg.core.findings import Finding, Place, Severity
from kg.core.passages import Span, span_digest
from kg.core.terms import LOCAL_NAME

_DIGITS = 10
_PROPOSITION = "p"  # behind the id of its claim
_NEEDED = ("quote", "subject", "relation", "object")


@dataclass(frozen=True)
class DraftClaim:
    """A row that could be read, as a claim."""

    row: Row
    claim: SheetClaim


class Drafting:
    """Makes drafts of the rows of a sheet."""

    def __init__(
        self,
        material: ArticleSources,
        sheet: Sheet,
        existing: Mapping[str, SheetClaim],
        reader: Reader,
        quotes: Quotes | None,
    ) -> None:
        self._material = material
        self._sheet = sheet
        self._existing = existing
        self._reader = reader
        self._quotes = quotes
        self._told: list[tuple[int, str, Finding]] = []
        self.brought_in: list[tuple[Row, str, ox.NamedNode]] = []
        self._propositions = {
            claim.proposition.value: name for name, claim in existing.items() if not claim.is_bare
        }

    @property
    def findings(self) -> list[Finding]:
        """What is wrong, by rows and columns."""
        order = {name: at for at, name in enumerate(["", *columns_of(self._sheet), ID])}
        return [found for _, _, found in sorted(self._told, key=lambda told: (told[0], order[told[1]]))]

    def drafts(self, columns: Sequence[Column]) -> list[DraftClaim]:
        """The rows as claims, over all `columns` that a claim may have; rows with mistakes are left out."""
        self._reader.state_classes(self._names())
        rows = list(self._identified())
        known = [self._existing.get(name) for _, name in rows if name]
        self._reader.names.nodes.update(
            node
            for (_, name), claim in zip([pair for pair in rows if pair[1]], known, strict=True)
            for node in (self._node(name), claim.proposition if claim else self._node(name + _PROPOSITION))
        )
        self._reader.introduce()
        found: dict[str, DraftClaim] = {}
        for row, name in rows:
            draft = self._draft(row, name, columns)
            if draft is None:
                continue
            if draft.claim.name in found:
                other = found[draft.claim.name].row.number
                message = f"says the same as row {other}: holder, quote, subject, relation and object"
                self._tell(row, None, Wrong("sheet.twice", message, "take one out, or give each an id"))
                continue
            found[draft.claim.name] = draft
        return list(found.values())

    def _names(self) -> Iterator[str]:
        """The cells that name entities."""
        named = [c.name for c in self._sheet.columns if c.cell in (CellForm.ENTITY, CellForm.OBJECT)]
        return (row.cells[name] for row in self._sheet.rows for name in named if row.cells[name])

    def set_aside(self, drafts: Sequence[DraftClaim], broken: Mapping[ox.NamedNode, str]) -> list[DraftClaim]:
        """The drafts that rest on nothing that is broken; the others are told.

        `broken` are nodes, each with the place of its row; the claims of rows with mistakes are among them.
        """
        gone = dict(broken)
        for row in self._sheet.rows:
            name = row.cells.get(ID, "").removeprefix("#")
            if LOCAL_NAME.fullmatch(name) and name not in self._existing:
                gone |= dict.fromkeys(
                    (self._node(name), self._node(name + _PROPOSITION)), f"row {row.number}"
                )
        for draft in drafts:
            for node in (draft.claim.node, draft.claim.proposition):
                gone.pop(node, None)
        kept = list(drafts)
        while resting := [
            draft for draft in kept if gone.keys() & (draft.claim.named() - {draft.claim.node})
        ]:
            for draft in resting:
                node = min(gone.keys() & draft.claim.named(), key=lambda node: node.value)
                name = self._reader.names.code(node)
                wrong = Wrong("sheet.set-aside", f"it rests on {name}, which {gone[node]} was to bring in")
                told = finding(self._sheet.name, draft.row, None, wrong, Severity.WARNING)
                self._told.append((draft.row.number, "", told))
                if draft.claim.name not in self._existing:
                    where = f"row {draft.row.number}"
                    gone |= {draft.claim.node: where, draft.claim.proposition: where}
            kept = [draft for draft in kept if draft not in resting]
        return kept

    def _identified(self) -> Iterator[tuple[Row, str]]:
        """The rows with the ids that they have, those with a wrong id left out."""
        seen: dict[str, int] = {}
        given = {row.cells.get(ID, "").removeprefix("#") for row in self._sheet.rows} - {""}
        home = f"{self._material.iri}#"
        self._propositions |= {f"{home}{name}{_PROPOSITION}": name for name in given - self._existing.keys()}
        for row in self._sheet.rows:
            name = row.cells.get(ID, "").removeprefix("#")
            problem = self._wrong_id(name, seen) if name else None
            if ID in row.wrong:
                problem = Wrong("sheet.cell", f"the cell {row.wrong[ID]}")
            if problem is not None:
                self._tell(row, ID, problem)
                name = ""
            elif name:
                seen[name] = row.number
            yield row, name

    def _wrong_id(self, name: str, seen: Mapping[str, int]) -> Wrong | None:
        if not LOCAL_NAME.fullmatch(name):
            return Wrong(
                "sheet.id", f"'{name}' is no id", "an id has letters, digits, '.', '_' and '-', such as S025"
            )
        if name in seen:
            return Wrong(
                "sheet.id", f"row {seen[name]} has the id {name} already", "each row has an id of its own"
            )
        node = self._node(name)
        if name not in self._existing and node in self._reader.names.nodes:
            hint = "take an id that is free, or give that claim one proposition"
            return Wrong("sheet.id", f"{name} is something else in this article", hint)
        if node.value in self._propositions:
            return Wrong(
                "sheet.id",
                f"{name} is the proposition of {self._propositions[node.value]}",
                "take another id",
            )
        return None

    def _draft(self, row: Row, name: str, columns: Sequence[Column]) -> DraftClaim | None:
        before = len(self._told)
        said = self._said(row)
        self._complete(row, said, {column for _, column, _ in self._told[before:]})
        if len(self._told) > before:
            return None
        full = None if name else self._full(said, None, columns)
        if full is not None:
            made = self._made(row, full)
            if made is None:
                return None
            name = made
        current = self._existing.get(name)
        if full is None or current is not None:
            full = self._full(said, current, columns)
        bare = is_bare(said) or (current is not None and current.is_bare and "kind" not in said)
        node = self._node(name)
        proposition = (
            node
            if bare
            else current.proposition
            if current and not current.is_bare
            else self._node(name + _PROPOSITION)
        )
        if current is not None and current.is_bare != bare:
            what = "a proposition that nobody holds" if current.is_bare else "a claim"
            self._tell(row, ID, Wrong("sheet.id", f"{name} is {what}, and the row makes it another thing"))
            return None
        return DraftClaim(
            row, SheetClaim(node, proposition, full, current.rest if current is not None else ())
        )

    def _said(self, row: Row) -> dict[str, CellValues | None]:
        """What the cells of a row say; None for an empty one, nothing for `none`."""
        said: dict[str, CellValues | None] = {}
        relation: ox.NamedNode | None = None
        for column in sorted(self._sheet.columns, key=lambda column: column.name != "relation"):
            cell = row.cells[column.name]
            said[column.name] = None
            try:
                if column.name in row.wrong:
                    raise Wrong("sheet.cell", f"the cell {row.wrong[column.name]}")
                if cell == NONE and column.name not in _NEEDED:
                    said[column.name] = NOTHING
                elif cell and not (column.name == "object" and relation is None and row.cells["relation"]):
                    count = len(self._reader.order)
                    said[column.name] = self._reader.read(column, cell, relation)
                    new = self._reader.order[count:]
                    self.brought_in += [(row, column.name, node) for node in new]
            except Wrong as error:
                self._tell(row, column.name, error)
            if column.name == "relation" and said["relation"]:
                relation = next((v for _, v in said["relation"] or () if isinstance(v, ox.NamedNode)), None)
                if len(said["relation"] or ()) > 1:
                    self._tell(
                        row, "relation", Wrong("sheet.relation", "a claim has one relation", "make two rows")
                    )
        return said

    def _complete(self, row: Row, said: Mapping[str, CellValues | None], told: set[str]) -> None:
        """Tell what a row lacks and what a bare proposition has too much, but not of `told` cells again."""
        if is_bare(said):
            for name in ("quote", "holder", "certainty", "polarity", "reporter", "stance"):
                if said.get(name):
                    hint = "leave the cell empty, or take 'proposition' out of the kind"
                    self._tell(
                        row, name, Wrong("sheet.cell", "a proposition that nobody holds has none", hint)
                    )
            needed: tuple[str, ...] = ("subject", "relation", "object")
            if not row.cells.get(ID):
                self._tell(row, ID, Wrong("sheet.id", "a proposition that nobody holds needs an id"))
        else:
            needed = _NEEDED
        for name in needed:
            if said.get(name) or row.cells[name] or (name == "object" and said.get("comparedWith")):
                continue
            if name not in told:
                self._tell(
                    row,
                    name,
                    Wrong(
                        "sheet.cell", "the cell is empty", "quote, subject, relation and object are needed"
                    ),
                )
        if len(said.get("subject") or ()) > 1:
            self._tell(row, "subject", Wrong("sheet.cell", "a claim has one subject", "make two rows"))

    def _full(
        self, said: Mapping[str, CellValues | None], current: SheetClaim | None, columns: Sequence[Column]
    ) -> Mapping[str, CellValues]:
        """What a claim says in every column: the row's, else what it says already, else the usual."""
        partly: dict[str, CellValues | None] = {}
        for column in columns:
            name = column.name
            if name == "gloss" and current is not None and said.get(name) is None:
                partly[name] = current.said[name]  # written once
            elif name in said:
                partly[name] = said[name]
            elif current is None:
                partly[name] = None
            elif mine := current.said[name]:
                usual = completed(self._material, {**current.said, name: None}, self._shown)[name]
                partly[name] = None if mine == usual else mine
            else:
                partly[name] = NOTHING
        return completed(self._material, partly, self._shown)

    def _shown(self, node: ox.NamedNode) -> str:
        new = self._reader.new.get(node)
        return new.label if new is not None else self._material.entities_named.shown(node)

    def _made(self, row: Row, said: Mapping[str, CellValues]) -> str | None:
        """An id of the words quoted and of who holds what of them; the same wherever it is made."""
        if self._quotes is None:
            self._tell(row, ID, Wrong("sheet.id", "without the text a row needs an id"))
            return None
        spans = [span_of(value, self._material.iri) for _, value in said["quote"]]
        words = []
        for span in sorted(span for span in spans if span):
            at = Span(*span)
            words.append(f"{span_digest(self._quotes.words(at))} {self._quotes.nth(at)}")
        rest = [
            f"{name} {value}".replace(f"<{self._material.iri}#", "<#")
            for name in ("holder", "subject", "relation", "object")
            for _, value in sorted(said[name], key=str)
        ]
        digest = hashlib.sha256("\n".join(words + rest).encode()).hexdigest()
        return f"C{digest[:_DIGITS]}"

    def _node(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._material.iri}#{name}")

    def _tell(self, row: Row, column: str | None, wrong: Wrong) -> None:
        self._told.append((row.number, column or "", finding(self._sheet.name, row, column, wrong)))


def finding(
    sheet: str, row: Row, column: str | None, wrong: Wrong, severity: Severity = Severity.VIOLATION
) -> Finding:
    """What is wrong with a cell of a sheet."""
    where = f"row {row.number}, {column}" if column else f"row {row.number}"
    return Finding(wrong.rule, severity, f"{where}: {wrong}", places=(Place(sheet),), hint=wrong.hint)
