"""Rules: every id that a finding may have, with what it means and how to mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.core.findings import Severity


@dataclass(frozen=True)
class Rule:
    """One rule; `part` is what applies it, `scope` what decides its verdict: an article or the corpus."""

    id: str
    part: str
    severity: Severity
    title: str
    meaning: str
    hint: str
    scope: str = "article"
    source: str | None = None


@cache
def built_in() -> Mapping[str, Rule]:
    """The rules that no shape and no SPARQL check can express, by id; rules.toml explains the fields."""
    table = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    found = {}
    for group, rules in table.items():
        for name, values in rules.items():
            titled = {"title": name.replace("-", " ")} | values
            found[f"{group}.{name}"] = Rule(
                f"{group}.{name}", **titled | {"severity": Severity(values["severity"])}
            )
    return found


def rules_of(part: str) -> dict[str, Rule]:
    """The built-in rules of a part."""
    return {name: rule for name, rule in built_in().items() if rule.part == part}
