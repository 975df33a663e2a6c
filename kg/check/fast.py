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

    name = "fast"

    def __init__(self, shapes: bytes) -> None:
        try:
            self._validator = PreparedValidator(shapes, None, "nt", None)
        except ValueError as error:
            raise InputError(f"the shapes are not valid SHACL: {error}") from error
        if self._validator.diagnostics:
            raise InputError(f"the shapes are not valid SHACL: {'; '.join(self._validator.diagnostics)}")

    def validate(self, data: bytes, entries: list[str] | None) -> Iterator[Result]:
        """The results for the shapes named (None: all), over N-Triples with data and class hierarchy.

        The engine's quick run tells which shapes fail, its slower one with the W3C report what they found.
        """
        failing = entries and self._failing(data, entries)
        if failing == []:
            return iter(())
        report = self._validator.validate_w3c(
            data, None, "nt", "data", failing, False, "info", False, "error", False
        )
        return read_report(ox.parse(report._report_ntriples, ox.RdfFormat.N_TRIPLES))

    def _failing(self, data: bytes, entries: list[str]) -> list[str]:
        """The shapes that do not conform, and perhaps some that do.

        The engine gives shapes of equal constraints one name, so the rest must conform on its own.
        """
        failing: set[str | None] = set()
        rest = entries
        while rest:
            run = self._validator.validate_algebra(
                data, None, "nt", "data", rest, False, "info", False, "error", False
            )
            if run.conforms:
                break
            named = {violation.shape_name for violation in run.violations} & set(rest)
            failing |= named or set(rest)
            rest = [entry for entry in rest if entry not in failing]
        return [entry for entry in entries if entry in failing]
