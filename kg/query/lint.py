"""Stored queries against the ontology, their headers and themselves, as findings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pyoxigraph as ox

from kg.core.errors import InputError, UsageError, shown
from kg.core.findings import Finding, Place, Severity
from kg.core.lines import LineIndex
from kg.core.rules import built_in
from kg.core.terms import nearest
from kg.project.project import Project
from kg.query.engine import run
from kg.query.lookup import Lookup
from kg.query.parameters import Parameter
from kg.query.stored import StoredQuery, catalogue
from kg.query.tokens import values_blocks
from kg.query.vocabulary import Vocabulary
from kg.sparql.group_pattern import GroupGraphPattern, Query, read_query
from kg.sparql.services import offline
from kg.sparql.tokens import Token, declared_prefixes, tokens

_COUNTING = frozenset({"COUNT", "SUM", "AVG", "GROUP_CONCAT"})
_GUARDS = frozenset({"BOUND", "COALESCE"})
_JOINING = frozenset({"triples", "values", "graph", "service", "group", "union", "select", "optional"})


def lint(project: Project, store: ox.Store) -> Iterator[Finding]:
    """What is wrong with a project's own stored queries, over the graph that they ask.

    Those of a project that it extends may name entities that this one does not have.
    """
    vocabulary = Vocabulary(store)
    lookup = Lookup(store, project.prefixes)
    for stored in catalogue(project).values():
        if project.root in stored.path.parents:
            yield from _Lint(stored, project, vocabulary, lookup).findings()


class _Lint:
    """The findings about one stored query."""

    def __init__(self, stored: StoredQuery, project: Project, vocabulary: Vocabulary, lookup: Lookup) -> None:
        self._stored = stored
        self._project = project
        self._vocabulary = vocabulary
        self._lookup = lookup

    def findings(self) -> Iterator[Finding]:
        try:
            parameters = self._stored.parameters
            found = tokens(self._stored.text)
            yield from self._names(found)
            run(ox.Store(), offline(self._stored.text), self._project.prefixes, self._stored.path)
        except InputError as error:
            place = Place(shown(self._stored.path), error.line)
            yield Finding("query.header", Severity.VIOLATION, error.message, places=(place,), hint=error.hint)
            return
        parsed = read_query(self._stored.text)
        yield from self._parameters(parameters, parsed)
        yield from self._columns(parsed)
        yield from self._products(parsed)
        yield from self._aggregates(found)

    def _names(self, found: tuple[Token, ...]) -> Iterator[Finding]:
        """Prefixes that are not declared, and terms that nobody knows."""
        declared = declared_prefixes(self._stored.text)
        told: set[str] = set()
        for token in found:
            prefix = token.text.partition(":")[0]
            if token.kind == "name" and prefix not in declared and prefix not in told:
                told.add(prefix)
                known = self._project.prefixes.get(prefix)
                hint = f"add PREFIX {prefix}: <{known}>" if known else f"add a PREFIX line for {prefix}:"
                yield self._finding(
                    "query.missing-prefix", f"the prefix {prefix}: is not declared", token.start, hint=hint
                )
        for token, message in self._vocabulary.unknown(self._stored.text, {}):
            yield self._finding("query.unknown-term", message, token.start)

    def _parameters(self, parameters: tuple[Parameter, ...], parsed: Query) -> Iterator[Finding]:
        names = {parameter.name for parameter in parameters}
        for block in values_blocks(self._stored.text):
            if block.name not in names:
                yield self._finding(
                    "query.undeclared-parameter",
                    f"VALUES ${block.name} is no parameter of the header{nearest(block.name, names)}",
                    block.start,
                    hint="declare it under params, or write its variable with a question mark",
                )
        for parameter in parameters:
            yield from self._values(parameter)
            if parsed.group is not None:
                yield from self._uses(parameter, parsed.group, anchored=frozenset(), excluded=False)

    def _values(self, parameter: Parameter) -> Iterator[Finding]:
        """The values in the header: each must be one that a user could give."""
        kind = parameter.of_class
        try:
            if kind is not None and not self._vocabulary.has_class(self._lookup.find(kind)):
                yield self._finding("query.unknown-value", f"{parameter.name}: there is no class {kind}")
                return
            for value in (*parameter.default, *filter(None, [parameter.example])):
                term = parameter.term(value, self._lookup)
                if isinstance(term, ox.NamedNode) and not self._vocabulary.knows(term.value):
                    yield self._finding("query.unknown-value", f"{parameter.name}: the graph has no {value}")
        except UsageError as error:
            yield self._finding("query.unknown-value", f"{parameter.name}: {error.message}")

    def _uses(
        self, parameter: Parameter, group: GroupGraphPattern, *, anchored: frozenset[str], excluded: bool
    ) -> Iterator[Finding]:
        """Each block of a parameter: does it constrain anything, and would UNDEF mean any value?"""
        name = parameter.name
        is_optional = not (parameter.required or parameter.default)
        others = [part for part in group.elements if part.kind != "values"]
        bound = anchored.union(*(part.bound() for part in others))
        filters = [
            part for part in group.elements if part.kind in ("filter", "bind") and name in part.variables
        ]
        inside = [below for part, below in group.nested() if name in below.bound() or _mentions(below, name)]
        for part in group.elements:
            if part.kind != "values" or name not in part.variables:
                continue
            if name not in bound and not filters and not inside:
                yield self._finding(
                    "query.unused-parameter", f"the parameter {name} constrains nothing", part.start
                )
            elif is_optional and excluded:
                yield self._finding(
                    "query.undef",
                    f"{name} left out would exclude everything, not nothing",
                    part.start,
                    hint="make it required, give it a default, or move its block out of MINUS or NOT EXISTS",
                )
            elif is_optional and name not in bound and not any(part.words & _GUARDS for part in filters):
                yield self._finding(
                    "query.undef",
                    f"{name} left out would leave no rows, not all: no triple pattern binds it",
                    part.start,
                    hint=f"use it in a triple pattern, or guard the filter with !BOUND(?{name}) ||",
                )
        for part in group.elements:
            excludes = excluded or part.kind == "minus" or (part.kind == "filter" and "EXISTS" in part.words)
            outer = frozenset[str]() if part.kind in ("select", "minus") else bound
            for below in part.groups:
                yield from self._uses(parameter, below, anchored=outer, excluded=excludes)

    def _columns(self, parsed: Query) -> Iterator[Finding]:
        for select in parsed.selects:
            for name in sorted(select.plain - select.group.bound() - select.made):
                yield self._finding(
                    "query.unbound-variable",
                    f"?{name} is never given a value{nearest(name, select.group.bound())}",
                    select.start,
                )

    def _products(self, parsed: Query) -> Iterator[Finding]:
        if parsed.group is None:
            return
        yield from self._product(parsed.group, frozenset())

    def _product(self, group: GroupGraphPattern, anchors: frozenset[str]) -> Iterator[Finding]:
        islands = _islands(group, anchors)
        if len(islands) > 1:
            parts = " and ".join(f"?{min(island)}" for island in islands)
            yield self._finding(
                "query.cartesian-product",
                f"nothing connects {parts}: every row of one meets every row of the other",
                group.start,
            )
        bound = group.bound() | anchors
        for part in group.elements:
            for below in part.groups:
                yield from self._product(below, frozenset() if part.kind == "select" else bound)

    def _aggregates(self, found: tuple[Token, ...]) -> Iterator[Finding]:
        for (name, opening), (_, first) in pairwise(pairwise(found)):
            is_call = name.kind == "word" and name.text.upper() in _COUNTING and opening.text == "("
            if is_call and first.text.upper() != "DISTINCT":
                yield self._finding(
                    "query.count-distinct",
                    f"{name.text}(...) counts a triple that stands in two graphs twice on some engines",
                    name.start,
                    hint=f"write {name.text}(DISTINCT ...)",
                )

    def _finding(
        self,
        rule: str,
        message: str,
        at: int | None = None,
        *,
        hint: str | None = None,
    ) -> Finding:
        line = None if at is None else LineIndex(self._stored.text).at(at)
        place = Place(shown(self._stored.path), line)
        held = built_in()[rule]
        message = f"{self._stored.name}: {message}"
        return Finding(rule, held.severity, message, places=(place,), hint=hint or held.hint)


def _mentions(group: GroupGraphPattern, name: str) -> bool:
    """Whether a filter or BIND somewhere in a group speaks of a variable."""
    return any(name in part.variables for part in group.elements if part.kind in ("filter", "bind"))


def _islands(group: GroupGraphPattern, anchors: frozenset[str]) -> list[frozenset[str]]:
    """The variables of the parts that no variable connects; more than one make a cartesian product.

    `anchors` are variables that the group shares with what is around it.
    """
    islands = [found for part in group.elements if part.kind in _JOINING and (found := part.bound())]
    bridges = [
        part.variables.union(part.bound(), *(inner.bound() for inner in part.groups))
        for part in group.elements
        if part.kind in ("filter", "bind")
    ]
    for bridge in [*bridges, anchors]:
        if any(island & bridge for island in islands):
            islands.append(bridge)
    merged: list[frozenset[str]] = []
    for island in islands:
        apart = [other for other in merged if not other & island]
        merged = [*apart, island.union(*(other for other in merged if other & island))]
    return merged
