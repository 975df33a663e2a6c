"""One Turtle document in canonical form, with its comments and sections.

Comments that stand free divide a document into sections, which stay in their order; within a section the
subjects are sorted. Comments right above a statement stay with it. Where a comment would get lost, or the
graph would change, the document is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.core.errors import InputError
from kg.rdf.blank_nodes import fingerprint
from kg.rdf.turtle_reading import Block, blank_labels, blocks, comment_line, declarations, parse_turtle
from kg.rdf.turtle_writing import Blocks, head, lines_of, spaced


@dataclass
class _Section:
    """What follows a comment that stands free: its statements, and the comments of each subject."""

    banner: str = ""
    lines: list[str] = field(default_factory=list)
    comments: dict[str, str] = field(default_factory=dict)


def formatted(
    text: str, prefixes: Mapping[str, str], base: str | None = None, *, keep_order: bool = False
) -> str:
    """The document in canonical form.

    `prefixes` is the table; what the document declares beyond it is kept. With `keep_order`
    the statements of a section stay in their order.
    Raises `InputError` with the line of what is wrong, or of a comment that would get lost.
    """
    triples = parse_turtle(text, base)
    parts = blocks(text, base or "")
    for part in parts:
        if (line := comment_line(part)) is not None:
            raise InputError(
                "a comment within a statement has no place in the canonical form",
                line=line,
                hint="move it above the statement",
            )
    declared = declarations(text, base or "")
    own_base = declared.base or base
    table = _table(prefixes, declared.prefixes)
    labels = frozenset(blank_labels(text))
    paragraphs, sections = _sections(parts, base)
    bodies: list[str] = []
    used: dict[str, str] = {}
    for section in sections:
        graph = Blocks(section.lines, table, base=own_base, labels=labels, keep_order=keep_order)
        pieces = [section.comments.get(subject, "") + block for subject, block in graph]
        bodies += [section.banner, "".join(spaced(pieces))[1:]]
        used |= graph.names.used
    paragraphs += [head(used, base=own_base if declared.base or "<#" in text else None), *bodies]
    result = "\n".join(paragraph for paragraph in paragraphs if paragraph)
    if fingerprint(triples) != fingerprint(parse_turtle(result, base)):
        raise InputError("the canonical form would be another graph; this is a bug in kg")
    return result


def kept_canonical(text: str, former: str, prefixes: Mapping[str, str], base: str | None = None) -> str:
    """A changed document in canonical form where it was in it before, or is new; else as it is."""
    try:
        is_canonical = not former.strip() or former == formatted(former, prefixes, base)
    except InputError:
        is_canonical = False
    return formatted(text, prefixes, base) if is_canonical else text


def _table(prefixes: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    known = set(prefixes.values())
    return {**prefixes, **{name: namespace for name, namespace in own.items() if namespace not in known}}


def _sections(parts: list[Block], base: str | None) -> tuple[list[str], list[_Section]]:
    """The comments above the directives, and the sections."""
    statements = [number for number, part in enumerate(parts) if part.subject is not None]
    first = statements[0] if statements else len(parts)
    directives = [number for number, part in enumerate(parts[:first]) if part.text]
    above = max(directives, default=-1) + 1
    top = [_stripped(part.comments) for part in parts[:above] if part.comments]
    sections = [_Section()]
    declared = "".join(part.text + "\n" for part in parts[:above])
    for part in parts[above:]:
        if part.subject is not None:
            _add(sections[-1], part, declared, base)
            continue
        if part.comments:
            sections.append(_Section(_stripped(part.comments)))
        declared += part.text + "\n"
    return top, sections


def _add(section: _Section, part: Block, declared: str, base: str | None) -> None:
    """Add a statement to its section; the same subject may have several."""
    parsed = ox.parse(declared + part.text, ox.RdfFormat.TURTLE, base_iri=base)
    lines = lines_of(quad.triple for quad in parsed)
    section.lines += lines
    if part.comments.strip():
        subject = _subject(part, lines)
        section.comments[subject] = section.comments.get(subject, "") + _stripped(part.comments)


def _subject(part: Block, lines: Iterable[str]) -> str:
    """The subject of a statement, in N-Triples."""
    if part.subject is not None and part.subject.startswith("_:"):
        return part.subject
    pairs = [(line.split(" ", 1)[0], line[:-2].rpartition(" ")[2]) for line in lines if line]
    within = {value for _, value in pairs if value.startswith("_:")}
    return next((subject for subject, _ in pairs if subject not in within), pairs[0][0])


def _stripped(comments: str) -> str:
    return "".join(line.strip() + "\n" for line in comments.split("\n") if line.strip())
