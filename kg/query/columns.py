"""The columns of SELECT *: in the order in which the query names them, which SPARQL leaves open."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_EVERYTHING = r"(?is)\bselect\s+(?:distinct\s+|reduced\s+)?\*"


def in_order(text: str, columns: Collection[str]) -> list[str] | None:
    """The columns in the order of the query's text; None for a query whose author ordered them.

    >>> in_order("SELECT * { ?b ?a 'SELECT ?c' }", ["a", "b"])
    ['b', 'a']
    """
    if _star(text) is None:
        return None
    from kg.sparql.tokens import tokens

    named = dict.fromkeys(token.text[1:] for token in tokens(text) if token.kind == "variable")
    return [name for name in named if name in columns]


def answers(text: str, columns: Collection[str] | None) -> bool:
    """Whether an answer fits a query: it has the columns that are asked for, or none (None) for an ASK.

    >>> query = "SELECT ?a (COUNT(?b + (?c)) AS ?n) { ?a ?b ?c }"
    >>> answers(query, ["a", "n"]), answers(query, ["a"]), answers(query, None), answers("ASK {}", None)
    (True, False, False, True)
    """
    from kg.query.tokens import form_of

    if form_of(text) != "SELECT":
        return columns is None
    if columns is None:
        return False
    if _star(text) is not None:
        return set(columns) == set(in_order(text, columns) or ())
    return set(columns) == set(_asked(text))


def _asked(text: str) -> Iterator[str]:
    """The columns that a SELECT names."""
    from kg.sparql.tokens import tokens

    depth, before, is_begun = 0, "", False
    for token in tokens(text):
        word = token.text.upper()
        if is_begun and depth == 0 and (word == "{" or (token.kind == "word" and word in ("WHERE", "FROM"))):
            return
        depth += (word in ("(", "{")) - (word in (")", "}"))
        if is_begun and token.kind == "variable" and (depth == 0 or (depth == 1 and before == "AS")):
            yield token.text[1:]
        is_begun = is_begun or (token.kind == "word" and word == "SELECT")
        before = word


def naming(text: str, columns: Collection[str]) -> str:
    """The query with these columns instead of its `*`.

    >>> naming("SELECT * { ?b ?a 1 }", ["b", "a"])
    'SELECT ?b ?a { ?b ?a 1 }'
    """
    at = _star(text)
    named = " ".join(f"?{name}" for name in columns)
    return text if at is None else f"{text[:at]}{named}{text[at + 1 :]}"


def _star(text: str) -> int | None:
    """Where the `*` of the outermost SELECT stands."""
    if re.search(_EVERYTHING, text) is None:  # spares most queries the tokeniser
        return None
    from kg.sparql.tokens import tokens

    found = [token for token in tokens(text) if token.kind in ("word", "mark")]
    at = next((n for n, token in enumerate(found) if token.text.upper() == "SELECT"), len(found))
    after = [token for token in found[at + 1 : at + 3] if token.text.upper() not in ("DISTINCT", "REDUCED")]
    return after[0].start if after and after[0].text == "*" else None
