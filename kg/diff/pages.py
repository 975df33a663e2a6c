"""A difference as text for a terminal, as Markdown, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.diff.compare import Difference, Frame, Section, by_delta
from kg.diff.mentions import Mention
from kg.diff.outline import outline
from kg.diff.words import Wording

_SPECIAL = re.compile(r"([\\`*_<>|#\[\]])")


def as_text(
    difference: Difference,
    mentions: Sequence[Mention],
    prefixes: Mapping[str, str],
    *,
    everything: bool = False,
) -> Iterator[str]:
    """Lines for a terminal."""
    yield f"{difference.old.name} → {difference.new.name}"
    words = Wording(difference.old, difference.new, prefixes)
    for heading, items in outline(difference, words, mentions, everything=everything):
        yield ""
        yield heading
        for mark, text, details in items:
            yield f"  {mark} {text}".rstrip() if mark else f"  {text}"
            yield from (f"      {detail}" for detail in details)
    if not difference:
        yield "no difference"


def as_markdown(
    difference: Difference,
    mentions: Sequence[Mention],
    prefixes: Mapping[str, str],
    *,
    everything: bool = False,
) -> Iterator[str]:
    """Lines for release notes and pull requests."""
    yield f"## {_escaped(difference.old.name)} → {_escaped(difference.new.name)}"
    words = Wording(difference.old, difference.new, prefixes)
    for heading, items in outline(difference, words, mentions, everything=everything):
        yield ""
        yield f"### {_escaped(heading)}"
        yield ""
        for mark, text, details in items:
            yield f"- `{mark}` {_escaped(text)}" if mark else f"- {_escaped(text)}"
            yield from (f"  - {_escaped(detail)}" for detail in details)
    if not difference:
        yield ""
        yield "No difference."


def as_json(difference: Difference, mentions: Sequence[Mention], prefixes: Mapping[str, str]) -> str:
    """One JSON object: what changed by section, and all statements that came and went.

    Terms are in N-Triples.
    """
    words = Wording(difference.old, difference.new, prefixes)
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


def _frame(frame: Frame, words: Wording) -> dict[str, Any]:
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


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
