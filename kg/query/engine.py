"""Running SPARQL on a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError
from kg.headers import query_syntax_error

LocalResult = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Result = LocalResult | Iterator[ox.Triple]


def run(store: ox.Store, text: str, prefixes: Mapping[str, str], path: Path | None = None) -> LocalResult:
    """Run a query whose default graph is the union of all graphs.

    Raises `InputError` with line and column for a query that does not parse.
    """
    try:
        return store.query(text, prefixes=dict(prefixes), use_default_graph_as_union=True)
    except SyntaxError as error:
        raise query_syntax_error(error, text, path) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"the query cannot be run: {error}", path=path) from error
