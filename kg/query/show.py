"""Everything known about one entity, as one page: names, kinds, facts, claims by holder, mentions, links."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

import pyoxigraph as ox

from kg.claims.claim import is_claim
from kg.core.errors import UsageError
from kg.core.graph_names import is_inferred, name_of
from kg.core.labels import Labels
from kg.core.nodes import named, strings, subjects_of, values_of
from kg.core.terms import (
    DCTERMS,
    PROPOSITION,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SECPOL,
    SKOS,
    SKOS_PREF_LABEL,
    short,
)
from kg.project.project import Project
from kg.query.claims import Claims, ClaimView, Passage
from kg.query.words import Words

_NAMES = (SKOS("altLabel"), SECPOL("metonym"), SKOS_PREF_LABEL)
_LINKS = frozenset(
    {
        DCTERMS("source"),
        RDFS("seeAlso"),
        *map(SKOS, ("exactMatch", "closeMatch", "broadMatch", "relatedMatch")),
    }
)
_TOLD_ALREADY = (SECPOL("statedBy"), SKOS("definition"), RDFS("isDefinedBy"))
_APART = frozenset({*_NAMES, *_LINKS, RDF_TYPE, RDFS_LABEL, *_TOLD_ALREADY})
_HELD_BY = SECPOL("heldBy")
_VOICES = frozenset({_HELD_BY, SECPOL("reportedBy")})
T = TypeVar("T")


@dataclass(frozen=True)
class Mention:
    """A place where the text speaks of the entity, by which words, and in which way."""

    surface: str
    mode: str | None
    passage: Passage


class Listed(Sequence[T]):
    """What is known of some nodes, read when it is asked for: a page shows the first few of thousands."""

    def __init__(self, nodes: Iterable[ox.NamedNode], read: Callable[[ox.NamedNode], T]) -> None:
        self._nodes = tuple(nodes)
        self._read = read

    def __len__(self) -> int:
        return len(self._nodes)

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...

    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        return (
            tuple(map(self._read, self._nodes[at])) if isinstance(at, slice) else self._read(self._nodes[at])
        )


@dataclass(frozen=True)
class Page:
    """One entity. `facts` are said by articles, `background` by curators, `meta` of articles themselves.

    `follows` is inferred from them.

    `claims` are those about it by their holders; `voiced` those that it holds or reports itself.
    """

    iri: str
    name: str
    label: str
    kinds: tuple[str, ...]
    wider_kinds: tuple[str, ...]
    definition: str | None
    names: tuple[str, ...]
    background: tuple[str, ...]
    facts: tuple[str, ...]
    meta: tuple[str, ...]
    follows: tuple[str, ...]
    claims: Mapping[str, Sequence[ClaimView]]
    voiced: Sequence[ClaimView]
    mentions: Sequence[Mention]
    links: tuple[str, ...]


class Show:
    """Makes pages from the graph of one snapshot."""

    def __init__(self, project: Project, store: ox.Store, labels: Labels, *, quotes: bool = False) -> None:
        self._project = project
        self._store = store
        self._labels = labels
        self._words = Words(store, labels)
        self._claims = Claims(project, store, labels, quotes=quotes)

    def page(self, node: ox.NamedNode) -> Page:
        """The page of an entity; raises `UsageError` for one that the graph does not speak of."""
        outgoing = list(self._store.quads_for_pattern(node, None, None))
        incoming = list(self._store.quads_for_pattern(None, None, node))
        if not outgoing and not incoming:
            raise UsageError(f"the graph does not speak of {self._labels(node)}")
        told = [quad for quad in outgoing + incoming if quad.predicate not in _APART]
        kinds = {
            inferred: {
                self._labels(quad.object)
                for quad in outgoing
                if quad.predicate == RDF_TYPE and is_inferred(name_of(quad.graph_name)) is inferred
            }
            for inferred in (False, True)
        }
        links = sorted({quad.object for quad in outgoing if quad.predicate in _LINKS}, key=str)
        return Page(
            iri=node.value,
            name=short(node.value, self._project.prefixes),
            label=self._labels(node),
            kinds=tuple(sorted(kinds[False])),
            wider_kinds=tuple(sorted(kinds[True] - kinds[False])),
            definition=self._labels.words(node, SKOS("definition")),
            names=tuple(sorted({self._labels(quad.object) for quad in outgoing if _is_name(quad)})),
            background=self._sentences(told, "entities", "ontology", "/descriptions"),
            facts=self._sentences(told, "/facts"),
            meta=self._sentences(told, "/meta"),
            follows=self._sentences(told, "/inferred", "inferred/shared"),
            claims=self._by_holder(incoming),
            voiced=Listed(sorted(_saying(incoming, _VOICES), key=_by_iri), self._view),
            mentions=Listed(sorted(_saying(incoming, {SECPOL("refersTo")}), key=_by_iri), self._mention),
            links=tuple(link.value for link in links if isinstance(link, ox.NamedNode | ox.Literal)),
        )

    def _by_holder(self, incoming: list[ox.Quad]) -> dict[str, Listed[ClaimView]]:
        by_nodes: dict[frozenset[object], list[ox.NamedNode]] = {}
        for claim in set(self._about(incoming)):
            by_nodes.setdefault(frozenset(values_of(self._store, claim, _HELD_BY)), []).append(claim)
        grouped: dict[str, list[ox.NamedNode]] = {}
        for holders, claims in by_nodes.items():
            grouped.setdefault(" and ".join(sorted(map(self._labels, holders))), []).extend(claims)
        largest = sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))
        return {holder: Listed(sorted(claims, key=_by_iri), self._view) for holder, claims in largest}

    def _view(self, claim: ox.NamedNode) -> ClaimView:
        """A claim without those of the same content: they are about the same, and stand on the page too."""
        return self._claims.view(claim, others=False)

    def _about(self, incoming: list[ox.Quad]) -> Iterator[ox.NamedNode]:
        """The claims that have the entity in their content or name it themselves, but for their holders."""
        for quad in incoming:
            if isinstance(quad.subject, ox.NamedNode) and quad.predicate not in _VOICES:
                claims = named(subjects_of(self._store, PROPOSITION, quad.subject))
                yield from claims
                if not claims and is_claim(self._store, quad.subject):
                    yield quad.subject

    def _mention(self, node: ox.NamedNode) -> Mention:
        surface = next(iter(strings(values_of(self._store, node, SECPOL("surface")))), "")
        mode = self._labels.of_value(node, SECPOL("referenceMode"))
        return Mention(surface, mode, self._claims.passage(node))

    def _sentences(self, quads: list[ox.Quad], *graphs: str) -> tuple[str, ...]:
        """The statements of some graphs in words, those about the parts of claims left out."""
        found = {
            self._words.sentence(quad.triple)
            for quad in quads
            if name_of(quad.graph_name).endswith(graphs) and not isinstance(quad.subject, ox.BlankNode)
        }
        return tuple(sorted(found))


def _saying(quads: Iterable[ox.Quad], predicates: Collection[ox.NamedNode]) -> set[ox.NamedNode]:
    """What has something by one of some properties."""
    return {*named(quad.subject for quad in quads if quad.predicate in predicates)}


def _is_name(quad: ox.Quad) -> bool:
    return quad.predicate in _NAMES and isinstance(quad.object, ox.Literal)


def _by_iri(node: ox.NamedNode) -> str:
    return node.value
