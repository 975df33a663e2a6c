"""A run of the checks over a graph in the making: what is wrong with it, and what was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from kg.check.baseline import Baseline
from kg.check.evidence import spans_of
from kg.check.focus import count_focus_nodes, vacuous
from kg.check.job import PARTS, Job, Outcome, WantedChecks
from kg.check.ontology import check_ontology
from kg.check.passages import check_passages
from kg.check.report import Report, worst
from kg.check.rulebook import rulebook
from kg.check.vocabulary import check_vocabulary
from kg.core.errors import UsageError, shown
from kg.core.findings import Finding, Severity, by_place, placed
from kg.core.rules import Rule
from kg.core.terms import nearest
from kg.project.project import Source, SourceKind


def check(job: Job, derived: Iterable[Finding]) -> Report:
    """Check a graph in the making; `derived` are the findings of its making, which are not made again.

    Raises `UsageError` for a rule or path that is not known.
    """
    wanted, material = job.wanted, job.material
    known = rulebook(job.shapes, job.checks)
    rules = {name: rule for name, rule in known.items() if rule.part in PARTS}
    chosen = _chosen_rules(rules, wanted)
    files = _chosen_files(job.sources, wanted.paths)
    baseline = Baseline.read(wanted.baseline, rules) if wanted.baseline else Baseline()
    outcome = Outcome([finding for finding in derived if rules[finding.rule].part in wanted.parts])
    for part, look in _PARTS.items():
        if part in wanted.parts:
            look(job, outcome)
    found = dict.fromkeys(placed(finding, material.places) for finding in outcome.findings)
    findings = [finding for finding in found if finding.rule in chosen and _stands_in(finding, files)]
    counted, accepted, notes = baseline.split(sorted(findings, key=by_place), wanted.today)
    return Report(
        project=material.project.name,
        findings=tuple(counted),
        rules=rules,
        parts=wanted.parts,
        shapes=tuple(outcome.shapes),
        looked_at=tuple(outcome.looked_at),
        notes=(*outcome.notes, *notes),
        accepted=accepted,
        spans=spans_of(material, worst(counted, wanted.limit)),
        limit=wanted.limit,
    )


def _look_at_shapes(job: Job, outcome: Outcome) -> None:
    """The counts of focus nodes; what the shapes found is among the findings already."""
    outcome.shapes = count_focus_nodes(job.material, job.shapes)
    root, files = job.material.project.root, job.shapes.files
    own = [count for count in outcome.shapes if files[count.shape].is_relative_to(root)]
    outcome.findings += vacuous(job.shapes, own)
    if not outcome.shapes:
        outcome.findings.append(_nothing("shape.none", "the project has no shapes, so nothing was checked"))
    if not any(source.kind in (SourceKind.ENTITIES, SourceKind.ARTICLE) for source in job.sources):
        outcome.findings.append(_nothing("data.none", "the project has no data, so nothing was checked"))
    nodes = sum(count.nodes for count in outcome.shapes)
    outcome.looked_at.append(f"{nodes} focus nodes of {len(outcome.shapes)} shapes")


_PARTS: Mapping[str, Callable[[Job, Outcome], None]] = {
    "shapes": _look_at_shapes,
    "ontology": check_ontology,
    "vocabulary": check_vocabulary,
    "passages": check_passages,
}


def _nothing(rule: str, message: str) -> Finding:
    return Finding(rule=rule, severity=Severity.VIOLATION, message=message)


def _chosen_rules(rules: Mapping[str, Rule], wanted: WantedChecks) -> set[str]:
    selected = _matching(rules, wanted.select) if wanted.select else set(rules)
    chosen = selected - _matching(rules, wanted.ignore)
    if not chosen:
        raise UsageError("--ignore leaves none of the rules: nothing would be checked")
    if wanted.reasoner and "ontology" not in wanted.parts:
        raise UsageError("--reasoner belongs to the part ontology, which --only leaves out")
    return chosen


def _matching(rules: Mapping[str, Rule], patterns: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        matches = {rule for rule in rules if fnmatchcase(rule, pattern)}
        if not matches:
            raise UsageError(f"there is no rule {pattern!r}{nearest(pattern, rules)}")
        found |= matches
    return found


def _chosen_files(sources: Sequence[Source], paths: Iterable[Path]) -> set[str] | None:
    """The files that findings must stand in, as places name them; None for all."""
    chosen: set[str] = set()
    asked = list(paths)
    for path in asked:
        under = [source.path for source in sources if source.path.is_relative_to(path.resolve())]
        if not under:
            raise UsageError(f"{path} is no source of this project, and no folder with one")
        chosen |= {shown(source) for source in under}
    return chosen if asked else None


def _stands_in(finding: Finding, files: set[str] | None) -> bool:
    return files is None or any(place.file in files for place in finding.places)
