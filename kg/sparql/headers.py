"""The `#+` header of stored queries, rules and checks: YAML, as grlc and kgsteward read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.core.errors import InputError
from kg.core.files import read_text
from kg.core.lines import split_lines
from kg.core.terms import nearest

_AT = re.compile(r"^error at (\d+):(\d+): ")
_EXPECTED = re.compile(r"\"[^\"\s]+\"")
_REASON = re.compile(r"(?!one of )[A-Za-z]+(?: [A-Za-z*]+){2,}")
_TWICE = "Duplicated variable name in SELECT"
_REASONS = {
    "The SELECT overrides an existing variable using an expression": "AS gives a second value to a variable",
    "The SELECT contains a variable that is unbound": "with GROUP BY or an aggregate, SELECT can have no "
    "variable beside those that are grouped by",
    "The SELECT contains an expression with a variable that is unbound": "with GROUP BY or an aggregate, an "
    "expression of SELECT can have no variable beside those that are grouped by",
    "SELECT * is not authorized with GROUP BY": "with GROUP BY, SELECT names its variables",
}


@dataclass(frozen=True)
class Header:
    """The keys of one file's header; every key in it is a known one."""

    path: Path
    values: Mapping[str, Any]

    def require(self, key: str) -> Any:
        """The value of a key that the file must have."""
        if not self.values.get(key):
            raise InputError(f"the header has no {key}; add a line '#+ {key}: ...'", path=self.path)
        return self.values[key]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or `default`."""
        return self.values.get(key, default)


def query_syntax_error(error: SyntaxError, text: str, path: Path | None) -> InputError:
    """A query's syntax error in words: where it is, what stands there, and what may stand there."""
    message = str(error)
    at = _AT.match(message)
    if at is None:
        return InputError(f"the query is not SPARQL: {message}", path=path, line=error.lineno)
    line, column = int(at.group(1)), int(at.group(2))
    lines = [*text.split("\n"), ""]  # which is all that the engine counts
    here = lines[min(line, len(lines)) - 1]
    before, after = here[: column - 1].split(), here[column - 1 :].split()
    where = f"column {column}" if path else f"line {line}, column {column}"
    if "Prefix not found" in message and before:
        return InputError(f"the prefix of {before[-1]} is not declared ({where})", path=path, line=line)
    found = after[0] if after else "its end"
    if reason := _reason(message[at.end() :], text):
        where = f" at {found} ({where})" if after else ""  # the end tells nobody where it is
        return InputError(f"the query is not SPARQL{where}: {reason}", path=path, line=line)
    expected = _EXPECTED.findall(message[at.end() :])[:8]
    offer = f"; there may be {' '.join(expected)}" if expected else ""
    return InputError(f"the query is not SPARQL at {found} ({where}){offer}", path=path, line=line)


def _reason(message: str, text: str) -> str | None:
    """Why a query that follows the grammar is none all the same, as the engine says or as can be seen."""
    from kg.sparql.tokens import tokens

    found = _REASON.search(message.removeprefix("expected ").removeprefix("one of "))
    if found and found.group() != _TWICE:
        return _REASONS.get(found.group(), found.group())
    seen, in_select, before = set[str](), True, ""
    for token in tokens(text):
        if token.kind == "variable":
            name = f"?{token.text[1:]}"
            if found and in_select and name in seen:
                return f"SELECT names {name} twice"
            if not found and not in_select and before == "AS" and name in seen and message == "expected [_]":
                return f"{name} may have a value where BIND gives it one"
            seen.add(name)
        in_select = in_select and token.text != "{"
        before = token.text.upper()
    return "SELECT names a variable twice" if found else None


def read_header(path: Path, known: frozenset[str], sha256: str | None = None) -> tuple[Header, str]:
    """The header and the whole text of a `.rq` file; unknown keys are errors that offer the nearest."""
    text = read_text(path, sha256)
    lines = split_lines(text)
    values = _parse(path, [line[2:] if line.startswith("#+") else "" for line in lines])
    for key in values:
        if key not in known:
            line = next((n for n, ln in enumerate(lines, 1) if ln.startswith(f"#+ {key}")), None)
            raise InputError(f"the header has no key {key!r}{nearest(key, known)}", path=path, line=line)
    return Header(path, values), text


def _parse(path: Path, lines: list[str]) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        values = yaml.load("\n".join(lines), Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(f"the header is not YAML: {error.problem}", path=path, line=line) from error
    except yaml.YAMLError as error:
        raise InputError(f"the header is not YAML: {error}", path=path) from error
    if values is not None and not (isinstance(values, dict) and all(isinstance(key, str) for key in values)):
        raise InputError("the header is not a list of named keys with values", path=path)
    return values or {}
