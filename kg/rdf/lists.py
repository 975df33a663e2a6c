"""RDF lists: the triples that make one, and its items."""

from __future__ import annotations

import pyoxigraph as ox

from kg.core.terms import RDF, AtomicTerm

_FIRST, _REST, _NIL = RDF("first"), RDF("rest"), RDF("nil")


def list_items(store: ox.Store, head: AtomicTerm | ox.Triple) -> list[AtomicTerm] | None:
    """The members of an RDF list, or None when it is ill-formed: no end, two ends, a circle."""
    cells = list_cells(store, head)
    return None if cells is None else items_of(cells)


def list_cells(store: ox.Store, head: AtomicTerm | ox.Triple) -> list[ox.Triple] | None:
    """The first and the rest of each cell in turn, or None when the list is ill-formed."""
    cells: list[ox.Triple] = []
    seen: set[AtomicTerm | ox.Triple] = set()
    while head != _NIL:
        if isinstance(head, ox.Literal) or head in seen:
            return None
        seen.add(head)
        for part in (_FIRST, _REST):
            found = {quad.triple for quad in store.quads_for_pattern(head, part, None)}
            if len(found) != 1:
                return None
            cells += found
        head = cells[-1].object
    return None if any(isinstance(cell.object, ox.Triple) for cell in cells) else cells


def items_of(cells: list[ox.Triple]) -> list[AtomicTerm]:
    """The items of a list's cells."""
    return [cell.object for cell in cells[::2] if not isinstance(cell.object, ox.Triple)]
