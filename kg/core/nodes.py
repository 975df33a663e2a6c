"""A node of a graph: its values by a property, and the nodes that it is a value of.

A node stands in several named graphs; what is read here comes from all of them, or from one that is given,
each term once and sorted as N-Triples, so that equal graphs give equal answers.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.core.terms import AtomicTerm, GraphName, Term


def values_of(
    store: ox.Store, node: Term, predicate: ox.NamedNode, graph: GraphName | None = None
) -> list[AtomicTerm]:
    """What a node has by a property, triple terms left out; a literal has nothing.

    >>> store, rex, sees = ox.Store(), ox.NamedNode("https://example.org/rex"), ox.NamedNode("https://example.org/sees")
    >>> store.extend(ox.Quad(rex, sees, ox.Literal(name)) for name in ("Tom", "Ann"))
    >>> strings(values_of(store, rex, sees))
    ['Ann', 'Tom']
    """
    if isinstance(node, ox.Literal):
        return []
    quads = store.quads_for_pattern(node, predicate, None, graph)
    found = [term for quad in quads if not isinstance(term := quad.object, ox.Triple)]
    return sorted(set(found), key=str) if len(found) > 1 else found


def value_of(
    store: ox.Store, node: Term, predicate: ox.NamedNode, graph: GraphName | None = None
) -> AtomicTerm | None:
    """The first of the values that a node has by a property; None where it has none."""
    return next(iter(values_of(store, node, predicate, graph)), None)


def subjects_of(
    store: ox.Store, predicate: ox.NamedNode, value: Term | None = None, graph: GraphName | None = None
) -> list[ox.NamedNode | ox.BlankNode]:
    """What has a value by a property, or has any value by it."""
    quads = store.quads_for_pattern(None, predicate, value, graph)
    found = [term for quad in quads if not isinstance(term := quad.subject, ox.Triple)]
    return sorted(set(found), key=str) if len(found) > 1 else found


def contains(
    store: ox.Store,
    subject: Term | None = None,
    predicate: ox.NamedNode | None = None,
    value: Term | None = None,
    graph: GraphName | None = None,
) -> bool:
    """Whether there is a statement with this subject, predicate and object, as far as they are given."""
    if isinstance(subject, ox.Literal):
        return False
    return next(iter(store.quads_for_pattern(subject, predicate, value, graph)), None) is not None


def named(terms: Iterable[Term]) -> list[ox.NamedNode]:
    """Those of some terms that are IRIs."""
    return [term for term in terms if isinstance(term, ox.NamedNode)]


def strings(terms: Iterable[Term]) -> list[str]:
    """The lexical forms of those of some terms that are literals."""
    return [term.value for term in terms if isinstance(term, ox.Literal)]
