"""kg check: what is wrong with data, ontology, shapes, passages and stored queries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kg.check.reports import FORMATS
from kg.cli.options import STDOUT, FormatName, Seconds, allow_service_option, may_write, project_option

_FILE = click.Path(dir_okay=False, path_type=Path)
_SUFFIXES = {".json": "json", ".sarif": "sarif", ".xml": "junit", ".md": "markdown"}


def checking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is checked and by what means."""
    for option in (
        click.option(
            "--time-limit",
            type=Seconds(),
            default=600.0,
            show_default=True,
            help="Seconds that one run of the shapes may take.",
        ),
        click.option("--reasoner", type=click.Choice(["hermit"]), help="Run the OWL DL check too (Java)."),
        click.option(
            "--texts",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="The folder with the articles' texts.  [default: KG_TEXTS, then texts/ of the project]",
        ),
        click.option("--baseline", type=_FILE, help="A TOML file of findings that are accepted for now."),
        click.option(
            "--limit",
            type=click.IntRange(min=0),
            metavar="N",
            default=500,
            show_default=True,
            help="Findings shown at most; 0 shows all. The counts are of all.",
        ),
        click.option(
            "--ignore", multiple=True, metavar="RULE", help="Leave out a rule, or claim.*; repeatable."
        ),
        click.option(
            "--select", multiple=True, metavar="RULE", help="Only this rule, or claim.*; repeatable."
        ),
        click.option(
            "--engine",
            type=click.Choice(["fast", "pyshacl", "reference"]),
            help="What runs shapes and inference: fast (default), or the slow references pyshacl and owlrl; "
            "pyshacl is that one for the shapes alone.",
        ),
        click.option(
            "--only",
            metavar="PARTS",
            help="Some of shapes, ontology, vocabulary, passages, queries, with commas.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@project_option
@allow_service_option
@checking
@click.option(
    "--format",
    "form",
    type=FormatName(FORMATS),
    help="Default: by the suffix of -o, else text.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write the report to a file, whole or not at all.",
)
@click.option("--force", is_flag=True, help="Overwrite the file.")
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info"]),
    default="violation",
    show_default=True,
    help="The status is 1 when there is a finding as bad as this.",
)
@click.pass_context
def check(
    ctx: click.Context,
    /,
    folder: Path | None,
    services: tuple[str, ...],
    form: str | None,
    output: Path | None,
    **asked: Any,
) -> None:
    """Find what is wrong with the sources; nothing is published.

    With PATHs, only what stands in these files or folders is reported. kg explain RULE tells what a rule
    means and how to mend what breaks it.
    """
    from kg.api.audit import Means, audit
    from kg.check.job import WantedChecks, parts_of
    from kg.check.reports import render
    from kg.cli.findings import show_report
    from kg.core.findings import Severity
    from kg.project.project import Project

    fail_on, force = Severity(asked.pop("fail_on")), asked.pop("force")
    if output is not None and output != STDOUT:
        may_write(output, force=force)
        form = form or _SUFFIXES.get(output.suffix.lower())
    means = Means(engine=asked.pop("engine"), time_limit=asked.pop("time_limit"))
    wanted = WantedChecks(parts=parts_of(asked.pop("only")), **asked)
    report = audit(Project.find(folder).allowing(services), wanted, means)
    show_report(report, render(report, form or "text"), output)
    ctx.exit(1 if report.fails(fail_on) else 0)
