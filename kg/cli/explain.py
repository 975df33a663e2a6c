"""kg explain: what a rule or an error means, and how to mend it."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import project_option


@click.command()
@click.argument("rule", required=False)
@click.option("--all", "everything", is_flag=True, help="All rules, as a page in Markdown.")
@project_option
def explain(rule: str | None, everything: bool, folder: Path | None) -> None:
    """Tell what a RULE or an error means and how to mend it.

    Without one, list all rules.
    """
    from kg.api.audit import rules_of
    from kg.check.explaining import explained, page
    from kg.cli.render import show_list
    from kg.project.project import Project

    if everything and rule is not None:
        raise click.UsageError("name a rule, or take --all")
    rules = rules_of(Project.find(folder))
    if everything:
        click.echo(page(rules), nl=False)
    elif rule is not None:
        click.echo(explained(rule, rules), nl=False)
    else:
        show_list(
            ["rule", "severity", "what it finds"], [[r.id, r.severity, r.title] for r in rules.values()]
        )
