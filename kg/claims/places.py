"""Where a table of claims writes a statement: the row of its subject, and the column that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.claims.columns import PASSAGE, PROPOSITION_CLASS
from kg.claims.triples import TableReader
from kg.core.errors import shown
from kg.core.findings import Place
from kg.core.terms import PASSAGE_MARK, RDF_TYPE
from kg.rdf.turtle_places import written_object


@dataclass(frozen=True)
class TablePlaces:
    """The rows and columns of a table that can be read."""

    path: Path
    reader: TableReader

    def place(self, subject: str | None, predicate: str | None = None, object: str | None = None) -> Place:
        """The cell of a statement, or the one that would say it; without a predicate the subject's row."""
        value = written_object(object)
        for key in ((predicate, value), (predicate, None)):
            if found := self._cells.get((subject, *key)):
                return found
        row = self._cells.get((subject, None, None), Place(shown(self.path)))
        if not predicate or not row.line or PASSAGE_MARK in (subject or ""):
            return row
        return replace(row, column=self._column(subject, predicate))

    def _column(self, subject: str | None, predicate: str) -> str | None:
        is_inner = (subject, RDF_TYPE.value, f"<{PROPOSITION_CLASS.value}>") in self._cells
        column = self.reader.columns.of_property(ox.NamedNode(predicate), of_proposition=is_inner)
        return column.name if column else None

    @property
    def declarations(self) -> Sequence[tuple[str | None, str, int]]:
        """A table declares no prefixes."""
        return ()

    @cached_property
    def _cells(self) -> dict[tuple[str | None, str | None, str | None], Place]:
        file, cells = shown(self.path), dict[tuple[str | None, str | None, str | None], Place]()
        for said in self.reader.read(self.path):
            subject, predicate, value = said.triple
            about = subject.value if isinstance(subject, ox.NamedNode) else None
            column = PASSAGE if PASSAGE_MARK in (about or "") else None
            cells.setdefault((about, None, None), Place(file, said.line, column))
            written = written_object(str(value))
            for key in ((predicate.value, written), (predicate.value, None), (None, written)):
                cells.setdefault((about, *key), Place(file, said.line, said.column))
        return cells
