"""Classes whose members articles share, as the ontology marks them."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.core.terms import RDFS, SECPOL

SHARED_BY_ARTICLES = SECPOL("sharedByArticles")
_SUBCLASS = RDFS("subClassOf")


def shared_classes(ontology: Iterable[ox.Triple]) -> frozenset[ox.NamedNode]:
    """The classes that an ontology marks with `secpol:sharedByArticles true`, and those below them.

    What is of one of them is one node for all articles, described in `entities/`; what is of none belongs to
    the article that brings it in.
    """
    narrower: dict[ox.NamedNode, list[ox.NamedNode]] = {}
    pending: list[ox.NamedNode] = []
    for triple in ontology:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode):
            continue
        if triple.predicate == _SUBCLASS and isinstance(value, ox.NamedNode):
            narrower.setdefault(value, []).append(subject)
        elif triple.predicate == SHARED_BY_ARTICLES and value == ox.Literal(True):
            pending.append(subject)
    found: set[ox.NamedNode] = set()
    while pending:
        kind = pending.pop()
        if kind not in found:
            found.add(kind)
            pending += narrower.get(kind, ())
    return frozenset(found)
