"""Which statements a SPARQL query reads: the triple patterns of its groups.

It is enough of the grammar (SPARQL 1.1, section 19.8) for constraints; of a query that is written otherwise
nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.core.terms import RDF_TYPE, RDFS
from kg.sparql.group_pattern import GroupGraphPattern, read_query
from kg.sparql.tokens import Token, declared_prefixes, tokens

End = ox.NamedNode | str | None
"""What stands at the end of a pattern: a node, a variable's name, or a literal (None)."""

_APART = frozenset({"optional", "minus"})
_ELSEWHERE = frozenset({"GRAPH", "SERVICE", "FROM", "BASE"})
_FORMS = frozenset({"SELECT", "ASK"})
_END = Token("mark", "", -1, -1)


class UnknownReads(Exception):
    """A query that is written in a way that is not followed here."""


@dataclass(frozen=True)
class Pattern:
    """A triple pattern with one property, a choice of some, or any (None); `is_path` is a longer path.

    With `is_of_kind` the property is rdf:type, and the object may be a class above the one that is stated.
    """

    subject: End
    properties: tuple[ox.NamedNode | None, ...]
    object: End
    is_path: bool = False
    is_of_kind: bool = False


@dataclass(frozen=True)
class Group:
    """What stands between two braces; `is_apart` when it does not narrow what stands around it."""

    patterns: tuple[Pattern, ...]
    groups: tuple[Group, ...]
    is_apart: bool = False


def read_group(text: str) -> Group:
    """The pattern of a SELECT or ASK query that an engine has parsed; raises `UnknownReads`.

    >>> read_group("ASK { ?x a <urn:c> FILTER NOT EXISTS { ?x <urn:p> ?y } }").groups[0].patterns[0].object
    'y'
    """
    words = [token.text.upper() for token in tokens(text) if token.kind == "word"]
    query = read_query(text)
    is_elsewhere = _ELSEWHERE & set(words) or any(token.text == "{" for token in query.behind)
    is_single = query.group is not None and sum(word in _FORMS for word in words) == 1
    if query.group is None or is_elsewhere or not is_single or "\\u" in text.lower():
        raise UnknownReads
    return _group(query.group, declared_prefixes(text), is_apart=False)


def _group(found: GroupGraphPattern, prefixes: Mapping[str, str], *, is_apart: bool) -> Group:
    patterns: list[Pattern] = []
    groups: list[Group] = []
    for element in found.elements:
        if element.kind == "triples":
            patterns += _Triples(element.tokens, prefixes).patterns()
        groups += (_group(inner, prefixes, is_apart=element.kind in _APART) for inner in element.groups)
    return Group(tuple(patterns), tuple(groups), is_apart)


class _Triples:
    """Goes through the tokens of one statement (TriplesSameSubjectPath)."""

    def __init__(self, found: tuple[Token, ...], prefixes: Mapping[str, str]) -> None:
        self._found = found
        self._prefixes = prefixes
        self._at = 0

    def patterns(self) -> Iterator[Pattern]:
        subject = self._end()
        while True:
            properties, marks = self._path()
            is_path = not set(marks) <= {"|", "(", ")"}
            is_of_kind = marks == ["/", "*"] and properties == [RDF_TYPE, RDFS("subClassOf")]
            while True:
                value = self._end()
                if is_of_kind:  # a class is read with those below it
                    yield Pattern(subject, (RDF_TYPE,), value, is_of_kind=True)
                else:
                    yield Pattern(subject, tuple(properties), value, is_path)
                if not self._takes(","):
                    break
            while self._takes(";"):
                pass
            if self._at == len(self._found):
                return
            if self._found[self._at - 1].text != ";":
                raise UnknownReads

    def _path(self) -> tuple[list[ox.NamedNode | None], list[str]]:
        """The properties of a path, and the marks before, between and behind them."""
        if self._token.kind == "variable":
            self._at += 1
            return [None], []
        properties: list[ox.NamedNode | None] = []
        first, depth = self._at, 0
        while True:
            while self._token.text in ("^", "("):
                depth += self._token.text == "("
                self._at += 1
            properties.append(self._node())
            while self._token.text in ("*", "+", "?", ")"):
                depth -= self._token.text == ")"
                self._at += 1
            if not (self._takes("/") or self._takes("|")):
                break
        if depth:
            raise UnknownReads
        return properties, [token.text for token in self._found[first : self._at] if token.kind == "mark"]

    def _end(self) -> End:
        """What stands at the end of a pattern."""
        token = self._token
        if token.kind in ("variable", "blank"):
            self._at += 1
            return token.text[1:] if token.kind == "variable" else token.text
        if token.kind == "string":
            self._at += 1
            if self._takes("^^"):
                self._node()
            elif self._token.kind == "language":
                self._at += 1
            return None
        if token.text in ("+", "-") or token.kind == "number" or token.text.upper() in ("TRUE", "FALSE"):
            self._at += 1 + (token.kind == "mark")
            return None
        return self._node()

    def _node(self) -> ox.NamedNode:
        token = self._token
        self._at += 1
        if token.kind == "iri":
            return ox.NamedNode(token.text[1:-1])
        if token.kind == "word" and token.text == "a":
            return RDF_TYPE
        prefix, _, local = token.text.partition(":")
        if token.kind == "name" and prefix in self._prefixes:
            return ox.NamedNode(self._prefixes[prefix] + local.replace("\\", ""))
        raise UnknownReads

    def _takes(self, mark: str) -> bool:
        """Whether a mark stands here, which is then gone past."""
        is_here = self._token.text == mark
        self._at += is_here
        return is_here

    @property
    def _token(self) -> Token:
        return self._found[self._at] if self._at < len(self._found) else _END
