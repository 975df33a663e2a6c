"""Running SPARQL on a snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError, StoreError
from kg.query.columns import in_order, naming

LocalResult = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Result = LocalResult | Iterator[ox.Triple]


def run(store: ox.Store, text: str, prefixes: Mapping[str, str], path: Path | None = None) -> Result:
    """Run a query whose default graph is the union of all graphs.

    Raises `InputError` with line and column for a query that does not parse, `StoreError` for a SERVICE that
    fails: what another store adds is waited for, so that half an answer is never taken for the whole.
    """
    result = _run(store, text, prefixes, path)
    if isinstance(result, ox.QuerySolutions):
        names = [variable.value for variable in result.variables]
        ordered = in_order(text, names)
        if ordered is not None and ordered != names:
            result = _run(store, naming(text, ordered), prefixes, path)
    return _whole(result) if re.search(r"(?i)\bservice\b", text) else result


def _run(store: ox.Store, text: str, prefixes: Mapping[str, str], path: Path | None) -> LocalResult:
    try:
        return store.query(text, prefixes=dict(prefixes), use_default_graph_as_union=True)
    except SyntaxError as error:
        from kg.headers import query_syntax_error

        raise query_syntax_error(error, text, path) from error
    except OSError as error:
        raise StoreError(f"the query cannot be answered: {error}", path=path) from error
    except (RuntimeError, ValueError) as error:
        raise InputError(f"the query cannot be run: {error}", path=path) from error


def _whole(result: LocalResult) -> Result:
    """The result, read to its end."""
    from kg.query.rows import spooled

    try:
        if isinstance(result, ox.QuerySolutions):
            return spooled([variable.value for variable in result.variables], result)
        return iter(list(result)) if isinstance(result, ox.QueryTriples) else result
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"the answer broke off: {error}") from error
