"""JSON-LD 1.1 with a context: CURIEs for keys and nodes, each subject once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg.terms import RDF_TYPE, XSD, curie

_NATIVE = {XSD("boolean"): {"true": True, "false": False}}


def jsonld(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """A graph as a JSON-LD document whose context has only the prefixes in use.

    Only namespaces that end in `/` or `#` may stand as prefixes (JSON-LD 1.1, section 4.1.5).
    """
    usable = {name: iri for name, iri in prefixes.items() if iri.endswith(("/", "#"))}
    used: set[str] = set()

    def name(node: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
        if not isinstance(node, ox.NamedNode):
            return str(node)
        compact = curie(node.value, usable)
        if compact.startswith("<"):
            return node.value
        used.add(compact.partition(":")[0])
        return compact

    nodes: dict[str, dict[str, Any]] = {}
    for triple in sorted(set(triples), key=str):
        about = nodes.setdefault(name(triple.subject), {"@id": name(triple.subject)})
        if triple.predicate == RDF_TYPE and not isinstance(triple.object, ox.Literal):
            about.setdefault("@type", []).append(name(triple.object))
        elif isinstance(triple.object, ox.Literal):
            value = _literal(triple.object, name)
            about.setdefault(name(triple.predicate), []).append(value)
        else:
            about.setdefault(name(triple.predicate), []).append({"@id": name(triple.object)})
    context = {prefix: usable[prefix] for prefix in sorted(used)}
    return json.dumps({"@context": context, "@graph": list(nodes.values())}, indent=2, ensure_ascii=False)


def _literal(value: ox.Literal, name: Any) -> Any:
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype == XSD("string"):
        return value.value
    native = _NATIVE.get(value.datatype, {}).get(value.value)
    return native if native is not None else {"@value": value.value, "@type": name(value.datatype)}
