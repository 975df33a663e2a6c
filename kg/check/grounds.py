"""Grounds: an article's relations come from claims asserted as facts, those of entities have a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from kg.check.material import CheckedGraph
from kg.claims.claim import read_claim
from kg.core.findings import Finding, violation_of
from kg.core.labels import Labels
from kg.core.marks import descriptive_terms
from kg.core.nodes import contains, named, subjects_of
from kg.core.terms import (
    DCTERMS,
    OWL,
    PASSAGE_MARK,
    PREFIXES,
    PROPOSITION,
    RDF_TYPE,
    RDFS,
    SECPOL,
    WOULD_BE,
    Term,
    short,
)

_SUBJECT, _OBJECT = SECPOL("propSubject"), SECPOL("propObject")
_AS_FACT = SECPOL("assertedAs"), SECPOL("Fact")
_OF_TERMS = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "skos"))
_DESCRIBED_IN = ("descriptions", "claims", "passages", "mentions", "meta")
_OF_CLAIMS = (PROPOSITION, SECPOL("propPredicate"))
_MORE = 5  # claims that a message names


def check_grounds(graphs: CheckedGraph) -> Mapping[str | None, list[Finding]]:
    """The findings about statements without a claim or source, by article; None is what articles share."""
    terms = _Terms(graphs)
    found: dict[str | None, list[Finding]] = {None: list(_unsourced(terms))}
    for slug in graphs.slugs:
        found[slug] = list(_Grounds(terms, slug).findings())
    return found


class _Terms:
    """What the ontology says of the predicates and classes that statements are made with."""

    def __init__(self, graphs: CheckedGraph) -> None:
        self.graphs = graphs
        self.labels = Labels(graphs.store, graphs.project.prefixes)
        ontology = graphs.graph("ontology")
        self.descriptive = descriptive_terms(q.triple for q in self.quads(ontology))
        self.with_domain = {q.subject for q in self.quads(ontology, RDFS("domain"))}
        self._annotations = {
            q.subject for q in self.quads(ontology, RDF_TYPE) if q.object == OWL("AnnotationProperty")
        }

    def quads(self, graph: ox.NamedNode, predicate: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """The quads of a graph."""
        return self.graphs.store.quads_for_pattern(None, predicate, None, graph)

    def is_relation(self, triple: ox.Triple) -> bool:
        """Whether a triple says what is the case, beyond a type, a name, a note or a description."""
        predicate = triple.predicate
        if predicate in self.descriptive or predicate.value.startswith(_OF_TERMS):
            return False
        return not (predicate in self._annotations and isinstance(triple.object, ox.Literal))

    def is_of_world(self, kind: object) -> bool:
        """Whether a class has members that are there, and not only spoken of."""
        return isinstance(kind, ox.NamedNode) and not (
            kind in self.descriptive or kind.value.startswith(_OF_TERMS)
        )

    def words(self, triple: ox.Triple) -> str:
        """A triple in the reader's words."""
        return " ".join(f"'{self.labels(term)}'" for term in triple)


def _unsourced(terms: _Terms) -> Iterator[Finding]:
    store, entities = terms.graphs.store, terms.graphs.graph("entities")
    for quad in terms.quads(entities):
        is_relation = terms.is_relation(quad.triple) and not isinstance(quad.object, ox.Literal)
        if is_relation and not contains(store, quad.subject, DCTERMS("source"), None, entities):
            yield violation_of("entity.unsourced", quad.triple, f"{terms.words(quad.triple)} has no source")


class _Grounds:
    """The grounds of what one article says."""

    def __init__(self, terms: _Terms, slug: str) -> None:
        self._terms = terms
        self._store = terms.graphs.store
        self._slug = slug

    def findings(self) -> Iterator[Finding]:
        """What has no claim behind it, and what has a type though only views speak of it, or the reverse."""
        for quad in self._terms.quads(self._graph("facts")):
            if quad.triple not in self._made:
                yield self._unclaimed(quad.triple)
        for triple in self._described():
            if triple.predicate == WOULD_BE:
                if triple.subject in self._spoken_of:
                    yield self._misplaced("fact.would-be", triple, self._made_of(triple.subject))
            elif self._is_of_world(triple) and triple.subject not in self._spoken_of:
                yield self._misplaced("fact.view-only", triple, self._claims(triple.subject))
            elif self._terms.is_relation(triple):
                yield self._unclaimed(triple)

    def _graph(self, part: str) -> ox.NamedNode:
        return self._terms.graphs.graph(f"article/{self._slug}/{part}")

    def _described(self) -> Iterator[ox.Triple]:
        """What the files of the article say of anything but itself, its authors, claims and passages."""
        article = f"/article/{self._slug}"  # in a project that extends another, its base may be that one's
        for part in _DESCRIBED_IN:
            graph = self._graph(part)
            for quad in self._terms.quads(graph):
                node = quad.subject
                if not isinstance(node, ox.NamedNode) or PASSAGE_MARK in node.value:
                    continue
                is_author = quad.predicate == SECPOL("groupMember") and part == "meta"
                if not node.value.endswith(article) and not is_author and not self._is_of_claims(node, graph):
                    yield quad.triple

    def _is_of_claims(self, node: ox.NamedNode, graph: ox.NamedNode) -> bool:
        return any(contains(self._store, node, predicate, None, graph) for predicate in _OF_CLAIMS)

    def _is_of_world(self, triple: ox.Triple) -> bool:
        """Whether a triple says that its subject is something that there is, by its class or a domain."""
        if triple.predicate == RDF_TYPE:
            return self._terms.is_of_world(triple.object)
        has_domain = (
            triple.predicate in self._terms.with_domain and triple.predicate in self._terms.descriptive
        )
        return has_domain and contains(
            self._store, triple.subject, WOULD_BE, None, self._graph("descriptions")
        )

    @cached_property
    def _made(self) -> Mapping[ox.Triple, list[ox.NamedNode]]:
        """What claims asserted as facts yield, each with these claims."""
        made: dict[ox.Triple, list[ox.NamedNode]] = {}
        graph = self._graph("claims")
        for node in named(subjects_of(self._store, *_AS_FACT, graph)):
            for subject, predicate, value in read_claim(self._store, node, graph).facts():
                if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode):
                    made.setdefault(ox.Triple(subject, predicate, value), []).append(node)
        return made

    @cached_property
    def _spoken_of(self) -> set[object]:
        """What facts speak of."""
        return {node for triple in self._made for node in (triple.subject, triple.object)}

    def _unclaimed(self, triple: ox.Triple) -> Finding:
        if makers := self._made.get(triple):
            said, hint = (
                f"is written by hand, though {_names(makers)} says so",
                "take it out: the claim makes it",
            )
        else:
            said, hint = f"no claim asserted as a fact says so{self._views(triple)}", None
        return violation_of("fact.unclaimed", triple, f"{self._terms.words(triple)}: {said}", hint)

    def _views(self, triple: ox.Triple) -> str:
        """The claims that speak of a statement, in words."""
        about = self._claims(triple.subject)
        same = [
            claim
            for claim in about
            for content in read_claim(self._store, claim, self._graph("claims")).propositions
            if tuple(triple) in content.statements()
        ]
        if same:
            return f"; {_names(same)} says it as a view"
        return f"; of '{self._terms.labels(triple.subject)}' speak {_names(about)}" if about else ""

    def _misplaced(self, rule: str, triple: ox.Triple, claims: list[ox.NamedNode]) -> Finding:
        who = f" ({_names(claims)})" if claims else ""
        what = "facts speak" if rule == "fact.would-be" else "only views speak"
        return violation_of(rule, triple, f"{self._terms.words(triple)}, but {what} of it{who}")

    def _made_of(self, node: object) -> list[ox.NamedNode]:
        makers = (claims for triple, claims in self._made.items() if node in (triple.subject, triple.object))
        return sorted({claim for claims in makers for claim in claims}, key=str)

    def _claims(self, node: Term) -> list[ox.NamedNode]:
        """The claims whose proposition has a node as its subject or object."""
        graph = self._graph("claims")
        contents = {
            content
            for predicate in (_SUBJECT, _OBJECT)
            for content in subjects_of(self._store, predicate, node, graph)
        }
        claims = {
            claim for content in contents for claim in subjects_of(self._store, PROPOSITION, content, graph)
        }
        return sorted(named(claims), key=str)


def _names(claims: list[ox.NamedNode]) -> str:
    shown = [f"#{short(claim.value).rpartition('#')[2]}" for claim in claims[:_MORE]]
    return ", ".join(shown) + (f" and {len(claims) - _MORE} more" if len(claims) > _MORE else "")
