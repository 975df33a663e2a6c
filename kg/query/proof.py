"""Proofs: how an inferred triple follows, backwards over the rules of OWL 2 RL to what is asserted.

Rules bear their names of OWL 2 Profiles, section 4.3. The published closure is the oracle: a step is taken
only where all its premises hold, so the search fails on nothing but circles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

import pyoxigraph as ox

from kg.core.terms import OWL, RDF_TYPE, RDFS, Term
from kg.rdf.lists import items_of, list_cells

SUB_CLASS, SUB_PROPERTY = RDFS("subClassOf"), RDFS("subPropertyOf")
SAME = OWL("sameAs")
DEEPEST = 12
Inference = tuple[str, tuple[ox.Triple, ...]]


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
        self._cells = cache(partial(list_cells, store))

    def prove(self, triple: ox.Triple) -> Proof | None:
        """The first short proof, without circles; None for a triple that does not hold or does not follow."""
        for depth in range(1, DEEPEST):
            proof = self._prove(triple, depth, frozenset())
            if proof is not None:
                return proof
        return None

    def _prove(self, goal: ox.Triple, depth: int, above: frozenset[ox.Triple]) -> Proof | None:
        if self._is_asserted(goal):
            return Proof(goal)
        if depth == 0 or goal in above or not self._may_hold(goal):
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

    def _open_premises(self, step: Inference) -> tuple[int, str]:
        rule, premises = step
        return sum(not self._is_asserted(premise) for premise in premises), rule

    def _steps(self, goal: ox.Triple) -> Iterator[Inference]:
        """Every rule instance that concludes the goal and whose premises could hold."""
        if goal.predicate == RDF_TYPE:
            yield from self._type_steps(goal)
        elif goal.predicate in (SUB_CLASS, SUB_PROPERTY):
            yield from self._schema_steps(goal)
        else:
            yield from self._property_steps(goal)
        if goal.predicate != SAME:
            yield from self._replaced_steps(goal)

    def _schema_steps(self, goal: ox.Triple) -> Iterator[Inference]:
        of_classes = goal.predicate == SUB_CLASS
        for first in self._match(goal.subject, goal.predicate, None):
            above = ox.Triple(_subject(first.object), goal.predicate, goal.object)
            yield "scm-sco" if of_classes else "scm-spo", (first, above)
        rule, same = ("scm-eqc1", "equivalentClass") if of_classes else ("scm-eqp1", "equivalentProperty")
        for axiom in self._match(goal.subject, OWL(same), goal.object):
            yield rule, (axiom,)
        for axiom in self._match(goal.object, OWL(same), goal.subject):
            yield rule, (axiom,)
        for whole, items, cells in self._lists(goal.subject, "intersectionOf"):
            if goal.object in items:
                yield "scm-int", (whole, *cells)
        for whole, items, cells in self._lists(goal.object, "unionOf"):
            if goal.subject in items:
                yield "scm-uni", (whole, *cells)

    def _type_steps(self, goal: ox.Triple) -> Iterator[Inference]:
        subject, kind = goal.subject, goal.object
        for axiom in self._match(None, SUB_CLASS, kind):
            yield "cax-sco", (_typed(subject, axiom.subject), axiom)
        for axiom in self._match(None, OWL("equivalentClass"), kind):
            yield "cax-eqc1", (_typed(subject, axiom.subject), axiom)
        for axiom in self._match(kind, OWL("equivalentClass"), None):
            yield "cax-eqc2", (_typed(subject, axiom.object), axiom)
        for axiom in self._match(None, RDFS("domain"), kind):
            for use in self._match(subject, _predicate(axiom.subject), None):
                yield "prp-dom", (use, axiom)
        for axiom in self._match(None, RDFS("range"), kind):
            for use in self._match(None, _predicate(axiom.subject), subject):
                yield "prp-rng", (use, axiom)
        yield from self._expression_steps(subject, kind)
        for whole, items, cells in self._lists(None, "intersectionOf"):
            if kind in items:
                yield "cls-int2", (_typed(subject, whole.subject), whole, *cells)
        for every in self._match(None, OWL("allValuesFrom"), kind):
            for on in self._match(every.subject, OWL("onProperty"), None):
                for use in self._match(None, _predicate(on.object), subject):
                    yield "cls-avf", (use, _typed(use.subject, every.subject), on, every)

    def _expression_steps(self, subject: Term, kind: Term) -> Iterator[Inference]:
        """How a thing comes under a class that is an expression: a restriction, a union, a list."""
        for on in self._match(kind, OWL("onProperty"), None):
            for some in self._match(kind, OWL("someValuesFrom"), None):
                for use in self._match(subject, _predicate(on.object), None):
                    if some.object == OWL("Thing"):
                        yield "cls-svf2", (use, on, some)
                    elif not isinstance(use.object, ox.Literal):
                        yield "cls-svf1", (use, _typed(use.object, some.object), on, some)
            for has in self._match(kind, OWL("hasValue"), None):
                yield "cls-hv2", (ox.Triple(_subject(subject), _predicate(on.object), has.object), on, has)
        for whole, items, cells in self._lists(kind, "intersectionOf"):
            yield "cls-int1", (*(_typed(subject, item) for item in items), whole, *cells)
        for whole, items, cells in self._lists(kind, "unionOf"):
            for item in items:
                yield "cls-uni", (_typed(subject, item), whole, *cells)
        for whole, items, cells in self._lists(kind, "oneOf"):
            if subject in items:
                yield "cls-oo", (whole, *cells)

    def _property_steps(self, goal: ox.Triple) -> Iterator[Inference]:
        subject, predicate, value = goal.subject, goal.predicate, goal.object
        for axiom in self._match(None, SUB_PROPERTY, predicate):
            yield "prp-spo1", (ox.Triple(subject, _predicate(axiom.subject), value), axiom)
        for axiom in self._match(None, OWL("equivalentProperty"), predicate):
            yield "prp-eqp1", (ox.Triple(subject, _predicate(axiom.subject), value), axiom)
        for axiom in self._match(predicate, OWL("equivalentProperty"), None):
            yield "prp-eqp2", (ox.Triple(subject, _predicate(axiom.object), value), axiom)
        for has in self._match(None, OWL("hasValue"), value):
            for on in self._match(has.subject, OWL("onProperty"), predicate):
                yield "cls-hv1", (_typed(subject, has.subject), on, has)
        for chain, items, cells in self._lists(predicate, "propertyChainAxiom"):
            for path in self._paths(subject, items, value):
                yield "prp-spo2", (*path, chain, *cells)
        if not isinstance(value, ox.Literal):
            yield from self._relation_steps(subject, predicate, value)

    def _relation_steps(self, subject: Term, predicate: ox.NamedNode, value: Term) -> Iterator[Inference]:
        """What follows from a relation's character; its values are things, not literals."""
        assert not isinstance(subject, ox.Literal | ox.Triple) and not isinstance(value, ox.Literal)
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
        if predicate == SAME:
            yield from self._same_steps(subject, value)

    def _same_steps(self, one: Term, other: Term) -> Iterator[Inference]:
        """How two names come to name one thing."""
        yield "eq-sym", (ox.Triple(_subject(other), SAME, one),)
        for first in self._match(one, SAME, None):
            if first.object not in (one, other):
                yield "eq-trans", (first, ox.Triple(_subject(first.object), SAME, other))
        for axiom in self._match(None, RDF_TYPE, OWL("FunctionalProperty")):
            for use in self._match(None, _predicate(axiom.subject), one):
                yield "prp-fp", (use, ox.Triple(use.subject, use.predicate, other), axiom)
        for axiom in self._match(None, RDF_TYPE, OWL("InverseFunctionalProperty")):
            for use in self._match(one, _predicate(axiom.subject), None):
                yield "prp-ifp", (use, ox.Triple(_subject(other), use.predicate, use.object), axiom)
        for axiom, items, cells in self._lists(None, "hasKey"):
            kinds = _typed(one, axiom.subject), _typed(other, axiom.subject)
            for uses in self._same_values(one, other, items):
                yield "prp-key", (*kinds, *uses, axiom, *cells)

    def _same_values(
        self, one: Term, other: Term, properties: Sequence[Term]
    ) -> Iterator[tuple[ox.Triple, ...]]:
        """For each choice of a value that two things share of each property: the triples that say so."""
        if not properties:
            yield ()
        if not properties or not isinstance(properties[0], ox.NamedNode):
            return
        for use in self._match(one, properties[0], None):
            for same in self._match(other, properties[0], use.object):
                for rest in self._same_values(one, other, properties[1:]):
                    yield (use, same, *rest)

    def _replaced_steps(self, goal: ox.Triple) -> Iterator[Inference]:
        """What holds of a thing holds of it under its other names."""
        for same in self._match(None, SAME, goal.subject):
            if same.subject != goal.subject:
                yield "eq-rep-s", (ox.Triple(same.subject, goal.predicate, goal.object), same)
        for same in self._match(None, SAME, goal.object):
            if same.subject != goal.object:
                yield "eq-rep-o", (ox.Triple(goal.subject, goal.predicate, same.subject), same)

    def _paths(self, start: Term, properties: Sequence[Term], end: Term) -> Iterator[tuple[ox.Triple, ...]]:
        """The chains of triples from start to end through these properties."""
        if isinstance(start, ox.Literal) or not properties or not isinstance(properties[0], ox.NamedNode):
            return
        for use in self._match(start, properties[0], end if len(properties) == 1 else None):
            if len(properties) == 1:
                yield (use,)
            for rest in self._paths(use.object, properties[1:], end):
                yield (use, *rest)

    def _lists(
        self, subject: Term | None, name: str
    ) -> Iterator[tuple[ox.Triple, Sequence[Term], Sequence[ox.Triple]]]:
        """Each axiom with a list that is well-formed, the list's items, and the triples that make it."""
        for axiom in self._match(subject, OWL(name), None):
            cells = self._cells(axiom.object)
            if cells is not None:
                yield axiom, items_of(cells), cells

    def _is_asserted(self, triple: ox.Triple) -> bool:
        return any(quad.graph_name in self._asserted for quad in self._quads(*triple))

    def _may_hold(self, triple: ox.Triple) -> bool:
        """Whether the closure has it; the members of nameless classes are not published."""
        if triple.predicate == RDF_TYPE and isinstance(triple.object, ox.BlankNode):
            return True
        return any(quad.graph_name in self._graphs for quad in self._quads(*triple))

    def _look_up(
        self, subject: Term | None, predicate: ox.NamedNode | None, value: Term | None
    ) -> tuple[ox.Triple, ...]:
        found = {
            quad.triple for quad in self._quads(subject, predicate, value) if quad.graph_name in self._graphs
        }
        return tuple(sorted(found, key=str))

    def _quads(
        self, subject: Term | None, predicate: ox.NamedNode | None, value: Term | None
    ) -> Iterator[ox.Quad]:
        if isinstance(subject, ox.Literal):
            return iter(())
        return iter(self._store.quads_for_pattern(subject, predicate, value))


def _typed(node: Term, kind: Term) -> ox.Triple:
    return ox.Triple(_subject(node), RDF_TYPE, kind)


def _predicate(node: Term) -> ox.NamedNode:
    assert isinstance(node, ox.NamedNode)
    return node


def _subject(node: Term) -> ox.NamedNode | ox.BlankNode | ox.Triple:
    assert not isinstance(node, ox.Literal)
    return node
