"""Findings by the article they are about, so that those of an unchanged article need not be found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.core.findings import Finding, by_place

FindingsByArticle = dict[str | None, list[Finding]]
"""The findings by the slug of an article; those of what all articles stand on under None."""


def together(parts: Iterable[Mapping[str | None, Iterable[Finding]]]) -> FindingsByArticle:
    """What several steps found."""
    whole: FindingsByArticle = {}
    for part in parts:
        for slug, findings in part.items():
            whole.setdefault(slug, []).extend(findings)
    return whole


def in_order(parts: Iterable[Iterable[Finding]]) -> list[Finding]:
    """All findings, each once, by file and line; what articles share is found with each of them."""
    return sorted(dict.fromkeys(finding for part in parts for finding in part), key=by_place)
