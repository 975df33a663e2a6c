"""kg article new: the folder of an article, from its text and a few words about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import STDIN, project_option, read_input

if TYPE_CHECKING:
    from kg.article.extracted import Extracted
    from kg.article.new import Metadata


@click.command("new")
@click.argument("slug")
@click.option(
    "--text",
    "file",
    required=True,
    metavar="FILE|-",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The text: plain text, HTML or PDF.",
)
@click.option("--title", help="Its title.")
@click.option("--author", "authors", multiple=True, metavar="NAME", help="A label, CURIE or IRI; repeatable.")
@click.option("--publisher", metavar="NAME", help="A label, CURIE or IRI.")
@click.option("--issued", metavar="DATE", help="The day it came out, such as 2026-02-03.")
@click.option("--url", help="Where it is to be read.")
@click.option("--language", metavar="TAG", help="Its language, such as en.")
@project_option
def command(
    slug: str, file: Path, folder: Path | None, authors: tuple[str, ...], **given: str | None
) -> None:
    """Begin the article SLUG: its folder, its metadata and its text.

    The text is kept in texts/, which git ignores. What an HTML page says of itself need not be given; what is
    missing is asked for on a terminal. Authors and publishers that are not known yet come into
    entities/authors.ttl.
    """
    from kg.article.extract import extract
    from kg.article.new import begin, check_slug
    from kg.core.errors import shown
    from kg.project.project import Project

    project = Project.find(folder or Path.cwd())
    check_slug(project, slug)
    found = extract(read_input(file), file)
    metadata = _metadata(found, file, authors, given)
    with project.alone():
        begun = begin(project, slug, found, file, metadata)
    for name, entity in begun.new_names:
        click.echo(f"new in entities/authors.ttl: {name} ({entity})", err=True)
    click.echo(f"wrote {shown(project.root / 'articles' / slug)}: {len(found.text)} characters of text")


def _metadata(
    found: Extracted, file: Path, authors: tuple[str, ...], given: dict[str, str | None]
) -> Metadata:
    """What was given, else what the page says; on a terminal that is the default of a question."""
    from kg.article.new import Metadata
    from kg.core.errors import UsageError

    names = {"title": found.title, "publisher": found.publisher, "issued": found.issued, "url": found.url}
    asks = sys.stdin.isatty() and file != STDIN
    values = {
        name: given[name] or (_ask(name, default) if asks else default) for name, default in names.items()
    }
    if not authors:
        written = "; ".join(found.authors)
        asked = _ask("authors, with ; between them", written) if asks else written
        authors = tuple(name.strip() for name in (asked or "").split(";") if name.strip())
    missing = [f"--{name}" for name in ("title", "publisher", "issued") if not values[name]]
    missing += [] if authors else ["--author"]
    if missing:
        raise UsageError(f"{', '.join(missing)} is missing, and the text does not say it")
    return Metadata(
        title=values["title"] or "",
        authors=authors,
        publisher=values["publisher"] or "",
        issued=values["issued"] or "",
        url=values["url"] or None,
        language=given["language"] or found.language or "en",
    )


def _ask(name: str, default: str | None) -> str | None:
    """A value from the terminal; an empty line takes the default, and nothing where there is none."""
    answer: str = click.prompt(name, default=default or "", show_default=bool(default), err=True)
    return answer.strip() or None
