"""kg text: the texts of articles, which are kept beside the project and never in it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.complete import articles
from kg.cli.groups import NearestGroup
from kg.cli.options import project_option, read_input

if TYPE_CHECKING:
    from kg.article.texts import Arrival


@click.group(cls=NearestGroup)
def text() -> None:
    """Keep the texts of articles, and follow passages into new versions."""


@text.command()
@click.argument("slug", shell_complete=articles)
@click.argument("file", metavar="FILE|-", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--apply", "applied", is_flag=True, help="Rewrite the ranges of claims and mentions.")
@project_option
@click.pass_context
def add(ctx: click.Context, /, slug: str, file: Path, applied: bool, folder: Path | None) -> None:
    """Keep FILE as the text of the article SLUG: plain text, HTML or PDF.

    It is kept in texts/, which git ignores; article.ttl has its SHA-256 and its length. A text that differs
    from the one on record is compared with it: which passages hold, which moved, which are lost. Nothing is
    written then without --apply.
    """
    from kg.article.texts import arrival
    from kg.project.project import Project

    found = arrival(Project.find(folder or Path.cwd()), slug, read_input(file), file)
    if found.is_recorded or found.is_first:
        _keep(found)
    else:
        ctx.exit(_compare(found, applied))


def _keep(found: Arrival) -> None:
    """Keep the text that is on record, or the first one."""
    from kg.core.errors import shown

    written = found.keep()
    passages = len(found.anchoring.places)
    of_passages = f", {passages} passages and mentions hold" if passages else ""
    click.echo(f"{shown(found.path)}: {len(found.text)} characters{of_passages}")
    _tell_of_others(found, written)


def _compare(found: Arrival, applied: bool) -> int:
    """Tell what became of the passages, and rewrite them when asked to; the exit status."""
    from kg.cli.render import show_list
    from kg.core.errors import shown

    anchoring = found.anchoring
    rows = [
        [
            f"{run.first.start}-{run.last.end}",
            str(run.count),
            run.state,
            f"{run.by:+}" if run.state == "moved" else "",
            " ".join(run.claims) if run.state == "lost" else "",
        ]
        for run in found.runs()
    ]
    if rows:
        show_list(["range", "passages", "state", "by", "claims"], rows)
        sys.stdout.flush()
    counts = f"{len(anchoring.held)} hold, {len(anchoring.moved)} moved, {len(anchoring.lost)} lost"
    if not applied:
        click.echo(f"this is another version of the text: {counts}; --apply takes it over", err=True)
        return 1
    written = found.keep()
    names = ", ".join(shown(path) for path in written if path != found.former)
    click.echo(f"{counts}; wrote {names}", err=True)
    if anchoring.lost:
        click.echo("kg check names the lost ones until they are quoted anew", err=True)
    _tell_of_others(found, written)
    return 1 if anchoring.lost else 0


def _tell_of_others(found: Arrival, written: Sequence[Path]) -> None:
    """Tell where the text went that was there before, and of one that hides the new one."""
    from kg.article.texts import shadow
    from kg.core.errors import shown

    if found.former in written:
        click.echo(f"the text that was there is now {shown(found.former)}", err=True)
    other = shadow(found.project, found.slug, found.text)
    if other is not None:
        click.echo(f"{shown(other)} is another text and is read first: KG_TEXTS names its folder", err=True)
