"""Turtle as tokens (RDF 1.2 Turtle, section 6.5): where statements stand, and which IRIs they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n\ufeff]+|\#[^\r\n]*)
      |(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
      |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                 |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
      |(?P<punctuation>[;,\[\]()]|\{\||\|\})
      |(?P<end>\.(?!\d))
      |(?P<word>(?:\\.|[^\s;,\[\]()<>"'\#.\\]|\.(?![\s;,\[\]()<>"'\#]|$))+)
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVES = ("@prefix", "@base", "@version", "prefix", "base", "version")
_OPENED = {"[": "[]", "(": "()"}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class StatementSpan(NamedTuple):
    """The span of a statement, and its subject: an IRI, `_:label`, `[]` or `()`; a directive has none."""

    start: int
    end: int
    subject: str | None


class Declaration(NamedTuple):
    """A prefix, or None for the base, with the IRI that it stands for and where it is declared."""

    prefix: str | None
    iri: str
    start: int


class Scan:
    """Goes through a document and keeps what it declares, so that names are read as they stand there."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.declared: list[Declaration] = []

    def statements(self, text: str) -> Iterator[StatementSpan]:
        """Where each statement and directive begins and ends."""
        subject: str | None = None
        directive, prefix = "", ""
        start, depth = -1, 0
        for match in TOKEN.finditer(text):
            token, kind = match.group(), match.lastgroup
            if kind == "skip":
                continue
            if start < 0:
                start, subject = match.start(), None
                directive = token.lower() if token.lower() in _DIRECTIVES else ""
                if directive:
                    continue
                subject = _OPENED.get(token) or self.iri(token)
            if directive:
                if kind == "iri":
                    self._declare(None if directive.endswith("base") else prefix, token, start)
                elif kind == "word":
                    prefix = token[:-1]
                is_over = kind == "end" if directive[0] == "@" else kind in ("iri", "string")
            else:
                depth += (token in ("[", "(")) - (token in ("]", ")"))
                is_over = kind == "end" and depth == 0
            if is_over:
                yield StatementSpan(start, match.end(), subject)
                start = -1

    def iri(self, token: str) -> str:
        """The IRI that a token stands for; the label of a blank node as it is."""
        if token.startswith("<"):
            return self._resolve(unescaped(token[1:-1]))
        prefix, _, local = token.partition(":")
        if prefix == "_":
            return token
        return self.prefixes.get(prefix, "") + local.replace("\\", "")

    def _declare(self, prefix: str | None, token: str, start: int) -> None:
        iri = self.iri(token)
        if prefix is None:
            self.base = iri
        else:
            self.prefixes[prefix] = iri
        self.declared.append(Declaration(prefix, iri, start))

    def _resolve(self, reference: str) -> str:
        """Resolve a reference that is absolute, empty or a fragment; these are all that our sources use."""
        return reference if _ABSOLUTE.match(reference) else self.base.partition("#")[0] + reference


def unescaped(text: str) -> str:
    r"""The characters that a string or IRI stands for, without its quotes.

    >>> unescaped(r"a\u0062\n\"c\"")
    'ab\n"c"'
    """
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(escape[3], escape[3])
