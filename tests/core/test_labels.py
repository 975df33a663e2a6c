"""What a reader is shown of a term: one text, whatever order a store yields them in."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.core.labels import Labels, preferred
from kg.core.terms import RDFS_LABEL
from kg.project.project import Project
from kg.query.claims import Claims
from kg.query.networks import network

PORT = ox.NamedNode("https://example.org/Port")


def literals(*texts: str) -> list[ox.Literal]:
    """Literals written as `text` or `text@language`."""
    parts = (text.partition("@") for text in texts)
    return [ox.Literal(words, language=tag or None) for words, _, tag in parts]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["Anse@fr", "quay", "port@en"], "port"),
        (["Anse@fr", "quay", "port@en-GB", "harbour@EN"], "harbour"),
        (["Anse@fr", "quay", "Hafen@de"], "quay"),
        (["Hafen@de", "Anse@fr"], "Anse"),
        ([], None),
    ],
)
def test_english_then_no_language_then_in_order(texts: list[str], shown: str | None) -> None:
    assert preferred(literals(*texts)) == preferred(literals(*reversed(texts))) == shown


def test_all_rooms_show_the_same_label() -> None:
    triples = [
        ox.Triple(PORT, RDFS_LABEL, text) for text in literals("Anse@fr", "zone portuaire@fr", "port@en")
    ]
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    labels = Labels(store)
    assert labels(PORT) == labels.words(PORT, RDFS_LABEL) == "port"
    assert Claims(Project.shipped(), store, labels).note(PORT).gloss == "port"
    assert network(triples, labels).nodes[str(PORT)]["label"] == ["port"]
