"""Cells written: from nodes and literals to what an analyst reads."""

from __future__ import annotations

import pyoxigraph as ox

from kg.article.ranges import span_of
from kg.article.sheets.claims import NOTHING, CellValues, SheetClaim
from kg.article.sheets.columns import CellForm, Column
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.quotes import Quotes
from kg.article.sheets.values import (
    extents_of,
    is_text,
    kind_words,
    parts,
    typed_literal,
)
from kg.claims.cells import LANGUAGE, NONE, SEPARATOR
from kg.claims.columns import unusual
from kg.core.likeness import clean
from kg.core.names import AmbiguousName
from kg.core.passages import passage_iri
from kg.core.terms import OWL, GroundTerm, local_name


class Writer:
    """Writes cells that a `Reader` of the same article reads back to the same."""

    def __init__(self, material: ArticleSources, quotes: Quotes | None) -> None:
        self._material = material
        self._quotes = quotes
        self._names = material.entities_named
        self._words = {pair: word for word, pair in kind_words(material)}
        self._times = dict(extents_of(material))

    def write(self, column: Column, claim: SheetClaim) -> str:
        """The cell of a claim in a column; empty where it says nothing."""
        values = claim.said.get(column.name, NOTHING)
        if column.cell is CellForm.KIND:
            return self._kind(values)
        if column.cell is CellForm.PASSAGE:
            return SEPARATOR.join(map(self._passage, sorted(claim.passages(), key=self._position)))
        cells = [self._value(column, claim, value) for _, value in values]
        if len(cells) > 1 and column.cell is CellForm.TEXT:
            cells = [str(value) for _, value in values]
        return SEPARATOR.join(sorted(cells))

    def _value(self, column: Column, claim: SheetClaim, value: GroundTerm) -> str:
        if isinstance(value, ox.Literal):
            return self._literal(column, claim, value)
        match column.cell:
            case CellForm.RELATION:
                return self._material.relations.shown(value)
            case CellForm.CODED:
                return local_name(value)
            case CellForm.TIME:
                return self._times.get(value) or self._shown(value)
        return self._named(column, value)

    def _named(self, column: Column, node: ox.NamedNode) -> str:
        """A name of a node that the column reads back as this node."""
        name, kind = self._shown(node), self._material.needed(column.predicate)
        if kind is None or column.cell is not CellForm.ENTITY:
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

    def _literal(self, column: Column, claim: SheetClaim, value: ox.Literal) -> str:
        code = str(value)
        if column.cell is CellForm.TEXT:
            is_plain = value.language == LANGUAGE and clean(value.value) == value.value
            return value.value if is_plain and is_text(value.value) else code
        kind = self._material.terms.range(column.predicate)
        if column.cell is CellForm.OBJECT:
            relation = next(
                (node for node in claim.value("relation") if isinstance(node, ox.NamedNode)), None
            )
            if relation is None or not self._material.terms.is_a(relation, OWL("DatatypeProperty")):
                return code
            kind = self._material.terms.range(relation)
        is_plain = typed_literal(value.value, kind) == value and parts(value.value) == [value.value]
        return value.value if is_plain and not value.value.startswith('"') else code

    def _passage(self, node: ox.NamedNode) -> str:
        span = span_of(node, self._material.iri)
        if span is None:
            return f"<{node.value}>"
        words = self._quotes.quote(span) if self._quotes is not None else None
        if words is None or parts(words) != [words] or words == NONE:
            return passage_iri("", span)
        return words

    def _position(self, node: ox.NamedNode) -> tuple[int, int]:
        return span_of(node, self._material.iri) or (0, 0)

    def _kind(self, values: CellValues) -> str:
        """Every word but the usual ones: a claim of no further kind, a view, stated."""
        said = unusual(values)
        return ", ".join(word for pair, word in self._words.items() if pair in said)
