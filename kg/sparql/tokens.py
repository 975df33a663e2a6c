"""SPARQL as tokens: enough of the grammar (SPARQL 1.1, section 19.8) to find names and blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kg.core.lines import LineIndex

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n\r]*)
      |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                 |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      |(?P<variable>[?$]\w+)
      |(?P<blank>_:\w(?:[\w.-]*[\w-])?)
      |(?P<name>[^\W\d_][\w.-]*?:(?:[\w:-]|\\[-_~.!$&'()*+,;=/?\#@%]|%[0-9A-Fa-f]{2}|\.(?=[\w:.\\%-]))*
               |:(?:[\w:-]|\\[-_~.!$&'()*+,;=/?\#@%]|%[0-9A-Fa-f]{2}|\.(?=[\w:.\\%-]))*)
      |(?P<number>(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|\d*\.\d+|\d+)
      |(?P<word>\w+)
      |(?P<mark>\^\^|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A token with its kind and its span in the text."""

    kind: str
    text: str
    start: int
    end: int


@lru_cache(maxsize=512)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a query, spaces and comments left out.

    >>> [token.text for token in tokens('VALUES $x { "}" } # }')]
    ['VALUES', '$x', '{', '"}"', '}']
    """
    return tuple(
        Token(match.lastgroup or "mark", match.group(), match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    )


def declared_prefixes(text: str) -> dict[str, str]:
    """The namespace of each prefix that a query declares.

    >>> declared_prefixes("PREFIX e: <http://e/> ASK { ?x e:p 'PREFIX f: <http://f/>' }")
    {'e': 'http://e/'}
    """
    return {prefix: namespace for prefix, namespace, _ in declarations(text)}


def declarations(text: str) -> list[tuple[str, str, int]]:
    """The same, each with its line from 1."""
    lines = LineIndex(text)
    return [(name.text[:-1], iri.text[1:-1], lines.at(name.start)) for name, iri in _declarations(text)]


def names(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Each IRI that a query names, with its line from 1; `prefixes` hold unless the query declares its own.

    >>> list(names('PREFIX e: <http://e/>\\nASK { ?x e:p "e:q" }', {}))
    [('http://e/p', 2)]
    """
    known = {**prefixes, **declared_prefixes(text)}
    declaring = {iri.start for _, iri in _declarations(text)}
    lines = LineIndex(text)
    for kind, written, start, _ in tokens(text):
        if kind not in ("name", "iri") or start in declaring:
            continue
        line = lines.at(start)
        prefix, _, local = written.partition(":")
        if kind == "iri":
            yield written[1:-1], line
        elif local and prefix in known:
            yield known[prefix] + local.replace("\\", ""), line


def _declarations(text: str) -> Iterator[tuple[Token, Token]]:
    """The prefix and the namespace of each PREFIX line."""
    for (keyword, name), (_, iri) in pairwise(pairwise(tokens(text))):
        if keyword.kind == "word" and keyword.text.upper() == "PREFIX" and iri.kind == "iri":
            yield name, iri
