"""The columns of a working sheet: what each says of a claim or of its proposition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox

from kg.article.sheets.material import ArticleSources, OntologyTerms
from kg.claims.columns import ASSERTED, CLAIM, CONVEYED, PROP_OBJECT, PROP_VALUE, PROPOSITION_CLASS
from kg.core.likeness import clean
from kg.core.names import AmbiguousName, UnknownName
from kg.core.terms import OWL, PROPOSITION, RDF_TYPE, RDFS_LABEL, SECPOL, curie, local_name


class CellForm(StrEnum):
    """How a cell is written."""

    PASSAGE = "passage"
    ENTITY = "entity"
    RELATION = "relation"
    OBJECT = "object"
    KIND = "kind"
    CODED = "coded"
    TIME = "time"
    TEXT = "text"
    LITERAL = "literal"


@dataclass(frozen=True)
class Column:
    """One column: the predicates that it is about, and whether they are the proposition's or the claim's."""

    name: str
    cell: CellForm
    predicates: tuple[ox.NamedNode, ...]
    of_proposition: bool = False

    @property
    def predicate(self) -> ox.NamedNode:
        """The one predicate of most columns."""
        return self.predicates[0]


FIXED = (
    Column("quote", CellForm.PASSAGE, (SECPOL("evidencedBy"),)),
    Column("holder", CellForm.ENTITY, (SECPOL("heldBy"),)),
    Column("subject", CellForm.ENTITY, (SECPOL("propSubject"),), of_proposition=True),
    Column("relation", CellForm.RELATION, (SECPOL("propPredicate"),), of_proposition=True),
    Column("object", CellForm.OBJECT, (PROP_OBJECT, PROP_VALUE), of_proposition=True),
    Column("kind", CellForm.KIND, (RDF_TYPE, ASSERTED, CONVEYED)),
    Column("certainty", CellForm.CODED, (SECPOL("certainty"),)),
    Column("polarity", CellForm.CODED, (SECPOL("polarity"),)),
    Column("reporter", CellForm.ENTITY, (SECPOL("reportedBy"),)),
    Column("stance", CellForm.CODED, (SECPOL("reporterStance"),)),
    Column("time", CellForm.TIME, (SECPOL("during"),), of_proposition=True),
    Column("gloss", CellForm.TEXT, (RDFS_LABEL,)),
)
REQUIRED = ("quote", "subject", "relation", "object")
ID = "id"
NAMES = (*(column.name for column in FIXED), ID)
_BY_NAME = {column.name: column for column in FIXED}


class Columns:
    """The columns of one project's sheets: the fixed ones, and any property of claims or of propositions."""

    def __init__(self, material: ArticleSources) -> None:
        self._terms = material.terms
        self._prefixes = material.project.prefixes
        self._further = {
            node: column for node in sorted(self._terms.properties, key=str) if (column := self._of(node))
        }
        self._names = material.relations

    def named(self, header: str) -> Column | None:
        """The column that a header names: a fixed one, or a property by local name, label or CURIE."""
        name = clean(header)
        if fixed := _BY_NAME.get(name.casefold()):
            return fixed
        for column in self._further.values():
            if name in (column.name, curie(column.predicate.value, self._prefixes)):
                return column
        try:
            return self._further.get(self._names.find(name))
        except (UnknownName, AmbiguousName):
            return None

    def further(self, predicates: Iterable[ox.NamedNode]) -> list[Column]:
        """The further columns for some predicates, in a fixed order."""
        wanted = set(predicates)
        return [column for node, column in self._further.items() if node in wanted]

    def every(self) -> list[Column]:
        """All further columns."""
        return list(self._further.values())

    def known(self) -> list[str]:
        """The names of all columns."""
        return [*NAMES, *(column.name for column in self._further.values())]

    def coded(self, column: Column) -> ox.NamedNode:
        """The class of a column's coded values."""
        found = self._terms.range(column.predicate)
        assert found is not None
        return found

    def _of(self, node: ox.NamedNode) -> Column | None:
        """The further column that a property makes, if it is one of claims or propositions."""
        if node == PROPOSITION or any(node in column.predicates for column in FIXED):
            return None
        domain = self._terms.domain(node)
        note = self._terms.is_a(node, OWL("AnnotationProperty")) and node.value.startswith(_SKOS_NOTES)
        if domain not in self._terms.below(CLAIM) | {PROPOSITION_CLASS} and not note:
            return None
        return Column(
            local_name(node), form_of(node, self._terms), (node,), of_proposition=domain == PROPOSITION_CLASS
        )


def form_of(node: ox.NamedNode, terms: OntologyTerms) -> CellForm:
    """How the values of a property are written."""
    kind = terms.range(node)
    if terms.is_a(node, OWL("AnnotationProperty")):
        return CellForm.TEXT
    if terms.is_a(node, OWL("DatatypeProperty")):
        return CellForm.LITERAL
    if kind is not None and kind in terms.below(SECPOL("CodedValue")):
        return CellForm.CODED
    return CellForm.TIME if kind == SECPOL("TemporalExtent") else CellForm.ENTITY


_SKOS_NOTES = tuple(
    f"http://www.w3.org/2004/02/skos/core#{name}"
    for name in ("editorialNote", "note", "changeNote", "historyNote")
)


def by_name(columns: Iterable[Column]) -> Mapping[str, Column]:
    """Columns by their names."""
    return {column.name: column for column in columns}
