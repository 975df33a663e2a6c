"""Turtle files: reading one with errors that have a line, and finding the line of a subject."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError

_PARSER_PLACE = re.compile(r"^Parser error (?:at line \d+ )?(?:column \d+|between [^:]*?): ", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
      |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      |(?P<string>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      |(?P<punctuation>[;,\[\]()])
      |(?P<end>\.(?=[\s\#]|$))
      |(?P<word>(?:\\.|[^\s;,\[\]()<>"'\#.\\]|\.(?![\s\#]|$))+)
    """,
    re.VERBOSE | re.DOTALL,
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def read_turtle(path: Path, base: str | None = None) -> list[ox.Triple]:
    """The triples of one Turtle file, literals as written.

    Raises `InputError` with the line of what is wrong.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("the file is not UTF-8; save it as UTF-8", path=path, line=line) from error
    try:
        return [
            quad.triple
            for quad in ox.parse(data, ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True)
        ]
    except SyntaxError as error:
        raise InputError(_PARSER_PLACE.sub("", error.args[0]), path=path, line=error.lineno) from error


def subject_lines(text: str, base: str = "") -> dict[str, int]:
    """The line, from 1, of the first block of each subject of a Turtle document that parses."""
    lines: dict[str, int] = {}
    prefixes: dict[str, str] = {}
    directive, prefix = "", ""
    depth, at_subject, line, counted = 0, True, 1, 0
    for match in _TOKEN.finditer(text):
        token, kind = match.group(), match.lastgroup
        if kind == "skip":
            continue
        if directive:
            if kind == "iri":
                if directive == "base":
                    base = _resolve(token[1:-1], base)
                else:
                    prefixes[prefix] = _resolve(token[1:-1], base)
                directive, at_subject = "", True
            elif kind == "word":
                prefix = token
        elif kind == "end":
            at_subject = depth == 0
        elif token in ("[", "("):
            depth, at_subject = depth + 1, False
        elif token in ("]", ")"):
            depth -= 1
        elif at_subject and token.lower().lstrip("@") in ("prefix", "base"):
            directive = token.lower().lstrip("@")
        elif at_subject:
            line, counted = line + text.count("\n", counted, match.start()), match.start()
            lines.setdefault(_iri(token, base, prefixes), line)
            at_subject = False
    return lines


def _iri(token: str, base: str, prefixes: dict[str, str]) -> str:
    if token.startswith("<"):
        return _resolve(token[1:-1], base)
    prefix, _, local = token.partition(":")
    return prefixes.get(f"{prefix}:", "") + local.replace("\\", "")


def _resolve(reference: str, base: str) -> str:
    """Resolve a reference that is absolute, empty or a fragment; these are all that our sources use."""
    return reference if _ABSOLUTE.match(reference) else base.partition("#")[0] + reference
