"""Turtle files: reading one with errors that have a line, and its parts as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kg.core.errors import InputError
from kg.core.files import CONFLICT, SETTLE, conflict_line, read_text
from kg.core.lines import LineIndex
from kg.core.terms import PREFIXES
from kg.rdf.turtle_tokens import TOKEN, Scan

_PARSER_PLACE = re.compile(r"^Parser error (?:at line \d+ )?(?:column \d+|between [^:]*?): ", re.DOTALL)
_UNDECLARED = re.compile(r"The prefix (.+): has not been declared")
_DECLARED = re.compile(r"^[ \t]*@?prefix\s+([^\s:]+):", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def read_turtle(path: Path, base: str | None = None, *, sha256: str | None = None) -> list[ox.Triple]:
    """The triples of one Turtle file, literals as written.

    Raises `InputError` with the line of what is wrong, `ChangedError` for a file of another SHA-256.
    """
    return parse_turtle(read_text(path, sha256), base, path=path)


def parse_turtle(text: str, base: str | None = None, *, path: Path | None = None) -> list[ox.Triple]:
    """The triples of a Turtle document, literals as written; `path` is the file that errors name."""
    try:
        return [
            quad.triple
            for quad in ox.parse(text, ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True)
        ]
    except SyntaxError as error:
        if line := conflict_line(text):
            raise InputError(CONFLICT, path=path, line=line, hint=SETTLE) from error
        message = parser_message(error)
        raise InputError(message, path=path, line=error.lineno, hint=_hint(message, text)) from error


def _hint(message: str, text: str) -> str | None:
    """How to mend a prefix that is not declared: another that is spelt much like it, or its declaration."""
    unknown = _UNDECLARED.fullmatch(message)
    if unknown is None:
        return None
    if unknown[1] in PREFIXES:
        return f"declare it: @prefix {unknown[1]}: <{PREFIXES[unknown[1]]}> ."
    from difflib import get_close_matches  # for errors only

    close = get_close_matches(unknown[1], {*_DECLARED.findall(text), *PREFIXES}, n=1)
    return f"did you mean {close[0]}:?" if close else "declare it by a line @prefix"


def parser_message(error: SyntaxError) -> str:
    """What the parser found, without the place, which the error has apart."""
    return _PARSER_PLACE.sub("", str(error.args[0]))


@dataclass(frozen=True)
class Block:
    """A part of a Turtle document: one statement, one directive, or comments that stand free.

    `comments` are the comment lines right above it, `text` goes through its dot, `after` is what is left of
    its line and the empty lines below. `subject` is the IRI, `_:label`, `[]` or `()`; a directive has none,
    and comments that stand free have no text either. `line` is where the text begins, from 1.
    """

    comments: str
    text: str
    after: str
    subject: str | None
    line: int

    def __str__(self) -> str:
        return self.comments + self.text + self.after


def blocks(text: str, base: str = "") -> list[Block]:
    """The parts of a Turtle document that parses; joined they are the document to the letter."""
    found: list[Block] = []
    lines, end = LineIndex(text), 0
    for statement in [*Scan(base).statements(text), None]:
        start = len(text) if statement is None else statement.start
        rest, free, comments = _split_gap(text[end:start], at_start=end == 0, at_end=statement is None)
        if found:
            found[-1] = replace(found[-1], after=found[-1].after + rest)
        elif rest:
            found.append(Block("", "", rest, None, 1))
        end += len(rest)
        for standing, empty in free:
            found.append(Block(standing, "", empty, None, lines.at(end)))
            end += len(standing) + len(empty)
        if statement is not None:
            end = statement.end
            found.append(Block(comments, text[start:end], "", statement.subject, lines.at(start)))
    return found


def subject_lines(text: str, base: str = "") -> dict[str, int]:
    """The line, from 1, of the first block of each subject of a Turtle document that parses."""
    found: dict[str, int] = {}
    lines = LineIndex(text)
    for statement in Scan(base).statements(text):
        if statement.subject and statement.subject[0] not in "[(_":
            found.setdefault(statement.subject, lines.at(statement.start))
    return found


@dataclass(frozen=True)
class Declarations:
    """The prefixes of a document, the last of a name, and its base."""

    prefixes: Mapping[str, str]
    base: str | None


def declarations(text: str, base: str = "") -> Declarations:
    """What a Turtle document that parses declares."""
    scan = Scan(base)
    for _ in scan.statements(text):
        pass
    has_base = any(one.prefix is None for one in scan.declared)
    return Declarations(scan.prefixes, scan.base if has_base else None)


def blank_labels(text: str) -> set[str]:
    """The labels of blank nodes that a document writes, such as `_:x`."""
    return {
        match.group()
        for match in TOKEN.finditer(text)
        if match.lastgroup == "word" and match.group().startswith("_:")
    }


def comment_line(block: Block) -> int | None:
    """The line of the first comment within a statement or behind it, if there is one."""
    if not block.text:
        return None
    for match in TOKEN.finditer(block.text + block.after):
        if match.group().startswith("#"):
            return block.line + LineIndex(block.text).at(match.start()) - 1
    return None


def _split_gap(gap: str, *, at_start: bool, at_end: bool) -> tuple[str, list[tuple[str, str]], str]:
    """What stands between two statements.

    The rest of the first's line; comments that stand free, each with the empty lines below; the comments of
    the second.
    """
    lines = _LINE.findall(gap)
    rest = lines.pop(0) if lines and not at_start else ""
    free: list[tuple[str, str]] = []
    comments = ""
    for line in lines:
        if line.strip() or not (at_end or line.endswith(("\n", "\r"))):
            comments += line
        elif comments:
            free.append((comments, line))
            comments = ""
        elif free:
            free[-1] = (free[-1][0], free[-1][1] + line)
        else:
            rest += line
    if comments and at_end:
        free.append((comments, ""))
        comments = ""
    return rest, free, comments
