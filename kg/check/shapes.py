"""SHACL: a project's shapes, what they say of themselves, and their results as findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.check.fast import FastEngine
from kg.check.results import SH, Node, Result
from kg.findings import Finding
from kg.labels import Labels
from kg.terms import PREFIXES, RDF, curie
from kg.turtle import read_turtle

_OWN = PREFIXES["secshape"]
_IRI = re.compile(r"<([a-z][^<>\s]*:[^<>\s]*)>")
_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")


@dataclass(frozen=True)
class Shapes:
    """The shapes graph. Each shape is an IRI whose local name is the rule's id."""

    triples: tuple[ox.Triple, ...]

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Shapes:
        """Read shapes files; raises `InputError` with the line of what is wrong."""
        return cls(tuple(triple for path in paths for triple in read_turtle(path)))

    def check(self, data: bytes, labels: Labels, *, scope: str, phase: str) -> Iterator[Finding]:
        """Validate N-Triples (data and class hierarchy together) by the shapes of a scope and phase.

        A scope is `article` or `corpus`, a phase `asserted` or `inferred` (before or after inference).
        """
        entries = self.entries(scope, phase)
        if not entries:
            return
        for result in self._engine.validate(data, entries):
            if self.runs_in(ox.NamedNode(result.shape), scope, phase):
                yield self._finding(result, labels)

    def entries(self, scope: str, phase: str) -> list[str]:
        """The shapes with a target that run, themselves or by a property shape, in a scope and phase."""
        targeted = {
            quad.subject
            for name in _TARGETS
            for quad in self._store.quads_for_pattern(None, _sh(name), None)
            if isinstance(quad.subject, ox.NamedNode)
        }
        return sorted(
            shape.value
            for shape in targeted
            if any(self.runs_in(part, scope, phase) for part in (shape, *self._parts(shape)))
        )

    def runs_in(self, shape: ox.NamedNode, scope: str, phase: str) -> bool:
        """Whether a shape's own constraints belong to a scope and phase."""
        own = self.note(shape, "scope", "article"), self.note(shape, "phase", "asserted")
        return own == (scope, phase)

    def note(self, shape: ox.NamedNode, name: str, default: str) -> str:
        """What a shape says of itself by a property of the shapes' own namespace, such as `hint`."""
        values = self._values(shape, ox.NamedNode(_OWN + name))
        return next((value.value for value in values), default)

    @cached_property
    def _store(self) -> ox.Store:
        store = ox.Store()
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in self.triples)
        return store

    @cached_property
    def _engine(self) -> FastEngine:
        text = ox.serialize(self.triples, format=ox.RdfFormat.N_TRIPLES)
        assert text is not None
        return FastEngine(text)

    def _finding(self, result: Result, labels: Labels) -> Finding:
        shape = ox.NamedNode(result.shape)
        words = _IRI.sub(lambda match: labels.of_iri(match.group(1)), result.message)
        message = f"{labels(result.focus)}: {words}"
        if result.value is not None and result.value != result.focus:
            message += f" (found: {labels(result.value)})"
        hints = [self.note(shape, "hint", "")]
        if choices := [labels(item) for item in self._list(shape, "in")]:
            hints.append(f"one of {', '.join(choices)}")
        return Finding(
            rule=result.shape.removeprefix(_OWN),
            severity=result.severity,
            message=message,
            node=result.focus.value,
            path=curie(result.path.value) if isinstance(result.path, ox.NamedNode) else None,
            value=None if result.value is None else str(result.value),
            hint="; ".join(filter(None, hints)) or None,
        )

    def _parts(self, shape: ox.NamedNode) -> list[ox.NamedNode]:
        return [part for part in self._values(shape, _sh("property")) if isinstance(part, ox.NamedNode)]

    def _values(self, subject: Node, predicate: ox.NamedNode) -> list[Node]:
        assert not isinstance(subject, ox.Literal)
        found = self._store.quads_for_pattern(subject, predicate, None)
        return [quad.object for quad in found if not isinstance(quad.object, ox.Triple)]

    def _list(self, shape: ox.NamedNode, name: str) -> Iterator[Node]:
        cells = self._values(shape, _sh(name))
        while cells and cells[0] != RDF("nil"):
            yield from self._values(cells[0], RDF("first"))
            cells = self._values(cells[0], RDF("rest"))


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)
