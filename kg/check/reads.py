"""Which statements a SPARQL query can look at, told from its tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from kg.sparql_tokens import Token, declared_prefixes, tokens
from kg.terms import RDF_TYPE, RDFS

Read = tuple[ox.NamedNode, list[ox.NamedNode] | None]
"""A property, and the objects that a statement of it must have (None: any)."""

_FORMS = frozenset({"SELECT", "ASK"})
_ELSEWHERE = frozenset({"GRAPH", "SERVICE", "FROM", "BASE"})
_EXPRESSIONS = frozenset({"FILTER", "BIND"})
_CLAUSES = frozenset({"OPTIONAL", "MINUS", "UNION", "VALUES", *_EXPRESSIONS})
_MODIFIERS = frozenset({"GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET"})
_DOT = Token("mark", ".", 0, 0)


def reads(text: str) -> list[Read] | None:
    """The properties that a SELECT or ASK query names, each with its objects; None where it may read any.

    It may where a variable stands for a property, where a path excludes some, where it asks another graph.
    What is found may be more than is read: a name need not be one of a property.

    >>> reads("SELECT * { ?x <urn:p> <urn:o> ; <urn:q> ?y }")[0]
    (<NamedNode value=urn:p>, [<NamedNode value=urn:o>])
    >>> reads("SELECT * { ?x ?p <urn:o> }") is None
    True
    """
    found = list(_patterns(tokens(text)))
    words = {token.text.upper() for token in tokens(text) if token.kind == "word"}
    around = zip([_DOT, *found], found, [*found[1:], _DOT], strict=False)
    if words & _ELSEWHERE or "\\u" in text.lower() or any(token.text == "!" for token in found):
        return None
    if any(_is_property(before, token, after) for before, token, after in around):
        return None
    prefixes = declared_prefixes(text)
    nodes = [_node(token, prefixes) for token in found]
    return [(node, _objects(found, nodes, at)) for at, node in enumerate(nodes) if node is not None]


def _patterns(found: Sequence[Token]) -> Iterator[Token]:
    """The tokens of the patterns: prologue, columns, modifiers and expressions without a pattern left out."""
    at = next((at for at, token in enumerate(found) if _word(token) in _FORMS), len(found))
    while at < len(found):
        word, end = _word(found[at]), at
        if word in _FORMS:
            end = _first(found, at, "{")
        elif word in _MODIFIERS:
            end = _first(found, at, "}")
        elif word in _EXPRESSIONS:
            end = _closing(found, at)
        if end > at and not (word not in _FORMS and any(token.text == "{" for token in found[at:end])):
            yield _DOT
            at = end
        else:
            yield found[at]
            at += 1


def _first(found: Sequence[Token], at: int, mark: str) -> int:
    return next((n for n in range(at, len(found)) if found[n].text == mark), len(found))


def _closing(found: Sequence[Token], at: int) -> int:
    """Past the bracket that closes the first one from a place on."""
    depth = 0
    for number in range(_first(found, at, "("), len(found)):
        depth += {"(": 1, ")": -1}.get(found[number].text, 0)
        if depth == 0:
            return number + 1
    return len(found)


def _is_property(before: Token, token: Token, after: Token) -> bool:
    """Whether a variable may stand for a property: what comes before it is a subject, after it an object."""
    follows = before.kind in ("variable", "name", "iri", "blank") or before.text in (";", "[", "]", ")")
    ends = after.kind == "mark" and after.text in (".", ";", ",", "}", "]", ")")
    return token.kind == "variable" and follows and not ends and _word(after) not in _CLAUSES


def _objects(
    found: Sequence[Token], nodes: Sequence[ox.NamedNode | None], at: int
) -> list[ox.NamedNode] | None:
    """The names that follow one of a property as its objects; None where others may."""
    if at and found[at - 1].text in ("^", "/", "|", "(", "!"):
        return None
    objects: list[ox.NamedNode] = []
    at += 3 + (found[at + 3].text in ("*", "+")) if _is_type_path(found, nodes, at) else 1
    while at + 1 < len(nodes):
        node = nodes[at]
        if node is None:
            return None
        objects.append(node)
        if found[at + 1].text != ",":
            return objects
        at += 2
    return None


def _is_type_path(found: Sequence[Token], nodes: Sequence[ox.NamedNode | None], at: int) -> bool:
    """Whether this is rdf:type/rdfs:subClassOf*, whose objects are classes as well."""
    return (
        at + 3 < len(found)
        and nodes[at] == RDF_TYPE
        and found[at + 1].text == "/"
        and nodes[at + 2] == RDFS("subClassOf")
    )


def _node(token: Token, prefixes: Mapping[str, str]) -> ox.NamedNode | None:
    if token.kind == "iri":
        return ox.NamedNode(token.text[1:-1])
    if token.kind == "word" and token.text == "a":
        return RDF_TYPE
    prefix, colon, local = token.text.partition(":")
    if token.kind == "name" and colon and prefix in prefixes:
        return ox.NamedNode(prefixes[prefix] + local.replace("\\", ""))
    return None


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
