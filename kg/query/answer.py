"""Answers: rows, a yes or no, or triples; as tables for people and as W3C results for programs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import IO, Any

import pyoxigraph as ox

from kg.errors import UsageError
from kg.labels import Labels
from kg.query.engine import Result


class Format(StrEnum):
    """What an answer can be written as; a table and CSV are the defaults on a terminal and in a pipe."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    TURTLE = "turtle"
    NTRIPLES = "ntriples"


_RESULTS = {
    Format.CSV: ox.QueryResultsFormat.CSV,
    Format.TSV: ox.QueryResultsFormat.TSV,
    Format.JSON: ox.QueryResultsFormat.JSON,
    Format.XML: ox.QueryResultsFormat.XML,
}
_GRAPHS = {Format.TURTLE: ox.RdfFormat.TURTLE, Format.NTRIPLES: ox.RdfFormat.N_TRIPLES}


class Answer:
    """What a query came to. Iterating gives the rows of a SELECT or the triples of a CONSTRUCT, once.

    A row gives its terms, pyoxigraph's, by name: `row["holder"]`; an unbound one is None.
    """

    def __init__(self, result: Result, labels: Labels) -> None:
        self._result = result
        self._labels = labels

    def __iter__(self) -> Iterator[Any]:
        if isinstance(self._result, ox.QueryBoolean):
            raise TypeError("the answer to an ASK is not a list; use bool(answer)")
        yield from self._result

    def __bool__(self) -> bool:
        if isinstance(self._result, ox.QueryBoolean):
            return bool(self._result)
        return True

    @property
    def is_graph(self) -> bool:
        """Whether the query was a CONSTRUCT or DESCRIBE."""
        return isinstance(self._result, ox.QueryTriples)

    @property
    def variables(self) -> list[str]:
        """The columns of a SELECT."""
        if isinstance(self._result, ox.QuerySolutions):
            return [variable.value for variable in self._result.variables]
        return []

    def default_format(self, *, terminal: bool) -> Format:
        """A table for people, CSV for a pipe, Turtle for a graph."""
        if self.is_graph:
            return Format.TURTLE
        return Format.TABLE if terminal else Format.CSV

    def write(self, file: IO[bytes], form: Format) -> None:
        """Write the answer in a W3C format; raises `UsageError` where the format does not fit."""
        if isinstance(self._result, ox.QueryTriples):
            if form not in _GRAPHS:
                raise UsageError(f"the answer is a graph; use {' or '.join(_GRAPHS)}")
            self._result.serialize(file, _GRAPHS[form])
        elif form in _RESULTS:
            self._result.serialize(file, _RESULTS[form])
        else:
            raise UsageError(f"the answer is a table; use table, {', '.join(_RESULTS)}")

    def cells(self) -> list[list[str]]:
        """The rows of a SELECT, or the one of an ASK, in words: labels for IRIs, empty for unbound."""
        if isinstance(self._result, ox.QueryBoolean):
            return [["yes" if self._result else "no"]]
        if isinstance(self._result, ox.QueryTriples):
            return [[self._labels(term) for term in triple] for triple in self._result]
        return [["" if term is None else self._labels(term) for term in row] for row in self._result]

    def headings(self) -> list[str]:
        """The names over the columns of `cells`."""
        if isinstance(self._result, ox.QueryTriples):
            return ["subject", "predicate", "object"]
        return self.variables or ["answer"]
