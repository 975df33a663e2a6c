"""Axioms: the triples of a graph in the smallest parts that may be taken out, and those parts in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyoxigraph as ox

from kg.core.labels import Labels
from kg.core.terms import OWL, PREFIXES, RDF_TYPE, RDFS, XSD, AtomicTerm
from kg.rdf.lists import list_items

_DECLARED = frozenset(
    [RDFS("Datatype")]
    + [
        OWL(name)
        for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
    ]
)
_ANNOTATIONS = (PREFIXES["skos"], PREFIXES["dcterms"], PREFIXES["vann"])
_RDFS_ANNOTATIONS = frozenset(RDFS(name) for name in ("label", "comment", "isDefinedBy", "seeAlso"))
_WORDS = {
    RDF_TYPE: "{s} is of the kind '{o}'",
    RDFS("subClassOf"): "whatever is '{s}' is '{o}'",
    RDFS("subPropertyOf"): "'{s}' means '{o}' too",
    RDFS("domain"): "whatever '{s}' starts from is '{o}'",
    RDFS("range"): "whatever '{s}' leads to is '{o}'",
    OWL("disjointWith"): "nothing is both '{s}' and '{o}'",
    OWL("equivalentClass"): "'{s}' and '{o}' are the same kind",
    OWL("inverseOf"): "'{s}' is '{o}' read backwards",
    OWL("differentFrom"): "{s} is not {o}",
    OWL("sameAs"): "{s} is {o}",
}
_PROPERTY_KINDS = {
    OWL("FunctionalProperty"): "'{s}' has one value at most",
    OWL("InverseFunctionalProperty"): "'{s}' leads to a thing from one other at most",
    OWL("SymmetricProperty"): "'{s}' holds both ways",
    OWL("AsymmetricProperty"): "'{s}' never holds both ways",
    OWL("TransitiveProperty"): "'{s}' carries over from one to the next",
    OWL("IrreflexiveProperty"): "nothing '{s}' itself",
}


@dataclass(frozen=True)
class Axiom:
    """Triples that stand or fall together: a statement with the blank nodes that it needs."""

    triples: tuple[ox.Triple, ...]

    @property
    def names(self) -> set[ox.NamedNode]:
        """What the axiom is about, the language's own terms left out."""
        terms = {
            term for triple in self.triples for term in (triple.subject, triple.predicate, triple.object)
        }
        return {
            term
            for term in terms
            if isinstance(term, ox.NamedNode) and not term.value.startswith(("http://www.w3.org/",))
        }

    def in_words(self, labels: Labels) -> str:
        """The axiom for a reader."""
        first = self.triples[0]
        pattern = _WORDS.get(first.predicate, "{s} {p} {o}")
        if first.predicate == RDF_TYPE and isinstance(first.object, ox.NamedNode):
            pattern = _PROPERTY_KINDS.get(first.object, pattern)
        return pattern.format(
            s=self._name(first.subject, labels),
            p=labels(first.predicate),
            o=self._name(first.object, labels),
        )

    def _name(self, term: object, labels: Labels) -> str:
        """A term's label; of a class expression its parts."""
        if not isinstance(term, ox.BlankNode):
            return labels(term)
        parts = [
            f"{labels(triple.predicate).removeprefix('owl:')} {labels(triple.object)}"
            for triple in self.triples
            if triple.subject == term and isinstance(triple.object, ox.NamedNode | ox.Literal)
            if triple.predicate != RDF_TYPE
        ]
        return f"({', '.join(sorted(parts))})"


def split(triples: Iterable[ox.Triple]) -> tuple[list[ox.Triple], list[Axiom]]:
    """The declarations, which every part needs, and the axioms; annotations say nothing to a reasoner.

    Values of xsd:date are left out as HermiT stops on them, and sets of disjoint classes become pairs.
    """
    kept = [triple for triple in triples if not _is_annotation(triple)]
    about: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in kept:
        about[triple.subject].append(triple)
    inner = {triple.object for triple in kept if isinstance(triple.object, ox.BlankNode)}
    declarations = [t for t in kept if t.predicate == RDF_TYPE and t.object in _DECLARED]
    axioms: list[Axiom] = []
    for subject, statements in about.items():
        if isinstance(subject, ox.BlankNode):
            if subject not in inner:
                axioms += _of_blank(statements, about)
            continue
        axioms += (
            Axiom((triple, *_below(triple.object, about)))
            for triple in statements
            if not (triple.predicate == RDF_TYPE and triple.object in {*_DECLARED, OWL("Ontology")})
        )
    return declarations, axioms


def smallest(
    axioms: Sequence[Axiom], consistent: Callable[[Sequence[Axiom]], bool], about: Iterable[str] = ()
) -> list[Axiom]:
    """A set of axioms that is inconsistent and from which none can be left out.

    `about` names where to look first. Each member is found as the last of the shortest inconsistent
    prefix, by doubling and then halving, so that few and mostly small sets are tried.
    """
    rest = _by_distance(axioms, about)
    core: list[Axiom] = []
    while consistent(core):
        if not rest:
            raise ValueError("the axioms are consistent")
        low, high = 0, min(16, len(rest))
        while high < len(rest) and consistent([*core, *rest[:high]]):
            low, high = high, min(2 * high, len(rest))
        while high - low > 1:
            middle = (low + high) // 2
            if consistent([*core, *rest[:middle]]):
                low = middle
            else:
                high = middle
        core.append(rest[high - 1])
        rest = rest[: high - 1]
    return core


def _by_distance(axioms: Sequence[Axiom], about: Iterable[str]) -> list[Axiom]:
    """The axioms about some nodes first, then those about what these are about, and so on."""
    known = {ox.NamedNode(iri) for iri in about}
    rest, found = list(axioms), []
    while known:
        near = [axiom for axiom in rest if axiom.names & known]
        if not near:
            break
        found += near
        rest = [axiom for axiom in rest if not axiom.names & known]
        known = set().union(*(axiom.names for axiom in near))
    return found + rest


def _of_blank(statements: list[ox.Triple], about: dict[object, list[ox.Triple]]) -> list[Axiom]:
    for triple in statements:
        if triple.predicate == OWL("members") and (OWL("AllDisjointClasses") in _kinds(statements)):
            cells = ox.Store()
            cells.extend(ox.Quad(*found) for found in _below(triple.object, about))
            assert isinstance(triple.object, ox.NamedNode | ox.BlankNode)
            pairs = combinations(list_items(cells, triple.object) or [], 2)
            return [Axiom((ox.Triple(_subject(a), OWL("disjointWith"), b),)) for a, b in pairs]
    ordered = sorted(statements, key=lambda triple: triple.predicate == RDF_TYPE)
    return [Axiom((*ordered, *(below for triple in ordered for below in _below(triple.object, about))))]


def _kinds(statements: list[ox.Triple]) -> set[object]:
    return {triple.object for triple in statements if triple.predicate == RDF_TYPE}


def _below(node: object, about: dict[object, list[ox.Triple]]) -> list[ox.Triple]:
    """The triples of a blank node and of the blank nodes below it."""
    found: list[ox.Triple] = []
    pending, seen = [node], set()
    while pending:
        current = pending.pop()
        if isinstance(current, ox.BlankNode) and current not in seen:
            seen.add(current)
            found += about[current]
            pending += (triple.object for triple in about[current])
    return found


def _is_annotation(triple: ox.Triple) -> bool:
    if isinstance(triple.object, ox.Literal) and triple.object.datatype == XSD("date"):
        return True
    return triple.predicate in _RDFS_ANNOTATIONS or triple.predicate.value.startswith(_ANNOTATIONS)


def _subject(node: AtomicTerm) -> ox.NamedNode | ox.BlankNode:
    assert not isinstance(node, ox.Literal)
    return node
