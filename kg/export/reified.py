"""Claims as RDF 1.2 says them: each reifies a triple term, and bears who holds it and how surely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

import pyoxigraph as ox

from kg.core.terms import PROPOSITION, RDF, SECPOL

Reifier = ox.NamedNode | ox.BlankNode | ox.Triple

REIFIES = RDF("reifies")
_SUBJECT, _PREDICATE = SECPOL("propSubject"), SECPOL("propPredicate")
_VALUES = (SECPOL("propObject"), SECPOL("propValue"))
_PARTS = (_SUBJECT, _PREDICATE, *_VALUES)


def with_triple_terms(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples of one graph with triple terms in place of the parts of propositions.

    Each claim reifies the content of its proposition, which keeps whatever else is said of it; a proposition
    that no claim has reifies its content itself. The predicate of a triple term may be a relation concept and
    its object a literal; a proposition that lacks a part stays as it is.
    """
    contents: dict[Reifier, dict[ox.NamedNode, list[ox.Triple]]] = defaultdict(lambda: defaultdict(list))
    claims: dict[object, list[Reifier]] = defaultdict(list)
    for triple in triples:
        if triple.predicate in _PARTS:
            contents[triple.subject][triple.predicate].append(triple)
            continue
        if triple.predicate == PROPOSITION:
            claims[triple.object].append(triple.subject)
        yield triple
    for node, parts in contents.items():
        terms = list(_terms(parts))
        if terms:
            reifiers = claims.get(node) or [node]
            yield from (ox.Triple(reifier, REIFIES, term) for reifier in reifiers for term in terms)
        else:
            yield from chain.from_iterable(parts.values())


def _terms(parts: dict[ox.NamedNode, list[ox.Triple]]) -> Iterator[ox.Triple]:
    for subject in parts.get(_SUBJECT, ()):
        for predicate in parts.get(_PREDICATE, ()):
            for part in _VALUES:
                for value in parts.get(part, ()):
                    if not isinstance(subject.object, ox.Literal) and isinstance(
                        predicate.object, ox.NamedNode
                    ):
                        yield ox.Triple(subject.object, predicate.object, value.object)
