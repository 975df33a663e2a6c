"""Passages as clients of the Web Annotation model look for them (W3C, 2017, section 4)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.core.passages import range_of
from kg.core.terms import PREFIXES, RDF_TYPE, SECPOL

_PASSAGES = (SECPOL("Passage"), SECPOL("Mention"))
_EVIDENCE, _REFERENT = SECPOL("evidencedBy"), SECPOL("refersTo")


def _oa(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["oa"] + name)


def with_annotations(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples of one graph, and what annotation clients make of its passages, claims and mentions.

    A passage is a specific resource of its article with a TextPositionSelector: code points from 0, as in the
    IRI of the passage. A claim is the body of an annotation of its passages, what a mention refers to that of
    one of the mention.
    """
    bodies: dict[ox.NamedNode, list[ox.NamedNode]] = defaultdict(list)
    targets: dict[ox.NamedNode, list[ox.NamedNode]] = defaultdict(list)
    for triple in triples:
        yield triple
        subject, predicate, value = triple
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
            continue
        if predicate == RDF_TYPE and value in _PASSAGES:
            yield from _specific_resource(subject)
        elif predicate == _EVIDENCE:
            targets[subject].append(value)
        elif predicate == _REFERENT:
            bodies[subject].append(value)
    for claim, passages in targets.items():
        yield from _annotation(claim, "describing", [claim], passages)
    for mention, referents in bodies.items():
        yield from _annotation(mention, "identifying", referents, [mention])


def _annotation(
    about: ox.NamedNode, motivation: str, bodies: Iterable[ox.NamedNode], targets: Iterable[ox.NamedNode]
) -> Iterator[ox.Triple]:
    document, _, name = about.value.rpartition("#")
    annotation = ox.NamedNode(f"{document}#annotation-{re.sub(r'[^A-Za-z0-9_.]', '-', name)}")
    yield ox.Triple(annotation, RDF_TYPE, _oa("Annotation"))
    yield ox.Triple(annotation, _oa("motivatedBy"), _oa(motivation))
    yield from (ox.Triple(annotation, _oa("hasBody"), body) for body in bodies)
    yield from (ox.Triple(annotation, _oa("hasTarget"), target) for target in targets)


def _specific_resource(passage: ox.NamedNode) -> Iterator[ox.Triple]:
    if (found := range_of(passage.value)) is None:
        return
    article, span = found
    selector = ox.NamedNode(f"{article}#selector-{span.start}-{span.end}")
    yield ox.Triple(passage, RDF_TYPE, _oa("SpecificResource"))
    yield ox.Triple(passage, _oa("hasSource"), ox.NamedNode(article))
    yield ox.Triple(passage, _oa("hasSelector"), selector)
    yield ox.Triple(selector, RDF_TYPE, _oa("TextPositionSelector"))
    yield ox.Triple(selector, _oa("start"), ox.Literal(span.start))
    yield ox.Triple(selector, _oa("end"), ox.Literal(span.end))
