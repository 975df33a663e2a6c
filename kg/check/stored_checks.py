"""The stored checks of an ontology: `ontology/checks/*.rq`, SPARQL with a `#+` header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.core.errors import InputError
from kg.core.findings import Severity
from kg.core.rules import Rule
from kg.project.project import Project
from kg.sparql.headers import query_syntax_error, read_header
from kg.sparql.services import require_allowed

_KEYS = frozenset({"summary", "description", "problem", "principle", "mend", "severity"})


@dataclass(frozen=True)
class Check:
    """One check: its rule, the problem in words, and the query that selects what has it."""

    rule: Rule
    problem: str
    path: Path
    query: str

    @classmethod
    def read(cls, path: Path, project: Project) -> Check:
        """Read a check; raises `InputError` for a header that is not complete, `UsageError` for a SERVICE."""
        header, query = read_header(path, _KEYS)
        require_allowed(query, {}, project.services, path)
        severity = str(header.require("severity"))
        if severity not in set(Severity):
            raise InputError(f"severity is {severity!r}; use one of {', '.join(Severity)}", path=path)
        meaning = [str(header.require("summary")), header.get("description", "")]
        meaning.append(f"After {str(header.require('principle')).rstrip('.')}.")
        rule = Rule(
            id=f"ontology.{path.stem}",
            part="ontology",
            severity=Severity(severity),
            title=str(header.require("summary")).rstrip("."),
            meaning=" ".join(filter(None, meaning)),
            hint=str(header.require("mend")),
            scope="corpus",
            source=path.name,
        )
        return cls(rule, str(header.require("problem")), path, query)

    def run(self, bench: ox.Store) -> Iterator[ox.QuerySolution]:
        """What has the problem; raises `InputError` when the query is not a SELECT query."""
        try:
            rows = bench.query(self.query)
        except SyntaxError as error:
            raise query_syntax_error(error, self.query, self.path) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(f"the check cannot be run: {error}", path=self.path) from error
        if not isinstance(rows, ox.QuerySolutions):
            raise InputError("a check is a SELECT query", path=self.path)
        return iter(rows)


def read_checks(project: Project) -> list[Check]:
    """The checks of a project and of what it extends."""
    folders = [layer.root / "ontology" / "checks" for layer in project.layers]
    return [Check.read(path, project) for folder in folders for path in sorted(folder.glob("*.rq"))]
