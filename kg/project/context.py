"""The JSON-LD context of a project."""

from __future__ import annotations

import json
from pathlib import Path

from kg.core.errors import InputError
from kg.core.files import read_text
from kg.project.project import Project
from kg.rdf.jsonld import Json

CONTEXT = "ontology/context.jsonld"
_KEYWORDS = ("@version", "@vocab")


def context_of(project: Project) -> Json:
    """The context of a project: the shipped one, its own, and all prefixes that JSON-LD can use."""
    context: Json = {}
    for layer in project.layers:
        path = layer.root / CONTEXT
        if path.is_file():
            context |= _read_context(path)
    prefixes = {name: iri for name, iri in project.prefixes.items() if iri.endswith(("/", "#"))}
    return {**context, **prefixes}


def _read_context(path: Path) -> Json:
    try:
        context: Json = dict(json.loads(read_text(path))["@context"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"this is not a JSON-LD context: {error}", path=path) from error
    for name in context:
        if name.startswith("@") and name not in _KEYWORDS:  # @language or @base would say more than the graph
            raise InputError(f"a context has terms, {' and '.join(_KEYWORDS)} here, not {name}", path=path)
    return context
