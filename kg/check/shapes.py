"""SHACL: a project's shapes, what they say of themselves, and their results as findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from kg.check.engine import TIME_LIMIT, Engine, prepare, within
from kg.check.results import ValidationResult, sh
from kg.check.wellformed import check_wellformed, prologue, references
from kg.core.engines import FAST, Engines
from kg.core.errors import InputError, raise_all
from kg.core.findings import Place
from kg.core.labels import preferred
from kg.core.nodes import contains, named, subjects_of, values_of
from kg.core.terms import PREFIXES, RDF_TYPE, AtomicTerm, local_name
from kg.rdf.turtle_places import TurtlePlaces
from kg.rdf.turtle_reading import read_turtle
from kg.sparql.constants import canonical_constants
from kg.sparql.tokens import declared_prefixes

TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
PHASES = ("asserted", "inferred")
SCOPES = ("article", "corpus")
_OWN = PREFIXES["secshape"]
_QUERIES = (sh("select"), sh("ask"))


@dataclass(frozen=True)
class Shapes:
    """The shapes graph. Each shape is an IRI whose local name is the rule's id."""

    by_file: Mapping[Path, tuple[ox.Triple, ...]]
    engines: Engines = FAST
    time_limit: float = TIME_LIMIT

    @classmethod
    def read(
        cls, paths: Iterable[Path], engines: Engines | None = None, time_limit: float = TIME_LIMIT
    ) -> Shapes:
        """Read shapes files; raises `InputError` with the line of what is wrong or ill-formed."""
        return cls.of(
            {path: tuple(read_turtle(path)) for path in paths}, engines or Engines.named(), time_limit
        )

    @classmethod
    def of(cls, by_file: Mapping[Path, tuple[ox.Triple, ...]], engines: Engines, time_limit: float) -> Shapes:
        """The shapes in the triples of some files; raises `InputError` for what is ill-formed."""
        shapes = cls(by_file, engines, time_limit)
        problems = [shapes.error(node, message) for node, message in check_wellformed(shapes.store)]
        problems += shapes._misplaced()
        raise_all(sorted(problems, key=str))
        return shapes

    def results(self, data: bytes, *, scopes: Collection[str], phase: str) -> Iterator[ValidationResult]:
        """Validate N-Triples (data and class hierarchy together) by the shapes of some scopes and a phase.

        A scope is `article` or `corpus`, a phase `asserted` or `inferred` (before or after inference).
        """
        entries = self.entries(scopes, phase)
        if not entries:
            return
        prepared = self._prepared
        work = partial(prepared.validate, data, entries)
        wanted: dict[AtomicTerm, bool] = {}
        for result in within(self.time_limit, "checking the shapes", work, self._slow(entries)):
            if result.shape not in wanted:
                wanted[result.shape] = self.runs_in(self.owner(result.shape), scopes, phase)
            if wanted[result.shape]:
                yield result

    def entries(self, scopes: Collection[str], phase: str) -> list[str]:
        """The shapes with a target that run, themselves or by a property shape, in scopes and a phase."""
        return [
            shape.value
            for shape in self.targeted
            if any(self.runs_in(part, scopes, phase) for part in (shape, *self._parts(shape)))
        ]

    @cached_property
    def targeted(self) -> list[ox.NamedNode]:
        """The shapes that select focus nodes themselves, sorted."""
        found = {shape for name in TARGETS for shape in named(subjects_of(self.store, sh(name)))}
        return sorted(found, key=lambda shape: shape.value)

    @cached_property
    def named(self) -> list[ox.NamedNode]:
        """The named shapes, sorted: they have a target or a type, or another shape refers to them."""
        kinds = (subjects_of(self.store, RDF_TYPE, sh(kind)) for kind in ("NodeShape", "PropertyShape"))
        parts = (part for _, part in references(self.store))
        found = {*named([*self.targeted, *chain(*kinds), *parts])}
        return sorted((shape for shape in found if shape.value in self.files), key=lambda shape: shape.value)

    @cached_property
    def unused(self) -> list[ox.NamedNode]:
        """The named shapes that select nothing and that no other shape refers to, sorted."""
        idle = set(self.named) - set(self.targeted)
        return [shape for shape in self.named if shape in idle and not self._is_referred_to(shape)]

    def runs_in(self, shape: AtomicTerm, scopes: Collection[str], phase: str) -> bool:
        """Whether a shape's own constraints belong to some scopes and a phase."""
        return (
            self.note(shape, "scope", "article") in scopes and self.note(shape, "phase", "asserted") == phase
        )

    def note(self, shape: AtomicTerm, name: str, default: str) -> str:
        """What a shape says of itself by a property of the shapes' own namespace, such as `hint`."""
        return self._first(shape, ox.NamedNode(_OWN + name), default)

    def says(self, shape: AtomicTerm, name: str, default: str = "") -> str:
        """What a shape says of itself by a property of SHACL, such as `name`."""
        return self._first(shape, sh(name), default)

    def values(self, subject: AtomicTerm, predicate: ox.NamedNode) -> list[AtomicTerm]:
        """The objects of a subject and predicate in the shapes graph."""
        return values_of(self.store, subject, predicate)

    def owner(self, node: AtomicTerm) -> AtomicTerm:
        """The nearest named shape that a blank node stands in; the node itself when there is none."""
        seen = {node}
        while isinstance(node, ox.BlankNode):
            above = [quad.subject for quad in self.store.quads_for_pattern(None, None, node)]
            outer = next((up for up in above if not isinstance(up, ox.Triple) and up not in seen), None)
            if outer is None:
                break
            node = outer
            seen.add(node)
        return node

    def rule(self, node: AtomicTerm) -> str:
        """The rule id of a shape: the local name of its IRI, or of the shape that it stands in."""
        return local_name(self.owner(node).value)

    def places(self, node: AtomicTerm) -> tuple[Place, ...]:
        """The file and line that describe a shape."""
        iri = self.owner(node).value
        path = self.files.get(iri)
        return (self.written[path].place(iri),) if path else ()

    def error(self, node: AtomicTerm, message: str) -> InputError:
        """An error about a shape, with its file and line."""
        iri = self.owner(node).value
        path = self.files.get(iri)
        return InputError(
            f"the shape {local_name(iri)}: {message}",
            path=path,
            line=self.written[path].place(iri).line if path else None,
        )

    @cached_property
    def triples(self) -> tuple[ox.Triple, ...]:
        """The shapes graph."""
        return tuple(triple for triples in self.by_file.values() for triple in triples)

    @cached_property
    def files(self) -> dict[str, Path]:
        """The file that describes each named node."""
        return {
            triple.subject.value: path
            for path, triples in self.by_file.items()
            for triple in triples
            if isinstance(triple.subject, ox.NamedNode)
        }

    @cached_property
    def written(self) -> dict[Path, TurtlePlaces]:
        """Where each file writes its statements."""
        return {path: TurtlePlaces(path) for path in self.by_file}

    @cached_property
    def store(self) -> ox.Store:
        """The shapes graph as a store, for lookups."""
        store = ox.Store()
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in self.triples)
        return store

    @cached_property
    def _prepared(self) -> Engine:
        """The engine with the shapes, of several messages with the one that is shown."""
        text = ox.serialize(self._for_engines(), format=ox.RdfFormat.N_TRIPLES)
        assert text is not None
        return prepare(self.engines.shacl, text)

    def _for_engines(self) -> Iterator[ox.Triple]:
        """What the store has, whose literals are in canonical form, with those in SPARQL so too."""
        for subject, predicate, value, _ in self.store:
            if isinstance(value, ox.Literal) and not isinstance(subject, ox.Triple):
                if predicate == sh("message") and value.value != self.says(subject, "message"):
                    continue
                if predicate in _QUERIES:
                    prefixes = declared_prefixes(prologue(self.store, subject))
                    text = canonical_constants(value.value, prefixes)
                    yield ox.Triple(subject, predicate, ox.Literal(text))
                    continue
            yield ox.Triple(subject, predicate, value)

    def _slow(self, entries: list[str]) -> str:
        """What to look at when a run takes too long."""
        queries = [local_name(iri) for iri in entries if self.values(ox.NamedNode(iri), sh("sparql"))]
        return (
            f"look at the shapes with SPARQL ({', '.join(queries)}), or give --time-limit" if queries else ""
        )

    def _parts(self, shape: ox.NamedNode) -> list[AtomicTerm]:
        return self.values(shape, sh("property"))

    def _is_referred_to(self, shape: ox.NamedNode) -> bool:
        return contains(self.store, None, None, shape)

    def _first(self, shape: AtomicTerm, predicate: ox.NamedNode, default: str) -> str:
        found = preferred(self.values(shape, predicate))
        return found if found is not None else default

    def _misplaced(self) -> Iterator[InputError]:
        """Shapes that would share a rule id, or that would never be run."""
        known: dict[str, str] = {}
        for shape in self.named:
            name = local_name(shape.value)
            if known.setdefault(name, shape.value) != shape.value:
                yield self.error(shape, f"<{known[name]}> has the same rule id; rename one of them")
            for key, values in (("scope", SCOPES), ("phase", PHASES)):
                if (value := self.note(shape, key, values[0])) not in values:
                    yield self.error(shape, f'secshape:{key} is "{value}"; it takes {" or ".join(values)}')
