"""Which file uses which name, and on which line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import pyoxigraph as ox

from kg.check.material import CheckedGraph, ReadSource
from kg.check.results import SH
from kg.check.shapes import Shapes
from kg.core.terms import OWL, RDF_TYPE
from kg.project.project import SourceKind
from kg.sparql.tokens import names as sparql_names

ANY_ARTICLE = "*"
_QUERIES = {
    "rule": "ontology/rules/*.rq",
    "check": "ontology/checks/*.rq",
    "query": "queries/**/*.rq",
}
_PREFIX = re.compile(r"^[ \t]*@?prefix\s+([\w.-]+):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
_CONSTRAINTS = (f"{SH}select", f"{SH}ask")


@dataclass(frozen=True)
class Use:
    """A name used in a file, about a node (in Turtle), on a line."""

    iri: str
    file: Path
    line: int | None
    node: str | None


@dataclass(frozen=True)
class NamesOfFile:
    """The names that one file uses; `kind` is a `Kind`, `check` or `query`, `slug` its article."""

    path: Path
    kind: str
    slug: str | None
    triples: Sequence[ox.Triple]
    lines: Callable[[], Mapping[str, int]]
    prefixes: Mapping[str, str]

    @property
    def is_sparql(self) -> bool:
        """Whether it is SPARQL; all else is Turtle."""
        return self.kind in _QUERIES

    @cached_property
    def names(self) -> frozenset[str]:
        """Every IRI in the file, those of SPARQL in it included."""
        if self.is_sparql:
            return frozenset(iri for iri, _ in sparql_names(self._text, self.prefixes))
        nodes = {triple.subject for triple in self.triples} | {triple.object for triple in self.triples}
        named = {node.value for node in nodes if isinstance(node, ox.NamedNode)}
        named |= {node.datatype.value for node in nodes if isinstance(node, ox.Literal)}
        named |= {triple.predicate.value for triple in self.triples}
        for _, query in self._constraints():
            named |= {iri for iri, _ in sparql_names(query, self.prefixes)}
        return frozenset(named)

    @cached_property
    def terms(self) -> frozenset[str]:
        """The predicates and classes among them, which a vocabulary has to define."""
        if self.is_sparql:
            return self.names
        used = {triple.predicate.value for triple in self.triples}
        return frozenset(used) | {
            triple.object.value
            for triple in self.triples
            if triple.predicate == RDF_TYPE and isinstance(triple.object, ox.NamedNode)
        }

    def uses(self, wanted: set[str]) -> Iterator[Use]:
        """Where some names are used: once for each node that says so, in a query once for each line."""
        if self.is_sparql:
            places = dict.fromkeys(at for at in sparql_names(self._text, self.prefixes) if at[0] in wanted)
            return (Use(iri, self.path, line, None) for iri, line in places)
        said: dict[tuple[str, str | None], None] = {}
        for triple in self.triples:
            if found := [node.value for node in _nodes(triple) if node.value in wanted]:
                said |= dict.fromkeys((iri, owner_of(triple.subject, self.triples)) for iri in found)
        for subject, query in self._constraints():
            names = (iri for iri, _ in sparql_names(query, self.prefixes) if iri in wanted)
            said |= dict.fromkeys((iri, owner_of(subject, self.triples)) for iri in names)
        return (Use(iri, self.path, self._line(iri, owner), owner) for iri, owner in said)

    @property
    def bound(self) -> Iterator[tuple[str, str, int]]:
        """Each prefix that it declares, its namespace, and the line."""
        for match in _PREFIX.finditer(self._text):
            yield match[1], match[2], self._text.count("\n", 0, match.start(1)) + 1

    def _constraints(self) -> Iterator[tuple[object, str]]:
        for triple in self.triples:
            if triple.predicate.value in _CONSTRAINTS and isinstance(triple.object, ox.Literal):
                yield triple.subject, triple.object.value

    def _line(self, iri: str, owner: str | None) -> int | None:
        """The first line from the subject's on where the name is written, else the subject's."""
        start = self.lines().get(owner or "", 1)
        local = re.escape(iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :])
        written = re.compile(rf"(?:[:/#]{local}(?![\w-])|<{re.escape(iri)}>)")
        for number, line in enumerate(self._text.splitlines()[start - 1 :], start):
            if written.search(line):
                return number
        return start if owner else None

    @cached_property
    def _text(self) -> str:
        return self.path.read_text(encoding="utf-8")


def files_with_names(material: CheckedGraph, shapes: Shapes) -> Iterator[NamesOfFile]:
    """The project's own files: Turtle, shapes, rules, checks and stored queries."""
    root, prefixes = material.project.root, material.project.prefixes
    for file in material.files:
        source = file.source
        if source.path.is_relative_to(root):
            lines = partial(_lines_of, file)
            yield NamesOfFile(source.path, source.kind, source.slug, file.triples, lines, prefixes)
    for path, triples in shapes.by_file.items():
        if path.is_relative_to(root):
            known = {**prefixes, **_declared_prefixes(shapes.triples)}
            yield NamesOfFile(path, SourceKind.SHAPES, None, triples, partial(shapes.lines, path), known)
    for kind, pattern in _QUERIES.items():
        for path in sorted(root.glob(pattern)):
            yield NamesOfFile(path, kind, ANY_ARTICLE, (), dict, prefixes)


def owner_of(node: object, triples: Iterable[ox.Triple]) -> str | None:
    """The named subject that a node is or, being blank, stands in."""
    seen: set[object] = set()
    while isinstance(node, ox.BlankNode) and node not in seen:
        seen.add(node)
        node = next((triple.subject for triple in triples if triple.object == node), None)
    return node.value if isinstance(node, ox.NamedNode) else None


def declared_names(triples: Iterable[ox.Triple]) -> Iterator[str]:
    """The names that some triples declare: subjects with a type, and versions."""
    for triple in triples:
        if triple.predicate == RDF_TYPE and isinstance(triple.subject, ox.NamedNode):
            yield triple.subject.value
        if triple.predicate == OWL("versionIRI") and isinstance(triple.object, ox.NamedNode):
            yield triple.object.value


def _lines_of(file: ReadSource) -> Mapping[str, int]:
    return file.lines


def _nodes(triple: ox.Triple) -> Iterator[ox.NamedNode]:
    yield triple.predicate
    if isinstance(triple.subject, ox.NamedNode):
        yield triple.subject
    if isinstance(triple.object, ox.NamedNode):
        yield triple.object
    elif isinstance(triple.object, ox.Literal):
        yield triple.object.datatype


def _declared_prefixes(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """The prefixes that shapes declare for their SPARQL (SHACL, section 5.2.1)."""
    names: dict[object, str] = {}
    spaces: dict[object, str] = {}
    for triple in triples:
        if isinstance(triple.object, ox.Literal):
            if triple.predicate.value == f"{SH}prefix":
                names[triple.subject] = triple.object.value
            elif triple.predicate.value == f"{SH}namespace":
                spaces[triple.subject] = triple.object.value
    return {name: spaces[node] for node, name in names.items() if node in spaces}
