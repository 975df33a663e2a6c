"""One claim as a graph has it: who holds it how surely, what is claimed, and the passages it is found in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pyoxigraph as ox

from kg.core.labels import preferred
from kg.core.nodes import contains, named, subjects_of, values_of
from kg.core.passages import Span, range_of
from kg.core.terms import PROPOSITION, RDF_TYPE, RDFS_LABEL, SECPOL, AtomicTerm, GraphName

Terms = tuple[AtomicTerm, ...]
"""The values of one property, each once, sorted."""

_FIELDS = {
    "glosses": RDFS_LABEL,
    "kinds": RDF_TYPE,
    "holders": SECPOL("heldBy"),
    "reporters": SECPOL("reportedBy"),
    "stance": SECPOL("reporterStance"),
    "certainty": SECPOL("certainty"),
    "polarity": SECPOL("polarity"),
    "quantifier": SECPOL("quantifier"),
    "degree": SECPOL("degree"),
    "trend": SECPOL("trend"),
    "status": SECPOL("assertedAs"),
    "conveyance": SECPOL("conveyance"),
    "hedges": SECPOL("hedge"),
    "passages": SECPOL("evidencedBy"),
}


@dataclass(frozen=True)
class Proposition:
    """What is claimed: subjects, relations and values, and the times during which it is said to hold."""

    node: AtomicTerm
    subjects: Terms
    predicates: Terms
    values: Terms
    during: Terms

    @property
    def content(self) -> tuple[Terms, Terms, Terms] | None:
        """What makes two propositions the same, whenever they hold; None where a part is missing."""
        parts = self.subjects, self.predicates, self.values
        return parts if all(parts) else None

    def statements(self) -> Iterator[tuple[AtomicTerm, AtomicTerm, AtomicTerm]]:
        """Subject, predicate and value of each statement that it makes."""
        return product(self.subjects, self.predicates, self.values)


@dataclass(frozen=True)
class Claim:
    """A claim in terms; shapes say how many values a property may have, so each field holds all there are.

    `status` is what it is asserted as: a view, or a fact.
    """

    node: ox.NamedNode | ox.BlankNode
    propositions: tuple[Proposition, ...]
    glosses: Terms
    kinds: Terms
    holders: Terms
    reporters: Terms
    stance: Terms
    certainty: Terms
    polarity: Terms
    quantifier: Terms
    degree: Terms
    trend: Terms
    status: Terms
    conveyance: Terms
    hedges: Terms
    passages: Terms

    @property
    def gloss(self) -> str:
        """The gloss to show of several; empty where there is none."""
        return preferred(self.glosses) or ""

    @property
    def is_fact(self) -> bool:
        """Whether it is asserted as a fact and affirmed, so that a rule makes a statement of it."""
        return SECPOL("Fact") in self.status and SECPOL("Affirmed") in self.polarity

    def facts(self) -> Iterator[tuple[AtomicTerm, AtomicTerm, AtomicTerm]]:
        """The statements that a rule makes of it: its content, and the time of what its article brings in."""
        home = f"{self.node.value.partition('#')[0]}#"
        for proposition in self.propositions if self.is_fact else ():
            yield from proposition.statements()
            for subject, time in product(proposition.subjects, proposition.during):
                if subject.value.startswith(home):
                    yield subject, SECPOL("during"), time

    def spans(self, article: str) -> list[Span]:
        """The ranges of an article's text that it is found in, sorted."""
        ranges = (range_of(passage.value) for passage in named(self.passages))
        return sorted(found[1] for found in ranges if found is not None and found[0] == article)


def is_claim(store: ox.Store, node: ox.NamedNode) -> bool:
    """Whether a node is a claim: it has a proposition."""
    return contains(store, node, PROPOSITION)


def claims_in(store: ox.Store, graph: GraphName) -> Iterator[Claim]:
    """The claims of one graph, sorted, as that graph has them."""
    return (read_claim(store, node, graph) for node in subjects_of(store, PROPOSITION, None, graph))


def read_claim(store: ox.Store, node: ox.NamedNode | ox.BlankNode, graph: GraphName | None = None) -> Claim:
    """A claim as all graphs have it, or one of them."""
    fields = {name: tuple(values_of(store, node, by, graph)) for name, by in _FIELDS.items()}
    propositions = values_of(store, node, PROPOSITION, graph)
    return Claim(node, tuple(read_proposition(store, one, graph) for one in propositions), **fields)


def read_proposition(store: ox.Store, node: AtomicTerm, graph: GraphName | None = None) -> Proposition:
    """A proposition as all graphs have it, or one of them; its values are nodes first, then literals."""

    def values(*names: str) -> Terms:
        return tuple(value for name in names for value in values_of(store, node, SECPOL(name), graph))

    return Proposition(
        node,
        subjects=values("propSubject"),
        predicates=values("propPredicate"),
        values=values("propObject", "propValue"),
        during=values("during"),
    )
