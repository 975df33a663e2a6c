"""The ranges of text behind a node: the second location of a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.check.material import CheckedGraph
from kg.check.report import TextRange
from kg.core.findings import Finding
from kg.core.nodes import named, subjects_of, values_of
from kg.core.passages import range_of
from kg.core.terms import PROPOSITION, SECPOL

_MOST = 3


def spans_of(material: CheckedGraph, findings: Iterable[Finding]) -> dict[str, tuple[TextRange, ...]]:
    """For each node of some findings the ranges of text that it rests on."""
    nodes = dict.fromkeys(finding.node for finding in findings if finding.node)
    spans = {node: tuple(_spans(material, node)) for node in nodes}
    return {node: found for node, found in spans.items() if found}


def _spans(material: CheckedGraph, node: str) -> Iterator[TextRange]:
    articles = material.project.article_iri("")
    passages = [node] if range_of(node) else sorted(_passages(material.store, node))
    for passage in passages[:_MOST]:
        if found := range_of(passage):
            article, span = found
            yield TextRange(article.removeprefix(articles), *span)


def _passages(store: ox.Store, node: str) -> set[str]:
    """The passages of a claim, of the claim of a proposition, or of the claims that speak of a node."""
    try:
        start = ox.NamedNode(node)
    except ValueError:
        return set()  # a blank node, or a value
    claims = [start, *values_of(store, start, SECPOL("statedBy")), *subjects_of(store, PROPOSITION, start)]
    return {
        passage.value for claim in claims for passage in named(values_of(store, claim, SECPOL("evidencedBy")))
    }
