"""What a SHACL engine is, and how long it may take."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from kg.check.results import ValidationResult
from kg.core.errors import InputError

TIME_LIMIT = 600.0
T = TypeVar("T")


class Engine(Protocol):
    """Shapes prepared once, run over many graphs."""

    def validate(self, data: bytes, entries: list[str] | None) -> Iterator[ValidationResult]:
        """The results for the shapes named (None: all), over N-Triples with data and class hierarchy."""
        ...


def prepare(name: str, shapes: bytes) -> Engine:
    """The engine of a package with a shapes graph in N-Triples; blank nodes keep their names in results."""
    if name == "pyshifty":
        from kg.check.fast import FastEngine

        return FastEngine(shapes)
    from kg.check.reference import ReferenceEngine

    return ReferenceEngine(shapes)


def within(seconds: float, what: str, work: Callable[[], T], hint: str = "") -> T:
    """The outcome of some work, or an `InputError` when it is not there in time.

    The engines let go of the interpreter but cannot be stopped; the thread ends with the process.
    """
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # handed over to the caller, a panic of a native engine included
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not outcome:
        raise InputError(f"{what} took longer than {seconds:g} s and was given up", hint=hint or None)
    return outcome[0]
