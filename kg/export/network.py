"""The graph as a network: labelled entities, and between them one edge for each claim and each fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg.claims.claim import Claim, claims_in
from kg.core.labels import Labels
from kg.core.nodes import contains, strings, subjects_of, values_of
from kg.core.terms import OWL, PASSAGE_MARK, PROPOSITION, RDF_TYPE, RDFS, RDFS_LABEL, SECPOL
from kg.export.content import Content
from kg.export.layers import Graphs

VALUE = "value"
_PARTS = map(SECPOL, ("propSubject", "propPredicate", "propObject", "propValue"))
_NO_EDGE = frozenset({RDF_TYPE, RDFS("isDefinedBy"), *_PARTS})
_NO_TYPE = frozenset({OWL("NamedIndividual")})


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
                yield from self._claims(claims_in(self._content.store, graph), layer, article)
            if layer != "claims":
                made_by = self._promoted(graph) if layer == "facts" else {}
                yield from self._facts(self._content.triples(graph), layer, article, made_by)

    def _claims(self, claims: Iterable[Claim], layer: str, article: str) -> Iterator[Edge]:
        for claim in claims:
            for proposition in claim.propositions:
                for subject, predicate, value in proposition.statements():
                    yield Edge(
                        self._node(subject),
                        self._node(value),
                        self._labels(predicate),
                        iri(predicate),
                        layer,
                        article,
                        (iri(claim.node),),
                        gloss=" / ".join(self._labels.each(claim.glosses)),
                        kinds=tuple(self._labels.each(claim.kinds)),
                        holders=tuple(self._labels.each(claim.holders)),
                        reporters=tuple(self._labels.each(claim.reporters)),
                        certainty="; ".join(self._labels.each(claim.certainty)),
                        polarity="; ".join(self._labels.each(claim.polarity)),
                        status="; ".join(self._labels.each(claim.status)),
                        passages=tuple(sorted(map(iri, claim.passages))),
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
        made_by: dict[tuple[object, ...], list[str]] = defaultdict(list)
        for claim in claims_in(self._store, graph):
            for statement in claim.facts():
                made_by[statement].append(iri(claim.node))
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


def iri(term: object) -> str:
    """An IRI as such, any other term in N-Triples."""
    return term.value if isinstance(term, ox.NamedNode) else str(term)
