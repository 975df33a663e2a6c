"""SPARQL as tokens: enough of the grammar (SPARQL 1.1, section 19.8) to find a VALUES block."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import pairwise

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n\r]*)
      |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                 |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<variable>[?$]\w+)
      |(?P<name>[^\W\d_][\w.-]*?:(?:[\w:-]|\\[-_~.!$&'()*+,;=/?\#@%]|%[0-9A-Fa-f]{2}|\.(?=[\w:.\\%-]))*
               |:(?:[\w:-]|\\[-_~.!$&'()*+,;=/?\#@%]|%[0-9A-Fa-f]{2}|\.(?=[\w:.\\%-]))*)
      |(?P<word>\w+)
      |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A token with its kind and its span in the text."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class ValuesBlock:
    """`VALUES $name { rows }`: the variable's name, and the span between the braces."""

    name: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, spaces and comments left out.

    >>> [token.text for token in tokens('VALUES $x { "}" } # }')]
    ['VALUES', '$x', '{', '"}"', '}']
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind != "space":
            yield Token(kind, match.group(), match.start(), match.end())


def values_blocks(text: str) -> Iterator[ValuesBlock]:
    """The VALUES blocks of one variable written with a dollar sign.

    >>> text = 'SELECT * { VALUES $x { 1 } VALUES ?y { 2 } }'
    >>> [(block.name, text[block.start:block.end]) for block in values_blocks(text)]
    [('x', ' 1 ')]
    """
    found = list(tokens(text))
    for at, (keyword, variable, opening) in enumerate(zip(found, found[1:], found[2:], strict=False)):
        is_block = keyword.kind == "word" and keyword.text.upper() == "VALUES" and opening.text == "{"
        if is_block and variable.kind == "variable" and variable.text.startswith("$"):
            closing = next((token for token in found[at + 3 :] if token.text == "}"), None)
            if closing is not None:
                yield ValuesBlock(variable.text[1:], opening.end, closing.start)


def form_of(text: str) -> str:
    """The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; empty for what is none.

    >>> form_of("PREFIX select: <http://e/> ASK { ?s select:x ?o }")
    'ASK'
    """
    words = (token.text.upper() for token in tokens(text) if token.kind == "word")
    return next((word for word in words if word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")), "")


def undeclared_prefixes(text: str, known: Container[str]) -> list[str]:
    """The prefixes among the known ones that a query uses and does not declare, sorted.

    >>> undeclared_prefixes("PREFIX a: <http://a/> SELECT * { ?s a:p b:o ; a c:d }", {"a", "b"})
    ['b']
    """
    found = list(tokens(text))
    declared = {
        token.text[:-1]
        for before, token in pairwise(found)
        if before.text.upper() == "PREFIX" and before.kind == "word"
    }
    used = {token.text.partition(":")[0] for token in found if token.kind == "name"}
    return sorted(name for name in used - declared if name in known)
