"""Rows as claims: every cell read, what is wrong told by row and column, ids given where there are none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from kg.article.ranges import span_of
from kg.article.sheets.cell_reader import Reader, Wrong
from kg.article.sheets.columns import REQUIRED
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.quotes import Quotes
from kg.article.sheets.sheet import Row, Sheet
from kg.claims.cells import NONE, SEPARATOR, span_in, values_in
from kg.claims.columns import (
    CERTAINTY,
    GLOSS,
    HOLDER,
    ID,
    KIND,
    OBJECT,
    PASSAGE,
    POLARITY,
    PROPOSITION_CLASS,
    RELATION,
    REPORTER,
    STANCE,
    SUBJECT,
    CellForm,
    Pair,
)
from kg.claims.table import TableRow
from kg.core.findings import Finding, Place, Severity
from kg.core.passages import Span, span_digest
from kg.core.terms import LOCAL_NAME, RDF_TYPE, SECPOL

_DIGITS = 10
_PROPOSITION = "p"  # behind the id of its claim
_OF_CLAIMS = (PASSAGE, HOLDER, CERTAINTY, POLARITY, REPORTER, STANCE)
_GLOSSED = (SUBJECT, RELATION, OBJECT, POLARITY)
_NOTHING: frozenset[Pair] = frozenset()
_Said = Mapping[str, frozenset[Pair] | None]
"""What the cells of a row say, by column; None for an empty one, nothing for `none`."""


@dataclass(frozen=True)
class DraftClaim:
    """A row of the sheet that could be read, and the table's row that it makes."""

    row: Row
    made: TableRow


class Drafting:
    """Makes the table's rows of those of a sheet.

    `meant` are the ids of the claims that rows are about, those with mistakes, too; `unclear` are rows that
    are set aside and may be about any claim.
    """

    def __init__(self, material: ArticleSources, sheet: Sheet, reader: Reader, quotes: Quotes | None) -> None:
        self._material = material
        self._table = material.forms.reader
        self._sheet = sheet
        self._existing = material.claimed
        self._reader = reader
        self._quotes = quotes
        self._told: list[tuple[int, str, Finding]] = []
        self.brought_in: list[tuple[Row, str, ox.NamedNode]] = []
        self.meant: set[str] = set()
        self.unclear: list[Row] = []
        self._propositions = {
            f"{self._node(name).value}{_PROPOSITION}": name
            for name, row in self._existing.items()
            if not self._table.is_bare(row)
        }

    @property
    def findings(self) -> list[Finding]:
        """What is wrong, by rows and columns."""
        order = {name: at for at, name in enumerate(["", *(c.heading for c in self._sheet.columns), ID])}
        return [found for _, _, found in sorted(self._told, key=lambda told: (told[0], order[told[1]]))]

    def drafts(self) -> list[DraftClaim]:
        """The rows that can be read, in the table's canonical form."""
        self._reader.state_classes(self._names())
        rows = list(self._identified())
        self._reader.names.nodes.update(
            node for _, name in rows if name for node in (self._node(name), self._node(name + _PROPOSITION))
        )
        self._reader.introduce()
        found: dict[str, DraftClaim] = {}
        for row, name in rows:
            made = self._draft(row, name)
            self.meant |= {made.id} if made is not None else set()
            if made is not None and made.id in found:
                other = found[made.id].row.number
                message = f"says the same as row {other}: holder, quote, subject, relation and object"
                self._tell(row, None, Wrong("sheet.twice", message, "take one out, or give each an id"))
            elif made is not None:
                found[made.id] = DraftClaim(row, made)
        settled = self._material.forms.settled(tuple(draft.made for draft in found.values()))
        return [replace(found[made.id], made=made) for made in settled.rows]

    def _names(self) -> Iterator[str]:
        """The cells that name entities."""
        named = [c.name for c in self._sheet.columns if c.cell in (CellForm.NODE, CellForm.OBJECT)]
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
            gone.pop(self._node(draft.made.id), None)
            gone.pop(self._node(draft.made.id + _PROPOSITION), None)
        kept = {draft.made.id: draft for draft in drafts}
        named = {name: self._table.nodes(draft.made) for name, draft in kept.items()}
        while resting := [name for name in kept if gone.keys() & (named[name] - {self._node(name)})]:
            for name in resting:
                draft = kept.pop(name)
                node = min(gone.keys() & named[name], key=lambda node: node.value)
                code = self._reader.names.code(node)
                wrong = Wrong("sheet.set-aside", f"it rests on {code}, which {gone[node]} was to bring in")
                self._tell(draft.row, None, wrong, Severity.WARNING)
                if name not in self._existing:
                    self.unclear += [] if draft.row.cells.get(ID) else [draft.row]
                    nodes = self._node(name), self._node(name + _PROPOSITION)
                    gone |= dict.fromkeys(nodes, f"row {draft.row.number}")
        return list(kept.values())

    def _identified(self) -> Iterator[tuple[Row, str | None]]:
        """The rows with the ids that they have, None for a wrong one."""
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
            elif name:
                seen[name] = row.number
            yield row, name if problem is None else None

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

    def _draft(self, row: Row, name: str | None) -> TableRow | None:
        before = len(self._told)
        said = self._said(row)
        self._complete(row, said, {column for _, column, _ in self._told[before:]})
        if name is None or len(self._told) > before:
            self._take_down(row, name, said)
            return None
        if not name and self._quotes is None:
            self._tell(row, ID, Wrong("sheet.id", "without the text a row needs an id"))
            self.unclear.append(row)
            return None
        name = name or self._name(said)
        current = self._existing.get(name)
        made = self._row(name, said, current)
        if current is not None:
            made = self._glossed(row, made, current)
        if current is not None and self._table.is_bare(current) != self._table.is_bare(made):
            what = "a proposition that nobody holds" if self._table.is_bare(current) else "a claim"
            self._tell(row, ID, Wrong("sheet.id", f"{name} is {what}, and the row makes it another thing"))
            self.meant.add(name)
            return None
        self._tell_unfit(row, said)
        return made

    def _take_down(self, row: Row, name: str | None, said: _Said) -> None:
        """Take down which claim a row with mistakes is about: that of its id, or one that says the same."""
        is_read = all(said.get(column) for column in (*REQUIRED, HOLDER) if row.cells.get(column))
        if name == "" and self._quotes is not None and is_read:
            name = self._ids.get(self._made(said))
        if name:
            self.meant.add(name)
        else:
            self.unclear.append(row)

    def _tell_unfit(self, row: Row, said: _Said) -> None:
        """Warn where the relation does not fit the subject or the object."""
        relation = next((node for _, node in said[RELATION] or () if isinstance(node, ox.NamedNode)), None)
        for name in (SUBJECT, OBJECT) if relation else ():
            for _, node in sorted(said[name] or (), key=str):
                if relation is None or not isinstance(node, ox.NamedNode):
                    continue
                if wrong := self._reader.unfit(relation, node, is_subject=name == SUBJECT):
                    self._tell(row, RELATION, wrong, Severity.WARNING)

    def _said(self, row: Row) -> dict[str, frozenset[Pair] | None]:
        """What the cells of a row say; None for an empty one, nothing for `none`."""
        said: dict[str, frozenset[Pair] | None] = {}
        relation: ox.NamedNode | None = None
        for column in sorted(self._sheet.columns, key=lambda column: column.name != RELATION):
            cell = row.cells[column.name]
            said[column.name] = None
            try:
                if column.name in row.wrong:
                    raise Wrong("sheet.cell", f"the cell {row.wrong[column.name]}")
                if cell == NONE and column.name not in REQUIRED:
                    said[column.name] = _NOTHING
                elif cell and not (column.name == OBJECT and relation is None and row.cells[RELATION]):
                    count = len(self._reader.order)
                    said[column.name] = self._reader.read(column, cell, relation)
                    new = self._reader.order[count:]
                    self.brought_in += [(row, column.heading, node) for node in new]
            except Wrong as error:
                self._tell(row, column.heading, error)
            if column.name == RELATION and (values := said[RELATION]):
                relation = next((value for _, value in values if isinstance(value, ox.NamedNode)), None)
                if len(values) > 1:
                    several = Wrong("sheet.relation", "a claim has one relation", "make two rows")
                    self._tell(row, RELATION, several)
        return said

    def _complete(self, row: Row, said: _Said, told: Set[str]) -> None:
        """Tell what a row lacks and what a bare proposition has too much, but not of `told` cells again."""
        needed: Iterable[str] = REQUIRED
        if _is_bare(said):
            needed = (SUBJECT, RELATION, OBJECT)
            for name in filter(said.get, _OF_CLAIMS):
                hint = "leave the cell empty, or take 'proposition' out of the kind"
                wrong = Wrong("sheet.cell", "a proposition that nobody holds has none", hint)
                self._tell(row, self._headings[name], wrong)
            if not row.cells.get(ID):
                self._tell(row, ID, Wrong("sheet.id", "a proposition that nobody holds needs an id"))
        for name in needed:
            is_left_out = name == OBJECT and said.get("comparedWith")
            if not (said.get(name) or row.cells[name] or is_left_out or self._headings[name] in told):
                hint = "quote, subject, relation and object are needed"
                self._tell(row, self._headings[name], Wrong("sheet.cell", "the cell is empty", hint))
        if len(said.get(SUBJECT) or ()) > 1:
            self._tell(row, SUBJECT, Wrong("sheet.cell", "a claim has one subject", "make two rows"))

    @cached_property
    def _headings(self) -> dict[str, str]:
        return {column.name: column.heading for column in self._sheet.columns}

    def _glossed(self, row: Row, made: TableRow, current: TableRow) -> TableRow:
        """The table's row with its gloss made anew where it was made of what the row said before.

        One that somebody wrote stays, and is told where the row says something else now.
        """
        gloss = current.cells.get(GLOSS)
        changed = [name for name in _GLOSSED if made.cells.get(name) != current.cells.get(name)]
        if gloss is None or made.cells.get(GLOSS) != gloss or not changed or self._table.is_bare(made):
            return made
        before, after = self._table.completed(current), self._table.completed(made)
        if all(before.get(name) == after.get(name) for name in changed):
            return made
        if gloss in (self._gloss(before), self._gloss(before, self._material.entities_named.label)):
            return TableRow({**made.cells, GLOSS: self._gloss(after)})
        wrong = Wrong("sheet.gloss", f"#{made.id} has changed, and its gloss has not", "read it again")
        if made.id not in self._material.turtle_ids:
            self._tell(row, GLOSS if GLOSS in self._headings else None, wrong, Severity.INFO)
        return made

    def _row(self, name: str, said: _Said, current: TableRow | None) -> TableRow:
        """The table's row: what the sheet has no column for stays, and a gloss is made where none is."""
        cells = {**current.cells} if current else {}
        for column, values in said.items():
            if values is not None:
                cells[column] = self._cell(column, values)
            elif column != GLOSS or current is None:
                cells.pop(column, None)
        if current is None and GLOSS not in cells and not _is_bare(said):
            cells[GLOSS] = self._gloss(said)
        return TableRow({**cells, ID: name})

    def _cell(self, name: str, values: frozenset[Pair]) -> str:
        column = self._table.columns.named(name)
        assert column is not None
        if not values:
            return NONE
        if column.cell is CellForm.PASSAGE:
            return SEPARATOR.join(self._passage(span) for span in self._spans(values))
        return self._material.forms.writer.cell(column, values)

    def _passage(self, span: Span) -> str:
        """A range of the text with the digest of its words; without the text, as the table has it."""
        stated = f"{span.start}-{span.end}"
        if self._quotes is None:
            return self._passages.get(span, stated)
        return f"{stated}:{span_digest(self._quotes.words(span))}"

    @cached_property
    def _passages(self) -> dict[tuple[int, int], str]:
        cells = (values_in(row.cells.get(PASSAGE, "")) for row in self._existing.values())
        return {span: value for values in cells for value in values if (span := span_in(value))}

    def _spans(self, values: Iterable[Pair]) -> list[Span]:
        return sorted(span for _, node in values if (span := span_of(node, self._material.iri)))

    def _gloss(self, said: _Said, named: Callable[[ox.NamedNode], str] | None = None) -> str:
        """A claim in the words of its proposition: `patrol has actor Ellery Coastguard`."""
        named = named or self._shown
        relations = [value for _, value in said[RELATION] or () if isinstance(value, ox.NamedNode)]
        denied = any(value == SECPOL("Denied") for _, value in said.get(POLARITY) or ())
        relation = " ".join(map(self._material.relations.shown, relations))
        subject, value = (_words(said.get(name), named) for name in (SUBJECT, OBJECT))
        return f"{'denied: ' * denied}{subject} {relation} {value}"

    def _shown(self, node: ox.NamedNode) -> str:
        new = self._reader.new.get(node)
        return new.label if new is not None else self._material.entities_named.shown(node)

    def _name(self, said: _Said) -> str:
        """The id of the claim that says the same already, else one made of what the row says."""
        made = self._made(said)
        return self._ids.get(made, made)

    @cached_property
    def _ids(self) -> dict[str, str]:
        """The ids of the claims that are there by those that would be made of what they say."""
        rows = reversed(self._existing.items())
        return {self._made(self._table.completed(row)): name for name, row in rows if row.span}

    def _made(self, said: _Said) -> str:
        """An id of the words quoted and of who holds what of them; the same wherever it is made."""
        words, authors = [], ox.NamedNode(f"{self._material.iri}#authors")
        for span in self._spans(said.get(PASSAGE) or ()):
            assert self._quotes is not None
            words.append(f"{span_digest(self._quotes.words(span))} {self._quotes.nth(span)}")
        for name in (HOLDER, SUBJECT, RELATION, OBJECT):
            values = said.get(name)
            usual = frozenset({(SECPOL("heldBy"), authors)}) if name == HOLDER else _NOTHING
            for _, value in sorted(usual if values is None else values, key=str):
                words.append(f"{name} {value}".replace(f"<{self._material.iri}#", "<#"))
        digest = hashlib.sha256("\n".join(words).encode()).hexdigest()
        return f"C{digest[:_DIGITS]}"

    def _node(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._material.iri}#{name}")

    def _tell(
        self, row: Row, column: str | None, wrong: Wrong, severity: Severity = Severity.VIOLATION
    ) -> None:
        told = finding(self._sheet.name, row, column, wrong, severity)
        self._told.append((row.number, column or "", told))


def _words(values: Iterable[Pair] | None, named: Callable[[ox.NamedNode], str]) -> str:
    return " and ".join(
        sorted(value.value if isinstance(value, ox.Literal) else named(value) for _, value in values or ())
    )


def _is_bare(said: _Said) -> bool:
    """Whether the kind is that of a proposition which nobody holds."""
    return (RDF_TYPE, PROPOSITION_CLASS) in (said.get(KIND) or _NOTHING)


def finding(
    sheet: str, row: Row, column: str | None, wrong: Wrong, severity: Severity = Severity.VIOLATION
) -> Finding:
    """What is wrong with a cell of a sheet."""
    where = f"row {row.number}, {column}" if column else f"row {row.number}"
    return Finding(wrong.rule, severity, f"{where}: {wrong}", places=(Place(sheet),), hint=wrong.hint)
