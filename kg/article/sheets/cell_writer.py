"""Cells written: from the table's codes to what an analyst reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyoxigraph as ox

from kg.article.ranges import span_of
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.quotes import Quotes
from kg.article.sheets.values import extents_of, typed_literal
from kg.claims.cells import LANGUAGE, NONE, SEPARATOR, values_in
from kg.claims.columns import GLOSS, RELATION, CellForm, Pair, TableColumn
from kg.claims.table import TableRow
from kg.core.likeness import clean
from kg.core.names import AmbiguousName
from kg.core.passages import passage_iri
from kg.core.terms import OWL, GroundTerm, local_name

_Said = Mapping[str, frozenset[Pair]]


class Writer:
    """Writes cells that a `Reader` of the same article reads back to the same."""

    def __init__(self, material: ArticleSources, quotes: Quotes | None) -> None:
        self._material = material
        self._quotes = quotes
        self._table = material.forms.reader
        self._names = material.entities_named
        self._times = dict(extents_of(material))

    def row(self, row: TableRow, columns: list[TableColumn]) -> dict[str, str]:
        """A row of the table in words, its cells by column."""
        said = self._table.completed(row)
        cells = {column.name: self._cell(column, row.cells.get(column.name, ""), said) for column in columns}
        if not row.cells.get(GLOSS) and not self._table.is_bare(row):
            cells[GLOSS] = NONE  # an empty one would be made up
        return cells

    def _cell(self, column: TableColumn, cell: str, said: _Said) -> str:
        values = [value for _, value in said.get(column.name, ())]
        return cell if column.cell is CellForm.KIND or not values else self.values(column, values, said)

    def values(self, column: TableColumn, values: Collection[GroundTerm], said: _Said) -> str:
        """The cell of some values of a column; what the row says of its relation tells how an object is."""
        if column.cell is CellForm.PASSAGE:
            passages = (value for value in values if isinstance(value, ox.NamedNode))
            return SEPARATOR.join(map(self._passage, sorted(passages, key=self._position)))
        if len(values) > 1 and column.cell is CellForm.TEXT:
            return SEPARATOR.join(sorted(map(str, values)))
        return SEPARATOR.join(sorted(self._value(column, said, value) for value in values))

    def _value(self, column: TableColumn, said: _Said, value: GroundTerm) -> str:
        if isinstance(value, ox.Literal):
            return self._literal(column, said, value)
        match column.cell:
            case CellForm.RELATION:
                return self._material.relations.shown(value)
            case CellForm.CODED:
                return local_name(value)
            case CellForm.TIME:
                return self._times.get(value) or self._shown(value)
        return self._named(column, value)

    def _named(self, column: TableColumn, node: ox.NamedNode) -> str:
        """A name of a node that the column reads back as this node."""
        name, kind = self._shown(node), self._material.needed(column.property)
        if kind is None or column.cell is not CellForm.NODE:
            return name
        try:
            is_read = self._names.find(name, lambda other: self._material.is_of(other, kind)) == node
        except AmbiguousName:
            is_read = False
        return name if is_read else self._names.code(node)

    def _shown(self, node: ox.NamedNode) -> str:
        """A name of a node, and not the word for nothing."""
        name = self._names.shown(node)
        return name if name != NONE else self._names.code(node)

    def _literal(self, column: TableColumn, said: _Said, value: ox.Literal) -> str:
        text = value.value
        if column.cell is CellForm.TEXT:
            is_plain = value.language == LANGUAGE and clean(text) == text not in ("", NONE)
        else:
            kind = self._material.terms.range(column.property)
            if column.cell is CellForm.OBJECT:
                relation = next((node for _, node in said.get(RELATION, ())), None)
                if not (
                    isinstance(relation, ox.NamedNode)
                    and self._material.terms.is_a(relation, OWL("DatatypeProperty"))
                ):
                    return str(value)
                kind = self._material.terms.range(relation)
            is_plain = typed_literal(text, kind) == value and values_in(text) == [text] != [NONE]
        return text if is_plain and not text.startswith('"') else str(value)

    def _passage(self, node: ox.NamedNode) -> str:
        span = span_of(node, self._material.iri)
        if span is None:
            return f"<{node.value}>"
        words = self._quotes.quote(span) if self._quotes is not None else None
        if words is None or values_in(words) != [words] or words == NONE:
            return passage_iri("", span)
        return words

    def _position(self, node: ox.NamedNode) -> tuple[int, int]:
        return span_of(node, self._material.iri) or (0, 0)
