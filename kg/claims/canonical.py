"""The table of claims in its canonical form, and the same claims in Turtle."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg.claims.columns import NOTE
from kg.claims.rows import Converted, TableWriter
from kg.claims.table import ClaimTable, TableRow
from kg.claims.triples import TableReader
from kg.core.errors import InputError
from kg.core.files import decoded
from kg.core.terms import SECPOL
from kg.rdf.turtle_reading import blocks, comment_line, parse_turtle
from kg.rdf.turtle_writing import Blocks, head, lines_of, spaced

PARAGRAPH = SECPOL("paragraph")
_ABOVE = "move it above the statement"


@dataclass(frozen=True)
class Forms:
    """Reads and writes the claims of one article, as a table and in Turtle."""

    reader: TableReader

    @cached_property
    def writer(self) -> TableWriter:
        """What makes rows that the reader reads."""
        return TableWriter(self.reader)

    @property
    def article(self) -> str:
        """The IRI of the article."""
        return self.reader.names.article

    def canonical(self, data: bytes) -> str:
        """The canonical form of a table as any spreadsheet saves it; raises `InputError` with a line.

        It says what the table says; what it could not say is an error.
        """
        table = ClaimTable.parse(decoded(data), self.reader.columns)
        return self._table(self.settled(table.rows))

    def settled(self, rows: tuple[TableRow, ...]) -> Converted:
        """Rows in canonical form; raises `InputError` with a line for what is no row, or has no such form."""
        said = self.reader.statements(ClaimTable(rows))
        converted = self.writer.rows((one.triple for one in said), self.notes(rows))
        if converted.refused:
            node, what = converted.refused[0]
            raise InputError(f"the canonical form cannot carry {what} of {node}")
        return converted

    def notes(self, rows: Iterable[TableRow]) -> dict[str, str]:
        """The remarks of rows by the IRIs of their claims."""
        return {f"{self.article}#{row.id}": row.cells[NOTE] for row in rows if NOTE in row.cells}

    def from_turtle(self, text: str, data: bytes = b"") -> tuple[str, Converted]:
        """The table of the claims in a Turtle document; comments become notes, paragraphs are left out.

        The claims of a table that is there already, `data`, are in it, too.
        """
        table = ClaimTable.parse(decoded(data), self.reader.columns) if data else ClaimTable(())
        triples = [t for t in parse_turtle(text, self.article) if t.predicate != PARAGRAPH]
        triples += [one.triple for one in self.reader.statements(table)]
        notes = _notes(text, self.article)
        for iri, note in self.notes(table.rows).items():
            notes[iri] = " ".join(dict.fromkeys(filter(None, (notes.get(iri), note))))
        converted = self.writer.rows(dict.fromkeys(triples), notes)
        return self._table(converted), converted

    def to_turtle(self, data: bytes, known: Collection[ox.Triple] = ()) -> str:
        """The claims of a table in Turtle, less the triples that are known; notes become comments above."""
        table = ClaimTable.parse(decoded(data), self.reader.columns)
        said = (one.triple for one in self.reader.statements(table))
        lines = lines_of(triple for triple in said if triple not in known)
        graph = Blocks(lines, dict(self.reader.names.prefixes), base=self.article)
        notes = self.notes(table.rows)
        bodies = [_comment(notes.get(subject[1:-1])) + block for subject, block in graph]
        return "\n".join([head(graph.names.used, base=self.article), "".join(spaced(bodies))[1:]])

    def _table(self, converted: Converted) -> str:
        return ClaimTable(converted.rows).text(self.writer.columns)


def _notes(text: str, article: str) -> dict[str, str]:
    """The comments of a Turtle document by the subject that they stand above, or that comes next.

    Those at its end go to the last subject. Raises `InputError` for a comment within a statement.
    """
    notes: dict[str, list[str]] = {}
    free: list[str] = []
    for block in blocks(text, article):
        if (line := comment_line(block)) is not None:
            raise InputError("a table has no place for a comment within a statement", line=line, hint=_ABOVE)
        free += [_words(block.comments)] if block.comments.strip() else []
        if block.subject is not None:
            notes.setdefault(block.subject, []).extend(free)
            free = []
    if free and notes:
        notes[list(notes)[-1]] += free
    return {subject: " ".join(comments) for subject, comments in notes.items()}


def _words(comments: str) -> str:
    """A comment as one line of words: `# ---- Paragraph 3 ----` is `Paragraph 3.`."""
    lines = (line.strip().lstrip("#").strip() for line in comments.split("\n"))
    return " ".join(f"{line.strip('- ')}." if line.startswith("--") else line for line in lines if line)


def _comment(note: str | None) -> str:
    return f"# {note}\n" if note else ""
