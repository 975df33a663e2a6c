"""The fast SHACL engine. The adapter around pyshifty.

The package's own Python layer loads rdflib for its reports, and an HTTP client before it; its extension
module, which the exact pin keeps stable, is loaded alone and gives the same W3C report as N-Triples.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from itertools import chain
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.check.results import KEYS, SH, ValidationResult, read_report
from kg.core.errors import InputError
from kg.core.terms import AtomicTerm

if TYPE_CHECKING:
    from shifty._shifty import PreparedValidator

_EXTENSION = "shifty._shifty"
_BATCH = 10_000


class FastEngine:
    """Shapes prepared once, run over many graphs."""

    def __init__(self, shapes: bytes) -> None:
        try:
            self._validator = _validator()(shapes, None, "nt", None)
        except ValueError as error:
            raise InputError(f"the shapes are not valid SHACL: {error}") from error
        if self._validator.diagnostics:
            raise InputError(f"the shapes are not valid SHACL: {'; '.join(self._validator.diagnostics)}")

    def validate(self, data: bytes, entries: list[str] | None) -> Iterator[ValidationResult]:
        """The results for the shapes named (None: all), over N-Triples with data and class hierarchy.

        The engine's quick run tells which shapes fail, its slower one with the W3C report what they found.
        A report takes a kilobyte for each violation, so that of very many is made in batches.
        """
        batches = [None] if entries is None else _batches(self._failing(data, entries))
        return chain.from_iterable([self._results(data, batch) for batch in batches])

    def _results(self, data: bytes, entries: list[str] | None) -> list[ValidationResult]:
        report = self._validator.validate_w3c(
            data, None, "nt", "data", entries, False, "info", False, "error", False
        )
        return list(read_report(_statements(report._report_ntriples)))

    def _failing(self, data: bytes, entries: list[str]) -> dict[str, int]:
        """The shapes that do not conform, and perhaps some that do, with how often they are violated.

        The engine gives shapes of equal constraints one name, so the rest must conform on its own.
        """
        failing: Counter[str] = Counter()
        rest = entries
        while rest:
            run = self._validator.validate_algebra(
                data, None, "nt", "data", rest, False, "info", False, "error", False
            )
            if run.conforms:
                break
            counts = Counter(violation.shape_name for violation in run.violations)
            del run  # five kilobytes a violation
            named = {entry: counts[entry] for entry in rest if entry in counts}
            failing.update(named or dict.fromkeys(rest, 1))
            rest = [entry for entry in rest if entry not in failing]
        return {entry: failing[entry] for entry in entries if entry in failing}


def _batches(failing: dict[str, int]) -> Iterator[list[str]]:
    """The failing shapes, together as long as they have few violations."""
    batch: list[str] = []
    size = 0
    for shape, count in failing.items():
        if batch and size + count > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(shape)
        size += count
    if batch:
        yield batch


def _statements(ntriples: str) -> Iterator[tuple[AtomicTerm, str, AtomicTerm]]:
    """The statements of a report as `read_report` takes them.

    The engine writes one on a line with single spaces, and mostly says the same of many results: split,
    and each term made once, they are read in a quarter of the time that parsing takes.
    """
    terms = _Terms()
    names = {f"<{SH}{name}>": name for name in (*KEYS, "result")}
    for line in ntriples.split("\n"):
        subject, _, rest = line.partition(" ")
        predicate, _, value = rest.partition(" ")
        if predicate in names:
            yield terms[subject], names[predicate], terms[value.removesuffix(" .")]


class _Terms(dict[str, AtomicTerm]):
    """Terms by how N-Triples writes them."""

    def __missing__(self, text: str) -> AtomicTerm:
        if text.startswith("_:"):
            made: AtomicTerm = ox.BlankNode(text[2:])
        elif text.startswith("<") and "\\" not in text:
            made = ox.NamedNode(text[1:-1])
        else:
            triple = next(ox.parse(f"<{SH}> <{SH}> {text} .", ox.RdfFormat.N_TRIPLES))
            assert not isinstance(triple.object, ox.Triple)
            made = triple.object
        self[text] = made
        return made


@cache
def _validator() -> type[PreparedValidator]:
    """The engine's class, from the extension module without the package around it (50 ms)."""
    module = sys.modules.get(_EXTENSION)
    if module is None:
        package = find_spec("shifty")
        assert package is not None
        spec = PathFinder.find_spec(_EXTENSION, package.submodule_search_locations)
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[_EXTENSION] = module  # an import of the package itself finds it there
        spec.loader.exec_module(module)
    found: type[PreparedValidator] = module.PreparedValidator
    return found
