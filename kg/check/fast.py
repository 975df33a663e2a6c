"""The fast SHACL engine. The adapter around pyshifty.

The package's own Python layer loads rdflib for its reports; its extension module, which the exact pin keeps
stable, gives the same W3C report as N-Triples.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from shifty._shifty import PreparedValidator

from kg.check.results import Result, read_report
from kg.errors import InputError


class FastEngine:
    """Shapes prepared once, run over many graphs."""

    def __init__(self, shapes: bytes) -> None:
        try:
            self._validator = PreparedValidator(shapes, None, "nt", None)
        except ValueError as error:
            raise InputError(f"the shapes are not valid SHACL: {error}") from error

    def validate(self, data: bytes, entries: list[str]) -> Iterator[Result]:
        """The results for the shapes named, over N-Triples that hold data and class hierarchy together."""
        report = self._validator.validate_w3c(
            data, None, "nt", "data", entries, False, "info", True, "error", False
        )
        store = ox.Store()
        store.load(report._report_ntriples.encode(), ox.RdfFormat.N_TRIPLES)
        return read_report(store)
