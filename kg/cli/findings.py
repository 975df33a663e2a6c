"""Findings for people: where, what, and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import STDOUT

if TYPE_CHECKING:
    from kg.check.report import Report
    from kg.core.findings import Finding

_MOST = 50


def show_findings(findings: Sequence[Finding]) -> None:
    """Print findings to stderr, the first fifty in full, and count them all."""
    for finding in findings[:_MOST]:
        click.echo(f"{finding.severity}: {finding}", err=True)
        if finding.hint:
            click.echo(f"  {finding.hint}", err=True)
    if len(findings) > _MOST:
        click.echo(f"and {len(findings) - _MOST} more", err=True)
    if findings:
        counts = Counter(finding.severity for finding in findings)
        click.echo(
            ", ".join(counted(count, severity) for severity, count in sorted(counts.items())), err=True
        )


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 warning`, `2 warnings`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def show_report(report: Report, text: str, output: Path | None) -> None:
    """Print a rendered report, or write it to a file whole or not at all and print how it went."""
    from kg.cli.render import show_text

    if output is None or output == STDOUT:
        show_text([text.removesuffix("\n")])
        return
    from kg.core.files import written

    with written(output) as file:
        file.write(text.encode())
    click.echo(report.verdict, err=True)
