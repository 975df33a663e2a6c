"""Which file uses which name, and on which line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.check.material import CheckedGraph, SourcePlaces
from kg.check.references import ABOUT_CLAIMS, is_foreign
from kg.check.results import SH
from kg.check.shapes import Shapes
from kg.core.errors import shown
from kg.core.files import read_text
from kg.core.findings import Place
from kg.core.terms import DCTERMS, OWL, RDF_TYPE, WOULD_BE
from kg.project.project import Project, SourceKind
from kg.rdf.turtle_places import TurtlePlaces
from kg.sparql.tokens import declarations
from kg.sparql.tokens import names as sparql_names

ANY_ARTICLE = "*"
_QUERIES = {
    "rule": "ontology/rules/*.rq",
    "check": "ontology/checks/*.rq",
    "query": "queries/**/*.rq",
}
_SOURCE = DCTERMS("source")
_CONSTRAINTS = (f"{SH}select", f"{SH}ask")


@dataclass(frozen=True)
class Use:
    """A name used at a place, about a node in what is no SPARQL."""

    iri: str
    place: Place
    node: str | None


@dataclass(frozen=True)
class NamesOfFile:
    """The names that one file uses; `kind` is a `SourceKind`, `check` or `query`, `slug` its article.

    SPARQL has no `written`.
    """

    path: Path
    kind: str
    slug: str | None
    triples: Sequence[ox.Triple]
    written: SourcePlaces | None
    prefixes: Mapping[str, str]
    project: Project

    @property
    def is_sparql(self) -> bool:
        """Whether it is SPARQL; all else is Turtle."""
        return self.kind in _QUERIES

    @cached_property
    def names(self) -> frozenset[str]:
        """Every IRI in the file, those of SPARQL in it included; the sources of what articles share are not.

        Such a source may be a claim of an article that is not here, as another may be a page that is gone.
        Nor is what an article says about another one's claims: `check_references` looks it up.
        """
        if self.is_sparql:
            return frozenset(iri for iri, _ in sparql_names(self._text, self.prefixes))
        nodes = {node for triple in self.triples for node in (triple.subject, triple.object)}
        if self.slug is None:
            nodes -= {triple.object for triple in self.triples if triple.predicate == _SOURCE}
            nodes |= {triple.subject for triple in self.triples}
        else:
            nodes -= {t.object for t in self.triples if t.predicate in ABOUT_CLAIMS and self._is_foreign(t)}
        named = {node.value for node in nodes if isinstance(node, ox.NamedNode)}
        named |= {node.datatype.value for node in nodes if isinstance(node, ox.Literal)}
        named |= {triple.predicate.value for triple in self.triples}
        for _, _, query in self._constraints():
            named |= {iri for iri, _ in sparql_names(query.value, self.prefixes)}
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
        if self.written is None:
            names = dict.fromkeys(at for at in sparql_names(self._text, self.prefixes) if at[0] in wanted)
            return (Use(iri, Place(shown(self.path), line), None) for iri, line in names)
        said: dict[tuple[str, str | None], Place] = {}
        for triple in self.triples:
            for node in _nodes(triple):
                if node.value in wanted:
                    owner = owner_of(triple.subject, self.triples)
                    if (node.value, owner) not in said:
                        said[node.value, owner] = _place(self.written, owner, triple, node)
        for subject, path, query in self._constraints():
            for iri, line in sparql_names(query.value, self.prefixes):
                if iri in wanted and isinstance(self.written, TurtlePlaces):
                    owner = owner_of(subject, self.triples)
                    at = self.written.within(owner, path.value, str(query), line - 1)
                    said.setdefault((iri, owner), at)
        return (Use(iri, place, owner) for (iri, owner), place in said.items())

    @property
    def bound(self) -> Iterator[tuple[str, str, int]]:
        """Each prefix that it declares, its namespace, and the line."""
        declared = declarations(self._text) if self.written is None else self.written.declarations
        return ((prefix, iri, line) for prefix, iri, line in declared if prefix is not None)

    def _is_foreign(self, triple: ox.Triple) -> bool:
        return is_foreign(self.project, triple.object, self.slug)

    def _constraints(self) -> Iterator[tuple[object, ox.NamedNode, ox.Literal]]:
        for subject, predicate, value in self.triples:
            if predicate.value in _CONSTRAINTS and isinstance(value, ox.Literal):
                yield subject, predicate, value

    @cached_property
    def _text(self) -> str:
        return read_text(self.path)


def files_with_names(material: CheckedGraph, shapes: Shapes) -> Iterator[NamesOfFile]:
    """The project's own files: Turtle, shapes, rules, checks and stored queries."""
    project = material.project
    root, prefixes = project.root, project.prefixes
    for file in material.files:
        source = file.source
        if source.path.is_relative_to(root):
            about = (source.path, source.kind, source.slug)
            yield NamesOfFile(*about, file.triples, file.written, prefixes, project)
    for path, triples in shapes.by_file.items():
        if path.is_relative_to(root):
            known = {**prefixes, **_declared_prefixes(shapes.triples)}
            yield NamesOfFile(path, SourceKind.SHAPES, None, triples, shapes.written[path], known, project)
    for kind, pattern in _QUERIES.items():
        for path in sorted(root.glob(pattern)):
            yield NamesOfFile(path, kind, ANY_ARTICLE, (), None, prefixes, project)


def owner_of(node: object, triples: Iterable[ox.Triple]) -> str | None:
    """The named subject that a node is or, being blank, stands in."""
    seen: set[object] = set()
    while isinstance(node, ox.BlankNode) and node not in seen:
        seen.add(node)
        node = next((triple.subject for triple in triples if triple.object == node), None)
    return node.value if isinstance(node, ox.NamedNode) else None


def declared_names(triples: Iterable[ox.Triple]) -> Iterator[str]:
    """The names that some triples declare: subjects that are or would be of a class, and versions."""
    for triple in triples:
        if triple.predicate in (RDF_TYPE, WOULD_BE) and isinstance(triple.subject, ox.NamedNode):
            yield triple.subject.value
        if triple.predicate == OWL("versionIRI") and isinstance(triple.object, ox.NamedNode):
            yield triple.object.value


def _place(written: SourcePlaces, owner: str | None, triple: ox.Triple, node: ox.NamedNode) -> Place:
    """Where a name of a triple is written."""
    if node == triple.predicate:
        return written.place(owner, node.value)
    if node == triple.subject:
        return written.place(owner)
    return written.place(owner, triple.predicate.value, str(triple.object))


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
