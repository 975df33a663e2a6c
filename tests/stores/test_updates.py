"""The updates that a load sends."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from kg.stores.updates import insert_head, insert_lines


@given(st.text(alphabet=st.sampled_from('\\uU"\n\t0041aé'), max_size=12))
def test_any_string_survives_an_update(text: str) -> None:
    triple = ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(text))
    name, store = ox.NamedNode("urn:g"), ox.Store()
    lines = ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES) or b""
    store.update((insert_head(name) + insert_lines(lines) + b"} }").decode())
    assert [quad.triple for quad in store] == [triple]
    assert rb"\\u" not in insert_lines(lines).replace(rb"\\\u", b"")
