"""References to the claims of articles: by claims of other articles, and by the sources of entities."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyoxigraph as ox

from kg.core.findings import Finding, violation_of
from kg.core.nodes import contains
from kg.core.terms import DCTERMS, PASSAGE_MARK, PROPOSITION, RDF_TYPE, SECPOL, Term
from kg.project.project import Project

_SOURCE = DCTERMS("source")
_UNDECLARED = "vocabulary.undeclared"
HINT = "of another article only claims may be named; move what several articles share to entities/"
_TO_CLAIMS = tuple(SECPOL(name) for name in ("concededTo", "contradicts", "supports"))
_OF_CONTENTS = tuple(SECPOL(name) for name in ("propObject", "propSubject"))
ABOUT_CLAIMS = frozenset({*_TO_CLAIMS, *_OF_CONTENTS})
"""The properties by which an article may name what another one describes, being a claim or a content."""


def is_foreign(project: Project, node: Term | None, slug: str | None) -> bool:
    """Whether an article describes a node, and it is another than that of a slug."""
    of = project.slug_of(node.value) if isinstance(node, ox.NamedNode) and "#" in node.value else None
    return of is not None and of != slug


def check_references(project: Project, store: ox.Store, slugs: Collection[str]) -> Iterator[Finding]:
    """A finding for each reference to an article at a place for claims that names none of its claims.

    `store` has the graphs of all articles, those of `slugs`.
    """
    for predicate in sorted(ABOUT_CLAIMS, key=str):
        for triple in dict.fromkeys(q.triple for q in store.quads_for_pattern(None, predicate, None)):
            subject, node = triple.subject, triple.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(node, ox.NamedNode):
                continue
            slug = project.slug_of(subject.value)
            if slug is None or not is_foreign(project, node, slug):
                continue
            if not _may_be_named(store, node, is_content=predicate in _OF_CONTENTS):
                said = _what_is_wrong(node.value.removeprefix(project.article_iri("")), slugs)
                yield violation_of(_UNDECLARED, triple, said, HINT)
    yield from _gone_sources(project, store, slugs)


def _gone_sources(project: Project, store: ox.Store, slugs: Collection[str]) -> Iterator[Finding]:
    """A finding for each source of an entity that is of an article at hand, which has no such claim."""
    entities = ox.NamedNode(project.graph_iri("entities"))
    for quad in store.quads_for_pattern(None, _SOURCE, None, entities):
        node = quad.object
        if not isinstance(node, ox.NamedNode) or "#" not in node.value or PASSAGE_MARK in node.value:
            continue
        name = node.value.rpartition("/")[2]
        slug = name.partition("#")[0]
        is_at_hand = slug in slugs and node.value == f"{project.articles_home(slug)}{name}"
        if is_at_hand and not contains(store, node):
            said = _what_is_wrong(name, slugs)
            hint = "name a claim that there is, or another source"
            yield violation_of(_UNDECLARED, quad.triple, said, hint)


def _may_be_named(store: ox.Store, node: Term, *, is_content: bool) -> bool:
    if contains(store, node, PROPOSITION, None):
        return True
    return is_content and contains(store, node, RDF_TYPE, SECPOL("Proposition"))


def _what_is_wrong(name: str, slugs: Collection[str]) -> str:
    other = name.partition("#")[0]
    if other in slugs:
        return f"{name} is no claim of the article {other}"
    return f"there is no article {other}, so that {name} says nothing"
