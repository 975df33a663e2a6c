"""Blank nodes of a graph: which stand in brackets where they are used, which are lists, which need a label.

Statements are given in N-Triples: for each subject its predicates and objects, such as `<p> _:b`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import pyoxigraph as ox

from kg.core.terms import RDF

NIL = str(RDF("nil"))
_FIRST, _REST = str(RDF("first")), str(RDF("rest"))
_QUOTED = re.compile(r"_:[^\s<>\"]+")
_STANDS_FOR = ox.NamedNode("urn:kg:nested")
_DEEP = 50  # brackets within brackets; a node that lies deeper gets a label


@dataclass
class Structure:
    """How the blank nodes are written: `roots` as [], `nested` in brackets, `lists` by their items."""

    roots: set[str] = field(default_factory=set)
    nested: set[str] = field(default_factory=set)
    lists: dict[str, list[str]] = field(default_factory=dict)
    labelled: set[str] = field(default_factory=set)


def structure(said: Mapping[str, list[str]], labels: Collection[str] = ()) -> Structure:
    """How the blank nodes of a graph can be written; those in `labels` keep their label."""
    users, labelled = _users(said)
    labelled |= users.keys() & set(labels)
    single = {node: by[0] for node, by in users.items() if len(by) == 1 and node not in labelled}
    roots = {node for node, by in users.items() if not by and node not in labelled}
    labelled |= users.keys() - single.keys() - roots
    found = Structure(roots=roots, labelled=labelled)
    inside: dict[str, list[str]] = {}
    for node, user in single.items():
        inside.setdefault(user, []).append(node)
    _nest(found, said, inside, [user for user in inside if user not in single])
    while rest := single.keys() - found.nested - found.labelled:  # these refer to each other in circles
        circle = _circle(min(rest), single)
        labelled |= circle
        _nest(found, said, inside, circle)
    return found


def canonical_names(
    said: Mapping[str, list[str]], found: Structure, flat: Callable[[str], str]
) -> dict[str, list[str]]:
    """The same statements with labelled nodes under RDFC-1.0 names.

    The algorithm takes cubic time for a long list, so what lies in brackets and leads to no labelled node
    goes through it as one literal, its text in `flat`.
    """
    closed = _closed(said, found)
    kept: dict[str, list[str]] = {}
    lines: list[str] = []
    standing_for: dict[str, str] = {}
    for subject, statements in said.items():
        seen: Counter[tuple[str, str]] = Counter()
        for rest in statements:
            predicate, value = rest.split(" ", 1)
            if subject in closed or "_:" not in subject + rest or (value in closed and subject[0] != "_"):
                kept.setdefault(subject, []).append(rest)
            elif value in closed:
                text = flat(value)
                seen[predicate, text] += 1
                literal = str(ox.Literal(f"{seen[predicate, text]} {text}", datatype=_STANDS_FOR))
                standing_for.setdefault(f"{subject} {predicate} {literal}", value)
                lines.append(f"{subject} {predicate} {literal} .")
            else:
                lines.append(f"{subject} {rest} .")
    by_literal: dict[str, list[str]] = {}
    for key, value in standing_for.items():
        by_literal.setdefault(key.split(" ", 2)[2], []).append(value)
    parsed = ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES)
    dataset = ox.Dataset(ox.Quad(*quad.triple) for quad in parsed)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for line in sorted(str(quad.triple) for quad in dataset):
        subject, predicate, value = line.split(" ", 2)
        if value in by_literal:
            value = by_literal[value].pop()  # nodes with the same text may change places
        kept.setdefault(subject, []).append(f"{predicate} {value}")
    return kept


def _closed(said: Mapping[str, list[str]], found: Structure) -> set[str]:
    """The nested nodes from which no labelled node can be reached."""
    users = {
        value: subject
        for subject in found.nested
        for rest in said.get(subject, ())
        if (value := rest[rest.index(" ") + 1 :]) in found.nested
    }
    open_nodes: set[str] = set()
    for node in found.nested:
        values = (rest[rest.index(" ") + 1 :] for rest in said.get(node, ()))
        if any(value in found.labelled or value.startswith("<<(") for value in values):
            above: str | None = node
            while above is not None and above not in open_nodes:
                open_nodes.add(above)
                above = users.get(above)
    return found.nested - open_nodes


def fingerprint(triples: Iterable[ox.Triple], rounds: int = 12) -> Counter[tuple[str, ...]]:
    """What two graphs have alike when they differ in the names of blank nodes only.

    Each node is known by what can be seen from it within so many steps.
    """
    lines = [line[:-2].split(" ", 2) for line in nlines(triples)]
    blank = {term for subject, _, value in lines for term in (subject, value) if term.startswith("_:")}
    seen = dict.fromkeys(blank, "_")
    for _ in range(rounds if blank else 0):
        views: dict[str, list[str]] = {node: [] for node in blank}
        for subject, predicate, value in lines:
            if subject in blank:
                views[subject].append(f"> {predicate} {seen.get(value, value)}")
            if value in blank:
                views[value].append(f"< {predicate} {seen.get(subject, subject)}")
        seen = {node: sha256("\n".join(sorted(view)).encode()).hexdigest() for node, view in views.items()}
    return Counter(
        (
            seen.get(subject, subject),
            predicate,
            _QUOTED.sub("_", value) if value[:3] == "<<(" else seen.get(value, value),
        )
        for subject, predicate, value in lines
    )


def nlines(triples: Iterable[ox.Triple]) -> list[str]:
    """Distinct triples as lines of N-Triples without line breaks."""
    text = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    return [line for line in dict.fromkeys(text.split("\n")) if line]


def _users(said: Mapping[str, list[str]]) -> tuple[dict[str, list[str]], set[str]]:
    """The subjects that refer to each blank node, and the nodes in triple terms, which have no brackets."""
    users: dict[str, list[str]] = {node: [] for node in said if node[0] == "_"}
    quoted: set[str] = set()
    for subject, statements in said.items():
        for rest in statements:
            if " _:" not in rest and " <<(" not in rest:
                continue
            value = rest[rest.index(" ") + 1 :]
            if value.startswith("_:"):
                users.setdefault(value, []).append(subject)
            elif value.startswith("<<("):
                quoted.update(_QUOTED.findall(value))
    for node in quoted:
        users.setdefault(node, [])
    return users, quoted


def _nest(
    found: Structure, said: Mapping[str, list[str]], inside: Mapping[str, list[str]], tops: Iterable[str]
) -> None:
    """Go down from subjects that have a block of their own, and nest what lies in them."""
    waiting = [(node, 1) for top in tops for node in inside.get(top, ())]
    while waiting:
        node, depth = waiting.pop()
        if node in found.labelled:
            continue
        if depth > _DEEP:
            found.labelled.add(node)
            waiting += [(child, 1) for child in inside.get(node, ())]
            continue
        found.nested.add(node)
        cells = _cells(node, said, inside)
        if cells:
            found.lists[node] = [item for _, item in cells]
            found.nested.update(cell for cell, _ in cells)
            waiting += [(item, depth + 1) for cell, item in cells if item in inside.get(cell, ())]
        else:
            waiting += [(child, depth + 1) for child in inside.get(node, ())]


def _cells(
    node: str, said: Mapping[str, list[str]], inside: Mapping[str, list[str]]
) -> list[tuple[str, str]] | None:
    """The cells of a list that begins with a node, each with its item; None for what is no whole list."""
    cells: list[tuple[str, str]] = []
    while node != NIL:
        values = dict(rest.split(" ", 1) for rest in said.get(node, ()))
        if len(said.get(node, ())) != 2 or values.keys() != {_FIRST, _REST}:
            return None
        cells.append((node, values[_FIRST]))
        following = values[_REST]
        if following != NIL and following not in inside.get(node, ()):
            return None
        node = following
    return cells


def _circle(node: str, single: Mapping[str, str]) -> set[str]:
    """The nodes of the circle into which the users of a node lead."""
    seen: dict[str, None] = {}
    while node not in seen:
        seen[node] = None
        node = single[node]
    nodes = list(seen)
    return set(nodes[nodes.index(node) :])
