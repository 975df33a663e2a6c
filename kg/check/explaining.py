"""Rules in words: one for a terminal, all of them as the page docs/rules.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill

from kg.core.errors import FindingsError, InputError, KgError, ReasonerError, StoreError, UsageError
from kg.core.rules import Rule
from kg.core.terms import nearest

_WIDTH = 100
_ERRORS: tuple[type[KgError], ...] = (FindingsError, UsageError, InputError, StoreError, ReasonerError)
_HEADINGS = {
    "shapes": "Shapes",
    "ontology": "Ontology",
    "vocabulary": "Vocabulary",
    "passages": "Passages",
    "queries": "Stored queries",
    "sheets": "Claims sheets, at their import",
}


def explained(name: str, rules: Mapping[str, Rule]) -> str:
    """What a rule or an error code means; raises `UsageError` that offers the nearest for an unknown one."""
    if name in rules:
        return "\n".join(_rule(rules[name])) + "\n"
    errors = {error.code: error for error in _ERRORS}
    if name in errors:
        error = errors[name]
        return f"{name} (error, exit status {error.exit_status})\n\n{error.__doc__}\n"
    raise UsageError(f"there is no rule or error {name!r}{nearest(name, [*rules, *errors])}")


def page(rules: Mapping[str, Rule]) -> str:
    """All rules in Markdown, by the part of `kg check` that applies them."""
    return "\n".join(_page(rules))


def _rule(rule: Rule) -> Iterator[str]:
    yield f"{rule.id} ({rule.severity}): {rule.title}"
    yield ""
    yield fill(rule.meaning, _WIDTH)
    if rule.hint:
        yield ""
        yield fill(f"To mend it: {rule.hint}", _WIDTH)
    yield ""
    yield _origin(rule)


def _page(rules: Mapping[str, Rule]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "What `kg check` holds data, ontology, shapes, passages and stored queries to. This page is made"
    yield "from the rules themselves by `kg explain --all`; `kg explain RULE` prints one of them."
    yield ""
    for rule in sorted(rules.values(), key=lambda rule: [*_HEADINGS].index(rule.part)):
        yield f"- [`{rule.id}`](#{rule.id.replace('.', '')}) ({rule.severity}): {rule.title}"
    for part, heading in _HEADINGS.items():
        yield ""
        yield f"## {heading}"
        for rule in rules.values():
            if rule.part == part:
                yield from _section(rule)
    yield ""


def _section(rule: Rule) -> Iterator[str]:
    yield ""
    yield f"### {rule.id}"
    yield ""
    yield f"{rule.severity.value.capitalize()}: {rule.title}."
    yield ""
    yield fill(rule.meaning, 110)
    if rule.hint:
        yield ""
        yield fill(f"To mend it: {rule.hint}", 110)
    yield ""
    yield f"<sub>{_origin(rule)}</sub>"


def _origin(rule: Rule) -> str:
    where = f"in {rule.source}" if rule.source else "built in"
    decided = "all articles together" if rule.scope == "corpus" else "one article at a time"
    return f"{where}; decided over {decided}"
