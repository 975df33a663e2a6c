"""The ranges of text behind a node: the second location of a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.check.material import CheckedGraph
from kg.check.report import TextRange
from kg.core.findings import Finding
from kg.core.passages import range_of
from kg.core.terms import SECPOL

_EVIDENCE, _STATED_BY, _PROPOSITION = SECPOL("evidencedBy"), SECPOL("statedBy"), SECPOL("proposition")
_MOST = 3


def spans_of(material: CheckedGraph, findings: Iterable[Finding]) -> dict[str, tuple[TextRange, ...]]:
    """For each node of some findings the ranges of text that it rests on."""
    nodes = dict.fromkeys(finding.node for finding in findings if finding.node)
    spans = {node: tuple(_spans(material, node)) for node in nodes}
    return {node: found for node, found in spans.items() if found}


def _spans(material: CheckedGraph, node: str) -> Iterator[TextRange]:
    home = material.project.article_iri("")
    passages = [node] if range_of(node) else sorted(_passages(material.store, node))
    for passage in passages[:_MOST]:
        if found := range_of(passage):
            article, span = found
            yield TextRange(article.removeprefix(home), *span)


def _passages(store: ox.Store, node: str) -> set[str]:
    """The passages of a claim, of the claim of a proposition, or of the claims that speak of a node."""
    try:
        start = ox.NamedNode(node)
    except ValueError:
        return set()  # a blank node, or a value
    claims = [start, *_objects(store, start, _STATED_BY)]
    for quad in store.quads_for_pattern(None, _PROPOSITION, start):
        if isinstance(quad.subject, ox.NamedNode):
            claims.append(quad.subject)
    return {passage.value for claim in claims for passage in _objects(store, claim, _EVIDENCE)}


def _objects(store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
    found = store.quads_for_pattern(subject, predicate, None)
    return [quad.object for quad in found if isinstance(quad.object, ox.NamedNode)]
