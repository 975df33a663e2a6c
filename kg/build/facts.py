"""Rules: promoted claims become facts, and passages get the range that their IRI states."""

from __future__ import annotations

import pyoxigraph as ox

from kg.build.sources import Staging
from kg.core.errors import InputError
from kg.core.graph_names import PARTS
from kg.core.terms import nearest, quad
from kg.project.project import Source
from kg.sparql.headers import Header, query_syntax_error, read_header


def apply_rules(staging: Staging, rules: list[Source]) -> None:
    """Run every CONSTRUCT rule over each article, into the graph of the article that its header names."""
    parsed = [(rule, *_read_rule(rule)) for rule in rules]
    shared = staging.triples(staging.shared_graphs())
    for slug in staging.slugs:
        graphs = staging.article_graphs(slug)
        asserted = staging.triples([*graphs, staging.graph(f"article/{slug}/meta")])
        for rule, header, text in parsed:
            target = staging.graph(f"article/{slug}/{header.require('into')}")
            made = set(_construct(staging.store, rule, text, graphs)) - asserted - shared
            staging.store.extend(quad(triple, target) for triple in made)
            asserted |= made


def _read_rule(rule: Source) -> tuple[Header, str]:
    header, text = read_header(rule.path, known=frozenset({"summary", "description", "into"}))
    into = str(header.require("into"))
    if into not in PARTS:
        raise InputError(f"an article has no graph {into!r}{nearest(into, PARTS)}", path=rule.path)
    return header, text


def _construct(store: ox.Store, rule: Source, text: str, graphs: list[ox.NamedNode]) -> list[ox.Triple]:
    try:
        result = store.query(text, default_graph=list(graphs))
    except SyntaxError as error:
        raise query_syntax_error(error, text, rule.path) from error
    if not isinstance(result, ox.QueryTriples):
        raise InputError("a rule is a CONSTRUCT query", path=rule.path)
    return list(result)
