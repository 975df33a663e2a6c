"""Running SPARQL on a snapshot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_AT = re.compile(r"^error at (\d+):(\d+): ")


def run(store: ox.Store, text: str, prefixes: Mapping[str, str], path: Path | None = None) -> Result:
    """Run a query whose default graph is the union of all graphs.

    Raises `InputError` with line and column for a query that does not parse.
    """
    try:
        return store.query(text, prefixes=dict(prefixes), use_default_graph_as_union=True)
    except SyntaxError as error:
        raise _syntax_error(error, path) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"the query cannot be run: {error}", path=path) from error


def _syntax_error(error: SyntaxError, path: Path | None) -> InputError:
    message = str(error)
    at = _AT.match(message)
    if at is None:
        return InputError(f"the query is not SPARQL: {message}", path=path, line=error.lineno)
    line, column = at.groups()
    return InputError(
        f"the query is not SPARQL: column {column}: {message[at.end() :]}", path=path, line=int(line)
    )
