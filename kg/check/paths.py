"""SHACL property paths as SPARQL writes them (SHACL, section 2.3.1)."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.check.results import SH, ValidationResult, sh
from kg.core.nodes import value_of
from kg.core.terms import PREFIXES, RDF, AtomicTerm, curie
from kg.rdf.lists import list_items

_OPERATORS = {
    "inversePath": "^{}",
    "zeroOrMorePath": "{}*",
    "oneOrMorePath": "{}+",
    "zeroOrOnePath": "{}?",
}


def path_text(
    store: ox.Store,
    path: AtomicTerm,
    prefixes: Mapping[str, str] = PREFIXES,
    above: tuple[AtomicTerm, ...] = (),
) -> str | None:
    """A path in SPARQL syntax, or None when it is none, such as one that holds itself; `above` holds it.

    >>> path_text(ox.Store(), ox.NamedNode("http://www.w3.org/2004/02/skos/core#broader"))
    'skos:broader'
    """
    if path == RDF("nil") or isinstance(path, ox.Literal) or path in above:
        return None
    if isinstance(path, ox.NamedNode):
        return curie(path.value, prefixes)
    steps = list_items(store, path)
    if steps is not None:
        return _joined([path_text(store, step, prefixes, (*above, path)) for step in steps], "/")
    return _made_of(store, path, prefixes, (*above, path))


def _made_of(
    store: ox.Store, path: ox.BlankNode, prefixes: Mapping[str, str], above: tuple[AtomicTerm, ...]
) -> str | None:
    """A path that is an operator with its operand."""
    about = list(store.quads_for_pattern(path, None, None))
    if len(about) != 1 or isinstance(about[0].object, ox.Triple):
        return None
    operator, operand = about[0].predicate.value.removeprefix(SH), about[0].object
    if operator == "alternativePath":
        choices = list_items(store, operand) or []
        return _joined([path_text(store, choice, prefixes, above) for choice in choices], "|")
    text = path_text(store, operand, prefixes, above)
    if text is None or operator not in _OPERATORS:
        return None
    if not isinstance(operand, ox.NamedNode) and not text.startswith("("):
        text = f"({text})"
    return _OPERATORS[operator].format(text)


def result_path(shapes: ox.Store, result: ValidationResult) -> str | None:
    """The path of a result in SPARQL syntax.

    A report may name a complex path by a blank node that nothing describes; then it is the shape's own.
    """
    if result.path is None:
        return None
    text = path_text(shapes, result.path)
    own = value_of(shapes, result.shape, sh("path")) if text is None else None
    return text if own is None else path_text(shapes, own)


def _joined(texts: list[str | None], mark: str) -> str | None:
    known = [text for text in texts if text is not None]
    return f"({mark.join(known)})" if len(known) == len(texts) > 1 else None
