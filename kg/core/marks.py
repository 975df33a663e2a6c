"""What the ontology marks its terms with: classes whose members articles share, and descriptive terms."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.core.terms import RDFS, SECPOL

SHARED_BY_ARTICLES = SECPOL("sharedByArticles")
DESCRIPTIVE = SECPOL("descriptive")
_SUBCLASS = RDFS("subClassOf")


def shared_classes(ontology: Iterable[ox.Triple]) -> frozenset[ox.NamedNode]:
    """The classes that an ontology marks with `secpol:sharedByArticles true`, and those below them.

    What is of one of them is one node for all articles, described in `entities/`; what is of none belongs to
    the article that brings it in.
    """
    return _marked(ontology, SHARED_BY_ARTICLES)


def descriptive_terms(ontology: Iterable[ox.Triple]) -> frozenset[ox.NamedNode]:
    """The properties and classes that an ontology marks with `secpol:descriptive true`, and classes below.

    They say how something is described, or are of what is there by being spoken of, and need no claim.
    """
    return _marked(ontology, DESCRIPTIVE)


def _marked(ontology: Iterable[ox.Triple], mark: ox.NamedNode) -> frozenset[ox.NamedNode]:
    narrower: dict[ox.NamedNode, list[ox.NamedNode]] = {}
    pending: list[ox.NamedNode] = []
    for triple in ontology:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode):
            continue
        if triple.predicate == _SUBCLASS and isinstance(value, ox.NamedNode):
            narrower.setdefault(value, []).append(subject)
        elif triple.predicate == mark and value == ox.Literal(True):
            pending.append(subject)
    found: set[ox.NamedNode] = set()
    while pending:
        term = pending.pop()
        if term not in found:
            found.add(term)
            pending += narrower.get(term, ())
    return frozenset(found)
