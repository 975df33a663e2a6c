"""Checking a project: its sources are derived as for a build, and everything about them is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from kg.build.checking import read_shapes
from kg.build.digest import Inputs, of_inputs
from kg.build.pipeline import derived
from kg.check.engine import TIME_LIMIT
from kg.check.job import Job, WantedChecks
from kg.check.report import Report
from kg.check.rulebook import rulebook
from kg.check.run import check
from kg.check.stored_checks import read_checks
from kg.core.rules import Rule
from kg.project.project import Project
from kg.query.lint import lint


@dataclass(frozen=True)
class Means:
    """By what the checks are run: the SHACL engine, its time limit in seconds, files read at a time."""

    engine: str = "fast"
    time_limit: float = TIME_LIMIT
    jobs: int = 2


def audit(project: Project, wanted: WantedChecks | None = None, means: Means | None = None) -> Report:
    """Check a project's sources; nothing is published.

    Raises `InputError` for sources that cannot be read and shapes that are ill-formed, `UsageError` for a
    rule or path that is not known.
    """
    means = means or Means()
    wanted = wanted or WantedChecks()
    return of_inputs(project, lambda inputs: _audit(project, inputs, wanted, means))


def _audit(project: Project, inputs: Inputs, wanted: WantedChecks, means: Means) -> Report:
    shapes = read_shapes(inputs.sources, means.engine, means.time_limit)
    anew = means.engine != "fast"  # what the other engine found is not the current snapshot's
    with derived(project, inputs, shapes, jobs=means.jobs, anew=anew) as (material, findings):
        queries = lint(project, material.store) if "queries" in wanted.parts else ()
        job = Job(material, inputs.sources, shapes, read_checks(project), wanted)
        return check(job, [*findings, *queries])


def rules_of(project: Project) -> dict[str, Rule]:
    """Every rule that a project is held to, by its id."""
    return rulebook(read_shapes(project.sources()), read_checks(project))
