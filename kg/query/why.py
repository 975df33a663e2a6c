"""Why: the claims behind a statement, down to their passages, and the proof of what was inferred."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import UsageError
from kg.labels import Labels
from kg.project import Project
from kg.query.proof import Proof, Prover
from kg.terms import DCTERMS, PASSAGE_MARK, PROPOSITION, RDFS_LABEL, SECPOL
from kg.texts import read_text

ReadText = Callable[[str], str | None]


@dataclass(frozen=True)
class Passage:
    """Where a claim is found; `quote` is None where the text is not at hand."""

    iri: str
    paragraph: int | None
    quote: str | None
    url: str | None


@dataclass(frozen=True)
class ClaimView:
    """A claim in the reader's words."""

    iri: str
    gloss: str
    holders: tuple[str, ...]
    reporters: tuple[str, ...]
    stance: str | None
    certainty: str | None
    polarity: str | None
    status: str | None
    hedge: str | None
    passages: tuple[Passage, ...]
    grounds: tuple[str, ...]
    contradicted_by: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """One statement with what stands behind it: claims where it is a fact, a proof where it was inferred."""

    statement: ox.Triple | None
    graph: str | None
    claims: tuple[ClaimView, ...]
    proof: Proof | None = None


class Why:
    """Explains the statements of one snapshot."""

    def __init__(self, project: Project, store: ox.Store, labels: Labels) -> None:
        self._project = project
        self._store = store
        self._labels = labels

    def explain(
        self, subject: ox.NamedNode, predicate: ox.NamedNode | None, value: ox.NamedNode | ox.Literal | None
    ) -> list[Explanation]:
        """A claim, all statements about a subject, or those that match; raises `UsageError` for none."""
        if predicate is None and self._one(subject, PROPOSITION) is not None:
            return [Explanation(None, None, (self.claim(subject),))]
        found = sorted(self._statements(subject, predicate, value), key=str)
        if not found:
            what = " ".join(self._labels(term) for term in (subject, predicate, value) if term is not None)
            raise UsageError(f"nothing is stated: {what}")
        return [self._explain(quad) for quad in found]

    def claim(self, node: ox.NamedNode) -> ClaimView:
        """A claim with its holder, its strength and its passages."""
        hedge = self._one(node, SECPOL("hedge"))
        gloss = self._one(node, RDFS_LABEL)
        return ClaimView(
            iri=node.value,
            gloss=gloss.value if isinstance(gloss, ox.Literal) else "",
            holders=self._named(node, "heldBy"),
            reporters=self._named(node, "reportedBy"),
            stance=next(iter(self._named(node, "reporterStance")), None),
            certainty=next(iter(self._named(node, "certainty")), None),
            polarity=next(iter(self._named(node, "polarity")), None),
            status=next(iter(self._named(node, "assertedAs")), None),
            hedge=hedge.value if isinstance(hedge, ox.Literal) else None,
            passages=tuple(self._passage(passage) for passage in self._objects(node, SECPOL("evidencedBy"))),
            grounds=tuple(self._labels(claim) for claim in self._subjects(SECPOL("supports"), node)),
            contradicted_by=self._named(node, "contradicts"),
        )

    def proof(self, triple: ox.Triple, article: str | None) -> Proof | None:
        """The proof of an inferred triple within its article, or over the shared graphs alone."""
        shared = [self._graph("ontology"), self._graph("entities")]
        inferred = [self._graph("inferred/shared")]
        if article is not None:
            parts = ("facts", "claims", "passages", "mentions")
            shared += [self._graph(f"article/{article}/{part}") for part in parts]
            inferred.append(self._graph(f"article/{article}/inferred"))
        return Prover(self._store, shared, inferred).prove(triple)

    def _explain(self, quad: ox.Quad) -> Explanation:
        home = self._project.graph_iri("")
        graph = str(getattr(quad.graph_name, "value", "")).removeprefix(home)
        proof = None
        if graph.endswith("inferred") or graph == "inferred/shared":
            article = graph.split("/")[1] if graph.startswith("article/") else None
            proof = self.proof(quad.triple, article)
        behind = {
            claim for triple in (proof.leaves() if proof else [quad.triple]) for claim in self._claims(triple)
        }
        ordered = sorted(behind, key=lambda claim: claim.value)
        return Explanation(quad.triple, graph, tuple(self.claim(claim) for claim in ordered), proof)

    def _statements(
        self, subject: ox.NamedNode, predicate: ox.NamedNode | None, value: ox.NamedNode | ox.Literal | None
    ) -> Iterator[ox.Quad]:
        for quad in self._store.quads_for_pattern(subject, predicate, value):
            graph = str(getattr(quad.graph_name, "value", ""))
            if predicate is not None or graph.endswith(("/facts", "/inferred", "inferred/shared")):
                yield quad

    def _claims(self, triple: ox.Triple) -> Iterator[ox.NamedNode]:
        """The claims whose proposition is this triple, or that state a node's own description."""
        for proposition in self._subjects(SECPOL("propSubject"), triple.subject):
            values = self._objects(proposition, SECPOL("propObject")) + self._objects(
                proposition, SECPOL("propValue")
            )
            if (
                self._one(proposition, SECPOL("propPredicate")) == triple.predicate
                and triple.object in values
            ):
                yield from self._subjects(PROPOSITION, proposition)
        for claim in self._objects(triple.subject, SECPOL("statedBy")):
            if isinstance(claim, ox.NamedNode) and not self._is_promoted(triple):
                yield claim

    def _is_promoted(self, triple: ox.Triple) -> bool:
        propositions = self._subjects(SECPOL("propSubject"), triple.subject)
        return any(self._one(node, SECPOL("propPredicate")) == triple.predicate for node in propositions)

    def _passage(self, node: object) -> Passage:
        assert isinstance(node, ox.NamedNode)
        document, _, span = node.value.partition(PASSAGE_MARK)
        text = read_text(self._project, document.rpartition("/")[2])
        start, _, end = span.partition(",")
        paragraph = self._one(node, SECPOL("paragraph"))
        url = self._one(ox.NamedNode(document), DCTERMS("source"))
        return Passage(
            iri=node.value,
            paragraph=int(paragraph.value) if isinstance(paragraph, ox.Literal) else None,
            quote=text[int(start) : int(end)] if text is not None else None,
            url=url.value if isinstance(url, ox.NamedNode) else None,
        )

    def _graph(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(self._project.graph_iri(name))

    def _named(self, node: ox.NamedNode, local_name: str) -> tuple[str, ...]:
        return tuple(sorted(self._labels(value) for value in self._objects(node, SECPOL(local_name))))

    def _one(self, node: object, predicate: ox.NamedNode) -> object:
        return next(iter(self._objects(node, predicate)), None)

    def _objects(self, node: object, predicate: ox.NamedNode) -> list[object]:
        if not isinstance(node, ox.NamedNode | ox.BlankNode):
            return []
        found = {quad.object for quad in self._store.quads_for_pattern(node, predicate, None)}
        return sorted(found, key=str)

    def _subjects(self, predicate: ox.NamedNode, value: object) -> list[ox.NamedNode]:
        assert isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal)
        found = {quad.subject for quad in self._store.quads_for_pattern(None, predicate, value)}
        return sorted((node for node in found if isinstance(node, ox.NamedNode)), key=str)
