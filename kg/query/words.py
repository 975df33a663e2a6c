"""Triples as sentences: axioms in words a reader follows, with no rdfs: in sight."""

from __future__ import annotations

import pyoxigraph as ox

from kg.core.labels import Labels
from kg.core.nodes import values_of
from kg.core.terms import OWL, RDF, RDF_TYPE, RDFS, RDFS_LABEL, SKOS, WOULD_BE, AtomicTerm, Term
from kg.rdf.lists import list_items

_CHARACTERS = {
    OWL("SymmetricProperty"): "holds both ways",
    OWL("TransitiveProperty"): "carries over from one to the next",
    OWL("FunctionalProperty"): "has one value at most",
    OWL("InverseFunctionalProperty"): "belongs to one thing at most",
}
_AXIOMS = {
    RDFS("subPropertyOf"): '"{s}" is a kind of "{o}"',
    RDFS("domain"): 'whatever "{s}" is said of is {a_o}',
    RDFS("range"): 'every value of "{s}" is {a_o}',
    OWL("inverseOf"): '"{s}" is the inverse of "{o}"',
    OWL("equivalentProperty"): '"{s}" means the same as "{o}"',
}
_LISTS = {
    OWL("propertyChainAxiom"): (", then ", '"{s}" follows from {items}'),
    OWL("hasKey"): (" and ", "{s}: {items} tell one from another"),
}
_STATED = {
    RDFS_LABEL: '{s} is called "{o}"',
    SKOS("prefLabel"): '{s} is called "{o}"',
    SKOS("altLabel"): '{s} is also called "{o}"',
    OWL("sameAs"): "{s} is the same as {o}",
}
_SMALL_PARTS = frozenset(
    {
        RDF("first"),
        RDF("rest"),
        *map(OWL, ("onProperty", "someValuesFrom", "hasValue", "allValuesFrom")),
        *map(OWL, ("intersectionOf", "unionOf", "oneOf")),
    }
)


class Words:
    """Sentences for the triples of one store."""

    def __init__(self, store: ox.Store, labels: Labels) -> None:
        self._store = store
        self._labels = labels

    def sentence(self, triple: ox.Triple) -> str:
        """A triple as a reader would say it."""
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if predicate == RDF_TYPE:
            character = _CHARACTERS.get(value) if isinstance(value, ox.NamedNode) else None
            named = self._labels(subject)
            return f'"{named}" {character}' if character else f"{named} is {self.a_kind(value)}"
        if predicate in (RDFS("subClassOf"), OWL("equivalentClass")):
            reverse = "" if predicate == RDFS("subClassOf") else ", and the reverse"
            return f"{self._every(subject)} is {self.a_kind(value)}{reverse}"
        if predicate in _LISTS and (items := list_items(self._store, value)):
            joint, pattern = _LISTS[predicate]
            return pattern.format(
                s=self._labels(subject), items=joint.join(f'"{self._labels(item)}"' for item in items)
            )
        if predicate in _AXIOMS:
            return _AXIOMS[predicate].format(
                s=self._labels(subject), o=self._labels(value), a_o=self.a_kind(value)
            )
        if predicate == WOULD_BE:
            return f"{self._labels(subject)} would be {self.a_kind(value)}"
        pattern = _STATED.get(predicate, "{s} {p} {o}")
        return pattern.format(s=self._labels(subject), p=self._labels(predicate), o=self._labels(value))

    def a_kind(self, kind: Term) -> str:
        """A class with its article; a nameless class in words."""
        if not isinstance(kind, ox.NamedNode):
            return self._expression(kind)
        label = self._labels(kind)
        return f"{'an' if label[:1].lower() in 'aeiou' else 'a'} {label}"

    @staticmethod
    def is_small_part(triple: ox.Triple) -> bool:
        """Whether a triple is only a part of an axiom that the axiom's own sentence tells."""
        return triple.predicate in _SMALL_PARTS

    def _every(self, kind: Term) -> str:
        return (
            f"every {self._labels(kind)}"
            if isinstance(kind, ox.NamedNode)
            else f"every{self._expression(kind)[1:]}"
        )

    def _expression(self, kind: Term) -> str:
        """A restriction, union or intersection: `a thing that ...`."""
        for on in self._values(kind, "onProperty"):
            relation = self._labels(on)
            for some in self._values(kind, "someValuesFrom"):
                what = "something" if some == OWL("Thing") else self.a_kind(some)
                return f"a thing that {relation} {what}"
            for has in self._values(kind, "hasValue"):
                return f"a thing that {relation} {self._labels(has)}"
            for every in self._values(kind, "allValuesFrom"):
                return f"a thing that {relation} nothing but {self.a_kind(every)}"
        for name, joint, words in (
            ("intersectionOf", " and ", self.a_kind),
            ("unionOf", " or ", self.a_kind),
            ("oneOf", " or ", self._labels),
        ):
            for head in self._values(kind, name):
                if items := list_items(self._store, head):
                    return f"a thing that is {joint.join(map(words, items))}"
        return "a thing of a nameless class"

    def _values(self, node: Term, name: str) -> list[AtomicTerm]:
        return values_of(self._store, node, OWL(name))
