"""Whether what was sent has arrived: triples counted graph by graph, or graphs read back and compared."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import islice

import pyoxigraph as ox

from kg.core.terms import XSD
from kg.rdf.canonical_hash import canonical_lines
from kg.remote.load_manifest import PAGE, by_pages
from kg.stores.manifest import Manifest
from kg.stores.protocol import Solutions, Store
from kg.stores.retry import Patience
from kg.stores.source import SnapshotGraphs, StoredGraph

_AT_A_TIME = 500
_FEW = 10
_SHOWN = 5
_MONTHS = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?")
_NUMBERS = frozenset(
    XSD(name)
    for name in (
        *("integer", "decimal", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort"),
        *("double", "float"),
    )
)


@dataclass(frozen=True)
class Mismatch:
    """A graph that is not in the store as it was sent; `missing` and `extra` are some of its triples."""

    graph: str
    message: str
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verified:
    """The result of a verification; `rewritten` counts literals that the store writes its own way."""

    how: str
    graphs: int = 0
    triples: int = 0
    differences: tuple[Mismatch, ...] = ()
    rewritten: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Verifier:
    """Looks what a store holds, and says meanwhile that the load goes on."""

    store: Store
    source: SnapshotGraphs
    manifest: Manifest
    patience: Patience

    def counts(self, graphs: Sequence[StoredGraph], gone: Sequence[StoredGraph]) -> Verified:
        """Compare the number of triples in each graph with what was sent."""
        self.patience(self.manifest.renew)
        counts = self.count([*graphs, *gone])
        wrong = [
            Mismatch(graph.iri, _shortfall(counts.get(graph.iri, 0), graph.triples))
            for graph in graphs
            if counts.get(graph.iri, 0) != graph.triples
        ]
        wrong += [
            Mismatch(graph.iri, f"{counts[graph.iri]} triples are still there")
            for graph in gone
            if counts.get(graph.iri, 0)
        ]
        total = sum(counts.get(graph.iri, 0) for graph in graphs)
        return Verified("count", len(graphs), total, tuple(wrong))

    def count(self, graphs: Iterable[StoredGraph]) -> dict[str, int]:
        """The triples of graphs in a store, by IRI; none for a graph that is not there."""
        names = {graph.iri: graph.node for graph in graphs}
        rows: Solutions = []
        if self.store.preset.scans and len(names) > _FEW:
            rows += by_pages(self._asked, lambda after: _all_counted(self.manifest.home, after))
        else:
            rest = iter(names.values())
            while some := list(islice(rest, _AT_A_TIME)):
                rows += self._asked(_counted(some))
        counts = {row.iri("graph").value: row.number("n") for row in rows if "graph" in row}
        return {iri: counts[iri] for iri in names if iri in counts}

    def contents(self, graphs: Sequence[StoredGraph], gone: Sequence[StoredGraph]) -> Verified:
        """Read graphs back and compare them with what was sent, blank nodes by structure, literals by value.

        A graph that comes back as it was sent is never held in memory as a whole.
        """
        wrong, rewritten, total = list(self.counts((), gone).differences), Counter[str](), 0
        for graph in graphs:
            self.patience(self.manifest.renew)
            here, there = self._fingerprints(graph)
            total += there.triples
            difference = self._compared(graph, rewritten) if here != there else None
            if difference is not None:
                wrong.append(difference)
        return Verified("full", len(graphs), total, tuple(wrong), rewritten)

    def _asked(self, text: str) -> Solutions:
        return self.patience(lambda: self.store.select(text))

    def _fingerprints(self, graph: StoredGraph) -> tuple[Fingerprint, Fingerprint]:
        there = self.patience(lambda: Fingerprint.of(self.store.triples(graph.node)))
        return Fingerprint.of(self.source.triples(graph)), there

    def _compared(self, graph: StoredGraph, rewritten: Counter[str]) -> Mismatch | None:
        there = self.patience(lambda: list(self.store.triples(graph.node)))
        return compared(graph, list(self.source.triples(graph)), there, rewritten)


def _counted(graphs: Sequence[ox.NamedNode]) -> str:
    """The query for the sizes of some graphs."""
    inside = f"VALUES ?graph {{ {' '.join(map(str, graphs))} }} GRAPH ?graph {{ ?s ?p ?o }}"
    return f"SELECT ?graph (COUNT(*) AS ?n) {{ {inside} }} GROUP BY ?graph"


def _all_counted(home: str, after: str) -> str:
    """The query for the sizes of a page of the graphs below an IRI."""
    beyond = f" && STR(?graph) > {ox.Literal(after)}" if after else ""
    ours = f"FILTER(STRSTARTS(STR(?graph), {ox.Literal(home)}){beyond})"
    counted = f"SELECT ?graph (COUNT(*) AS ?n) {{ GRAPH ?graph {{ ?s ?p ?o }} {ours} }} GROUP BY ?graph"
    return f"{counted} ORDER BY STR(?graph) LIMIT {PAGE}"


@dataclass
class Fingerprint:
    """A graph as a number: that of its triples in any order, those with blank nodes in canonical form."""

    triples: int = 0
    sum: int = 0

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Fingerprint:
        """The fingerprint of a graph that is read once."""
        made, blank = cls(), list[ox.Triple]()
        for triple in triples:
            made.triples += 1
            if _is_ground(triple):
                made._add(str(triple))
            else:
                blank.append(triple)
        for line in canonical_lines(blank):
            made._add(line)
        return made

    def _add(self, line: str) -> None:
        number = int.from_bytes(hashlib.blake2b(line.encode(), digest_size=16).digest())
        self.sum = (self.sum + number) % (1 << 128)


def _is_ground(triple: ox.Triple) -> bool:
    value = triple.object
    has_blank = isinstance(triple.subject, ox.BlankNode) or isinstance(value, ox.BlankNode)
    return not has_blank and (not isinstance(value, ox.Triple) or _is_ground(value))


def compared(
    graph: StoredGraph, here: list[ox.Triple], there: list[ox.Triple], rewritten: Counter[str]
) -> Mismatch | None:
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
    return Mismatch(graph.iri, said, _some(missing, here), _some(extra, there))


def _normal(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if isinstance(value, ox.Triple):
        value = _normal(value)
    elif isinstance(value, ox.Literal):
        value = _normal_literal(value)
    return ox.Triple(triple.subject, triple.predicate, value)


def _normal_literal(literal: ox.Literal) -> ox.Literal:
    """One form for literals that mean the same value, whatever type a store gives it."""
    text, kind = literal.value, literal.datatype
    if literal.language is not None:
        return ox.Literal(text, language=literal.language.lower())
    if kind in _NUMBERS:
        return ox.Literal(_number(text), datatype=XSD("decimal"))
    if kind == XSD("boolean"):
        return ox.Literal({"1": "true", "0": "false"}.get(text, text), datatype=kind)
    if kind in (XSD("dateTime"), XSD("date"), XSD("time")):
        return ox.Literal(_moment(text), datatype=kind)
    if kind in (XSD("duration"), XSD("yearMonthDuration")):
        return ox.Literal(_span(text), datatype=kind)
    return literal


def _number(text: str) -> str:
    """A number without exponent, and without zeros that say nothing; what is none stays."""
    if "e" in text.lower():
        try:
            text = format(Decimal(repr(float(text))), "f")
        except (ValueError, InvalidOperation):
            return text
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    whole, _, part = digits.partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}.{part.rstrip('0') or '0'}"


def _span(text: str) -> str:
    """Years and months as months, which is how Virtuoso writes them."""
    found = _MONTHS.fullmatch(text)
    return str(12 * int(found[1] or 0) + int(found[2] or 0)) if found else text


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
