"""Small edits of Turtle files that leave the rest to the letter, each proved by parsing what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.article.ranges import moved, span_of
from kg.core.errors import InputError
from kg.core.passages import passage_iri
from kg.core.terms import PASSAGE_MARK, PREFIXES, SECPOL
from kg.project.texts import paragraph_starts, text_digest
from kg.rdf.turtle_reading import blocks, parse_turtle

_STRING = r"\"{3}.*?\"{3}|'{3}.*?'{3}|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_NAME = r"(?:[\w.-]*:{0}(?![\w-])|<[^<>\s]*#{0}>)"
_BREAK = re.compile(r"\r?\n")
_IRI = re.compile(rf"(?P<iri><[^<>\"{{}}|^`\\\s]*>)|{_STRING}|\#[^\n]*", re.DOTALL)


def with_moved_ranges(
    path: Path, text: str, article: str, moves: Mapping[tuple[int, int], tuple[int, int]]
) -> str:
    """A Turtle file with ranges of an article's text moved.

    Raises `InputError` for a way of writing that is not understood; the result says what the file said, with
    nothing but the ranges changed.
    """

    def moved_iri(match: re.Match[str]) -> str:
        token = match.group("iri")
        head, mark, _ = (token or "").partition(PASSAGE_MARK)
        if not mark or head not in ("<", f"<{article}"):
            return match.group()
        span = span_of(ox.NamedNode(article + token[len(head) : -1]), article)
        if span is None or span not in moves:
            return match.group()
        return f"{passage_iri(head, moves[span])}>"

    rewritten = "".join(
        str(replace(block, text=_IRI.sub(moved_iri, block.text))) for block in blocks(text, article)
    )

    def corrected(triple: ox.Triple) -> ox.Triple:
        subject = moved(triple.subject, article, moves)
        assert not isinstance(subject, ox.Literal)
        return ox.Triple(subject, triple.predicate, moved(triple.object, article, moves))

    _prove(path, {corrected(triple) for triple in parse_turtle(text, article, path=path)}, rewritten, article)
    return rewritten


def with_record(path: Path, text: str, article: str, content: str) -> str:
    """An article.ttl that has a text on record, in place of a former one: digest, length, paragraphs."""
    starts = paragraph_starts(content)
    values = {
        "textSha256": f' "{text_digest(content)}"',
        "textLength": f" {len(content)}",
        "paragraphStart": several_integers(starts),
    }
    wanted = {
        SECPOL("textSha256"): [ox.Literal(text_digest(content))],
        SECPOL("textLength"): [ox.Literal(len(content))],
        SECPOL("paragraphStart"): list(map(ox.Literal, starts)),
    }
    has_prefix = re.search(rf"prefix\s+secpol:\s*<{re.escape(PREFIXES['secpol'])}>", text, re.I) is not None
    missing = dict(values)
    parts = []
    present = blocks(text, article)
    for block in present:
        body = block.text
        if block.subject == article:
            for name, value in values.items():
                pattern = re.compile(
                    rf"(?P<name>{_NAME.format(name)})\s+(?:\"[^\"\n]*\"|\d+(?:\s*,\s*\d+)*)|{_STRING}|<[^<>\s]*>|\#[^\n]*",
                    re.DOTALL,
                )
                if any(match.group("name") for match in pattern.finditer(body)):
                    body = pattern.sub(_setter(value), body)
                    missing.pop(name, None)
        parts.append(replace(block, text=body))
    if missing:
        at = max((n for n, block in enumerate(present) if block.subject == article), default=None)
        if at is None:
            raise InputError("the file does not describe the article", path=path)
        more = " ;\n    ".join(
            f"{f'secpol:{name}' if has_prefix else SECPOL(name)}{value}" for name, value in missing.items()
        )
        parts[at] = replace(parts[at], text=f"{parts[at].text[:-1].rstrip()} ;\n    {more} .")
    rewritten = "".join(map(str, parts))
    if "\r\n" in text:
        rewritten = _BREAK.sub("\r\n", rewritten)
    node = ox.NamedNode(article)
    kept = {
        triple
        for triple in parse_turtle(text, article, path=path)
        if triple.subject != node or triple.predicate not in wanted
    }
    expected = kept | {ox.Triple(node, name, value) for name, found in wanted.items() for value in found}
    _prove(path, expected, rewritten, article)
    return rewritten


def several_integers(values: Sequence[int]) -> str:
    """Integers as Turtle writes them behind their property: one on its line, several one a line."""
    return f" {values[0]}" if len(values) == 1 else " ,".join(f"\n        {value}" for value in values)


def _setter(value: str) -> Callable[[re.Match[str]], str]:
    """Puts a value behind each name that a pattern finds, and leaves strings, IRIs and comments alone."""
    return lambda match: match.group("name") + value if match.group("name") else match.group()


def _prove(path: Path, expected: set[ox.Triple], rewritten: str, base: str) -> None:
    try:
        actual = set(parse_turtle(rewritten, base))
    except InputError:
        actual = set()
    if _without_blank(actual) != _without_blank(expected):
        raise InputError(
            "the file is written in a way that kg cannot edit",
            path=path,
            hint="write passages as <#char=1,2>, the article as <>, and their values in their own statements",
        )


def _without_blank(triples: set[ox.Triple]) -> set[tuple[str, str, str]]:
    """The triples with every blank node alike: two parses name them differently."""
    return {(_name(triple.subject), triple.predicate.value, _name(triple.object)) for triple in triples}


def _name(node: object) -> str:
    return "_:" if isinstance(node, ox.BlankNode) else str(node)
