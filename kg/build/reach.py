"""What articles reach of the shared graphs, so that a changed entity derives anew only those that reach it.

Whatever a rule of OWL 2 RL or a constraint sees at once is linked: it shares nodes, or the values of a key.
So an article comes to the same as before when no path through the shared graphs, in whatever direction,
leads from its terms to what changed in them. Terms of the ontology, which all have in common, make no path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.build.digest import Inputs
from kg.build.findings import FindingsByArticle
from kg.build.graph_store import GraphStore
from kg.build.reuse import Reused
from kg.build.sources import Staging
from kg.check.locality import Locality, is_schema, keys
from kg.core.errors import shown
from kg.core.findings import Finding
from kg.core.graph_names import inferred
from kg.core.terms import PREFIXES, RDF_TYPE
from kg.project.project import Project

_BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))

Reached = Mapping[str, list[str] | None]
"""The terms that an article has in common with others, by slug; None where it may reach anything."""


@dataclass(frozen=True)
class Linking:
    """Which terms link triples: all but those of the ontology; of literals, the values of some properties."""

    vocabulary: Set[ox.NamedNode]
    joined: Set[ox.NamedNode]

    @classmethod
    def of(cls, graphs: GraphStore, shapes: Locality) -> Linking:
        """What links triples beside the ontology of some graphs, for the reasoner and the shapes."""
        quads = graphs.quads([graphs.graph("ontology")])
        vocabulary = {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        return cls(vocabulary, keys(graphs.store) | shapes.joined)

    def terms(self, triple: ox.Triple) -> Iterator[str]:
        """The ends of a triple that link it with others."""
        if triple.subject not in self.vocabulary:
            yield str(triple.subject)
        is_node = isinstance(triple.object, ox.NamedNode | ox.BlankNode) and triple.predicate != RDF_TYPE
        if triple.predicate in self.joined or (is_node and triple.object not in self.vocabulary):
            yield str(triple.object)

    def is_of_schema(self, triple: ox.Triple) -> bool:
        """Whether a triple says something of terms or identities, and so may be seen with any other."""
        kind = triple.object.value if isinstance(triple.object, ox.NamedNode) else ""
        is_kind_of_term = triple.predicate == RDF_TYPE and kind.startswith(_BUILT_IN)
        return is_schema(triple.predicate) or triple.subject in self.vocabulary or is_kind_of_term


class Components:
    """Terms that some triples link, each with one that stands for all of a connected component."""

    def __init__(self, linking: Linking, triples: Iterable[ox.Triple]) -> None:
        self._above: dict[str, str] = {}
        for triple in triples:
            terms = list(linking.terms(triple))
            for term in terms:
                self._above[self(term)] = self(terms[0])

    def __call__(self, term: str) -> str:
        """The term that stands for one and all that are linked with it."""
        while (above := self._above.get(term, term)) != term:
            self._above[term] = self._above.get(above, above)
            term = above
        return term

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._above))


def reach_of(staging: Staging, local: Locality, repeated: Mapping[str, set[ox.Triple]]) -> Reached:
    """The terms that each article of a staging has in common with others.

    `repeated` are the triples that rules made of it and that the shared graphs had already.
    """
    linking = Linking.of(staging, local)
    found: dict[str, list[str] | None] = {}
    for slug in staging.slugs:
        triples = staging.triples(staging.seen_in("inferred", slug)) | repeated.get(slug, set())
        own = f"<{staging.project.article_iri(slug)}#"
        terms = {term for triple in triples for term in linking.terms(triple)}
        is_anything = any(map(linking.is_of_schema, triples))
        found[slug] = None if is_anything else sorted(t for t in terms if not t.startswith((own, "_:")))
    return found


def still_kept(
    reused: Reused,
    alone: Staging,
    found: FindingsByArticle,
    *,
    inputs: Inputs,
    local: Locality,
) -> tuple[Reused, FindingsByArticle]:
    """What can be taken over though entities changed, and the findings about these articles as they are now.

    `alone` is derived from what articles share and nothing else, with what was `found` about it. What was
    found about shared nodes that an article does not reach is found anew, as it does not depend on it.
    """
    linking = Linking.of(alone, local)
    before = GraphStore(alone.project, reused.snapshot.store, ())
    was, now = _shared(before), _shared(alone)
    changed = was ^ now
    if (
        not local.is_known
        or _triples(before, "ontology") != _triples(alone, "ontology")
        or any(_is_seen_by_all(triple, linking, local) for triple in changed)
    ):
        return replace(reused, slugs=frozenset()), {}
    components = Components(linking, was | now)
    touched = {components(term) for triple in changed for term in linking.terms(triple)}
    rules = local.rules - local.unlinked
    shared = [finding for finding in found.get(None, ()) if finding.rule in rules]
    twins: dict[Finding, list[Finding]] = {}
    for finding in shared:
        twins.setdefault(replace(finding, places=()), []).append(finding)
    about, kept = reused.findings(), FindingsByArticle()
    hashes = reused.snapshot.manifest["inputs"]
    stays = {shown(s.path) for s in inputs.sources if hashes.get(s.name) == inputs.hashes[s.path]}
    for slug, reaches in _reaches(reused, components, alone.project):
        own = [
            finding
            for finding in about.get(slug, ())
            if finding.rule not in rules or _is_about(finding, slug, reaches, components, alone.project)
        ]
        placed = [_as_now(finding, stays, twins) for finding in own]
        if not touched & reaches and None not in placed:
            others = (f for f in shared if not _is_about(f, slug, reaches, components, alone.project))
            kept[slug] = [finding for finding in (*placed, *others) if finding]
    return replace(reused, slugs=frozenset(filter(None, kept))), kept


def _reaches(reused: Reused, components: Components, project: Project) -> Iterator[tuple[str, set[str]]]:
    """The components that each article reaches, but for those that may reach anything."""
    of_articles: dict[str | None, set[str]] = {}
    for term in components:
        of_articles.setdefault(project.slug_of(term[1:-1]), set()).add(components(term))
    for slug in sorted(reused.slugs):
        terms = reused.snapshot.report["reached"].get(slug)
        if terms is not None:
            yield slug, {components(term) for term in terms} | of_articles.get(slug, set())


def _as_now(finding: Finding, stays: Set[str], twins: Mapping[Finding, list[Finding]]) -> Finding | None:
    """A finding with its places as they are now; None where they are not known.

    Lines of a changed file are those of the same finding about what articles share alone; `stays` are files.
    """
    if all(place.file in stays for place in finding.places):
        return finding
    found = twins.get(replace(finding, places=()), [])
    is_alike = len(found) == 1 and len(found[0].places) == len(finding.places)
    is_placed = is_alike and all(
        a.file == b.file for a, b in zip(found[0].places, finding.places, strict=True)
    )
    return found[0] if is_placed else None


def _is_about(
    finding: Finding, slug: str, reaches: Set[str], components: Components, project: Project
) -> bool:
    """Whether a finding is about an article or what it reaches."""
    node = finding.node
    return node is None or project.slug_of(node) == slug or components(f"<{node}>") in reaches


def _is_seen_by_all(triple: ox.Triple, linking: Linking, local: Locality) -> bool:
    """Whether a triple may be seen together with any other, so that no path tells who reaches it."""
    is_blank = isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
    is_watched = triple.predicate in local.watched or triple.object in local.watched
    return is_blank or is_watched or linking.is_of_schema(triple)


def _shared(graphs: GraphStore) -> set[ox.Triple]:
    """What the entities say, and what follows from the shared graphs."""
    return _triples(graphs, "entities", inferred(None))


def _triples(graphs: GraphStore, *names: str) -> set[ox.Triple]:
    return graphs.triples(map(graphs.graph, names))
