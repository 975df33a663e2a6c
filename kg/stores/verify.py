"""Whether what was sent has arrived: triples counted graph by graph, or graphs read back and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import pyoxigraph as ox

from kg.remote.load_manifest import PAGE
from kg.stores.protocol import Store
from kg.stores.retry import Patience
from kg.stores.source import Graph, Source
from kg.terms import XSD
from kg.turtle.canonical_hash import canonical_lines

_AT_A_TIME = 500
_FEW = 10
_SHOWN = 5
_NUMBERS = frozenset(
    XSD(name)
    for name in (
        *("integer", "decimal", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort"),
    )
)


@dataclass(frozen=True)
class Difference:
    """A graph that is not in the store as it was sent; `missing` and `extra` are some of its triples."""

    graph: str
    message: str
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verified:
    """What a verification came to; `rewritten` counts literals that the store writes its own way."""

    how: str
    graphs: int = 0
    triples: int = 0
    differences: tuple[Difference, ...] = ()
    rewritten: Counter[str] = field(default_factory=Counter)


def verify_counts(
    store: Store, patience: Patience, graphs: Sequence[Graph], gone: Sequence[Graph]
) -> Verified:
    """Compare the number of triples in each graph with what was sent."""
    counts = count(store, patience, [*graphs, *gone])
    wrong = [
        Difference(graph.iri, _shortfall(counts.get(graph.iri, 0), graph.triples))
        for graph in graphs
        if counts.get(graph.iri, 0) != graph.triples
    ]
    wrong += [
        Difference(graph.iri, f"{counts[graph.iri]} triples are still there")
        for graph in gone
        if counts.get(graph.iri, 0)
    ]
    total = sum(counts.get(graph.iri, 0) for graph in graphs)
    return Verified("count", len(graphs), total, tuple(wrong))


def count(store: Store, patience: Patience, graphs: Iterable[Graph]) -> dict[str, int]:
    """The triples of graphs in a store, by IRI; none for a graph that is not there."""
    names = {graph.iri: graph.node for graph in graphs}
    if store.preset.scans and len(names) > _FEW:
        counts = _count_all(store, patience)
        return {iri: counts[iri] for iri in names if iri in counts}
    rest, counts = iter(names.values()), {}
    while some := list(islice(rest, _AT_A_TIME)):
        counts |= _counted(store, patience, f"VALUES ?g {{ {' '.join(map(str, some))} }}")
    return counts


def _count_all(store: Store, patience: Patience) -> dict[str, int]:
    """The triples of all graphs that there are, page by page, because stores cut long answers."""
    counts: dict[str, int] = {}
    beyond = ""
    while page := _counted(store, patience, "", beyond, f" ORDER BY STR(?g) LIMIT {PAGE}"):
        counts |= page
        if len(page) < PAGE:
            break
        beyond = f"FILTER(STR(?g) > {ox.Literal(list(page)[-1])})"
    return counts


def _counted(
    store: Store, patience: Patience, before: str, after: str = "", page: str = ""
) -> dict[str, int]:
    inside = f"{before} GRAPH ?g {{ ?s ?p ?o }} {after}"
    text = f"SELECT ?g (COUNT(*) AS ?n) {{ {inside} }} GROUP BY ?g{page}"
    rows = patience(lambda: store.select(text)) or []
    return {row["g"].value: int(row["n"].value) for row in rows if "g" in row}


def verify_contents(
    store: Store, patience: Patience, source: Source, graphs: Sequence[Graph], gone: Sequence[Graph]
) -> Verified:
    """Read graphs back and compare them with what was sent, blank nodes by structure, literals by value."""
    gone_too = verify_counts(store, patience, (), gone)
    wrong, rewritten, total = list(gone_too.differences), Counter[str](), 0
    for graph in graphs:
        there = patience(lambda: list(store.triples(graph.node))) or []  # noqa: B023 - called at once
        total += len(there)
        difference = _compared(graph, list(source.triples(graph)), there, rewritten)
        if difference is not None:
            wrong.append(difference)
    return Verified("full", len(graphs), total, tuple(wrong), rewritten)


def _compared(
    graph: Graph, here: list[ox.Triple], there: list[ox.Triple], rewritten: Counter[str]
) -> Difference | None:
    """How two versions of a graph differ; literals of equal value are noted and count as equal."""
    if set(here) == set(there):
        return None
    ours, theirs = (canonical_lines(map(_normal, triples)) for triples in (here, there))
    missing, extra = sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours))
    forms = [
        Counter(triple.object for triple in triples if isinstance(triple.object, ox.Literal))
        for triples in (here, there)
    ]
    lost, found = forms[0] - forms[1], forms[1] - forms[0]
    new_forms = {_normal_literal(literal): literal for literal in found}
    for literal, times in lost.items():
        new = new_forms.get(_normal_literal(literal))
        if new is not None:
            rewritten[f"{_shown(literal)} as {_shown(new)}"] += times
    if not missing and not extra:
        return None
    blank = sum(" _:" in f" {line}" for line in missing)
    said = f"{len(missing)} of {len(ours)} triples are missing, {len(extra)} are too many"
    if blank:
        said += f" (with blank nodes: {blank})"
    return Difference(graph.iri, said, _some(missing, here), _some(extra, there))


def _normal(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if isinstance(value, ox.Triple):
        value = _normal(value)
    elif isinstance(value, ox.Literal):
        value = _normal_literal(value)
    return ox.Triple(triple.subject, triple.predicate, value)


def _normal_literal(literal: ox.Literal) -> ox.Literal:
    """One form for literals that mean the same value."""
    text, kind = literal.value, literal.datatype
    if literal.language is not None:
        return ox.Literal(text, language=literal.language.lower())
    if kind in _NUMBERS:
        return ox.Literal(_number(text), datatype=XSD("decimal"))
    if kind == XSD("boolean"):
        return ox.Literal({"1": "true", "0": "false"}.get(text, text), datatype=kind)
    if kind in (XSD("dateTime"), XSD("date"), XSD("time")):
        return ox.Literal(_moment(text), datatype=kind)
    if kind in (XSD("double"), XSD("float")):
        return ox.Literal(_real(text), datatype=XSD("double"))
    return literal


def _number(text: str) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    whole, _, part = digits.partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}.{part.rstrip('0') or '0'}"


def _real(text: str) -> str:
    try:
        return repr(float(text))
    except ValueError:
        return text


def _moment(text: str) -> str:
    """Without zeros at the end of the seconds, and with Z for the offset of none."""
    if text.endswith(("+00:00", "-00:00")):
        text = text[:-6] + "Z"
    body, zone = (text[:-1], "Z") if text.endswith("Z") else (text, "")
    if "." in body and len(body) - body.rindex(".") > 1 and body[body.rindex(".") + 1 :].isdecimal():
        body = body.rstrip("0").rstrip(".")
    return body + zone


def _shortfall(there: int, sent: int) -> str:
    if there < sent:
        return f"{sent - there} of {sent} triples are missing"
    return f"{there - sent} triples more than the {sent} that were sent"


def _shown(literal: ox.Literal) -> str:
    text = str(literal)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _some(lines: Sequence[str], triples: Iterable[ox.Triple]) -> tuple[str, ...]:
    """The first of some lines of normal triples, with the literals that the triples had before."""
    if not lines:
        return ()
    former = {_apart_from_names(_normal(triple)): triple.object for triple in triples}
    shown = [quad.triple for quad in ox.parse("".join(lines[:_SHOWN]), ox.RdfFormat.N_TRIPLES)]
    return tuple(
        f"{triple.subject} {triple.predicate} {former.get(_apart_from_names(triple), triple.object)} ."
        for triple in shown
    )


def _apart_from_names(triple: ox.Triple) -> tuple[object, ...]:
    """A triple without the name of its subject where that is a blank node."""
    named = None if isinstance(triple.subject, ox.BlankNode) else triple.subject
    return named, triple.predicate, triple.object
