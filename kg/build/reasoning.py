"""The OWL 2 RL closure: what follows, and what cannot be true together. The adapter around sparq-rdf."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.build.findings import FindingsByArticle
from kg.build.inconsistencies import inconsistencies_in
from kg.build.sources import ReadFile, Staging, places
from kg.core.findings import Finding, Severity
from kg.core.graph_names import inferred
from kg.core.labels import Labels
from kg.core.nodes import named, subjects_of, values_of
from kg.core.terms import OWL, PREFIXES, RDF_TYPE, RDFS, curie, quad

if TYPE_CHECKING:
    import sparq

_BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))
_KEPT_SCHEMA = frozenset({RDF_TYPE, RDFS("subClassOf"), RDFS("subPropertyOf"), OWL("sameAs")})
_KNOWN = ox.NamedNode("urn:known")
_NEW = f"SELECT ?s ?p ?o {{ ?s ?p ?o MINUS {{ GRAPH {_KNOWN} {{ ?s ?p ?o }} }} }}"
_ALL = "SELECT ?s ?p ?o { { ?s ?p ?o } }"
_IRI = re.compile(r"<([^<>]+)>")
_BOTH = re.compile(r"is both (.+) and disjoint/complement (.+)")


@dataclass(frozen=True)
class Closure:
    """What some triples entail beyond themselves, and the inconsistencies among it, in the engine's words."""

    entailed: frozenset[ox.Triple]
    inconsistencies: tuple[str, ...]


def close(ntriples: bytes, known: bytes = b"", reasoner: str = "sparq-rdf") -> Closure:
    """The entailments of OWL 2 RL worth keeping: from IRI to IRI or literal, and not trivial.

    `known` (N-Quads in the graph that `as_known` names) is left out of them.
    """
    if reasoner == "owlrl":
        from kg.build.reference import closed

        store = closed(ntriples)
        left_out = {found.triple for found in ox.parse(known, ox.RdfFormat.N_QUADS)}
        triples = {found.triple for found in store} - left_out
        return Closure(frozenset(one for one in triples if _worth_keeping(*one)), inconsistencies_in(store))
    import sparq

    graph = sparq.Graph.load((ntriples + known).decode(), format="nquads")
    graph.reason("owl")
    rows = ox.parse_query_results(graph.query_json(_NEW), ox.QueryResultsFormat.JSON)
    assert isinstance(rows, ox.QuerySolutions)
    entailed = frozenset(ox.Triple(*row) for row in rows if _worth_keeping(*row))
    told = graph.inconsistencies()
    return Closure(entailed, (inconsistencies_in(_all(graph)) or tuple(sorted(set(told)))) if told else ())


def _all(graph: sparq.Graph) -> ox.Store:
    """A closed graph: which of the nodes that are the same the engine names changes from run to run."""
    rows = ox.parse_query_results(graph.query_json(_ALL), ox.QueryResultsFormat.JSON)
    assert isinstance(rows, ox.QuerySolutions)
    store = ox.Store()
    store.extend(ox.Quad(*row) for row in rows if not isinstance(row[0], ox.Literal))
    return store


def as_known(ntriples: bytes) -> bytes:
    """N-Triples, each on a line of its own, as N-Quads that `close` takes for known."""
    return ntriples.replace(b" .\n", f" {_KNOWN} .\n".encode())


@lru_cache(maxsize=1)
def _close_shared(ntriples: bytes, reasoner: str) -> Closure:
    """The closure of what articles share, which several batches of articles stand on."""
    return close(ntriples, as_known(ntriples), reasoner)


def infer(staging: Staging, reasoner: str = "sparq-rdf") -> FindingsByArticle:
    """Add the inferred graphs, shared and per article, and return the inconsistencies as findings.

    Facts hold within their article: each article is closed over the shared graphs and itself alone.
    """
    shared_text = staging.ntriples(staging.shared_graphs())
    shared = _close_shared(shared_text, reasoner)
    _publish(staging, None, shared.entailed)
    known = as_known(shared_text + staging.ntriples([staging.graph(inferred(None))]))
    found: FindingsByArticle = {None: list(_inconsistencies(staging, None, shared))}
    for slug in staging.slugs:
        text = staging.ntriples(staging.article_graphs(slug))
        own = as_known(text + staging.ntriples([staging.graph(f"article/{slug}/meta")]))
        closure = close(shared_text + text, known + own, reasoner)
        _publish(staging, slug, closure.entailed)
        new = tuple(text for text in closure.inconsistencies if text not in shared.inconsistencies)
        found[slug] = list(_inconsistencies(staging, slug, Closure(closure.entailed, new)))
    return found


def _publish(staging: Staging, slug: str | None, triples: Iterable[ox.Triple]) -> None:
    graph = staging.graph(inferred(slug))
    staging.store.bulk_extend(quad(triple, graph) for triple in triples)


def _worth_keeping(subject: object, predicate: object, value: object) -> bool:
    """Leave out blank nodes, literal subjects, and what holds of everything or of the language itself."""
    if not (isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode)):
        return False
    if isinstance(value, ox.BlankNode) or subject == value:
        return False
    if subject.value.startswith(_BUILT_IN):
        return False
    if predicate.value.startswith(_BUILT_IN) and predicate not in _KEPT_SCHEMA:
        return False
    return not (isinstance(value, ox.NamedNode) and value.value.startswith(_BUILT_IN))


def _inconsistencies(staging: Staging, slug: str | None, closure: Closure) -> Iterator[Finding]:
    labels = Labels(staging.store, staging.project.prefixes)
    files = staging.files_of(slug)
    for text in closure.inconsistencies:
        nodes = [iri for iri in _IRI.findall(text) if not iri.startswith(_BUILT_IN)]
        double = _with_two_values(staging, slug, nodes) if "AllDifferent" in text else None
        node = next((iri for iri in nodes if places(files, iri)), nodes[0] if nodes else None)
        node = double.subject.value if double else node
        if node and not double and (use := _against_its_kind(staging, slug, ox.NamedNode(node))):
            yield use.finding(labels, files)
            continue
        yield Finding(
            rule="reasoning.inconsistency",
            severity=Severity.VIOLATION,
            message=double.in_words(labels) if double else _in_words(text, node, closure, labels),
            node=node,
            path=curie(double.predicate.value) if double else None,
            places=places(files, node, double.predicate.value if double else None) if node else (),
            hint="one of the statements about it is wrong; see its types and relations",
        )


@dataclass(frozen=True)
class _Use:
    """A statement by whose property a node would be of a kind, which it is not by what is said of it."""

    statement: ox.Triple
    node: ox.NamedNode
    kinds: frozenset[ox.NamedNode]
    other: ox.NamedNode

    def finding(self, labels: Labels, files: Sequence[ReadFile]) -> Finding:
        """The inconsistency, where the statement is written."""
        kinds = " and ".join(sorted(map(labels, self.kinds)))
        by, subject = labels(self.statement.predicate), str(self.statement.subject)[1:-1]
        predicate, value = self.statement.predicate.value, str(self.statement.object)
        return Finding(
            rule="reasoning.inconsistency",
            severity=Severity.VIOLATION,
            message=f"{labels(self.node)} is of the kind {kinds}, and by '{by}' would be of the kind "
            f"{labels(self.other)}: the two exclude each other",
            node=self.node.value,
            path=curie(predicate),
            value=value,
            places=places(files, subject, predicate, value),
            hint="name another node here, use another relation, or correct the node's type",
        )


def _against_its_kind(staging: Staging, slug: str | None, node: ox.NamedNode) -> _Use | None:
    """The first statement whose domain or range a node does not belong to by its own types."""
    store = staging.store
    graphs = [*staging.shared_graphs(), *(staging.article_graphs(slug) if slug else ())]
    kinds = [kind for graph in graphs for kind in named(values_of(store, node, RDF_TYPE, graph))]
    own = frozenset(kind for kind in kinds if not kind.value.startswith(_BUILT_IN))
    above = _above(store, own, RDFS("subClassOf"))
    uses = [
        (triple, end)
        for graph in (staging.article_graphs(slug) if slug else staging.shared_graphs())
        for end, quads in (
            ("domain", store.quads_for_pattern(node, None, None, graph)),
            ("range", store.quads_for_pattern(None, None, node, graph)),
        )
        for triple in (quad.triple for quad in quads)
    ]
    for triple, end in sorted(uses, key=str) if own else ():
        for prop in sorted(_above(store, [triple.predicate], RDFS("subPropertyOf")), key=str):
            for other in named(values_of(store, prop, RDFS(end))):
                if other not in above and not own & _above(store, [other], RDFS("subClassOf")):
                    return _Use(triple, node, own, other)
    return None


def _above(store: ox.Store, terms: Iterable[ox.NamedNode], relation: ox.NamedNode) -> set[ox.NamedNode]:
    """Some terms and those above them."""
    found: set[ox.NamedNode] = set()
    pending = list(terms)
    while pending:
        term = pending.pop()
        if term not in found:
            found.add(term)
            pending += named(values_of(store, term, relation))
    return found


@dataclass(frozen=True)
class _TwoValues:
    """A node with several values of a property that takes one, which makes one of what differs."""

    subject: ox.NamedNode
    predicate: ox.NamedNode
    values: frozenset[ox.NamedNode]

    def in_words(self, labels: Labels) -> str:
        values = " and ".join(sorted(map(labels, self.values)))
        return f"{labels(self.subject)}: '{labels(self.predicate)}' takes one value, and has {values}"


def _with_two_values(staging: Staging, slug: str | None, nodes: Iterable[str]) -> _TwoValues | None:
    """Who has one of some values and another one too, as it was asserted."""
    graphs = [*staging.shared_graphs(), *(staging.article_graphs(slug) if slug else ())]
    asserted = {found for node in nodes for found in _of_one_value(staging, graphs, node)}
    for subject, predicate, _ in sorted(asserted, key=str):
        values = (values_of(staging.store, subject, predicate, graph) for graph in graphs)
        others = frozenset(named(chain(*values)))
        if isinstance(subject, ox.NamedNode) and len(others) > 1:
            return _TwoValues(subject, predicate, others)
    return None


def _of_one_value(staging: Staging, graphs: list[ox.NamedNode], node: str) -> Iterator[ox.Triple]:
    """The statements that give a node as the one value of a property."""
    single = subjects_of(staging.store, RDF_TYPE, OWL("FunctionalProperty"))
    for graph in graphs:
        for found in staging.store.quads_for_pattern(None, None, ox.NamedNode(node), graph):
            if found.predicate in single:
                yield found.triple


def _in_words(text: str, node: str | None, closure: Closure, labels: Labels) -> str:
    if node and ("AllDisjointClasses" in text or "Nothing" in text):
        kinds = {
            labels(triple.object)
            for triple in closure.entailed
            if triple.predicate == RDF_TYPE and triple.subject == ox.NamedNode(node)
        }
        which = f", among: {', '.join(sorted(kinds))}" if kinds else ""
        return f"{labels.of_iri(node)} is of two kinds that exclude each other{which}"
    words = _IRI.sub(lambda match: labels.of_iri(match.group(1)), text)
    return _BOTH.sub(r"is both \1 and \2, which exclude each other", words)
