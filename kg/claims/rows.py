"""From triples to the table of claims: what it can carry, and what it cannot, by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from kg.claims.cells import LANGUAGE, NONE, SEPARATOR, IriNotation
from kg.claims.columns import (
    ID,
    KIND,
    NOTE,
    PASSAGE,
    PROPOSITION_CLASS,
    USUAL_KIND,
    CellForm,
    Pair,
    TableColumn,
    TableColumns,
    unusual,
    usual,
)
from kg.claims.edtf import edtf_in
from kg.claims.table import TableRow
from kg.claims.triples import CellError, TableReader
from kg.core.passages import range_of
from kg.core.terms import LOCAL_NAME, PROPOSITION, RDF_TYPE, SECPOL, Term, local_name, short
from kg.rdf.order import natural

_DIGEST, _PASSAGE = SECPOL("spanDigest"), SECPOL("Passage")


@dataclass(frozen=True)
class Converted:
    """Rows made of triples; `refused` has what no column can carry, each with the subject it is said of."""

    rows: tuple[TableRow, ...]
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TableWriter:
    """Makes rows from the triples of one article's claims; what is to read them says how they are written."""

    reader: TableReader

    @property
    def names(self) -> IriNotation:
        """How IRIs are written."""
        return self.reader.names

    @property
    def columns(self) -> TableColumns:
        """The columns that there may be."""
        return self.reader.columns

    def rows(self, triples: Iterable[ox.Triple], notes: Mapping[str, str] | None = None) -> Converted:
        """The rows of claims, their propositions and passages; `notes` are remarks by a subject's IRI."""
        return _Conversion(self, _by_subject(triples), notes or {}).converted()

    def cell(self, column: TableColumn, pairs: Collection[Pair]) -> str:
        """The cell of a column other than that of the passages."""
        values = [value for _, value in pairs]
        if column.cell is CellForm.KIND:
            return self.kinds(pairs)
        if column.cell in (CellForm.TEXT, CellForm.LITERAL):
            texts = [value for value in values if isinstance(value, ox.Literal)]
            return self.names.written_texts(texts, LANGUAGE if column.cell is CellForm.TEXT else None)
        return SEPARATOR.join(sorted((self._value(column, value) for value in values), key=natural))

    def kinds(self, pairs: Iterable[Pair]) -> str:
        """The words of the column `kind` for some pairs, in their order."""
        words = {self.columns.kind_words.get(pair) or self.names.written_term(pair[1]) for pair in pairs}
        known = [word for word in self.columns.kinds if word in words]
        return ", ".join([*known, *sorted(words - set(known))])

    def _value(self, column: TableColumn, value: ox.NamedNode | ox.Literal) -> str:
        if isinstance(value, ox.NamedNode):
            if column.cell is CellForm.CODED and value == SECPOL(local := local_name(value)):
                return local
            if column.cell is CellForm.TIME and (edtf := edtf_in(self.names.article, value.value)):
                return edtf
        return self.names.written_term(value)


@dataclass
class _Conversion:
    writer: TableWriter
    said: Mapping[Term, list[ox.Triple]]
    notes: Mapping[str, str]
    refused: list[tuple[str, str]] = field(default_factory=list)
    used: set[Term] = field(default_factory=set)

    def converted(self) -> Converted:
        rows = [row for node in self.said if (row := self._row(node)) is not None]
        for node in self.said:
            if node not in self.used:
                self._refuse(node, "it is no claim, no proposition, and no passage that a claim cites")
        return Converted(tuple(rows), tuple(self.refused))

    def __post_init__(self) -> None:
        self.names, self.columns = self.writer.names, self.writer.columns

    @cached_property
    def _held(self) -> Collection[Term]:
        """The propositions that claims have."""
        return {t.object for triples in self.said.values() for t in triples if t.predicate == PROPOSITION}

    def _row(self, node: Term) -> TableRow | None:
        own, refused = self.said[node], len(self.refused)
        propositions = list(dict.fromkeys(t.object for t in own if t.predicate == PROPOSITION))
        types = {t.object for t in own if t.predicate == RDF_TYPE}
        is_bare = not propositions and PROPOSITION_CLASS in types and node not in self._held
        if not (propositions or is_bare) or not isinstance(node, ox.NamedNode):
            return None
        self.used |= {node, *propositions}
        name = node.value.removeprefix(f"{self.names.article}#")
        if not LOCAL_NAME.fullmatch(name):
            self._refuse(node, "its IRI is not the article's with a # and an id")
            return None
        if not is_bare and propositions != [ox.NamedNode(f"{node.value}p")]:
            self._refuse(node, f"its proposition is not #{name}p")
            return None
        inner = [] if is_bare else self.said.get(propositions[0], [])
        pairs = self._by_column(own, inner, is_bare=is_bare)
        cells = {column: cell for column, value in pairs.items() if (cell := self._cell(column, value))}
        if not is_bare:
            cells |= self._unusual(pairs)
            cells[KIND] = self._kinds(node, pairs.get(KIND, frozenset()))
        cells[ID] = name
        notes = (
            self.notes.get(t.value)
            for t in (node, *propositions, *self._cited(pairs))
            if isinstance(t, ox.NamedNode)
        )
        cells[NOTE] = " ".join(dict.fromkeys(note for note in notes if note))
        row = TableRow({column: cell for column, cell in cells.items() if cell})
        if len(self.refused) == refused:
            typed = (
                set() if is_bare else {ox.Triple(ox.NamedNode(f"{node.value}p"), RDF_TYPE, PROPOSITION_CLASS)}
            )
            self._compare(row, node, {*own, *inner, *typed})
        return row

    def _compare(self, row: TableRow, node: ox.NamedNode, said: Set[ox.Triple]) -> None:
        """Refuse what a row would say otherwise, such as a literal where the column writes nodes."""
        about = {triple.subject for triple in said}
        read = set(said)
        try:
            read = {one.triple for one in self.writer.reader.row(row) if one.triple.subject in about}
        except* CellError as broken:
            for column in [error.column for error in broken.exceptions if isinstance(error, CellError)]:
                self._refuse(node, f"{column} {row.cells.get(column, '')}")
        for triple in sorted(said - read or read - said, key=str):
            self._refuse(
                triple.subject, f"{short(triple.predicate.value, self.names.prefixes)} {triple.object}"
            )

    def _by_column(
        self, own: Iterable[ox.Triple], inner: Iterable[ox.Triple], *, is_bare: bool
    ) -> dict[str, frozenset[Pair]]:
        """Triples by column; those of a proposition that nobody holds are all its own."""
        found: dict[str, set[Pair]] = {}
        for triple, of_proposition in [*((t, False) for t in own), *((t, True) for t in inner)]:
            path, value = triple.predicate, triple.object
            if path == PROPOSITION or (of_proposition and (path, value) == (RDF_TYPE, PROPOSITION_CLASS)):
                continue
            column = self.columns.of_property(path, of_proposition=of_proposition)
            if is_bare and (column is None or ":" in column.name):
                column = self.columns.of_property(path, of_proposition=True) or column
            if column is None or not isinstance(value, ox.NamedNode | ox.Literal):
                self._refuse(triple.subject, f"{short(path.value, self.names.prefixes)} {value}")
            else:
                found.setdefault(column.name, set()).add((path, value))
        return {name: frozenset(pairs) for name, pairs in found.items()}

    def _cell(self, name: str, pairs: frozenset[Pair]) -> str:
        column = self.columns.named(name)
        assert column is not None
        if column.cell is CellForm.PASSAGE:
            return SEPARATOR.join(self._passage(node) for node in self._cited({PASSAGE: pairs}))
        return self.writer.cell(column, pairs)

    def _unusual(self, pairs: Mapping[str, frozenset[Pair]]) -> dict[str, str]:
        """An empty cell where it says what is said, `none` where it would say what is not."""
        authors = ox.NamedNode(f"{self.names.article}#authors")
        cells = {}
        for name in ("holder", "reporter", "stance", "certainty", "polarity"):
            said = pairs.get(name, frozenset())
            if said == usual(name, pairs, authors):
                cells[name] = ""
            elif not said:
                cells[name] = NONE
        return cells

    def _kinds(self, node: ox.NamedNode, pairs: frozenset[Pair]) -> str:
        """Every word but the usual ones; `none` where nothing of the kind is said."""
        if not pairs:
            return NONE
        for path, value in USUAL_KIND.items():
            if not any(path == other for other, _ in pairs):
                self._refuse(node, f"nothing by {short(path.value)}, where a row says {short(value.value)}")
        return self.writer.kinds(unusual(pairs))

    def _cited(self, pairs: Mapping[str, frozenset[Pair]]) -> list[ox.NamedNode]:
        """The passages of a claim in the order of the text."""
        nodes = [value for _, value in pairs.get(PASSAGE, ()) if isinstance(value, ox.NamedNode)]
        return sorted(nodes, key=lambda node: (range_of(node.value) or ("", (0, 0)))[1])

    def _passage(self, node: ox.NamedNode) -> str:
        found = range_of(node.value)
        self.used.add(node)
        if found is None or found[0] != self.names.article:
            self._refuse(node, "it is no passage of the article")
            return ""
        digests = set()
        for triple in self.said.get(node, ()):
            if triple.predicate == _DIGEST and isinstance(triple.object, ox.Literal):
                digests.add(triple.object.value)
            elif (triple.predicate, triple.object) != (RDF_TYPE, _PASSAGE):
                self._refuse(node, f"{short(triple.predicate.value, self.names.prefixes)} {triple.object}")
        span = f"{found[1].start}-{found[1].end}"
        return SEPARATOR.join(f"{span}:{digest}" for digest in sorted(digests)) or span

    def _refuse(self, node: Term, what: str) -> None:
        name = short(node.value, self.names.prefixes) if isinstance(node, ox.NamedNode) else str(node)
        if (name, what) not in self.refused:
            self.refused.append((name, what))


def _by_subject(triples: Iterable[ox.Triple]) -> dict[Term, list[ox.Triple]]:
    found: dict[Term, list[ox.Triple]] = {}
    for triple in triples:
        found.setdefault(triple.subject, []).append(triple)
    return found
