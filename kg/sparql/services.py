"""Which endpoints a query asks by SERVICE (SPARQL 1.1 Federated Query), and whether it may."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kg.core.errors import UsageError

if TYPE_CHECKING:
    from kg.sparql.tokens import Token


def services(text: str, prefixes: Mapping[str, str]) -> list[str]:
    """The endpoints by their IRIs; a variable, or a name that is not known here, as it stands.

    >>> services("ASK { SERVICE SILENT e:s { ?s ?p 'SERVICE' } SERVICE ?any {} }", {"e": "http://e/"})
    ['http://e/s', '?any']
    """
    if "service" not in text.lower():  # spares most queries the tokeniser
        return []
    from kg.sparql.tokens import declared_prefixes

    known = {**prefixes, **declared_prefixes(text)}

    def named(token: Token) -> str:
        prefix, _, local = token.text.partition(":")
        if token.kind == "name" and prefix in known:
            return known[prefix] + local
        return token.text[1:-1] if token.kind == "iri" else token.text

    return list(dict.fromkeys(named(endpoint) for _, _, endpoint in _calls(text)))


def require_allowed(
    text: str, prefixes: Mapping[str, str], allowed: Collection[str], path: Path | None
) -> None:
    """Raise `UsageError` where a query of a project, which somebody else may have written, asks an endpoint
    that nobody allowed.
    """
    for endpoint in services(text, prefixes):
        if endpoint not in allowed:
            raise UsageError(
                f"this asks {endpoint} by SERVICE, which is not allowed",
                path=path,
                hint="--allow-service URL allows it for once, [services] allow = [URL] in kg.toml for good",
            )


def offline(text: str) -> str:
    """The query with GRAPH for each SERVICE, as long as it was: it parses as well, and asks nobody.

    >>> offline("ASK { SERVICE SILENT <http://e/> {} }")
    'ASK { GRAPH          <http://e/> {} }'
    """
    parts, last = [], 0
    for service, silent, _ in _calls(text):
        end = silent.end or service.end
        parts += [text[last : service.start], "GRAPH".ljust(end - service.start)]
        last = end
    return "".join(parts) + text[last:]


def _calls(text: str) -> Iterator[tuple[Token, Token, Token]]:
    """Each SERVICE, its SILENT, and its endpoint."""
    from kg.sparql.tokens import Token, tokens

    nothing = Token("mark", "", 0, 0)
    found = [*tokens(text), nothing, nothing]
    for at, (token, following) in enumerate(pairwise(found[:-1])):
        if token.kind == "word" and token.text.upper() == "SERVICE":
            is_silent = following.kind == "word" and following.text.upper() == "SILENT"
            yield token, following if is_silent else nothing, found[at + 2] if is_silent else following
