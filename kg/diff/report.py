"""A difference as text for a terminal, as Markdown, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from kg.diff.compare import Difference, Frame, Section, by_delta
from kg.diff.outline import outline
from kg.diff.term_uses import TermUse
from kg.diff.words import TermLabels


class Spelling(NamedTuple):
    """How the lines of an outline are written, and what has to be escaped in them."""

    title: str
    heading: str
    item: str
    marked: str
    detail: str
    nothing: str
    escaped: Callable[[str], str]


TEXT = Spelling("{}", "\n{}", "  {}", "  {} {}", "      {}", "no difference", str)
"""For a terminal."""
MARKDOWN = Spelling(
    "## {}",
    "\n### {}\n",
    "- {}",
    "- `{}` {}",
    "  - {}",
    "\nNo difference.",
    partial(re.compile(r"([\\`*_<>|#\[\]])").sub, r"\\\1"),
)
"""For release notes and pull requests."""


def pages(
    spelling: Spelling,
    difference: Difference,
    mentions: Sequence[TermUse],
    prefixes: Mapping[str, str],
    *,
    everything: bool = False,
) -> Iterator[str]:
    """The lines of a difference; some of them bring an empty line along."""
    title, heading, item, marked, detail, nothing, escaped = spelling
    yield title.format(escaped(f"{difference.old.name} → {difference.new.name}"))
    words = TermLabels(difference.old, difference.new, prefixes)
    for name, items in outline(difference, words, mentions, everything=everything):
        yield heading.format(escaped(name))
        for mark, text, details in items:
            yield (marked.format(mark, escaped(text)) if mark else item.format(escaped(text))).rstrip()
            yield from (detail.format(escaped(line)) for line in details)
    if not difference:
        yield nothing


def as_json(difference: Difference, mentions: Sequence[TermUse], prefixes: Mapping[str, str]) -> str:
    """One JSON object: what changed by section, and all statements that came and went.

    Terms are in N-Triples.
    """
    words = TermLabels(difference.old, difference.new, prefixes)
    added, removed = difference.lines()
    values: dict[str, Any] = {
        "old": difference.old.name,
        "new": difference.new.name,
        "different": bool(difference),
        **{str(part): [_frame(frame, words) for frame in difference.section(part)] for part in Section},
        "moved": [
            {"article": article, "by": delta, "passages": count}
            for (article, delta), count in sorted(by_delta(difference.moved).items())
        ],
        "inferred": {"gained": list(map(list, difference.gained)), "lost": list(map(list, difference.lost))},
        "mentions": [mention._asdict() for mention in mentions],
        "notes": list(difference.notes),
        "added": added,
        "removed": removed,
    }
    return json.dumps(values, ensure_ascii=False, indent=2)


def _frame(frame: Frame, words: TermLabels) -> dict[str, Any]:
    return {
        "subject": frame.subject,
        "label": words.label(frame.subject),
        "kind": frame.kind.name.lower(),
        "status": frame.status,
        "changes": [
            {"subject": change.subject, "predicate": change.predicate, "old": change.old, "new": change.new}
            for change in frame.changes
        ],
    }
