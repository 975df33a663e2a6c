"""The constants of a query in the canonical form of the data that they are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.core.canonical import canonical
from kg.core.terms import XSD
from kg.sparql.tokens import Token, declared_prefixes, tokens

_EXPRESSIONS = frozenset({"SELECT", "BY", "HAVING"})
_ONE_EXPRESSION = frozenset({"FILTER", "BIND"})
_ENDS_OPERAND = frozenset({"variable", "number", "string", "iri", "name", "language"})
_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")


def canonical_constants(text: str, prefixes: Mapping[str, str]) -> str:
    """The query with each literal as a store keeps it; a pattern matches terms and not values.

    >>> print(canonical_constants("ASK { ?s ?p -1.50 , 7 }", {}))
    ASK { ?s ?p "-1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> , 7 }
    """
    found = tokens(text)
    parts, last = [], 0
    for start, end, new in _replaced(text, found, {**prefixes, **declared_prefixes(text)}):
        parts += [text[last:start], new]
        last = end
    return "".join(parts) + text[last:]


def _replaced(
    text: str, found: tuple[Token, ...], prefixes: Mapping[str, str]
) -> Iterator[tuple[int, int, str]]:
    """The span of each literal that a store keeps in another form, with that form."""
    are_expressions = _contexts(found)
    for at, token in enumerate(found):
        if token.kind == "language":
            yield token.start, token.end, token.text.lower()
        elif token.kind == "number":
            start = token.start
            signed = at > 0 and found[at - 1].end == start and found[at - 1].text in ("+", "-")
            if signed and not (are_expressions[at] and at > 1 and _ends_operand(found[at - 2])):
                start = found[at - 1].start
            yield from _kept(text, start, token.end, text[start : token.end], _datatype(token.text))
        elif token.kind == "string" and [mark.text for mark in found[at + 1 : at + 2]] == ["^^"]:
            name, value = found[at + 2], token.text.strip(token.text[0])
            prefix, _, local = name.text.partition(":")
            iri = name.text[1:-1] if name.kind == "iri" else prefixes.get(prefix, "") + local
            if ":" in iri and "\\" not in token.text + local:
                yield from _kept(text, token.start, name.end, value, ox.NamedNode(iri))


def _kept(
    text: str, start: int, end: int, value: str, datatype: ox.NamedNode
) -> Iterator[tuple[int, int, str]]:
    literal = ox.Literal(value, datatype=datatype)
    if (kept := canonical(literal)) != literal:
        yield (
            start,
            end,
            kept.value if kept.datatype == XSD("integer") and text[start] not in "\"'" else str(kept),
        )


def _datatype(number: str) -> ox.NamedNode:
    return XSD("double" if "e" in number.lower() else "decimal" if "." in number else "integer")


def _contexts(found: tuple[Token, ...]) -> list[bool]:
    """Whether each token stands in an expression, in which a sign behind an operand is an operator."""
    around, contexts = [False], []
    is_clause = is_next = False
    for token in found:
        word = token.text.upper() if token.kind == "word" else ""
        is_clause = (is_clause or word in _EXPRESSIONS) and token.text not in ("{", "}")
        is_next = is_next or word in _ONE_EXPRESSION
        if token.kind == "mark" and token.text in _OPENING:
            around.append(token.text == "(" and (around[-1] or is_clause or is_next))
            is_next = False
        contexts.append(around[-1])
        if token.kind == "mark" and token.text in _CLOSING and len(around) > 1:
            around.pop()
    return contexts


def _ends_operand(token: Token) -> bool:
    return token.kind in _ENDS_OPERAND or token.text == ")" or token.text.lower() in ("true", "false")
