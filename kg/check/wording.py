"""A SHACL result in the reader's words: what stands there, and what may stand there."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.check.paths import list_items, result_path
from kg.check.results import SH, Node, Result, sh
from kg.findings import Finding, Severity
from kg.labels import Labels
from kg.terms import curie

if TYPE_CHECKING:
    from kg.check.shapes import Shapes

_IRI = re.compile(r"<?(https?://[^\s<>'\"{}|^`\\]*[^\s<>'\"{}|^`\\.,;:!?)])>?")
_LISTED = re.compile(r"([A-Z]\w+) \(([^)]*)\)")


def finding(shapes: Shapes, result: Result, labels: Labels) -> Finding:
    """The finding that a result of validation makes."""
    owner = shapes.owner(result.shape)
    hint = shapes.note(result.shape, "hint", "") or shapes.note(owner, "hint", "")
    words = _closed_list(shapes, result, hint) or _message(result, labels)
    return Finding(
        rule=shapes.rule(result.shape),
        severity=_severity(result.severity),
        message=f"{labels(result.focus)}: {words}",
        node=result.focus.value,
        path=result_path(shapes.store, result),
        value=None if result.value is None else str(result.value),
        hint=hint or None,
    )


def _message(result: Result, labels: Labels) -> str:
    words = _IRI.sub(lambda match: labels.of_iri(match.group(1)), result.message)
    if result.value is None or result.value == result.focus:
        return words
    shown = labels(result.value)
    return words if shown in words else f"{words} (found: {shown})"


def _closed_list(shapes: Shapes, result: Result, hint: str) -> str | None:
    """For a value outside a closed list: the value, the nearest allowed one, and all that are allowed."""
    lists = shapes.values(result.shape, sh("in"))
    if result.component != "InConstraintComponent" or result.value is None or not lists:
        return None
    allowed = [_name(item) for item in list_items(shapes.store, lists[0]) or []]
    stands, path = _name(result.value), result_path(shapes.store, result)
    subject = _name(result.path) if isinstance(result.path, ox.NamedNode) else path or "the value"
    near = _nearest(stands, allowed, hint)
    choices = f"one of {', '.join(allowed)}"
    return f"{subject} is '{stands}'; " + (f"use {near} ({choices})" if near else f"use {choices}")


def _name(node: Node) -> str:
    """How a term is written, less its prefix."""
    return curie(node.value).rpartition(":")[2].strip("<>") if isinstance(node, ox.NamedNode) else node.value


def _nearest(stands: str, allowed: list[str], hint: str) -> str | None:
    """The allowed name that is spelt alike, or in whose brackets the hint lists the word."""
    by_case = {name.lower(): name for name in allowed}
    if close := get_close_matches(stands.lower(), by_case, n=1, cutoff=0.7):
        return by_case[close[0]]
    for name, words in _LISTED.findall(hint):
        if name in allowed and stands.lower() in re.split(r"\W+", words.lower()):
            return str(name)
    return None


def _severity(name: str) -> Severity:
    local = name.removeprefix(SH).lower()
    return Severity(local) if local in set(Severity) else Severity.VIOLATION
