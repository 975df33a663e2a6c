"""The terms of the ontology that a sheet may use: classes, properties and relations, with what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.article.known import Known
from kg.article.sheets.material import ANY_TERM, OntologyTerms
from kg.claims.source import read_source
from kg.core.labels import preferred
from kg.core.likeness import folded, words_of
from kg.core.names import names_of
from kg.core.terms import RDFS_LABEL, SKOS, local_name
from kg.project.project import Project, SourceKind

_DEFINITION = SKOS("definition")


@dataclass(frozen=True)
class ListedTerm:
    """A term as a reader sees it; `of` and `to` are the classes that a property is of, and of its values."""

    label: str
    kind: str
    of: str
    to: str
    code: str
    means: str

    def has(self, start: str) -> bool:
        """Whether a word of its name or definition begins so."""
        text = folded(f"{self.label} {self.code} {self.means}")
        return any(word.startswith(start) for word in words_of(text))


class Terminology:
    """The terms of a project's ontology in words."""

    def __init__(self, project: Project, ontology: Iterable[ox.Triple]) -> None:
        triples = list(ontology)
        self._terms = OntologyTerms(triples)
        self._known = Known(project, None, names_of(triples), wanted=ANY_TERM)
        self._said: dict[tuple[object, ox.NamedNode], list[ox.Literal]] = {}
        for triple in triples:
            if triple.predicate in (RDFS_LABEL, _DEFINITION) and isinstance(triple.object, ox.Literal):
                self._said.setdefault((triple.subject, triple.predicate), []).append(triple.object)

    @classmethod
    def read(cls, project: Project) -> Terminology:
        """The terms of the sources of a project."""
        sources = (source for source in project.sources() if source.kind is SourceKind.ONTOLOGY)
        return cls(project, (triple for source in sources for triple in read_source(project, source)))

    def listed(self, word: str = "", of_class: str = "") -> list[ListedTerm]:
        """The terms with some words in name or definition, and to do with a class, by kind and name.

        Raises `UnknownName` with what is like it where nothing is called so, `AmbiguousName` for several.
        """
        kind = self._known.find(of_class, lambda node: node in self._terms.classes) if of_class else None
        found = [self._listed(node) for node in self._nodes(kind)]
        wanted = words_of(folded(word))
        found = [term for term in found if all(map(term.has, wanted))]
        if word and not found:
            found = [self._listed(self._known.find(word))]
        return sorted(found, key=lambda term: (term.kind, folded(term.label)))

    def meant(self, names: Iterable[str]) -> str:
        """An offer of terms, one a line, each with what it means; empty where there are none."""
        lines = [f"\n  {name}: {self._meaning(self._known.find(name))}" for name in names]
        return f"did you mean{''.join(lines)}" if lines else ""

    def _meaning(self, node: ox.NamedNode) -> str:
        """The definition of a term; empty where it has none."""
        return preferred(self._said.get((node, _DEFINITION), ())) or ""

    def _nodes(self, kind: ox.NamedNode | None) -> set[ox.NamedNode]:
        """All terms, or a class and those below it with the properties that are of it or lead to it."""
        terms = self._terms
        if kind is None:
            nodes = terms.classes | terms.properties | terms.relations
            return {node for node in nodes if (node, RDFS_LABEL) in self._said}
        ends = {node: (terms.domain(node), terms.range(node)) for node in terms.properties}
        fitting = {n for n, found in ends.items() if any(end and terms.are_akin(kind, end) for end in found)}
        return terms.below(kind) | fitting

    def _listed(self, node: ox.NamedNode) -> ListedTerm:
        terms = self._terms
        kind = "class" if node in terms.classes else "property" if node in terms.properties else "relation"
        of, to = terms.domain(node), terms.range(node)
        return ListedTerm(
            self._label(node),
            kind,
            self._label(of) if of else "",
            self._label(to) if to else "",
            self._known.code(node),
            self._meaning(node),
        )

    def _label(self, node: ox.NamedNode) -> str:
        return preferred(self._said.get((node, RDFS_LABEL), ())) or local_name(node)
