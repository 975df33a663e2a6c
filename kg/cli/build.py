"""kg build: the sources into a checked, published snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.options import allow_service_option, project_option


@click.command()
@project_option
@allow_service_option
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", default=2, show_default=True, help="Files read at a time."
)
@click.option("--force", is_flag=True, help="Build although the sources did not change.")
@click.option("--allow-violations", is_flag=True, help="Publish a graph that has violations.")
@click.option(
    "--engine",
    type=click.Choice(["fast", "pyshacl", "reference"]),
    help="What runs shapes and inference: fast (default), or the slow references pyshacl and owlrl; "
    "pyshacl is that one for the shapes alone.",
)
@click.option("-q", "--quiet", is_flag=True, help="No notices; findings are told all the same.")
@click.pass_context
def build(
    ctx: click.Context,
    /,
    folder: Path | None,
    services: tuple[str, ...],
    quiet: bool,
    allow_violations: bool,
    **asked: Any,
) -> None:
    """Bring the graph up to date with its sources.

    A graph with violations is not published: the former one stays, and the status is 1.
    """
    from kg.build.pipeline import build as bring_up_to_date
    from kg.check.passages import lost_passages
    from kg.cli.findings import show_findings
    from kg.core.engines import FAST, Engines
    from kg.core.findings import violations
    from kg.project.project import Project

    project = Project.find(folder).allowing(services)
    engines = Engines.named(asked["engine"])
    if engines != FAST and not quiet:
        click.echo(f"{engines}: the references, which take their time", err=True)
    built = bring_up_to_date(project, allow_violations=allow_violations, **asked)
    show_findings(built.findings)
    if built.damaged and not quiet:
        click.echo(f"the former snapshot was damaged ({built.damaged}); all is made anew", err=True)
    for line in lost_passages(project, built.snapshot.store) if built.fresh and built.snapshot else ():
        click.echo(line, err=True)
    if quiet:
        pass
    elif built.published and built.snapshot:
        manifest = built.snapshot.manifest
        triples = sum(graph["triples"] for graph in manifest["graphs"].values())
        click.echo(f"built {project.name}: {triples} triples in {len(manifest['graphs'])} graphs")
    elif built.fresh:
        click.echo(f"{project.name} is up to date")
    else:
        former = f"; the graph of {built.snapshot.manifest['built']} stays" if built.snapshot else ""
        click.echo(f"not published{former}", err=True)
    if violations(built.findings) and not allow_violations:
        ctx.exit(1)
