"""The nodes that an article may name: what they are called, read from the sources."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

import pyoxigraph as ox

from kg.core.likeness import closest
from kg.core.names import ANY, Finder, MemoryIndex, Name, NameKind, UnknownName, Wanted, names_of
from kg.core.terms import PROPOSITION, RDF_TYPE, SECPOL, WOULD_BE, curie, local_name, stated
from kg.project.project import Project, SourceKind
from kg.rdf.turtle_reading import read_turtle

_NAMELESS = (SECPOL("TemporalExtent"), SECPOL("Quality"))
_OWN = Wanted(down_to=NameKind.ALTERNATIVE)
Fits = Callable[[ox.NamedNode], bool]


class Known:
    """Nodes by name, CURIE, IRI, or `#Name` for what belongs to one article; no others are known.

    `article` is the IRI of the one at hand; `nodes` are known, those without a name are added to them.
    """

    def __init__(
        self,
        project: Project,
        article: str | None,
        names: Iterable[Name],
        *,
        wanted: Wanted = ANY,
        describe: Callable[[ox.NamedNode], str] | None = None,
    ) -> None:
        self.names = tuple(names)
        self.nodes = {name.node for name in self.names}
        self._project = project
        self._article, self._articles = article, project.article_iri("")
        self._wanted = wanted
        self._describe = describe
        self._finder = Finder(MemoryIndex(self.names), self.code, describe)
        self._shown: dict[ox.NamedNode, str] = {}

    @classmethod
    def read(cls, project: Project, slug: str | None = None) -> Known:
        """The shared entities, and what belongs to an article alone."""
        names: list[Name] = []
        kinds: dict[object, str] = {}
        for source in project.sources():
            is_own = source.kind is SourceKind.FACTS and source.slug == slug
            if source.kind is not SourceKind.ENTITIES and not is_own:
                continue
            triples = read_turtle(source.path, project.article_iri(source.slug) if source.slug else None)
            names += _mentionable(triples)
            kinds |= {t.subject: _local(t.object) for t in triples if t.predicate in (RDF_TYPE, WOULD_BE)}
        article = project.article_iri(slug) if slug else None
        return cls(project, article, dict.fromkeys(names), describe=lambda node: kinds.get(node, ""))

    def with_names(self, names: Iterable[Name]) -> Known:
        """The same nodes, with further names by which they and others are found."""
        both = (*self.names, *names)
        known = Known(self._project, self._article, both, wanted=self._wanted, describe=self._describe)
        known.nodes = self.nodes
        return known

    def find(self, typed: str, fits: Fits | None = None) -> ox.NamedNode:
        """The node meant, one that `fits` where any does; raises `UnknownName` and `AmbiguousName`."""
        node = self.stated(typed)
        if node is None:
            fitting = replace(self._wanted, accept=fits)
            is_fitting = fits is not None and bool(self._finder.called(typed, fitting))
            return self._finder.find(typed, fitting if is_fitting else self._wanted)
        if node not in self.nodes:
            raise UnknownName(f"nothing describes {typed}", self._near(node))
        return node

    def author(self, typed: str) -> ox.NamedNode | None:
        """Who wrote or published something: by a code, or a name that is no metonym; None for a new name."""
        if self.stated(typed) is not None:
            return self.find(typed)
        return self._finder.find(typed, _OWN) if self._finder.called(typed, _OWN) else None

    def stated(self, typed: str) -> ox.NamedNode | None:
        """The node that an IRI, a CURIE, a `#Name` or `SLUG#Name` states, whether it is known or not."""
        return stated(typed, self._project.prefixes, self._article, self._articles)

    def shown(self, node: ox.NamedNode) -> str:
        """A name by which `find` gives the node back: its label where that is clear, else a code."""
        if node not in self._shown:
            label = self._labels.get(node)
            self._shown[node] = label if label and self._is_clear(label, node) else self.code(node)
        return self._shown[node]

    def label(self, node: ox.NamedNode) -> str:
        """What a node is called, or its code."""
        return self._labels.get(node) or self.code(node)

    def code(self, node: ox.NamedNode) -> str:
        """The shortest code for a node: a CURIE, `#Name` for what belongs to the article, or `SLUG#Name`."""
        iri = node.value
        if self._article is not None and iri.startswith(self._article + "#"):
            return iri[len(self._article) :]
        if iri.startswith(self._articles) and "#" in iri:
            return iri[len(self._articles) :]
        return curie(iri, self._project.prefixes)

    def fresh_iri(self, name: str, taken: Iterable[str] = ()) -> str:
        """An IRI for an entity of the project that is new, made of its name: AdaMerrow for Ada Merrow."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        words = re.findall(r"[A-Za-z0-9]+", plain)
        local = "".join(word[:1].upper() + word[1:] for word in words) or "Unnamed"
        used = {*(node.value for node in self.nodes), *taken}
        home = f"{self._project.base}entity/{local}"
        return next(
            iri for n in range(1, len(used) + 2) if (iri := home + (str(n) if n > 1 else "")) not in used
        )

    def _is_clear(self, label: str, node: ox.NamedNode) -> bool:
        """Whether a label in a cell is read as this node, and as nothing else."""
        is_plain = label == label.strip() and not label.startswith('"') and not {"|", "\n"} & set(label)
        found = {name.node for name in self._finder.called(label, self._wanted)}
        return is_plain and self.stated(label) is None and found == {node}

    @cached_property
    def _labels(self) -> dict[ox.NamedNode, str]:
        return {name.node: name.text for name in reversed(self.names) if name.kind <= NameKind.PREFERRED}

    def _near(self, node: ox.NamedNode) -> list[str]:
        """The codes most like one that is not known."""
        name = local_name(node)
        head = node.value.removesuffix(name)
        known = {local_name(other): other for other in self.nodes if other.value.startswith(head)}
        return [self.code(known[found]) for found in closest(name, sorted(known))]


def _mentionable(triples: list[ox.Triple]) -> Iterator[Name]:
    """The names in a file.

    Claims are not called by their glosses, nor are times and qualities things that a text mentions by name.
    """
    nameless = {
        triple.subject
        for triple in triples
        if triple.predicate == PROPOSITION or (triple.predicate == RDF_TYPE and triple.object in _NAMELESS)
    }
    return (name for name in names_of(triples) if name.node not in nameless)


def _local(term: object) -> str:
    return local_name(term) if isinstance(term, ox.NamedNode) else ""
