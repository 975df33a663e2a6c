"""The columns of a working sheet: those of the table of claims, by names that people use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox

from kg.article.sheets.material import ArticleSources, OntologyTerms
from kg.claims.columns import (
    ALWAYS,
    CLAIM,
    ID,
    OBJECT,
    PASSAGE,
    PROPOSITION_CLASS,
    RELATION,
    SUBJECT,
    CellForm,
    TableColumn,
    TableColumns,
)
from kg.core.likeness import clean
from kg.core.names import AmbiguousName, UnknownName
from kg.core.terms import OWL, PROPOSITION, SECPOL, SKOS, curie

REQUIRED = (PASSAGE, SUBJECT, RELATION, OBJECT)
_NOTES = tuple(map(SKOS, ("editorialNote", "note", "changeNote", "historyNote")))


class Columns:
    """The columns of one project's sheets: those always there, and any property of claims or propositions."""

    def __init__(self, material: ArticleSources) -> None:
        self._terms = material.terms
        self._names = material.relations
        self._prefixes = material.project.prefixes
        table = material.forms.reader.columns
        self.fixed = tuple(column for name in ALWAYS if (column := table.named(name)))
        self._fixed = {column.heading: column for column in self.fixed}
        self.further = {
            node: column
            for node in sorted(self._terms.properties, key=str)
            if (column := self._of(node, table)) is not None
        }

    def named(self, header: str) -> TableColumn | None:
        """The column that a header names: one always there, or a property by local name, label or CURIE."""
        name = clean(header)
        if fixed := self._fixed.get(name.casefold()):
            return fixed
        for column in self.further.values():
            if name in (column.heading, curie(column.property.value, self._prefixes)):
                return column
        try:
            return self.further.get(self._names.find(name))
        except (UnknownName, AmbiguousName):
            return None

    def used(self, names: Iterable[str]) -> list[TableColumn]:
        """The columns always there, and the further ones among some of a table."""
        wanted = set(names)
        return [*self.fixed, *(column for column in self.further.values() if column.name in wanted)]

    def headings(self) -> list[str]:
        """What the columns always there are called."""
        return [*self._fixed, ID]

    def known(self) -> list[str]:
        """What all columns are called."""
        return [*self.headings(), *(column.heading for column in self.further.values())]

    def coded(self, column: TableColumn) -> ox.NamedNode:
        """The class of a column's coded values."""
        found = self._terms.range(column.property)
        assert found is not None
        return found

    def _of(self, node: ox.NamedNode, table: TableColumns) -> TableColumn | None:
        """The further column that a property makes, if it is one of claims or propositions."""
        if node == PROPOSITION or any(node in column.properties for column in self.fixed):
            return None
        domain = self._terms.domain(node)
        if domain not in self._terms.below(CLAIM) | {PROPOSITION_CLASS} and node not in _NOTES:
            return None
        column = table.of_property(node, of_proposition=domain == PROPOSITION_CLASS)
        return column and replace(column, cell=form_of(node, self._terms))


def form_of(node: ox.NamedNode, terms: OntologyTerms) -> CellForm:
    """How the values of a property are written."""
    kind = terms.range(node)
    if terms.is_a(node, OWL("AnnotationProperty")):
        return CellForm.TEXT
    if terms.is_a(node, OWL("DatatypeProperty")):
        return CellForm.LITERAL
    if kind is not None and kind in terms.below(SECPOL("CodedValue")):
        return CellForm.CODED
    return CellForm.TIME if kind == SECPOL("TemporalExtent") else CellForm.NODE
