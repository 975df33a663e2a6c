"""The `#+` header of stored queries, rules and checks: YAML, as grlc and kgsteward read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.terms import nearest

_AT = re.compile(r"^error at (\d+):(\d+): ")
_EXPECTED = re.compile(r"\"[^\"\s]+\"")


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
    lines = [*text.splitlines(), ""]
    here = lines[min(line, len(lines)) - 1]
    before, after = here[: column - 1].split(), here[column - 1 :].split()
    where = f"column {column}" if path else f"line {line}, column {column}"
    if "Prefix not found" in message and before:
        return InputError(f"the prefix of {before[-1]} is not declared ({where})", path=path, line=line)
    found = after[0] if after else "its end"
    expected = _EXPECTED.findall(message[at.end() :])[:8]
    offer = f"; there may be {' '.join(expected)}" if expected else ""
    return InputError(f"the query is not SPARQL at {found} ({where}){offer}", path=path, line=line)


def read_header(path: Path, known: frozenset[str]) -> tuple[Header, str]:
    """The header and the whole text of a `.rq` file; unknown keys are errors that offer the nearest."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8; save it as UTF-8", path=path) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    lines = text.splitlines()
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
