"""Graphs in batches, each made ahead."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.core.errors import StoreError
from kg.rdf.canonical_hash import canonical_hash
from kg.stores.ahead import ahead
from tests.stores.material import numbered, source


def test_batches_keep_blank_nodes_together() -> None:
    made = source(one=numbered(30) + ":b :has [ :part [ :name 'x' ] ], [ :part 'y' ] .")
    (one,) = made.graphs.values()
    batches = list(made.batches(one, 10))
    assert sum(map(len, batches)) == one.triples and len(batches) > 3
    assert not any(b"_:" in line for batch in batches[1:] for line in batch)
    parsed = ox.parse(b"".join(b"".join(batch) for batch in batches), ox.RdfFormat.N_TRIPLES)
    assert canonical_hash(quad.triple for quad in parsed) == one.sha256


def test_one_item_is_made_ahead_and_an_error_comes_in_its_turn() -> None:
    made, is_third_made = list[int](), threading.Event()

    def items() -> Iterator[int]:
        for number in (1, 2, 3):
            made.append(number)
            if number == 3:
                is_third_made.set()
            yield number
        raise StoreError("no more")

    found = ahead(items())
    assert [next(found), next(found)] == [1, 2]
    assert is_third_made.wait(600) and made == [1, 2, 3]
    assert next(found) == 3
    with pytest.raises(StoreError, match="no more"):
        next(found)
