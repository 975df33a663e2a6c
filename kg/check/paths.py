"""SHACL property paths as SPARQL writes them (SHACL, section 2.3.1)."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.check.results import SH, Node
from kg.terms import PREFIXES, RDF, curie

_SUFFIXES = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def path_text(store: ox.Store, path: Node, prefixes: Mapping[str, str] = PREFIXES) -> str | None:
    """A path in SPARQL syntax, or None when it is none.

    >>> path_text(ox.Store(), ox.NamedNode("http://www.w3.org/2004/02/skos/core#broader"))
    'skos:broader'
    """
    if isinstance(path, ox.NamedNode):
        return curie(path.value, prefixes)
    if isinstance(path, ox.Literal):
        return None
    steps = list_items(store, path)
    if steps is not None:
        return _joined(store, steps, "/", prefixes)
    about = list(store.quads_for_pattern(path, None, None))
    if len(about) != 1 or isinstance(about[0].object, ox.Triple):
        return None
    kind, inner = about[0].predicate.value.removeprefix(SH), about[0].object
    if kind == "alternativePath":
        choices = list_items(store, inner)
        return None if choices is None else _joined(store, choices, "|", prefixes)
    text = path_text(store, inner, prefixes)
    if text is None:
        return None
    if not isinstance(inner, ox.NamedNode) and not text.startswith("("):
        text = f"({text})"
    if kind == "inversePath":
        return f"^{text}"
    return text + _SUFFIXES[kind] if kind in _SUFFIXES else None


def list_items(store: ox.Store, cell: Node) -> list[Node] | None:
    """The members of an RDF list, or None when it is ill-formed: no end, two ends, a circle."""
    items: list[Node] = []
    seen: set[Node] = set()
    while cell != RDF("nil"):
        if isinstance(cell, ox.Literal) or cell in seen:
            return None
        seen.add(cell)
        first = [found.object for found in store.quads_for_pattern(cell, RDF("first"), None)]
        rest = [found.object for found in store.quads_for_pattern(cell, RDF("rest"), None)]
        if len(first) != 1 or len(rest) != 1 or isinstance(first[0], ox.Triple):
            return None
        items.append(first[0])
        assert not isinstance(rest[0], ox.Triple)
        cell = rest[0]
    return items


def _joined(store: ox.Store, parts: list[Node], mark: str, prefixes: Mapping[str, str]) -> str | None:
    texts = [path_text(store, part, prefixes) for part in parts]
    if len(texts) < 2 or None in texts:
        return None
    return f"({mark.join(text for text in texts if text)})"
