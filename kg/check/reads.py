"""Which statements a SPARQL query reads: the triple patterns of its groups.

It is enough of the grammar (SPARQL 1.1, section 19.8) for constraints; of a query that is written otherwise
nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.core.terms import RDF_TYPE, RDFS
from kg.sparql.tokens import Token, declared_prefixes, tokens

End = ox.NamedNode | str | None
"""What stands at the end of a pattern: a node, a variable's name, or a literal (None)."""

_APART = frozenset({"OPTIONAL", "MINUS"})
_ELSEWHERE = frozenset({"GRAPH", "SERVICE", "FROM", "BASE"})
_FORMS = frozenset({"SELECT", "ASK"})
_NO_TOKEN = Token("mark", "", -1, -1)


class UnknownReads(Exception):
    """A query that is written in a way that is not followed here."""


@dataclass(frozen=True)
class Pattern:
    """A triple pattern with one property, a choice of some, or any (None); `is_path` is a longer path."""

    subject: End
    properties: tuple[ox.NamedNode | None, ...]
    object: End
    is_path: bool = False


@dataclass(frozen=True)
class Group:
    """What stands between two braces; `is_apart` when it does not narrow what stands around it."""

    patterns: tuple[Pattern, ...]
    groups: tuple[Group, ...]
    is_apart: bool = False


def read_group(text: str) -> Group:
    """The pattern of a SELECT or ASK query that an engine has parsed; raises `UnknownReads`.

    >>> read_group("ASK { ?x a <urn:c> FILTER NOT EXISTS { ?x <urn:p> ?y } }").groups[0].patterns
    (Pattern(subject='x', properties=(<NamedNode value=urn:p>,), object='y', is_path=False),)
    """
    found = tokens(text)
    words = [token.text.upper() for token in found if token.kind == "word"]
    if "\\u" in text.lower() or _ELSEWHERE & set(words) or sum(word in _FORMS for word in words) != 1:
        raise UnknownReads
    reader = _Reader(found, declared_prefixes(text))
    reader.skip_to("{")
    group = reader.group(is_apart=False)
    if any(token.text == "{" for token in found[reader.at :]):
        raise UnknownReads
    return group


class _Reader:
    """Goes through the tokens of a query from its first brace on."""

    def __init__(self, found: tuple[Token, ...], prefixes: Mapping[str, str]) -> None:
        self._found = found
        self._prefixes = prefixes
        self.at = 0

    def skip_to(self, mark: str) -> None:
        while self._token.text != mark:
            self._next()

    def group(self, *, is_apart: bool) -> Group:
        self._take("{")
        patterns: list[Pattern] = []
        groups: list[Group] = []
        while self._token.text != "}":
            if self._token.text == "{":
                groups.append(self.group(is_apart=False))
            elif self._word in _APART:
                self._next()
                groups.append(self.group(is_apart=True))
            elif self._word in ("FILTER", "BIND"):
                groups += self._condition()
            elif self._word == "VALUES":
                self.skip_to("{")
                self.skip_to("}")
                self._next()
            elif self._word == "UNION" or self._token.text == ".":
                self._next()
            else:
                patterns += self._statement()
        self._next()
        return Group(tuple(patterns), tuple(groups), is_apart)

    def _condition(self) -> Iterator[Group]:
        """The groups of the EXISTS in a FILTER or BIND; the rest of an expression reads nothing."""
        self._next()
        if self._word in ("NOT", "EXISTS"):
            while self._word:
                self._next()
            yield self.group(is_apart=False)
            return
        self.skip_to("(")
        depth = 0
        while True:
            depth += {"(": 1, ")": -1}.get(self._token.text, 0)
            if self._token.text == "{":
                yield self.group(is_apart=False)
            else:
                self._next()
            if not depth:
                return

    def _statement(self) -> Iterator[Pattern]:
        subject = self._end()
        while True:
            properties, is_path = self._path()
            while True:
                value = self._end()
                is_of_kind = properties == [RDF_TYPE, RDFS("subClassOf")] and isinstance(value, ox.NamedNode)
                if is_path and is_of_kind:  # what is below a class is read with it
                    yield Pattern(subject, (RDF_TYPE,), value)
                else:
                    yield Pattern(subject, tuple(properties), value, is_path)
                if self._token.text != ",":
                    break
                self._next()
            if self._token.text != ";":
                return
            while self._token.text == ";":
                self._next()
            if self._token.text in (".", "}", "{") or self._word not in ("", "A"):
                return

    def _path(self) -> tuple[list[ox.NamedNode | None], bool]:
        """The properties of a path, and whether it is more than one of them or a choice."""
        if self._token.kind == "variable":
            self._next()
            return [None], False
        properties: list[ox.NamedNode | None] = []
        marks: list[str] = []
        depth = 0
        while True:
            if self._token.text in ("^", "("):
                depth += self._token.text == "("
                marks.append(self._token.text)
                self._next()
                continue
            node = self._node()
            if node is None:
                raise UnknownReads
            properties.append(node)
            self._next()
            while self._token.text in ("*", "+", "?", ")"):
                depth -= self._token.text == ")"
                marks.append(self._token.text)
                self._next()
            if self._token.text not in ("/", "|"):
                break
            marks.append(self._token.text)
            self._next()
        if depth:
            raise UnknownReads
        return properties, not set(marks) <= {"|", "(", ")"}

    def _end(self) -> End:
        """What stands at the end of a pattern; the place is then behind it."""
        token = self._token
        end: End = None
        if token.kind in ("variable", "blank"):
            end = token.text[1:] if token.kind == "variable" else token.text
            self._next()
        elif token.kind == "string":
            self._next()
            if self._token.text == "^":
                self.at += 3
            while self._token.text in ("@", "-") or (self._word and self._is_adjoining):
                self._next()
        elif token.text in ("+", "-") or token.kind == "word":
            self._number_or_boolean()
        else:
            end = self._node()
            if end is None:
                raise UnknownReads
            self._next()
        return end

    def _number_or_boolean(self) -> None:
        if self._word not in ("TRUE", "FALSE") and self._token.text[0] not in "+-0123456789":
            raise UnknownReads
        self._next()
        while self._is_adjoining and self._token.text not in (";", ",", "}"):
            is_dot = self._token.text == "."
            after = self._found[self.at + 1]
            if is_dot and not (after.start == self._token.end and after.text[0].isdigit()):
                return
            self._next()

    def _node(self) -> ox.NamedNode | None:
        token = self._token
        if token.kind == "iri":
            return ox.NamedNode(token.text[1:-1])
        if token.kind == "word" and token.text == "a":
            return RDF_TYPE
        prefix, _, local = token.text.partition(":")
        if token.kind == "name" and prefix in self._prefixes:
            return ox.NamedNode(self._prefixes[prefix] + local.replace("\\", ""))
        return None

    def _take(self, mark: str) -> None:
        if self._token.text != mark:
            raise UnknownReads
        self._next()

    @property
    def _token(self) -> Token:
        return self._found[self.at] if self.at < len(self._found) else _NO_TOKEN

    @property
    def _is_adjoining(self) -> bool:
        """Whether no space stands before the token."""
        return self._token.start == self._found[self.at - 1].end

    @property
    def _word(self) -> str:
        return self._token.text.upper() if self._token.kind == "word" else ""

    def _next(self) -> None:
        if self.at >= len(self._found):
            raise UnknownReads
        self.at += 1
