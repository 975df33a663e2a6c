"""Stored queries: plain SPARQL files with a `#+` header, one query a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.core.cache import FileCache
from kg.core.errors import InputError, UsageError
from kg.core.terms import GroundTerm, nearest
from kg.project.project import Project
from kg.query.parameters import Parameter, bind, declared, in_order

if TYPE_CHECKING:
    from kg.query.parameters import Names

KEYS = frozenset(
    {"summary", "description", "tags", "params", "expects", "endpoint", "endpoint_in_url", "method"}
)


@dataclass(frozen=True)
class StoredQuery:
    """A stored query: its name is the file's, its topic the folder's.

    `memory` is the file in which what was read is remembered.
    """

    name: str
    topic: str
    path: Path
    memory: Path | None = None

    @property
    def text(self) -> str:
        """The SPARQL text as it stands in the file, parameters at their examples."""
        text: str = self._read["text"]
        return text

    @property
    def expected(self) -> Path:
        """Its expected answer beside it: rows as CSV, a graph in another format."""
        beside = sorted(self.path.parent.glob(f"{self.name}.expected.*"))
        return beside[0] if beside else self.path.with_suffix(".expected.csv")

    @property
    def summary(self) -> str:
        """What it answers, in one line."""
        return str(self._read["header"]["summary"])

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it can be asked with; raises `InputError` for one that has no VALUES block."""
        found = declared(self.path, self.header("params"))
        blocks = {name for name, _, _ in self._read["blocks"]}
        for parameter in found:
            if parameter.name not in blocks:
                raise InputError(
                    f"the parameter {parameter.name} has no block VALUES ${parameter.name} {{ ... }}",
                    path=self.path,
                )
        return found

    def header(self, key: str, default: Any = None) -> Any:
        """The value of a header key."""
        return self._read["header"].get(key, default)

    def with_terms(self, terms: Mapping[str, Sequence[GroundTerm]]) -> str:
        """The text with these terms as the rows of its parameters' blocks; no terms means any value."""
        return bind(self.text, terms, self._read["blocks"])

    def terms(
        self, values: Mapping[str, str | Sequence[str]], names: Names
    ) -> Mapping[str, tuple[GroundTerm, ...]]:
        """The terms of each parameter: of the values as typed, else of its defaults; none for any value.

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
        for name, parameter in known.items():
            if name.startswith("from_"):
                self._check_order(parameter, known.get(f"to_{name[5:]}"), terms)
        return terms

    @staticmethod
    def _check_order(
        start: Parameter, end: Parameter | None, terms: Mapping[str, tuple[GroundTerm, ...]]
    ) -> None:
        """Nothing lies in a span that ends before it starts: parameters `from_x` and `to_x` make a span."""
        if end is None or not (terms[start.name] and terms[end.name]):
            return
        first, last = terms[start.name][0], terms[end.name][0]
        if in_order(start.type, first.value, last.value):
            return
        raise UsageError(f"{start.option} {first.value} lies after {end.option} {last.value}")

    @cached_property
    def _read(self) -> dict[str, Any]:
        """The file's header, text, and the spans of its VALUES blocks."""
        try:
            if self.memory is None:
                return _what_it_says(self.path)
            memory = FileCache(self.memory)
            found: dict[str, Any] = memory.of_file(self.path, partial(_what_it_says, self.path))
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", path=self.path) from error
        memory.save()
        return found


def catalogue(project: Project) -> Mapping[str, StoredQuery]:
    """The stored queries by name, sorted by topic; a project's own replace those it extends."""
    found = {path.stem: _stored(project, path) for path in _files(project, "*")}
    return dict(sorted(found.items(), key=lambda item: (item[1].topic, item[0])))


def stored_query(project: Project, name: str) -> StoredQuery:
    """The stored query of a name; raises `UsageError` that offers the nearest."""
    is_name = name and not set(name) & set("*?[]/\\\0")
    found = list(_files(project, name)) if is_name else []
    if not found:
        raise UsageError(f"there is no stored query {name!r}{nearest(name, catalogue(project))}")
    return _stored(project, found[-1])


def _files(project: Project, name: str) -> Iterator[Path]:
    for layer in project.layers:
        for path in sorted((layer.root / "queries").glob(f"*/{name}.rq")):
            if layer.modules is None or path.parent.name in layer.modules:
                yield path


def _stored(project: Project, path: Path) -> StoredQuery:
    memory = project.state / "queries" / f"{path.stem}.json"
    return StoredQuery(path.stem, path.parent.name, path, memory)


def _what_it_says(path: Path) -> dict[str, Any]:
    from kg.query.tokens import values_blocks
    from kg.sparql.headers import read_header  # YAML and the tokeniser cost as much as the rest of an answer

    header, text = read_header(path, KEYS)
    header.require("summary")
    found = {"header": header.values, "text": text, "blocks": list(values_blocks(text))}
    as_remembered: dict[str, Any] = json.loads(json.dumps(found, default=_plain))
    return as_remembered


def _plain(value: Any) -> str:
    """A header's value that JSON does not know: YAML reads dates as such."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _what(parameter: Parameter) -> str:
    """What a missing parameter is, in the words of its header."""
    words = parameter.description.rstrip(".")
    told = words[:1].lower() + words[1:] if words else "a value"
    return f"{told} (for example {parameter.example!r})" if parameter.example else told
