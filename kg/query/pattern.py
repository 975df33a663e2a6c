"""The graph pattern of a query as nested groups: which variables it binds, and what joins them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from kg.sparql.tokens import Token, tokens

_STARTS = frozenset({"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "SELECT"})
_JOINING = frozenset({"triples", "values", "graph", "group", "union", "select", "optional"})


@dataclass(frozen=True)
class Unit:
    """One part of a group: a statement, a filter, a nested group.

    `variables` are those written in it outside its groups; `makes` the one of a BIND; `words` the upper-case
    words of a filter; `projected` the columns of a sub-select (None: all).
    """

    kind: str
    at: int
    variables: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()
    makes: str | None = None
    words: frozenset[str] = frozenset()
    projected: frozenset[str] | None = None

    def bound(self) -> frozenset[str]:
        """The variables that it can give a value."""
        inner = frozenset[str]().union(*(group.bound() for group in self.groups))
        if self.kind in ("filter", "minus"):
            return frozenset()
        if self.kind == "bind":
            return frozenset({self.makes} if self.makes else ())
        if self.kind == "select" and self.projected is not None:
            return self.projected
        return self.variables | inner


@dataclass(frozen=True)
class Group:
    """What stands between two braces."""

    at: int
    units: tuple[Unit, ...] = ()

    def bound(self) -> frozenset[str]:
        """The variables that it can give a value."""
        return frozenset[str]().union(*(unit.bound() for unit in self.units))

    def nested(self) -> Iterator[tuple[Unit, Group]]:
        """Every group below, each with the part that it belongs to."""
        for unit in self.units:
            for group in unit.groups:
                yield unit, group
                yield from group.nested()

    def islands(self, anchors: frozenset[str] = frozenset()) -> list[frozenset[str]]:
        """The variables of the parts that no variable connects; more than one make a cartesian product.

        `anchors` are variables that the group shares with what is around it.
        """
        islands: list[frozenset[str]] = []
        bridges = [
            unit.variables | unit.bound() | _outer(unit)
            for unit in self.units
            if unit.kind in ("filter", "bind")
        ]
        for unit in self.units:
            found = unit.bound() if unit.kind in _JOINING else frozenset[str]()
            if found:
                islands.append(found)
        for bridge in [*bridges, anchors]:
            joined = [island for island in islands if island & bridge]
            if joined:
                islands = [island for island in islands if not island & bridge]
                islands.append(frozenset(bridge).union(*joined))
        return _merged(islands)


@dataclass(frozen=True)
class Select:
    """A SELECT: its plain columns, those made by an expression, and its pattern."""

    at: int
    plain: frozenset[str]
    made: frozenset[str]
    everything: bool
    group: Group


@dataclass
class Parsed:
    """A query's pattern and every SELECT in it, the outermost first."""

    group: Group | None = None
    selects: list[Select] = field(default_factory=list)


def parse(text: str) -> Parsed:
    """The pattern of a query that an engine has parsed already; what it cannot follow it leaves out."""
    reader = _Reader(list(tokens(text)))
    reader.query()
    return reader.parsed


class _Reader:
    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.at = 0
        self.parsed = Parsed()

    def query(self) -> None:
        """Read up to the pattern and through it; a template's braces come before the WHERE."""
        form = ""
        while self.more():
            word = self.word()
            if word in ("SELECT", "ASK", "DESCRIBE", "CONSTRUCT") and not form:
                form = word
                if word == "SELECT":
                    group, _ = self.select()
                    self.parsed.group = group
                    return
                if (
                    word == "CONSTRUCT"
                    and self.at + 1 < len(self.found)
                    and self.found[self.at + 1].text == "{"
                ):
                    self.at += 1
                    self.skip("{", "}")
                    continue
            if form and self.text() == "{":
                self.parsed.group = self.group()
                return
            self.at += 1

    def select(self) -> tuple[Group, frozenset[str] | None]:
        """A SELECT from its keyword on, through its pattern and to the end of its own group."""
        start = self.found[self.at].start
        slot = len(self.parsed.selects)
        self.at += 1
        plain, made, everything = set[str](), set[str](), False
        while self.more() and self.text() != "{" and self.word() not in ("WHERE", "FROM"):
            if self.text() == "(":
                made |= self.made_in(self.parenthesised())
                continue
            if self.found[self.at].kind == "variable":
                plain.add(self.text()[1:])
            everything = everything or self.text() == "*"
            self.at += 1
        while self.more() and self.text() != "{":
            self.at += 1
        group = self.group() if self.more() else Group(start)
        tail = []
        while self.more() and self.text() != "}":
            tail.append(self.found[self.at])
            self.at += 1
        made |= self.made_in(tail)
        found = Select(start, frozenset(plain), frozenset(made), everything, group)
        self.parsed.selects.insert(slot, found)
        return group, None if everything else frozenset(plain | made)

    def group(self) -> Group:
        """A group from its opening brace through its closing one."""
        start = self.found[self.at].start
        self.at += 1
        units: list[Unit] = []
        while self.more() and self.text() != "}":
            if self.text() == ".":
                self.at += 1
                continue
            before = self.at
            units.append(self.unit())
            self.at = max(self.at, before + 1)
        self.at += 1
        return Group(start, tuple(units))

    def unit(self) -> Unit:
        start, word = self.found[self.at].start, self.word()
        if self.text() == "{":
            return self.braced(start)
        readers = {
            "OPTIONAL": self.part,
            "MINUS": self.part,
            "GRAPH": self.graph,
            "SERVICE": self.graph,
            "FILTER": self.filter,
            "BIND": self.bind,
            "VALUES": self.values,
            "SELECT": self.subselect,
        }
        return readers.get(word, self.triples)(start)

    def part(self, start: int) -> Unit:
        kind = self.word().lower()
        self.at += 1
        return Unit(kind, start, groups=(self.group(),))

    def graph(self, start: int) -> Unit:
        named: list[Token] = []
        while self.more() and self.text() != "{":
            named.append(self.found[self.at])
            self.at += 1
        return Unit("graph", start, _variables(named), (self.group(),))

    def bind(self, start: int) -> Unit:
        self.at += 1
        inside = self.parenthesised()
        made = next(iter(self.made_in(inside)), None)
        return Unit("bind", start, _variables(inside) - {made}, makes=made)

    def subselect(self, start: int) -> Unit:
        group, projected = self.select()
        return Unit("select", start, groups=(group,), projected=projected)

    def braced(self, start: int) -> Unit:
        """A group of its own, a sub-select, or the branches of a UNION."""
        groups = [self.group()]
        while self.more() and self.word() == "UNION":
            self.at += 1
            groups.append(self.group())
        if len(groups) == 1 and [unit.kind for unit in groups[0].units] == ["select"]:
            return groups[0].units[0]
        return Unit("union" if len(groups) > 1 else "group", start, groups=tuple(groups))

    def filter(self, start: int) -> Unit:
        self.at += 1
        variables, words, groups, depth = set[str](), set[str](), list[Group](), 0
        while self.more():
            text = self.text()
            if text == "{":
                groups.append(self.group())
                if depth == 0:
                    break
                continue
            token = self.found[self.at]
            variables |= {text[1:]} if token.kind == "variable" else set()
            words |= {text.upper()} if token.kind == "word" else set()
            depth += (text == "(") - (text == ")")
            self.at += 1
            if text == ")" and depth == 0:
                break
        return Unit("filter", start, frozenset(variables), tuple(groups), words=frozenset(words))

    def values(self, start: int) -> Unit:
        self.at += 1
        named: list[Token] = []
        while self.more() and self.text() != "{":
            named.append(self.found[self.at])
            self.at += 1
        self.skip("{", "}")
        return Unit("values", start, _variables(named))

    def triples(self, start: int) -> Unit:
        """One statement, up to its full stop or the next part."""
        taken: list[Token] = []
        while self.more() and self.text() not in (".", "{", "}") and self.word() not in _STARTS:
            taken.append(self.found[self.at])
            self.at += 1
        return Unit("triples", start, _variables(taken))

    def parenthesised(self) -> list[Token]:
        start = self.at
        self.skip("(", ")")
        return self.found[start : self.at]

    def skip(self, opening: str, closing: str) -> None:
        depth = 0
        while self.more():
            depth += (self.text() == opening) - (self.text() == closing)
            self.at += 1
            if depth == 0:
                return

    @staticmethod
    def made_in(inside: list[Token]) -> set[str]:
        """The variables behind an AS."""
        return {
            token.text[1:]
            for before, token in pairwise(inside)
            if before.kind == "word" and before.text.upper() == "AS" and token.kind == "variable"
        }

    def more(self) -> bool:
        return self.at < len(self.found)

    def text(self) -> str:
        return self.found[self.at].text

    def word(self) -> str:
        token = self.found[self.at]
        return token.text.upper() if token.kind == "word" else ""


def _variables(found: list[Token]) -> frozenset[str]:
    return frozenset(token.text[1:] for token in found if token.kind == "variable")


def _outer(unit: Unit) -> frozenset[str]:
    """All variables in the groups of a filter: what an EXISTS speaks of, it connects."""
    return frozenset[str]().union(*(group.bound() for group in unit.groups))


def _merged(islands: list[frozenset[str]]) -> list[frozenset[str]]:
    merged: list[frozenset[str]] = []
    for island in islands:
        apart = [other for other in merged if not other & island]
        merged = [*apart, island.union(*(other for other in merged if other & island))]
    return merged
