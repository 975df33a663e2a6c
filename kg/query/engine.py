"""Running SPARQL on a snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import pyoxigraph as ox

from kg.core.errors import InputError, StoreError
from kg.query.columns import in_order, naming
from kg.sparql.services import offline, services

LocalResult = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
EngineResult = LocalResult | Iterator[ox.Triple]

_DEEPEST = 250


def run(store: ox.Store, text: str, prefixes: Mapping[str, str], path: Path | None = None) -> EngineResult:
    """Run a query whose default graph is the union of all graphs, or of those that it names by FROM.

    Raises `InputError` with line and column for a query that does not parse, `StoreError` for a SERVICE that
    fails: what another store adds is waited for, so that half an answer is never taken for the whole.
    """
    result = _run(store, text, prefixes, path)
    if asked := services(text, prefixes):
        return rearranged(_whole(result, asked), text)  # which is asked for once
    if isinstance(result, ox.QuerySolutions):
        names = [variable.value for variable in result.variables]
        ordered = in_order(text, names)
        if ordered is not None and ordered != names:
            result = _run(store, naming(text, ordered), prefixes, path)
    return result


def _run(store: ox.Store, text: str, prefixes: Mapping[str, str], path: Path | None) -> LocalResult:
    if text.count("{") + text.count("(") + text.count("[") > _DEEPEST and _depth(text) > _DEEPEST:
        raise InputError(f"the query nests more than {_DEEPEST} brackets in each other", path=path)
    try:
        return store.query(text, prefixes=dict(prefixes), use_default_graph_as_union=not names_graphs(text))
    except SyntaxError as error:
        from kg.sparql.headers import query_syntax_error

        raise query_syntax_error(error, text, path) from error
    except OSError as error:
        raise StoreError(_failure(error, services(text, prefixes)), path=path) from error
    except (RuntimeError, ValueError) as error:
        raise InputError(f"the query cannot be run: {error}", path=path) from error


def rearranged(result: EngineResult, text: str) -> EngineResult:
    """A result of another engine with its columns in the order of the query's text."""
    if not isinstance(result, ox.QuerySolutions):
        return result
    names = [variable.value for variable in result.variables]
    ordered = in_order(text, names)
    if ordered is None or ordered == names:
        return result
    from kg.query.rows import spooled

    return spooled(ordered, ([row[name] for name in ordered] for row in result))


def require_syntax(text: str, prefixes: Mapping[str, str], path: Path | None = None) -> None:
    """Raise `InputError` for what does not parse; nobody is asked."""
    if _depth(text) > _DEEPEST:
        return
    try:
        ox.Store().query(offline(text), prefixes=dict(prefixes))
    except SyntaxError as error:
        from kg.sparql.headers import query_syntax_error

        raise query_syntax_error(error, text, path) from error
    except (OSError, RuntimeError, ValueError):  # it parses, and is not for this engine to run
        return


def names_graphs(text: str) -> bool:
    """Whether a query says itself (FROM) which graphs it asks.

    >>> names_graphs("SELECT ?from { ?from ?p 'from' }"), names_graphs("ASK FROM <urn:g> {}")
    (False, True)
    """
    return _says(text, "FROM")


def _says(text: str, keyword: str) -> bool:
    """Whether a query has a keyword, and not only its letters in a string, a name or a comment."""
    if not re.search(rf"(?i)\b{keyword}\b", text):
        return False
    from kg.sparql.tokens import tokens

    return any(token.kind == "word" and token.text.upper() == keyword for token in tokens(text))


def _depth(text: str) -> int:
    """How many brackets stand in each other; the engine's parser dies of a thousand."""
    from kg.sparql.tokens import tokens

    marks = (token.text for token in tokens(text) if token.kind == "mark")
    return max(accumulate((mark in "{([") - (mark in "})]") for mark in marks), default=0)


def _whole(result: LocalResult, asked: Sequence[str]) -> EngineResult:
    """The result, read to its end."""
    from kg.query.rows import spooled

    try:
        if isinstance(result, ox.QuerySolutions):
            return spooled([variable.value for variable in result.variables], result)
        return iter(list(result)) if isinstance(result, ox.QueryTriples) else result
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(_failure(error, asked)) from error


def _failure(error: Exception, asked: Sequence[str]) -> str:
    """What became of a query that asks others: who was asked, and what was said unless that is a web page."""
    said = str(error)
    if not asked:
        return f"the query cannot be answered: {said}"
    if page := re.search(r"(?i)(?: with payload:)?\s*<(?:!doctype|html)", said):
        said = f"{said[: page.start()]}, with a web page"
    return f"the answer of SERVICE {' or '.join(asked)} broke off: {said}"
