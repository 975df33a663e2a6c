"""SPARQL's group graph patterns as a tree (SPARQL 1.1, section 19.8, GroupGraphPattern).

It reads queries that an engine has parsed already; what it does not know, an extension, it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.sparql.tokens import Token, tokens

_KEYWORDS = {
    "OPTIONAL": "optional",
    "MINUS": "minus",
    "GRAPH": "graph",
    "SERVICE": "service",
    "FILTER": "filter",
    "BIND": "bind",
    "VALUES": "values",
    "SELECT": "select",
}


@dataclass(frozen=True)
class Element:
    """One part of a group: triples, a filter, an optional group, a union.

    `kind` is `triples`, `group`, `union`, `select` (a sub-select), `optional`, `minus`, `graph`, `service`,
    `filter`, `bind` or `values`. `tokens` are its own, those of its groups left out; `projected` are the
    columns of a sub-select (None: all), whose tokens are those behind its pattern.
    """

    kind: str
    start: int
    tokens: tuple[Token, ...] = ()
    groups: tuple[GroupGraphPattern, ...] = ()
    projected: frozenset[str] | None = None

    @property
    def variables(self) -> frozenset[str]:
        """The variables written in it outside its groups; of a BIND not the one that it makes."""
        return variables(self.tokens) - (made_in(self.tokens) if self.kind == "bind" else frozenset())

    @property
    def words(self) -> frozenset[str]:
        """Its keywords and functions, in upper case."""
        return frozenset(token.text.upper() for token in self.tokens if token.kind == "word")

    def bound(self) -> frozenset[str]:
        """The variables that are in scope behind it (SPARQL 1.1, section 18.2.1)."""
        if self.kind in ("filter", "minus"):
            return frozenset()
        if self.kind == "bind":
            return made_in(self.tokens)
        if self.kind == "select" and self.projected is not None:
            return self.projected
        own = frozenset[str]() if self.kind == "select" else self.variables
        return own.union(*(group.bound() for group in self.groups))


@dataclass(frozen=True)
class GroupGraphPattern:
    """What stands between two braces."""

    start: int
    elements: tuple[Element, ...] = ()

    def bound(self) -> frozenset[str]:
        """The variables that are in scope in it."""
        return frozenset[str]().union(*(element.bound() for element in self.elements))

    def nested(self) -> Iterator[tuple[Element, GroupGraphPattern]]:
        """Every group below, each with the part that it belongs to."""
        for element in self.elements:
            for group in element.groups:
                yield element, group
                yield from group.nested()


@dataclass(frozen=True)
class Select:
    """A SELECT: its plain columns, those made by an expression, and its pattern."""

    start: int
    plain: frozenset[str]
    made: frozenset[str]
    everything: bool
    group: GroupGraphPattern


@dataclass(frozen=True)
class Query:
    """The pattern of a query, every SELECT in it, the outermost first, and the tokens behind the pattern."""

    group: GroupGraphPattern | None
    selects: tuple[Select, ...]
    behind: tuple[Token, ...]


def read_query(text: str) -> Query:
    """The group graph patterns of a query.

    >>> [element.kind for element in read_query("ASK { ?x a <urn:c> FILTER (?x > 1) }").group.elements]
    ['triples', 'filter']
    """
    return _Reader(tokens(text)).query()


def variables(found: tuple[Token, ...]) -> frozenset[str]:
    """The names of the variables among some tokens."""
    return frozenset(token.text[1:] for token in found if token.kind == "variable")


def made_in(found: tuple[Token, ...]) -> frozenset[str]:
    """The variables behind an AS."""
    return frozenset(
        token.text[1:]
        for before, token in pairwise(found)
        if before.kind == "word" and before.text.upper() == "AS" and token.kind == "variable"
    )


class _Reader:
    """Goes through tokens; at their end it finds an empty one, however often it is asked."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        end = found[-1].end if found else 0
        self._found = (*found, Token("end", "", end, end))
        self._at = 0
        self._selects: list[Select] = []

    def query(self) -> Query:
        """Read up to the pattern and through it; a template's braces come before the WHERE."""
        group, behind = None, tuple[Token, ...]()
        while self._word not in ("SELECT", "ASK", "DESCRIBE", "CONSTRUCT") and self._is_within:
            self._next()
        if self._word == "SELECT":
            element = self._select()
            return Query(element.groups[0], tuple(self._selects), element.tokens)
        is_template = self._word == "CONSTRUCT" and self._found[self._at + 1].text == "{"
        self._next()
        if is_template:
            self._skip("{", "}")
        self._up_to("{")
        if self._is_within:
            group = self._group()
            behind = self._found[self._at : -1]
        return Query(group, tuple(self._selects), behind)

    def _group(self) -> GroupGraphPattern:
        """A group from its opening brace through its closing one."""
        start = self._next().start
        elements: list[Element] = []
        while self._text != "}" and self._is_within:
            if self._text == ".":
                self._next()
            else:
                elements.append(self._element())
        self._next()
        return GroupGraphPattern(start, tuple(elements))

    def _element(self) -> Element:
        start, kind = self._token.start, _KEYWORDS.get(self._word)
        if self._text == "{":
            return self._braced(start)
        if kind is None:
            return Element("triples", start, self._triples())
        if kind == "select":
            return self._select()
        keyword = self._next()
        if kind in ("filter", "bind"):
            own, groups = self._expression()
            return Element(kind, start, own, groups)
        own = self._up_to("{")
        if kind == "values":
            self._skip("{", "}")
            return Element(kind, start, own)
        return Element(kind, start, (keyword, *own), (self._group(),))

    def _braced(self, start: int) -> Element:
        """A group of its own, a sub-select, or the branches of a UNION."""
        groups = [self._group()]
        while self._word == "UNION":
            self._next()
            groups.append(self._group())
        if len(groups) == 1 and [element.kind for element in groups[0].elements] == ["select"]:
            return groups[0].elements[0]
        return Element("union" if len(groups) > 1 else "group", start, groups=tuple(groups))

    def _triples(self) -> tuple[Token, ...]:
        """One statement with its annotations, up to its full stop or the next part."""
        first = self._at
        self._next()
        while self._is_within and self._text not in (".", "}") and self._word not in _KEYWORDS:
            if self._text == "{":
                if self._found[self._at + 1].text != "|":
                    break
                self._skip("{", "}")
            else:
                self._next()
        return self._found[first : self._at]

    def _expression(self) -> tuple[tuple[Token, ...], tuple[GroupGraphPattern, ...]]:
        """What a FILTER or BIND says, and the groups of the EXISTS in it."""
        own: list[Token] = []
        groups: list[GroupGraphPattern] = []
        depth = 0
        while self._is_within:
            if self._text == "{":
                groups.append(self._group())
            else:
                depth += (self._text == "(") - (self._text == ")")
                own.append(self._next())
            if depth == 0 and (groups or own[-1].text == ")"):
                break
        return tuple(own), tuple(groups)

    def _select(self) -> Element:
        """A SELECT from its keyword on, through its pattern and to the end of its own group."""
        start, slot = self._token.start, len(self._selects)
        self._next()
        plain, made, everything = set[str](), frozenset[str](), False
        while self._is_within and self._text != "{" and self._word not in ("WHERE", "FROM"):
            if self._text == "(":
                made |= made_in(self._skip("(", ")"))
                continue
            token = self._next()
            plain |= variables((token,))
            everything = everything or token.text == "*"
        self._up_to("{")
        group = self._group()
        first = self._at
        while self._is_within and self._text != "}":
            self._skip("{", "}")
        behind = self._found[first : self._at]
        made |= made_in(behind)
        self._selects.insert(slot, Select(start, frozenset(plain), made, everything, group))
        return Element("select", start, behind, (group,), None if everything else frozenset(plain) | made)

    def _up_to(self, mark: str) -> tuple[Token, ...]:
        """The tokens before the next of a kind."""
        first = self._at
        while self._is_within and self._text != mark:
            self._next()
        return self._found[first : self._at]

    def _skip(self, opening: str, closing: str) -> tuple[Token, ...]:
        """The tokens from an opening bracket through its closing one."""
        first, depth = self._at, 0
        while self._is_within:
            depth += (self._text == opening) - (self._text == closing)
            self._next()
            if depth == 0:
                break
        return self._found[first : self._at]

    def _next(self) -> Token:
        token = self._token
        self._at += self._is_within
        return token

    @property
    def _is_within(self) -> bool:
        return self._at < len(self._found) - 1

    @property
    def _token(self) -> Token:
        return self._found[self._at]

    @property
    def _text(self) -> str:
        return self._token.text

    @property
    def _word(self) -> str:
        return self._text.upper() if self._token.kind == "word" else ""
