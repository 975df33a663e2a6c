"""Proofs: how an inferred triple follows, backwards over the rules of OWL 2 RL to what is asserted.

Rules bear their names of OWL 2 Profiles, section 4.3. The published closure is the oracle: a step is taken
only where all its premises hold, so the search fails on nothing but circles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.terms import OWL, RDF, RDF_TYPE, RDFS

SUB_CLASS, SUB_PROPERTY = RDFS("subClassOf"), RDFS("subPropertyOf")
Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True)
class Proof:
    """A triple, the rule that gives it, and the proofs of its premises; without a rule it is asserted."""

    triple: ox.Triple
    rule: str | None = None
    premises: tuple[Proof, ...] = ()

    def leaves(self) -> Iterator[ox.Triple]:
        """The asserted triples that it rests on."""
        if self.rule is None:
            yield self.triple
        for premise in self.premises:
            yield from premise.leaves()

    @property
    def size(self) -> int:
        """How many steps it takes."""
        return 1 + sum(premise.size for premise in self.premises)


class Prover:
    """Proofs over some graphs of a store, those inferred told apart from those asserted."""

    def __init__(
        self, store: ox.Store, asserted: Iterable[ox.NamedNode], inferred: Iterable[ox.NamedNode]
    ) -> None:
        self._store = store
        self._asserted = frozenset(asserted)
        self._graphs = self._asserted | frozenset(inferred)
        self._match = cache(self._look_up)

    def prove(self, triple: ox.Triple) -> Proof | None:
        """The first short proof, without circles; None for a triple that does not hold or does not follow."""
        for depth in range(1, 8):
            proof = self._prove(triple, depth, frozenset())
            if proof is not None:
                return proof
        return None

    def _prove(self, goal: ox.Triple, depth: int, above: frozenset[ox.Triple]) -> Proof | None:
        if self._is_asserted(goal):
            return Proof(goal)
        if depth == 0 or goal in above or not self._holds(goal):
            return None
        steps = sorted(self._steps(goal), key=self._open_premises)
        for rule, premises in steps:
            proofs = []
            for premise in premises:
                proof = self._prove(premise, depth - 1, above | {goal})
                if proof is None:
                    break
                proofs.append(proof)
            else:
                return Proof(goal, rule, tuple(proofs))
        return None

    def _open_premises(self, step: tuple[str, tuple[ox.Triple, ...]]) -> tuple[int, str]:
        rule, premises = step
        return sum(not self._is_asserted(premise) for premise in premises), rule

    def _steps(self, goal: ox.Triple) -> Iterator[tuple[str, tuple[ox.Triple, ...]]]:
        """Every rule instance that concludes the goal and whose premises could hold."""
        if goal.predicate == RDF_TYPE:
            yield from self._type_steps(goal)
        elif goal.predicate in (SUB_CLASS, SUB_PROPERTY):
            rule = "scm-sco" if goal.predicate == SUB_CLASS else "scm-spo"
            for first in self._match(goal.subject, goal.predicate, None):
                yield rule, (first, ox.Triple(_subject(first.object), goal.predicate, goal.object))
        else:
            yield from self._property_steps(goal)

    def _type_steps(self, goal: ox.Triple) -> Iterator[tuple[str, tuple[ox.Triple, ...]]]:
        subject, kind = goal.subject, goal.object
        for axiom in self._match(None, SUB_CLASS, kind):
            if isinstance(axiom.subject, ox.NamedNode):
                yield "cax-sco", (ox.Triple(subject, RDF_TYPE, axiom.subject), axiom)
            else:
                yield from self._restriction_steps(subject, axiom)
        for axiom in self._match(None, RDFS("domain"), kind):
            for use in self._match(subject, _predicate(axiom.subject), None):
                yield "prp-dom", (use, axiom)
        if not isinstance(subject, ox.Triple):
            for axiom in self._match(None, RDFS("range"), kind):
                for use in self._match(None, _predicate(axiom.subject), subject):
                    yield "prp-rng", (use, axiom)
        for axiom in self._match(None, OWL("equivalentClass"), kind):
            yield "cax-eqc1", (ox.Triple(subject, RDF_TYPE, axiom.subject), axiom)
        for axiom in self._match(_subject(kind), OWL("equivalentClass"), None):
            yield "cax-eqc2", (ox.Triple(subject, RDF_TYPE, axiom.object), axiom)

    def _restriction_steps(
        self, subject: ox.NamedNode | ox.BlankNode | ox.Triple, axiom: ox.Triple
    ) -> Iterator[tuple[str, tuple[ox.Triple, ...]]]:
        restriction = axiom.subject
        for on in self._match(restriction, OWL("onProperty"), None):
            for some in self._match(restriction, OWL("someValuesFrom"), None):
                for use in self._match(subject, _predicate(on.object), None):
                    if some.object == OWL("Thing"):
                        yield "cls-svf2", (use, on, some, axiom)
                    elif not isinstance(use.object, ox.Literal):
                        typed = ox.Triple(use.object, RDF_TYPE, some.object)
                        yield "cls-svf1", (use, typed, on, some, axiom)
            for has in self._match(restriction, OWL("hasValue"), None):
                yield "cls-hv2", (ox.Triple(subject, _predicate(on.object), has.object), on, has, axiom)

    def _property_steps(self, goal: ox.Triple) -> Iterator[tuple[str, tuple[ox.Triple, ...]]]:
        subject, predicate, value = goal.subject, goal.predicate, goal.object
        for axiom in self._match(None, SUB_PROPERTY, predicate):
            yield "prp-spo1", (ox.Triple(subject, _predicate(axiom.subject), value), axiom)
        for chain in self._match(predicate, OWL("propertyChainAxiom"), None):
            for path in self._paths(subject, self._list(chain.object), value):
                yield "prp-spo2", (*path, chain)
        if isinstance(value, ox.Literal):
            return
        for axiom in self._match(predicate, OWL("inverseOf"), None):
            yield "prp-inv2", (ox.Triple(value, _predicate(axiom.object), subject), axiom)
        for axiom in self._match(None, OWL("inverseOf"), predicate):
            yield "prp-inv1", (ox.Triple(value, _predicate(axiom.subject), subject), axiom)
        for axiom in self._match(predicate, RDF_TYPE, OWL("SymmetricProperty")):
            yield "prp-symp", (ox.Triple(value, predicate, subject), axiom)
        for axiom in self._match(predicate, RDF_TYPE, OWL("TransitiveProperty")):
            for first in self._match(subject, predicate, None):
                if not isinstance(first.object, ox.Literal):
                    yield "prp-trp", (first, ox.Triple(first.object, predicate, value), axiom)

    def _paths(
        self, start: Node, properties: list[ox.NamedNode], end: Node
    ) -> Iterator[tuple[ox.Triple, ...]]:
        """The chains of triples from start to end through these properties."""
        if isinstance(start, ox.Literal) or not properties:
            return
        for use in self._match(start, properties[0], end if len(properties) == 1 else None):
            if len(properties) == 1:
                yield (use,)
            for rest in self._paths(use.object, properties[1:], end):
                yield (use, *rest)

    def _list(self, head: Node) -> list[ox.NamedNode]:
        items: list[ox.NamedNode] = []
        while head != RDF("nil"):
            items += [_predicate(first.object) for first in self._match(_subject(head), RDF("first"), None)]
            head = self._match(_subject(head), RDF("rest"), None)[0].object
        return items

    def _is_asserted(self, triple: ox.Triple) -> bool:
        return any(quad.graph_name in self._asserted for quad in self._quads(*triple))

    def _holds(self, triple: ox.Triple) -> bool:
        return any(quad.graph_name in self._graphs for quad in self._quads(*triple))

    def _look_up(
        self, subject: Node | None, predicate: ox.NamedNode | None, value: Node | None
    ) -> tuple[ox.Triple, ...]:
        found = {
            quad.triple for quad in self._quads(subject, predicate, value) if quad.graph_name in self._graphs
        }
        return tuple(sorted(found, key=str))

    def _quads(
        self, subject: Node | None, predicate: ox.NamedNode | None, value: Node | None
    ) -> Iterator[ox.Quad]:
        if isinstance(subject, ox.Literal):
            return iter(())
        return iter(self._store.quads_for_pattern(subject, predicate, value))


def _predicate(node: Node) -> ox.NamedNode:
    assert isinstance(node, ox.NamedNode)
    return node


def _subject(node: Node) -> ox.NamedNode | ox.BlankNode | ox.Triple:
    assert not isinstance(node, ox.Literal)
    return node
