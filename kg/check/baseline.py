"""A baseline: findings that are known and accepted, each with a reason and an expiry date."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.core.errors import InputError
from kg.core.files import read_text
from kg.core.findings import Finding
from kg.core.terms import nearest

_KEYS = ("rule", "node", "reason", "expires")


@dataclass(frozen=True)
class Accepted:
    """One accepted finding; it counts again from the day after `expires`."""

    rule: str
    node: str
    reason: str
    expires: date

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is the accepted one."""
        return (finding.rule, finding.node) == (self.rule, self.node)


@dataclass(frozen=True)
class Baseline:
    """What is accepted, and what may be dropped from it."""

    entries: tuple[Accepted, ...] = ()

    @classmethod
    def read(cls, path: Path, rules: Collection[str]) -> Baseline:
        """Read a TOML file of `[[accepted]]` tables; raises `InputError` for one that is not complete."""
        try:
            values = tomllib.loads(read_text(path))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"the baseline cannot be read: {error}", path=path) from error
        tables = values.get("accepted", [])
        if set(values) - {"accepted"} or not isinstance(tables, list):
            raise InputError("a baseline is a list of [[accepted]] tables", path=path)
        return cls(tuple(_accepted(path, table, rules) for table in tables))

    def split(self, findings: Iterable[Finding], today: date) -> tuple[list[Finding], int, list[str]]:
        """The findings that count, how many are accepted, and what to do about entries out of date."""
        valid = [entry for entry in self.entries if entry.expires >= today]
        counted, met = [], set()
        for finding in findings:
            entry = next((entry for entry in valid if entry.covers(finding)), None)
            if entry is None:
                counted.append(finding)
            else:
                met.add((entry, finding))
        used = {entry for entry, _ in met}
        notes = [
            f"baseline: {entry.rule} at {entry.node} expired on {entry.expires} and counts again"
            for entry in self.entries
            if entry.expires < today
        ]
        notes += [
            f"baseline: {entry.rule} at {entry.node} is not found any more; take it out"
            for entry in valid
            if entry not in used
        ]
        return counted, len(met), notes


def _accepted(path: Path, table: object, rules: Collection[str]) -> Accepted:
    if not isinstance(table, dict):
        raise InputError("a baseline is a list of [[accepted]] tables", path=path)
    for key in table:
        if key not in _KEYS:
            raise InputError(f"[[accepted]] has no key {key!r}{nearest(key, _KEYS)}", path=path)
    for key in _KEYS:
        if key not in table or table[key] == "":
            raise InputError(f"an [[accepted]] table has no {key}; it needs {', '.join(_KEYS)}", path=path)
    if table["rule"] not in rules:
        raise InputError(f"there is no rule {table['rule']!r}{nearest(str(table['rule']), rules)}", path=path)
    if type(table["expires"]) is not date:  # a datetime is a date too
        raise InputError("expires is a date without quotes, such as 2027-06-30", path=path)
    return Accepted(str(table["rule"]), str(table["node"]), str(table["reason"]), table["expires"])
