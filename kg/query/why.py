"""Why: the claims behind a statement, down to their passages, and the proof of what was inferred."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.claims.claim import is_claim, read_claim
from kg.core.errors import UsageError
from kg.core.graph_names import article_of, asserted, inferred, is_inferred, name_of
from kg.core.labels import Labels
from kg.core.nodes import values_of
from kg.core.terms import DCTERMS, RDF_TYPE, RDFS_LABEL, SECPOL, WOULD_BE
from kg.project.project import Project
from kg.query.claims import Claims, ClaimView
from kg.query.proof import Proof, Prover

_SOURCE = DCTERMS("source")
_PLUMBING = (SECPOL("statedBy"), RDFS_LABEL)
_SAID_IN = ("/facts", "/descriptions", "/meta")


@dataclass(frozen=True)
class Reason:
    """A statement and what it rests on: a rule and its premises where inferred, else claims or sources.

    `graph` is the named graph, less the project's base; None for what holds in no published graph.
    """

    triple: ox.Triple
    graph: str | None
    rule: str | None = None
    premises: tuple[Reason, ...] = ()
    claims: tuple[ClaimView, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """One statement with its reason; or, without a reason, the claims asked for or that say so."""

    statement: ox.Triple | None
    reason: Reason | None
    claims: tuple[ClaimView, ...] = ()


class Why:
    """Explains the statements of one snapshot."""

    def __init__(self, project: Project, store: ox.Store, labels: Labels, *, quotes: bool = False) -> None:
        self._project = project
        self._store = store
        self._labels = labels
        self._claims = Claims(project, store, labels, quotes=quotes)
        self._provers: dict[str | None, Prover] = {}

    def explain(
        self, subject: ox.NamedNode, predicate: ox.NamedNode | None, value: ox.NamedNode | ox.Literal | None
    ) -> list[Explanation]:
        """A claim, all statements about a subject, or those that match.

        What nobody states as a fact is explained by the claims that hold or deny it; raises `UsageError`
        where there are none.
        """
        if predicate is None and is_claim(self._store, subject):
            return [Explanation(None, None, (self._claims.view(subject),))]
        found = sorted(self._statements(subject, predicate, value), key=_asserted_first)
        if not found and predicate == RDF_TYPE:
            found = sorted(self._statements(subject, WOULD_BE, value), key=_asserted_first)
        if found:
            return [self._explain(quad) for quad in found]
        claims = self._claims.about(subject, predicate, value)
        if not claims:
            what = " ".join(self._labels(term) for term in (subject, predicate, value) if term is not None)
            raise UsageError(f"nothing is stated: {what}")
        statement = ox.Triple(subject, predicate, value) if predicate and value else None
        return [Explanation(statement, None, tuple(map(self._claims.view, claims)))]

    def proof(self, triple: ox.Triple, article: str | None) -> Proof | None:
        """The proof of an inferred triple within its article, or over the shared graphs alone."""
        if article not in self._provers:
            ground = (None, article) if article else (None,)
            said = [self._graph(name) for slug in ground for name in asserted(slug)]
            self._provers[article] = Prover(self._store, said, map(self._graph, map(inferred, ground)))
        return self._provers[article].prove(triple)

    def _explain(self, quad: ox.Quad) -> Explanation:
        graph = name_of(quad.graph_name)
        article = article_of(graph)
        if is_inferred(graph):
            proof = self.proof(quad.triple, article)
            if proof is not None:
                return Explanation(quad.triple, self._reason(proof, article))
        return Explanation(quad.triple, self._leaf(quad.triple, graph))

    def _reason(self, proof: Proof, article: str | None) -> Reason:
        graph = next((name for name in self._graphs_with(proof.triple, article)), None)
        if proof.rule is None:
            return self._leaf(proof.triple, graph)
        premises = tuple(self._reason(premise, article) for premise in proof.premises)
        return Reason(proof.triple, graph, proof.rule, premises)

    def _leaf(self, triple: ox.Triple, graph: str | None) -> Reason:
        claims = tuple(map(self._claims.view, self._behind(triple)))
        sources = values_of(self._store, triple.subject, _SOURCE) if graph == "entities" else []
        return Reason(triple, graph, claims=claims, sources=tuple(source.value for source in sources))

    def _behind(self, triple: ox.Triple) -> list[ox.NamedNode]:
        """The claims that a rule makes this statement of."""
        subject, predicate, value = triple
        if not isinstance(subject, ox.NamedNode):
            return []
        claims = self._claims.about(subject, None if predicate == SECPOL("during") else predicate)
        return [
            claim for claim in claims if (subject, predicate, value) in read_claim(self._store, claim).facts()
        ]

    def _statements(
        self, subject: ox.NamedNode, predicate: ox.NamedNode | None, value: ox.NamedNode | ox.Literal | None
    ) -> Iterator[ox.Quad]:
        """What matches; of all statements about a subject, what somebody says of it or what follows."""
        for quad in self._store.quads_for_pattern(subject, predicate, value):
            graph = name_of(quad.graph_name)
            backed = graph == "entities" or graph.endswith(_SAID_IN) or is_inferred(graph)
            is_beside = quad.predicate in _PLUMBING or (quad.predicate == _SOURCE and graph == "entities")
            if predicate is not None or (backed and not is_beside):
                yield quad

    def _graphs_with(self, triple: ox.Triple, article: str | None) -> list[str]:
        """The graphs a triple stands in, those of other articles left out."""
        if isinstance(triple.subject, ox.Literal):
            return []
        found = (name_of(quad.graph_name) for quad in self._store.quads_for_pattern(*triple))
        return sorted(name for name in found if article_of(name) in (None, article))

    def _graph(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(self._project.graph_iri(name))


def _asserted_first(quad: ox.Quad) -> tuple[bool, str]:
    return is_inferred(name_of(quad.graph_name)), str(quad)
