"""What tests of the stored queries share: terms in short form, and rows as each engine gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from kg import KnowledgeGraph, Project
from kg.core.terms import PREFIXES, RDF_TYPE
from kg.query.engine import run
from kg.query.parameters import bind
from kg.query.stored import StoredQuery, catalogue

REPOSITORY = Path(__file__).parents[2]
QUERIES = catalogue(Project.load(REPOSITORY))
ARTICLE = "https://w3id.org/secpol/article/2024-12-11-america-needs-japan"
AUTHORS = "#authors"


Row = dict[str, str]
Ask = Callable[..., list[Row]]
YesOrNo = Callable[..., bool]


def examples(stored: StoredQuery) -> dict[str, Any]:
    """What a query needs to be asked with; most need nothing."""
    return {p.name: str(p.example) for p in stored.parameters if p.required}


def short(term: object) -> str:
    """A term for reading: `#S025`, `ent:GovUS`, or the value of a literal."""
    if isinstance(term, ox.Literal):
        return term.value
    assert isinstance(term, ox.NamedNode)
    if "#" in term.value and "/article/" in term.value:
        return term.value[term.value.index("#") :]
    for prefix in ("secpol", "ent", "rel"):
        if term.value.startswith(PREFIXES[prefix]):
            return f"{prefix}:{term.value.removeprefix(PREFIXES[prefix])}"
    return term.value


def full(name: str) -> str:
    """The IRI of what `short` gives."""
    if name.startswith("#"):
        return ARTICLE + name
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def kinds_of(graph: KnowledgeGraph, name: str) -> set[str]:
    """The classes of what `short` names, inferred ones included."""
    found = graph.snapshot.store.quads_for_pattern(ox.NamedNode(full(name)), RDF_TYPE, None)
    return {short(quad.object) for quad in found}


def expanded(written: str) -> str:
    """A term of a VALUES block as N-Triples writes it."""
    if written.isdecimal():
        return f'"{written}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    return written if written[0] in '<"' else f"<{full(written)}>"


def terms_of(graph: KnowledgeGraph, text: str) -> list[dict[str, ox.NamedNode | ox.Literal | None]]:
    answer = graph.sparql(text)
    names = answer.variables
    return [{name: row[name] for name in names} for row in answer]


def rows_in(store: ox.Store, text: str) -> bool | list[tuple[str, ...]]:
    result = run(store, text, PREFIXES)
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    assert isinstance(result, ox.QuerySolutions)
    return [tuple(map(str, row)) for row in result]


def on(turtle: str, name: str, **values: ox.NamedNode) -> ox.QuerySolutions | ox.QueryBoolean:
    """The answer to a stored query over some Turtle alone; parameters not given are at any value."""
    store = ox.Store()
    for part in turtle.split("@base")[1:]:
        store.load(f"@base{part}".encode(), ox.RdfFormat.TURTLE)
    terms = {p.name: (values[p.name],) if p.name in values else () for p in QUERIES[name].parameters}
    result = run(store, bind(QUERIES[name].text, terms), PREFIXES)
    assert isinstance(result, ox.QuerySolutions | ox.QueryBoolean)
    return result


def rows_on(turtle: str, name: str, **values: ox.NamedNode) -> list[Row]:
    result = on(turtle, name, **values)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [{n: short(row[n]) for n in names if row[n] is not None} for row in result]


def in_oxigraph(graph: KnowledgeGraph, text: str) -> Counter[tuple[str, ...]] | bool:
    answer = graph.sparql(text)
    if answer.is_graph:
        return Counter({tuple(map(str, (t.subject, t.predicate, t.object))) for t in answer})
    if not answer.variables:
        return bool(answer)
    names = answer.variables
    return Counter(tuple(str(row[name]) for name in names) for row in answer)


def in_rdflib(dataset: rdflib.Dataset, text: str) -> Counter[tuple[str, ...]] | bool:
    result = dataset.query(text)
    if result.type == "ASK":
        return bool(result.askAnswer)
    if result.type == "CONSTRUCT":
        return Counter({as_oxigraph(triple) for triple in result.graph or ()})
    return Counter(as_oxigraph(row) for row in result if isinstance(row, tuple))


def as_oxigraph(terms: Iterable[object]) -> tuple[str, ...]:
    """Terms as pyoxigraph writes them; rdflib spells the zone of a moment +00:00 instead of Z."""
    return tuple(map(_as_oxigraph, terms))


def _as_oxigraph(term: object) -> str:
    if term is None:
        return "None"
    if not isinstance(term, rdflib.Literal):
        return str(ox.NamedNode(str(term)))
    if term.language:
        return str(ox.Literal(str(term), language=term.language))
    if term.datatype is None:
        return str(ox.Literal(str(term)))
    value = str(term).replace("+00:00", "Z") if term.datatype == rdflib.XSD.dateTime else str(term)
    return str(ox.Literal(value, datatype=ox.NamedNode(str(term.datatype))))


def content(answer: Any) -> object:
    """What an answer says, in no order."""
    if answer.is_graph:
        return frozenset(answer)
    if not answer.variables:
        return bool(answer)
    return Counter(tuple(str(term) for term in row) for row in answer)


def differing(here: KnowledgeGraph, there: KnowledgeGraph) -> list[str]:
    """The stored queries that two graphs answer differently, each at its examples."""
    found = []
    for stored in here.queries.values():
        given = examples(stored)
        if content(there.query(stored.name, **given)) != content(here.query(stored.name, **given)):
            found.append(stored.name)
    return found
