"""The graph as a network: labelled entities, and between them one edge for each claim and each fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg.core.labels import Labels
from kg.core.nodes import contains, strings, subjects_of, values_of
from kg.core.terms import OWL, PASSAGE_MARK, PROPOSITION, RDF_TYPE, RDFS, RDFS_LABEL, SECPOL
from kg.export.content import Content
from kg.export.layers import Graphs

VALUE = "value"
_SUBJECT, _PREDICATE = SECPOL("propSubject"), SECPOL("propPredicate")
_VALUES = (SECPOL("propObject"), SECPOL("propValue"))
_NO_EDGE = frozenset({RDF_TYPE, RDFS("isDefinedBy"), *_VALUES, _SUBJECT, _PREDICATE})
_NO_TYPE = frozenset({OWL("NamedIndividual")})
_STATUS, _POLARITY = SECPOL("assertedAs"), SECPOL("polarity")

ClaimValues = Mapping[ox.NamedNode, list[object]]


@dataclass(frozen=True)
class NetworkNode:
    """An entity; the value of a claim is one, too, whose IRI is the literal and whose type is `value`."""

    iri: str
    label: str
    types: tuple[str, ...]


@dataclass(frozen=True)
class Edge:
    """One claim or one fact, from subject to object; several values are in the order of their words.

    `claims` are the claim itself, or those that made the fact. What is said of a claim is empty for a fact.
    """

    source: NetworkNode
    target: NetworkNode
    relation: str
    relation_iri: str
    layer: str
    article: str
    claims: tuple[str, ...]
    gloss: str = ""
    kinds: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    certainty: str = ""
    polarity: str = ""
    status: str = ""
    passages: tuple[str, ...] = ()


class Network:
    """The nodes and edges of some content; labels and types come from the whole graph.

    Reading `edges` to its end makes `nodes` complete: they are the ends of edges.
    """

    def __init__(self, content: Content, graphs: Graphs, store: ox.Store, labels: Labels) -> None:
        self._content = content
        self._graphs = graphs
        self._store = store
        self._labels = labels
        self._nodes: dict[object, NetworkNode] = {}
        self._is_thing: dict[object, bool] = {}

    @property
    def nodes(self) -> list[NetworkNode]:
        """The ends of the edges read so far, sorted."""
        return sorted(self._nodes.values(), key=lambda node: node.iri)

    @cached_property
    def edge_count(self) -> int:
        """How many edges there are; it reads them all."""
        return sum(1 for _ in self.edges())

    def edges(self) -> Iterator[Edge]:
        """The edges, graph by graph, in a settled order."""
        for graph in self._content.graphs:
            layer, article = self._graphs.layer(graph), self._graphs.article(graph) or ""
            if layer in ("claims", "query"):
                yield from self._claims(said_of(self._content.triples(graph)), layer, article)
            if layer != "claims":
                made_by = self._promoted(graph) if layer == "facts" else {}
                yield from self._facts(self._content.triples(graph), layer, article, made_by)

    def _claims(self, said: Mapping[object, ClaimValues], layer: str, article: str) -> Iterator[Edge]:
        for claim in sorted((node for node in said if PROPOSITION in said[node]), key=str):
            about = said[claim]
            for subject, predicate, value in contents(said, about):
                yield Edge(
                    self._node(subject),
                    self._node(value),
                    self._labels(predicate),
                    iri(predicate),
                    layer,
                    article,
                    (iri(claim),),
                    gloss=" / ".join(self._words(about, RDFS_LABEL)),
                    kinds=self._words(about, RDF_TYPE),
                    holders=self._words(about, SECPOL("heldBy")),
                    reporters=self._words(about, SECPOL("reportedBy")),
                    certainty="; ".join(self._words(about, SECPOL("certainty"))),
                    polarity="; ".join(self._words(about, _POLARITY)),
                    status="; ".join(self._words(about, _STATUS)),
                    passages=tuple(sorted(map(iri, about.get(SECPOL("evidencedBy"), ())))),
                )

    def _facts(
        self,
        triples: Iterable[ox.Triple],
        layer: str,
        article: str,
        made_by: Mapping[tuple[object, ...], list[str]],
    ) -> Iterator[Edge]:
        for triple in sorted(triples, key=str):
            subject, predicate, value = triple
            if predicate in _NO_EDGE or not isinstance(value, ox.NamedNode):
                continue
            if layer != "query" and not (self._is_entity(subject) and self._is_entity(value)):
                continue
            claims = tuple(sorted(made_by.get((subject, predicate, value), ())))
            relation = self._labels(predicate)
            ends = self._node(subject), self._node(value)
            yield Edge(*ends, relation, predicate.value, layer, article, claims)

    def _promoted(self, facts: object) -> Mapping[tuple[object, ...], list[str]]:
        """The facts of an article with the claims that made them."""
        assert isinstance(facts, ox.NamedNode)
        graph = ox.NamedNode(facts.value.removesuffix("/facts") + "/claims")
        said = said_of(quad.triple for quad in self._store.quads_for_pattern(None, None, None, graph))
        made_by: dict[tuple[object, ...], list[str]] = defaultdict(list)
        for claim, about in said.items():
            is_fact = SECPOL("Fact") in about.get(_STATUS, ())
            if is_fact and SECPOL("Affirmed") in about.get(_POLARITY, ()):
                for content in contents(said, about):
                    made_by[content].append(iri(claim))
        return made_by

    def _node(self, term: object) -> NetworkNode:
        node = self._nodes.get(term)
        if node is None:
            types = (VALUE,) if isinstance(term, ox.Literal) else self.types(term)
            node = self._nodes[term] = NetworkNode(iri(term), self.label(term), types)
        return node

    def label(self, term: object) -> str:
        """The label of a term; a proposition without one has the gloss of its claim."""
        if isinstance(term, ox.NamedNode) and not contains(self._store, term, RDFS_LABEL):
            for claim in subjects_of(self._store, PROPOSITION, term):
                for gloss in strings(values_of(self._store, claim, RDFS_LABEL)):
                    return gloss
        return self._labels(term)

    def types(self, term: object) -> tuple[str, ...]:
        """The labels of the types that a node is asserted to have, sorted."""
        if not isinstance(term, ox.NamedNode | ox.BlankNode):
            return ()
        asserted = {
            quad.object
            for quad in self._store.quads_for_pattern(term, RDF_TYPE, None)
            if self._graphs.layer(quad.graph_name) != "inferred"
        }
        return tuple(sorted(self._labels(kind) for kind in asserted - _NO_TYPE))

    def _is_entity(self, term: object) -> bool:
        """Whether a term has a type and is neither a claim nor a passage."""
        known = self._is_thing.get(term)
        if known is None:
            known = self._is_thing[term] = (
                isinstance(term, ox.NamedNode)
                and PASSAGE_MARK not in term.value
                and contains(self._store, term, RDF_TYPE)
                and not contains(self._store, term, PROPOSITION)
            )
        return known

    def _words(self, about: ClaimValues, predicate: ox.NamedNode) -> tuple[str, ...]:
        return tuple(sorted(map(self._labels, about.get(predicate, ()))))


def said_of(triples: Iterable[ox.Triple]) -> Mapping[object, ClaimValues]:
    """What is said of each subject, by predicate."""
    said: dict[object, dict[ox.NamedNode, list[object]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        said[triple.subject][triple.predicate].append(triple.object)
    return said


def contents(
    said: Mapping[object, ClaimValues], about: ClaimValues
) -> Iterator[tuple[object, object, object]]:
    """Subject, predicate and value of each content of a claim, sorted."""
    for proposition in sorted(about.get(PROPOSITION, ()), key=str):
        parts = said.get(proposition, {})
        for subject in parts.get(_SUBJECT, ()):
            for predicate in parts.get(_PREDICATE, ()):
                for part in _VALUES:
                    for value in sorted(parts.get(part, ()), key=str):
                        yield subject, predicate, value


def iri(term: object) -> str:
    """An IRI as such, any other term in N-Triples."""
    return term.value if isinstance(term, ox.NamedNode) else str(term)
