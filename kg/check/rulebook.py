"""The rule book of a project: its shapes, the ontology's SPARQL checks, and the built-in rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.check.results import SH
from kg.check.shapes import Shapes
from kg.check.stored_checks import Check
from kg.core.errors import InputError
from kg.core.findings import Severity
from kg.core.rules import Rule, built_in


def rulebook(shapes: Shapes, checks: Iterable[Check]) -> dict[str, Rule]:
    """Every rule of a project by its id, sorted; two rules with one id are an `InputError`."""
    rules: dict[str, Rule] = {}
    for rule in [*built_in().values(), *shape_rules(shapes), *(check.rule for check in checks)]:
        if rule.id in rules:
            raise InputError(f"there are two rules {rule.id}: {rules[rule.id].source} and {rule.source}")
        rules[rule.id] = rule
    return dict(sorted(rules.items()))


def shape_rules(shapes: Shapes) -> Iterator[Rule]:
    """What each named shape says of itself."""
    for shape in shapes.named:
        severity = shapes.says(shape, "severity", "Violation").removeprefix(SH).lower()
        path = shapes.files.get(shape.value)
        yield Rule(
            id=shapes.rule(shape),
            part="shapes",
            severity=Severity(severity),
            title=shapes.says(shape, "name"),
            meaning=shapes.says(shape, "description") or shapes.says(shape, "message"),
            hint=shapes.note(shape, "hint", ""),
            scope=shapes.note(shape, "scope", "article"),
            source=path.name if path else None,
        )
