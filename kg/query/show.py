"""Everything known about one entity, as one page: names, kinds, facts, claims by holder, mentions, links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import UsageError
from kg.labels import Labels
from kg.project import Project
from kg.query.claims import Claims, ClaimView, Passage
from kg.query.words import Words
from kg.terms import DCTERMS, PROPOSITION, RDF_TYPE, RDFS, RDFS_LABEL, SECPOL, SKOS, SKOS_PREF_LABEL, short

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
_VOICES = frozenset({SECPOL("heldBy"), SECPOL("reportedBy")})


@dataclass(frozen=True)
class Mention:
    """A place where the text speaks of the entity, by which words, and in which way."""

    surface: str
    mode: str | None
    passage: Passage


@dataclass(frozen=True)
class Page:
    """One entity. `facts` are said by articles, `background` by curators; `follows` is inferred from them.

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
    follows: tuple[str, ...]
    claims: Mapping[str, tuple[ClaimView, ...]]
    voiced: tuple[ClaimView, ...]
    mentions: tuple[Mention, ...]
    links: tuple[str, ...]


class Show:
    """Makes pages from the graph of one snapshot."""

    def __init__(self, project: Project, store: ox.Store, labels: Labels) -> None:
        self._project = project
        self._store = store
        self._labels = labels
        self._words = Words(store, labels)
        self._claims = Claims(project, store, labels)

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
                if quad.predicate == RDF_TYPE and ("inferred" in self._home(quad)) is inferred
            }
            for inferred in (False, True)
        }
        definition = next((quad.object for quad in outgoing if quad.predicate == SKOS("definition")), None)
        links = sorted({quad.object for quad in outgoing if quad.predicate in _LINKS}, key=str)
        return Page(
            iri=node.value,
            name=short(node.value, self._project.prefixes),
            label=self._labels(node),
            kinds=tuple(sorted(kinds[False])),
            wider_kinds=tuple(sorted(kinds[True] - kinds[False])),
            definition=definition.value if isinstance(definition, ox.Literal) else None,
            names=tuple(sorted({self._labels(quad.object) for quad in outgoing if _is_name(quad)})),
            background=self._sentences(told, "entities", "ontology"),
            facts=self._sentences(told, "/facts", "/meta"),
            follows=self._sentences(told, "/inferred", "inferred/shared"),
            claims=self._by_holder(incoming),
            voiced=tuple(map(self._view, sorted(set(self._voiced(incoming)), key=_by_iri))),
            mentions=tuple(sorted(self._mentions(incoming), key=lambda mention: mention.passage.iri)),
            links=tuple(link.value for link in links if isinstance(link, ox.NamedNode | ox.Literal)),
        )

    def _by_holder(self, incoming: list[ox.Quad]) -> dict[str, tuple[ClaimView, ...]]:
        grouped: dict[str, list[ClaimView]] = {}
        for claim in sorted(set(self._about(incoming)), key=_by_iri):
            view = self._view(claim)
            grouped.setdefault(" and ".join(view.holders), []).append(view)
        largest = sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))
        return {holder: tuple(claims) for holder, claims in largest}

    def _view(self, claim: ox.NamedNode) -> ClaimView:
        """A claim without those of the same content: they are about the same, and stand on the page too."""
        return self._claims.view(claim, others=False)

    def _about(self, incoming: list[ox.Quad]) -> Iterator[ox.NamedNode]:
        """The claims that have the entity in their content or name it themselves, but for their holders."""
        for quad in incoming:
            if not isinstance(quad.subject, ox.NamedNode) or quad.predicate in _VOICES:
                continue
            if self._claims.is_claim(quad.subject):
                yield quad.subject
            yield from self._claims.subjects(PROPOSITION, quad.subject)

    def _voiced(self, incoming: list[ox.Quad]) -> Iterator[ox.NamedNode]:
        for quad in incoming:
            if quad.predicate in _VOICES and isinstance(quad.subject, ox.NamedNode):
                yield quad.subject

    def _mentions(self, incoming: list[ox.Quad]) -> Iterator[Mention]:
        for quad in incoming:
            if quad.predicate == SECPOL("refersTo") and isinstance(quad.subject, ox.NamedNode):
                surface = next(iter(self._claims.objects(quad.subject, SECPOL("surface"))), None)
                mode = next(iter(self._claims.objects(quad.subject, SECPOL("referenceMode"))), None)
                yield Mention(
                    surface.value if surface is not None else "",
                    self._labels(mode) if mode else None,
                    self._claims.passage(quad.subject),
                )

    def _sentences(self, quads: list[ox.Quad], *homes: str) -> tuple[str, ...]:
        """The statements of some graphs in words, those about the parts of claims left out."""
        found = {
            self._words.sentence(quad.triple)
            for quad in quads
            if self._home(quad).endswith(homes) and not isinstance(quad.subject, ox.BlankNode)
        }
        return tuple(sorted(found))

    def _home(self, quad: ox.Quad) -> str:
        return str(getattr(quad.graph_name, "value", "")).removeprefix(self._project.graph_iri(""))


def _is_name(quad: ox.Quad) -> bool:
    return quad.predicate in _NAMES and isinstance(quad.object, ox.Literal)


def _by_iri(node: ox.NamedNode) -> str:
    return node.value
