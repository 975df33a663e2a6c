"""Checking a project: its sources are derived as for a build, and everything about them is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.build.checking import read_shapes
from kg.build.digest import Inputs, of_inputs
from kg.build.pipeline import derived
from kg.check.engine import TIME_LIMIT
from kg.check.job import Job, WantedChecks
from kg.check.report import Report
from kg.check.rulebook import rulebook
from kg.check.run import check
from kg.check.stored_checks import read_checks
from kg.core.engines import FAST, Engines
from kg.core.rules import Rule
from kg.project.project import Project
from kg.query.lint import lint


@dataclass(frozen=True)
class Means:
    """By what the checks are run: the engines' name, their time limit in seconds, files read at a time."""

    engine: str | None = None
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
    engines = Engines.named(means.engine)
    shapes = read_shapes(inputs.sources, engines, means.time_limit)
    anew = means.engine not in (None, "fast")  # what another engine found is not the current snapshot's
    with derived(project, inputs, shapes, jobs=means.jobs, anew=anew) as (material, findings):
        queries = lint(project, material.store) if "queries" in wanted.parts else ()
        job = Job(material, inputs.sources, shapes, read_checks(project), wanted)
        report = check(job, [*findings, *queries])
    return report if engines == FAST else replace(report, notes=(str(engines), *report.notes))


def rules_of(project: Project) -> dict[str, Rule]:
    """Every rule that a project is held to, by its id."""
    return rulebook(read_shapes(project.sources()), read_checks(project))
