"""What the tests of the checks need: a copied project, files to change in it, and its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.api.audit import Means, audit
from kg.check.job import PARTS, WantedChecks
from kg.check.report import Report
from kg.core.findings import Finding
from kg.project.project import Project

SHAPE_PREFIXES = """@prefix my: <https://example.org/my-graph/entity/> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
@prefix secshape: <https://w3id.org/secpol/shape/> .
@prefix myshape: <https://example.org/my-graph/shape/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""


@dataclass(frozen=True)
class Draft:
    """A project of a test's own."""

    root: Path

    @property
    def article(self) -> Path:
        """The folder of its one article."""
        return next(path for path in (self.root / "articles").iterdir() if path.is_dir())

    def change(self, path: Path, old: str, new: str) -> int:
        """Replace the first `old` in a file and return its line."""
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def unsettle(self, claim: str) -> int:
        """Give a claim a certainty that there is not, and return its line."""
        path = self.article / "claims.ttl"
        text = path.read_text(encoding="utf-8")
        start = text.index(f"<#{claim}> a ")
        block = text[start:].replace("secpol:certainty secpol:Certain", 'secpol:certainty "likely"', 1)
        path.write_text(text[:start] + block, encoding="utf-8")
        return text[: text.index("secpol:certainty", start)].count("\n") + 1

    def write(self, name: str, text: str) -> Path:
        """A new file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def shapes(self, text: str) -> Path:
        """Shapes of the project's own, prefixes included."""
        return self.write("shapes/own.ttl", SHAPE_PREFIXES + text)

    def report(
        self, *parts: str, engine: str | None = None, time_limit: float = 600.0, **wanted: Any
    ) -> Report:
        """What `kg check` finds, all parts unless some are named."""
        means = Means(engine, time_limit)
        today = wanted.pop("today", date(2027, 1, 1))
        return audit(
            Project.load(self.root), WantedChecks(parts=parts or PARTS, today=today, **wanted), means
        )


@pytest.fixture
def draft(starter: Path, monkeypatch: pytest.MonkeyPatch) -> Draft:
    """The starter project, in the current folder; it extends the shipped one and brings one article."""
    monkeypatch.chdir(starter)
    monkeypatch.delenv("KG_TEXTS", raising=False)
    return Draft(starter)


@pytest.fixture
def orchard(orchards: Path, monkeypatch: pytest.MonkeyPatch) -> Draft:
    """The orchards project, in the current folder; it has an ontology of its own."""
    monkeypatch.chdir(orchards)
    monkeypatch.delenv("KG_TEXTS", raising=False)
    return Draft(orchards)


def of_rule(findings: Iterable[Finding], rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [finding for finding in findings if finding.rule == rule]
