"""kg article mentions: which names in a text stand for which entities."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.complete import articles
from kg.cli.options import may_write, project_option

if TYPE_CHECKING:
    from kg.article.mentions import Proposals

_BY_KIND = {"labels": ("label",), "all": ("label", "metonym")}


@click.command("mentions")
@click.argument("slug", shell_complete=articles)
@click.option(
    "--accept",
    "accepted",
    metavar="labels|all|FILE",
    help="Write mentions: those by label, those by metonym too, or those with yes in a sheet.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the proposals as a sheet (CSV) to decide on.",
)
@click.option("--context", is_flag=True, help="Give each row of the sheet the words around it.")
@click.option("--force", is_flag=True, help="Overwrite the sheet.")
@project_option
def command(slug: str, accepted: str | None, folder: Path | None, **asked: Any) -> None:
    """Propose mentions: names of entities in the text of the article SLUG.

    Those on record already are left out. A metonym, such as a capital for a government, is to be decided: the
    city may be meant. Accepted ones are written to mentions.ttl, and what stands there stays.
    """
    from kg.article.mentions import propose
    from kg.project.project import Project

    proposals = propose(Project.find(folder or Path.cwd()), slug)
    if accepted is not None:
        _accept(proposals, accepted)
    else:
        _show(proposals, **asked)


def _accept(proposals: Proposals, what: str) -> None:
    from kg.article.deciding import decided
    from kg.article.mentions import ProposalKind, accept
    from kg.cli.findings import counted

    if what in _BY_KIND:
        chosen, already = proposals.accepted([ProposalKind(kind) for kind in _BY_KIND[what]]), 0
    else:
        found = decided(proposals, Path(what))
        chosen, already = list(found.accepted), found.already
    with proposals.project.alone():
        written = accept(proposals, chosen)
    click.echo(f"wrote {counted(written, 'mention')}" + (f", {already} on record already" if already else ""))


def _show(proposals: Proposals, *, output: Path | None, context: bool, force: bool) -> None:
    """A table for people; a sheet for a pipe or a file."""
    from kg.article.deciding import counts, sheet
    from kg.article.lines import printable
    from kg.cli.render import show_table
    from kg.core.files import written

    if output is not None:
        may_write(output, force=force)
        with written(output) as file:
            file.write(sheet(proposals, context=context))
    elif not sys.stdout.isatty():
        sys.stdout.buffer.write(sheet(proposals, context=context))
        sys.stdout.flush()
    elif proposals.found:
        rows = []
        for found in proposals.found:
            before, after = proposals.context(found)
            words = printable(f"{before}[{found.surface}]{after}")
            rows.append([f"{found.start}-{found.end}", words, proposals.label(found), found.kind])
        show_table(["range", "in the text", "stands for", "by"], rows, below="")
    if (output is not None or not sys.stdout.isatty()) and proposals.found:
        click.echo("the sheet has words of the article's text", err=True)
    on_record = len(proposals.recorded)
    click.echo(f"{', '.join(counts(proposals)) or 'nothing'} proposed, {on_record} on record", err=True)
