"""A difference in the reader's words: labels for IRIs, sentences for statements."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from kg.core.labels import Labels
from kg.core.telling import told_apart
from kg.core.terms import RDFS_LABEL, Term, curie, short
from kg.diff.compare import Frame
from kg.diff.sides import Side
from kg.rdf.turtle_writing import TermNames

_KINDS = {
    1: "ontology",
    2: "class",
    3: "property",
    4: "scheme",
    5: "relation",
    6: "shape",
    7: "axiom",
    11: "passage",
    12: "mention",
}
_STRING = re.compile(r'"(.*)"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?', re.DOTALL)


class TermLabels:
    """Terms in N-Triples as a reader calls them, in the newer graph and else in the older."""

    def __init__(self, old: Side, new: Side, prefixes: Mapping[str, str]) -> None:
        self._labels = [Labels(side.store, prefixes) for side in (new, old)]
        self._prefixes = prefixes
        self._names = TermNames(prefixes, None)

    def term(self, term: str) -> str:
        """An entity's label, a literal's value in quotation marks, a text in brackets as it is."""
        if term[0] == "<" and not term.startswith("<<("):
            return self._label(term[1:-1])
        if term[0] == '"':
            literal = _parsed(term)
            assert isinstance(literal, ox.Literal)
            if literal.language or literal.datatype.value.endswith("#string"):
                return f'"{literal.value}"'
            return literal.value
        return term if term[0] in "[(" else self._names[term]

    def apart(self, *terms: str) -> list[str]:
        """Several terms as `term` tells them, those that would look alike with what makes them two."""
        told = [self.term(term) for term in terms]
        if any(term[0] not in '<"' for term in terms):
            return told
        return told_apart([_parsed(term) for term in terms], told, self._prefixes)

    def named(self, term: str) -> str:
        """A label with the short form of the IRI behind it."""
        if term[0] != "<":
            return self.term(term)
        label, name = self._label(term[1:-1]), self.short(term)
        return name if label == name else f"{label} ({name})"

    def article(self, iri: str) -> str:
        """An article's label."""
        return self._label(iri) if iri else "nodes without a name"

    def label(self, term: str) -> str:
        """What an entity is called: a claim by its gloss."""
        return self.gloss(term) or self.term(term)

    def gloss(self, term: str) -> str:
        """A claim's label, which is a sentence."""
        if term[0] != "<":
            return ""
        node = ox.NamedNode(term[1:-1])
        return next(filter(None, (labels.words(node, RDFS_LABEL) for labels in self._labels)), "")

    def short(self, term: str) -> str:
        """The short form of an IRI."""
        if term[0] != "<":
            return term
        name = short(term[1:-1], self._prefixes)
        return name[1:-1].rpartition("/")[2] if "/article/" in name and "#" not in name else name

    def kind(self, frame: Frame) -> str:
        """What a subject is: the kind of a term, else the label of its type."""
        if frame.kind in _KINDS:
            return _KINDS[frame.kind]
        own = [t for t in frame.types if not t.startswith(self._prefixes["owl"])]
        return self._label(own[0]) if own else ""

    def sentence(self, subject: str, predicate: str, value: str) -> str:
        """A statement in words; an axiom without a name is its text."""
        if not predicate:
            return subject
        return f"{self.term(subject)} {self.predicate(predicate)} {self.term(value)}"

    def predicate(self, predicate: str) -> str:
        """A property by its label; those of other vocabularies by their usual names."""
        iri = predicate[1:-1]
        if known := _USUAL.get(curie(iri)):
            return known
        label = self._label(iri)
        return label.partition(":")[2] if label == curie(iri, self._prefixes) and label[0] != "<" else label

    def _label(self, iri: str) -> str:
        plain = short(iri, self._prefixes)
        for labels in self._labels:
            if (found := labels.of_iri(iri)) != plain:
                return found
        return plain


def _parsed(term: str) -> Term:
    (statement,) = ox.parse(f"<x:> <x:> {term} .", ox.RdfFormat.N_TRIPLES)
    value: Term = statement.object
    return value


_USUAL = {
    "rdf:type": "is a",
    "rdfs:label": "label",
    "rdfs:comment": "comment",
    "rdfs:subClassOf": "is a kind of",
    "rdfs:subPropertyOf": "is a kind of",
    "rdfs:domain": "domain",
    "rdfs:range": "range",
    "skos:prefLabel": "preferred label",
    "skos:altLabel": "other name",
    "skos:broader": "broader",
    "skos:definition": "definition",
    "skos:exactMatch": "same as",
    "skos:closeMatch": "close to",
    "skos:editorialNote": "editor's note",
    "skos:scopeNote": "scope note",
    "skos:example": "example",
    "dcterms:source": "source",
    "owl:deprecated": "deprecated",
    "owl:disjointWith": "disjoint with",
    "owl:inverseOf": "inverse of",
    "owl:equivalentClass": "equivalent to",
}
