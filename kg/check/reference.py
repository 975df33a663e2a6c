"""The reference SHACL engine. The adapter around pyshacl."""

from __future__ import annotations

from collections.abc import Iterator

from kg.check.results import SH, ValidationResult, read_report
from kg.core.errors import InputError
from kg.rdf.in_rdflib import from_rdflib, rdflib_graph


class ReferenceEngine:
    """Shapes prepared once, run over many graphs."""

    def __init__(self, shapes: bytes) -> None:
        self._shapes = rdflib_graph(shapes)

    def validate(self, data: bytes, entries: list[str] | None) -> Iterator[ValidationResult]:
        """The results for the shapes named (None: all), over N-Triples with data and class hierarchy."""
        import pyshacl
        from pyshacl.errors import ValidationFailure

        try:
            _, report, _text = pyshacl.validate(
                rdflib_graph(data), shacl_graph=self._shapes, use_shapes=entries, inplace=True, advanced=True
            )
        except Exception as error:  # pyshacl lets rdflib's plain exceptions through
            raise InputError(f"the shapes are not valid SHACL: {error}") from error
        if isinstance(report, ValidationFailure):
            raise InputError(f"the shapes are not valid SHACL: {report}")
        return read_report(
            (from_rdflib(subject), str(predicate).removeprefix(SH), from_rdflib(value))
            for subject, predicate, value in report
        )
