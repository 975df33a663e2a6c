from __future__ import annotations

import logging
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError


class Loaded(HTMLParser):
    """What a browser would fetch to show a page, and the anchors and targets within it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.targets: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        self.targets.add(about.get("id", ""))
        if tag == "a":
            self.links.add(about.get("href", ""))
        else:
            self.fetched += [about[name] for name in ("src", "href", "data", "srcset") if name in about]


@pytest.fixture(scope="module")
def page(shipped_graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("pages") / "ontology.html"
    shipped_graph.export(path)
    return path.read_text(encoding="utf-8")


def test_the_page_fetches_nothing(page: str) -> None:
    loaded = Loaded(page)
    assert not [url for url in loaded.fetched if not url.startswith("data:")]
    styles = "".join(re.findall(r"<style.*?</style>", page, re.DOTALL))
    assert styles
    assert "@import" not in styles
    assert not re.search(r"url\((?!['\"]?data:)", styles)


def test_links_within_the_page_lead_somewhere(page: str) -> None:
    loaded = Loaded(page)
    inner = {link[1:] for link in loaded.links if link.startswith("#")}
    assert len(inner) > 100
    assert inner <= loaded.targets


def test_every_class_and_property_is_on_the_page(page: str, shipped_graph: KnowledgeGraph) -> None:
    asked = """SELECT DISTINCT ?t { VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty }
        GRAPH ?g { ?t a ?kind } FILTER(STRSTARTS(STR(?t), STR(secpol:))) }"""
    terms = [row["t"].value for row in shipped_graph.sparql(asked)]
    assert len(terms) > 200
    assert not [term for term in terms if f"<code>{term}</code>" not in page]


def test_what_pylode_leaves_out_is_told_in_notes(page: str) -> None:
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
    assert "Inverse of has tenure holder" in words
    assert "Value certain: The holder commits without reserve." in words
    assert "Follows from has tenure and then is tenure of office" in words
    assert "Is symmetric" in words


@pytest.mark.full
def test_the_page_of_a_project_of_ones_own(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "orchards.html"
    orchards_graph.export(path, layers=["ontology"])
    text = path.read_text(encoding="utf-8")
    assert "<title>Orchards</title>" in text
    assert "weather event" in text
    first = path.read_bytes()
    orchards_graph.export(path, layers=["ontology"], force=True)
    assert path.read_bytes() == first


def test_logging_is_afterwards_as_it_was(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    logging.disable(logging.INFO)
    try:
        orchards_graph.export(tmp_path / "x.html", layers=["ontology"])
        assert logging.root.manager.disable == logging.INFO
    finally:
        logging.disable(logging.NOTSET)


def test_layers_without_an_ontology_have_no_page(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no ontology with a title"):
        orchards_graph.export(tmp_path / "x.html", layers=["entities"])


def test_without_pylode_it_says_what_to_install(
    orchards_graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pylode", None)
    with pytest.raises(UsageError) as caught:
        orchards_graph.export(tmp_path / "x.html")
    assert caught.value.hint == "install it: pip install 'secpol-kg[pages]'"
