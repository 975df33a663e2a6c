"""Stored queries: plain SPARQL files with a `#+` header, one question each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.headers import Header, read_header
from kg.project import Project
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

    @cached_property
    def _read(self) -> tuple[Header, str]:
        header, text = read_header(self.path, KEYS)
        header.require("summary")
        return header, text

    @property
    def text(self) -> str:
        """The SPARQL text as it stands in the file."""
        return self._read[1]

    @property
    def summary(self) -> str:
        """What it answers, in one line."""
        return str(self._read[0].require("summary"))

    def header(self, key: str, default: Any = None) -> Any:
        """The value of a header key."""
        return self._read[0].get(key, default)

    @property
    def expected(self) -> Path:
        """The file of its expected answer on the shipped graph."""
        return self.path.with_suffix(".expected.csv")


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
