"""From the table of claims to triples: each row a claim, its proposition, and its passages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.claims.cells import LANGUAGE, NONE, IriNotation, digest_in, span_in, values_in
from kg.claims.columns import (
    HOLDER,
    ID,
    KIND,
    PASSAGE,
    PROPOSITION_CLASS,
    USUAL_KIND,
    CellForm,
    Pair,
    TableColumn,
    TableColumns,
    usual,
)
from kg.claims.edtf import is_edtf, time_iri
from kg.claims.table import ClaimTable, TableRow
from kg.core.errors import InputError, raise_all
from kg.core.passages import passage_iri
from kg.core.terms import LOCAL_NAME, PROPOSITION, RDF_TYPE, SECPOL, nearest

_DIGEST = SECPOL("spanDigest")
_KIND_NAMES = re.compile(r"[^,\s|][^,|]*")
_IDS = "an id is letters, digits, '.', '_' and '-', such as S025"
_NOTHING: frozenset[Pair] = frozenset()


class CellError(Exception):
    """A cell that cannot be read: the column, what is wrong, and how to mend it."""

    def __init__(self, column: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.column, self.message, self.hint = column, message, hint


@dataclass(frozen=True)
class CellStatement:
    """A triple and the cell that says it; what an empty cell says stands in its column, too."""

    triple: ox.Triple
    line: int
    column: str


@dataclass(frozen=True)
class TableReader:
    """Reads rows of one article's table as triples."""

    names: IriNotation
    columns: TableColumns

    @classmethod
    def of(cls, article: str, articles: str, prefixes: Mapping[str, str]) -> TableReader:
        """A reader for one article; `articles` is what the IRIs of all articles begin with."""
        return cls(IriNotation(article, articles, prefixes), TableColumns.of(prefixes))

    def read(self, path: Path, sha256: str | None = None) -> list[CellStatement]:
        """What a file says; raises `InputErrors` with every cell that cannot be read."""
        return self.statements(ClaimTable.read(path, self.columns, sha256), path)

    def statements(self, table: ClaimTable, path: Path | None = None) -> list[CellStatement]:
        """What a table says, row by row; raises `InputErrors` with every cell that cannot be read."""
        found: list[CellStatement] = []
        errors: list[InputError] = []
        ids: dict[str, int] = {}
        claims = {row.id for row in table.rows if "proposition" not in self._kind_words(row)}
        for row in table.rows:
            try:
                if (former := ids.setdefault(row.id, row.line)) != row.line:
                    raise CellError(ID, f"line {former} has the id {row.id}, too", "an id names one claim")
                if (claim := row.id.removesuffix("p")) != row.id and claim in claims:
                    raise CellError(ID, f"{row.id} is the proposition of {claim}", "take another id")
                found += self.row(row)
            except* CellError as broken:
                errors += [_told(error, row, path) for error in broken.exceptions]
        raise_all(errors)
        return found

    def row(self, row: TableRow) -> Iterator[CellStatement]:
        """What a row says; raises `CellError`, or a group with one for each broken cell."""
        said = self.completed(row)
        claim = self._node(row)
        is_claim = not _is_bare(said)
        proposition = ox.NamedNode(f"{claim.value}p") if is_claim else claim
        if is_claim:
            yield CellStatement(ox.Triple(claim, PROPOSITION, proposition), row.line, ID)
            yield CellStatement(ox.Triple(proposition, RDF_TYPE, PROPOSITION_CLASS), row.line, ID)
        for name, pairs in said.items():
            column = self.columns.named(name)
            subject = proposition if column is not None and column.of_proposition else claim
            for path, value in sorted(pairs, key=str):
                yield CellStatement(ox.Triple(subject, path, value), row.line, name)
        yield from self._passages(row)

    def said(self, row: TableRow) -> dict[str, frozenset[Pair]]:
        """What the cells of a row say that are not empty, by column; raises a group of `CellError`."""
        said: dict[str, frozenset[Pair]] = {}
        broken: list[CellError] = []
        for name, cell in row.cells.items():
            if (column := self.columns.named(name)) is not None:
                try:
                    said[name] = _NOTHING if cell == NONE else frozenset(self._pairs(column, cell))
                except CellError as error:
                    broken.append(error)
        if broken:
            raise ExceptionGroup("cells that cannot be read", broken)
        return said

    def nodes(self, row: TableRow) -> set[ox.NamedNode]:
        """Every node that a row which can be read speaks of, with what its empty cells say."""
        return {value for one in self.row(row) if isinstance(value := one.triple.object, ox.NamedNode)}

    def is_bare(self, row: TableRow) -> bool:
        """Whether a row that can be read is a proposition which nobody holds."""
        return _is_bare(self.said(row))

    def completed(self, row: TableRow) -> dict[str, frozenset[Pair]]:
        """What the cells of a row say, with what the empty ones of a claim do."""
        said = self.said(row)
        if _is_bare(said):
            return said
        authors = ox.NamedNode(f"{self.names.article}#authors")
        full = dict(said)
        for name in (HOLDER, "reporter", "stance", "certainty", "polarity"):
            if name not in row.cells and (pairs := usual(name, full, authors)):
                full[name] = pairs
        if row.cells.get(KIND) != NONE:
            has = {path for path, _ in said.get(KIND, ())}
            more = {(path, value) for path, value in USUAL_KIND.items() if path not in has}
            full[KIND] = said.get(KIND, _NOTHING) | more
        return full

    @staticmethod
    def _kind_words(row: TableRow) -> set[str]:
        return {word.strip().casefold() for word in _KIND_NAMES.findall(row.cells.get(KIND, ""))}

    def _node(self, row: TableRow) -> ox.NamedNode:
        if not row.id:
            raise CellError(ID, "the row has no id", _IDS)
        if not LOCAL_NAME.fullmatch(row.id):
            raise CellError(ID, f"'{row.id}' is no id", _IDS)
        return ox.NamedNode(f"{self.names.article}#{row.id}")

    def _passages(self, row: TableRow) -> Iterator[CellStatement]:
        """The passages of a row and the digests of their words."""
        for value in values_in(row.cells.get(PASSAGE, "")):
            if (digest := digest_in(value)) is not None:
                passage = self._passage(value)
                yield CellStatement(ox.Triple(passage, RDF_TYPE, SECPOL("Passage")), row.line, PASSAGE)
                yield CellStatement(ox.Triple(passage, _DIGEST, ox.Literal(digest)), row.line, PASSAGE)

    def _pairs(self, column: TableColumn, cell: str) -> Iterator[Pair]:
        match column.cell:
            case CellForm.KIND:
                yield from map(self._kind, _KIND_NAMES.findall(cell))
            case CellForm.PASSAGE:
                yield from ((column.property, self._passage(value)) for value in values_in(cell))
            case CellForm.TEXT | CellForm.LITERAL:
                language = LANGUAGE if column.cell is CellForm.TEXT else None
                for text in self.names.texts(cell, language):
                    if text is None:
                        raise CellError(column.name, f"{cell} is no literal of Turtle")
                    yield column.property, text
            case _:
                yield from (self._value(column, value) for value in values_in(cell))

    def _value(self, column: TableColumn, value: str) -> Pair:
        if column.cell is CellForm.TIME and is_edtf(value):
            return column.property, ox.NamedNode(time_iri(self.names.article, value))
        if column.cell is CellForm.CODED and LOCAL_NAME.fullmatch(value):
            return column.property, SECPOL(value)
        term = self.names.term(value)
        if term is None and column.cell is CellForm.TIME:
            hint = "write 2024, 2024-09, 2012/2021 (the earlier first), 2023/.. or [..2024-12-11]"
            raise CellError(column.name, f"'{value}' is no date or interval", hint)
        if term is None:
            raise CellError(column.name, *self._unreadable(value))
        if isinstance(term, ox.NamedNode):
            return column.property, term
        if column.cell is not CellForm.OBJECT and ":" not in column.name:
            raise CellError(column.name, f"{value} is a literal, and not a node")
        return column.properties[-1], term

    def _passage(self, value: str) -> ox.NamedNode:
        span = span_in(value)
        if span is None or span[0] >= span[1]:
            hint = "write START-END:DIGEST; kg article import makes passages of words"
            raise CellError(PASSAGE, f"'{value}' is no range of the text", hint)
        return ox.NamedNode(passage_iri(self.names.article, span))

    def _kind(self, word: str) -> Pair:
        word = word.strip()
        if (pair := self.columns.kinds.get(word.casefold())) is not None:
            return pair
        node = self.names.node(word) if ":" in word else None
        if node is None:
            raise CellError(KIND, f"'{word}' is no kind of claim{nearest(word, self.columns.kinds)}")
        return RDF_TYPE, node

    def _unreadable(self, value: str) -> tuple[str, str]:
        """What is wrong with a value that is neither an IRI nor a literal, and how to mend it."""
        prefix, colon, _ = value.partition(":")
        if colon and " " not in prefix:
            known = nearest(f"{prefix}:", (f"{name}:" for name in self.names.prefixes))
            return f"'{value}' begins with no prefix of the project{known}", "kg.toml declares prefixes"
        hint = "write a CURIE, #name, SLUG#name, <IRI> or 'text'; labels belong in a sheet: kg article import"
        return f"'{value}' is no name of a node", hint


def _is_bare(said: Mapping[str, frozenset[Pair]]) -> bool:
    return (RDF_TYPE, PROPOSITION_CLASS) in said.get(KIND, _NOTHING)


def _told(error: Exception, row: TableRow, path: Path | None) -> InputError:
    assert isinstance(error, CellError)
    return InputError(f"{error.column}: {error.message}", path=path, line=row.line, hint=error.hint)
