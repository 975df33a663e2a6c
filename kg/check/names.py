"""The names in a SPARQL text: every IRI and prefixed name, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_TOKEN = re.compile(
    r"""\#[^\n]*
      |\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'
      |(?P<declaration>\bPREFIX\s+(?P<prefix>[\w.-]*):\s*<(?P<namespace>[^<>\s]*)>)
      |<(?P<iri>[^<>"{}|^`\\\s]+)>
      |(?<![\w?$@])(?P<name>[A-Za-z][\w.-]*|):(?P<local>\w(?:[\w.%-]|\\.)*(?<!\.)|)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def sparql_names(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Each IRI that a query names, with its line from 1; `prefixes` hold unless the query declares its own.

    >>> list(sparql_names('PREFIX e: <http://e/>\\nASK { ?x e:p "e:q" }', {}))
    [('http://e/p', 2)]
    """
    known = dict(prefixes)
    for match in _TOKEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match["declaration"]:
            known[match["prefix"]] = match["namespace"]
        elif match["iri"]:
            yield match["iri"], line
        elif match["local"] and match["name"] in known:
            yield known[match["name"]] + match["local"].replace("\\", ""), line
