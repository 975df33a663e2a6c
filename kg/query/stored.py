"""Stored queries: plain SPARQL files with a `#+` header, one question each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import InputError, UsageError
from kg.headers import Header, read_header
from kg.project import Project
from kg.query.parameters import Names, Parameter, Term, bind, declared
from kg.query.tokens import values_blocks
from kg.terms import nearest

KEYS = frozenset(
    {"summary", "description", "tags", "params", "expects", "endpoint", "endpoint_in_url", "method"}
)


@dataclass(frozen=True)
class StoredQuery:
    """One question: its name is the file's, its topic the folder's."""

    name: str
    topic: str
    path: Path

    @property
    def text(self) -> str:
        """The SPARQL text as it stands in the file, parameters at their examples."""
        return self._read[1]

    @property
    def expected(self) -> Path:
        """Its expected answer beside it: rows as CSV, a graph in another format."""
        beside = sorted(self.path.parent.glob(f"{self.name}.expected.*"))
        return beside[0] if beside else self.path.with_suffix(".expected.csv")

    @property
    def summary(self) -> str:
        """What it answers, in one line."""
        return str(self._read[0].require("summary"))

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it can be asked with; raises `InputError` for one that has no VALUES block."""
        found = declared(self.path, self._read[0].get("params"))
        blocks = {block.name for block in values_blocks(self.text)}
        for parameter in found:
            if parameter.name not in blocks:
                raise InputError(
                    f"the parameter {parameter.name} has no block VALUES ${parameter.name} {{ ... }}",
                    path=self.path,
                )
        return found

    def header(self, key: str, default: Any = None) -> Any:
        """The value of a header key."""
        return self._read[0].get(key, default)

    def bound(self, values: Mapping[str, str | Sequence[str]], names: Names) -> str:
        """The text with values as typed put in: the given ones, else defaults, else any value."""
        return bind(self.text, self.terms(values, names))

    def terms(
        self, values: Mapping[str, str | Sequence[str]], names: Names
    ) -> Mapping[str, tuple[Term, ...]]:
        """The terms of each parameter, none for any value.

        Raises `UsageError` for a parameter that is unknown or missing, or a value that does not fit.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise UsageError(f"{self.name} has no parameter {name!r}{nearest(name, known)}")
        terms = {}
        for name, parameter in known.items():
            given = values.get(name, parameter.default)
            typed = tuple(given) if isinstance(given, list | tuple) else (str(given),)
            if parameter.required and not typed:
                raise UsageError(f"{self.name} needs {parameter.option}, {_what(parameter)}")
            if len(typed) > 1 and not parameter.is_list:
                raise UsageError(f"{parameter.option} takes one value")
            terms[name] = tuple(parameter.term(value, names) for value in typed)
        return terms

    @cached_property
    def _read(self) -> tuple[Header, str]:
        header, text = read_header(self.path, KEYS)
        header.require("summary")
        return header, text


def catalogue(project: Project) -> Mapping[str, StoredQuery]:
    """The stored queries by name, sorted by topic; a project's own replace those it extends."""
    found = {
        path.stem: StoredQuery(path.stem, path.parent.name, path)
        for layer in project.layers
        for path in sorted((layer.root / "queries").glob("*/*.rq"))
        if layer.modules is None or path.parent.name in layer.modules
    }
    return dict(sorted(found.items(), key=lambda item: (item[1].topic, item[0])))


def stored_query(project: Project, name: str) -> StoredQuery:
    """The stored query of a name; raises `UsageError` that offers the nearest."""
    known = catalogue(project)
    if name not in known:
        raise UsageError(f"there is no stored query {name!r}{nearest(name, known)}")
    return known[name]


def _what(parameter: Parameter) -> str:
    """What a missing parameter is, in the words of its header."""
    words = parameter.description.rstrip(".")
    told = words[:1].lower() + words[1:] if words else "a value"
    return f"{told} (for example {parameter.example!r})" if parameter.example else told
