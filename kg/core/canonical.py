"""Literals in canonical form: one rule for the data and for whatever they are compared with."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

_ANY = ox.NamedNode("urn:any")


@lru_cache(maxsize=4096)
def canonical(literal: ox.Literal) -> ox.Literal:
    """The literal as the store of a snapshot keeps it; it may give it another datatype.

    >>> from kg.core.terms import XSD
    >>> print(canonical(ox.Literal("007", datatype=XSD("integer"))).value)
    7
    >>> print(canonical(ox.Literal("2024-01-01T00:00:00+00:00", datatype=XSD("dateTime"))).value)
    2024-01-01T00:00:00Z
    """
    store = ox.Store()
    store.add(ox.Quad(_ANY, _ANY, literal))
    kept = next(iter(store)).object
    assert isinstance(kept, ox.Literal)
    return kept
