"""The first article as triples by source, and what tests of it ask of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kg import KnowledgeGraph
from kg.project.project import Project

REPOSITORY = Path(__file__).parents[2]
ARTICLE = "https://w3id.org/secpol/article/2024-12-11-america-needs-japan"
FOLDER = REPOSITORY / "articles" / "2024-12-11-america-needs-japan"
SECPOL = "https://w3id.org/secpol/ontology#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class Data:
    """Triples by source: `ontology`, `entities`, and the four files of the article by name."""

    sources: dict[str, frozenset[tuple[str, str, str]]]

    def triples(self, *names: str) -> Iterator[tuple[str, str, str]]:
        """The triples of some sources, of all of them when none is named."""
        for name in names or tuple(self.sources):
            yield from self.sources[name]

    def about(self, *names: str) -> dict[str, dict[str, list[str]]]:
        """Subject to predicate to objects."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in self.triples(*names):
            found[subject][predicate].append(value)
        return found

    def claims(self) -> dict[str, dict[str, list[str]]]:
        """The claims of the article with what is said of each."""
        return {node: said for node, said in self.about("claims").items() if SECPOL + "proposition" in said}

    def with_triples(self, name: str, *added: tuple[str, str, str]) -> Data:
        """The same with some triples put into one source."""
        return replace(self, sources=self.sources | {name: self.sources[name] | set(added)})

    def without(self, name: str, wrong: Callable[[tuple[str, str, str]], bool]) -> Data:
        """The same with some triples of one source taken out."""
        kept = frozenset(triple for triple in self.sources[name] if not wrong(triple))
        return replace(self, sources=self.sources | {name: kept})


def read(paths: list[Path]) -> frozenset[tuple[str, str, str]]:
    """The triples of some Turtle files, each term as its plain text."""
    assert paths
    parsed = (ox.parse(path=str(path), format=ox.RdfFormat.TURTLE) for path in paths)
    return plain(quad.triple for quads in parsed for quad in quads)


def plain(triples: Iterable[ox.Triple]) -> frozenset[tuple[str, str, str]]:
    """Triples, each term as its plain text."""
    return frozenset(
        (str(getattr(s, "value", s)), p.value, str(getattr(o, "value", o))) for s, p, o in triples
    )


def derived_triples(part: str, predicate: str) -> frozenset[tuple[str, str, str]]:
    """The triples of one property in a graph of the article as it is built."""
    project = Project.shipped()
    graph = ox.NamedNode(project.graph_iri(f"article/{FOLDER.name}/{part}"))
    store = KnowledgeGraph.open(project, strict=True).snapshot.store
    found = store.quads_for_pattern(None, ox.NamedNode(predicate), None, graph)
    return frozenset(
        (str(quad.subject).strip("<>"), predicate, getattr(quad.object, "value", str(quad.object)))
        for quad in found
    )


def one(said: dict[str, list[str]], name: str) -> str:
    """The one value of a property of the ontology, empty when there is none."""
    return next(iter(said[SECPOL + name]), "") if SECPOL + name in said else ""


def span(node: str) -> tuple[int, int]:
    """The range in the IRI of a passage."""
    start, end = node.split("#char=")[1].split(",")
    return int(start), int(end)


def passages(data: Data) -> dict[str, dict[str, list[str]]]:
    """Passages and mentions with what is said of each."""
    return {node: said for node, said in data.about("claims", "mentions").items() if "#char=" in node}
