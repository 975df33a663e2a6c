"""Rules: what follows from an article's claims, passages and mentions by CONSTRUCT queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.build.sources import Staging
from kg.core.errors import InputError
from kg.core.graph_names import PARTS
from kg.core.terms import nearest, quad
from kg.project.project import Source
from kg.sparql.headers import query_syntax_error, read_header
from kg.sparql.services import require_allowed

_META = "meta"


@dataclass(frozen=True)
class FactRule:
    """A CONSTRUCT query over some graphs of an article, `read`, into one of them."""

    path: Path
    text: str
    read: tuple[str, ...]
    into: str


def apply_rules(staging: Staging, rules: Iterable[Source]) -> dict[str, set[ox.Triple]]:
    """Run every rule over each article, in the order of their files; each sees what those before it made.

    Returned is, by article, what they made that the shared graphs say already; it is left out.
    """
    parsed = [_read_rule(rule.path, rule.sha256) for rule in rules]
    for rule in parsed:
        require_allowed(rule.text, {}, staging.project.services, rule.path)
    shared = staging.triples(staging.shared_graphs())
    repeated: dict[str, set[ox.Triple]] = {}
    for slug in staging.slugs:
        graphs = {part: staging.graph(f"article/{slug}/{part}") for part in (*PARTS, _META)}
        asserted = staging.triples(graphs.values())
        for rule in parsed:
            read = [graphs[part] for part in rule.read]
            made = set(_construct(staging.store, rule, read)) - asserted
            repeated.setdefault(slug, set()).update(made & shared)
            made -= shared
            staging.store.extend(quad(triple, graphs[rule.into]) for triple in made)
            asserted |= made
    return repeated


def _read_rule(path: Path, sha256: str | None) -> FactRule:
    header, text = read_header(path, frozenset({"summary", "description", "from", "into"}), sha256)
    named = header.get("from", [*PARTS])
    read = tuple(map(str, named if isinstance(named, list) else [named]))
    into = str(header.require("into"))
    _require_parts([into], PARTS, path)
    _require_parts(read, (*PARTS, _META), path)
    return FactRule(path, text, read, into)


def _require_parts(names: Iterable[str], known: tuple[str, ...], path: Path) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"an article has no graph {name!r}{nearest(name, known)}", path=path)


def _construct(store: ox.Store, rule: FactRule, graphs: Sequence[ox.NamedNode]) -> list[ox.Triple]:
    try:
        result = store.query(rule.text, default_graph=list(graphs))
        if isinstance(result, ox.QueryTriples):
            return list(result)
    except SyntaxError as error:
        raise query_syntax_error(error, rule.text, rule.path) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"the rule cannot be run: {error}", path=rule.path) from error
    raise InputError("a rule is a CONSTRUCT query", path=rule.path)
