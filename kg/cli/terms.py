"""kg terms: the words that a sheet of claims may use."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import FormatName, project_option


@click.command()
@click.argument("word", required=False, default="")
@click.option(
    "--class", "of_class", metavar="CLASS", default="", help="Those below a class, of it, or to it."
)
@click.option(
    "--format",
    "form",
    type=FormatName(["table", "csv", "json"]),
    help="Default: a table on a terminal, CSV in a pipe.",
)
@project_option
def terms(folder: Path | None, word: str, of_class: str, form: str | None) -> None:
    """List classes, properties and relations, by WORD or class.

    WORD begins a word of the name or the definition. A property is of one class and leads to another; a
    relation, which propositions alone have, fits any two.
    """
    from dataclasses import astuple

    from kg.article.listing import Terminology
    from kg.cli.render import show_list
    from kg.project.project import Project

    found = Terminology.read(Project.find(folder)).listed(word, of_class)
    headings = ["term", "what", "of", "to", "CURIE", "means"]
    show_list(headings, [list(astuple(term)) for term in found], form=form)
