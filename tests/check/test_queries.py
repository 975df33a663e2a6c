"""kg check holds the stored queries to the lint rules."""

from __future__ import annotations

from pathlib import Path

from kg.api.audit import rules_of as all_rules
from kg.core.rules import rules_of
from kg.project.project import Project
from tests.command import Kg

BROKEN = """#+ summary: What is there?

PREFIX secpol: <https://w3id.org/secpol/ontology#>

SELECT ?claim ?holdr
WHERE {
    ?claim secpol:heldBy ?holder .
}
"""


def test_a_broken_question_is_a_finding_with_its_line(kg: Kg, orchards: Path) -> None:
    clean = kg("check", "--only", "queries", cwd=orchards)
    assert clean.status == 0, clean.err
    folder = next(path for path in (orchards / "queries").iterdir() if path.is_dir())
    (folder / "broken.rq").write_text(BROKEN, encoding="utf-8")
    found = kg("check", "--only", "queries", cwd=orchards)
    assert found.status == 1
    assert "5: violation: broken: ?holdr is never given a value" in found.out
    assert "did you mean holder?" in found.out
    assert "[query.unbound-variable]" in found.out
    assert kg("check", "--only", "vocabulary", cwd=orchards).status == 0


def test_every_lint_rule_can_be_explained() -> None:
    assert rules_of("queries").items() <= all_rules(Project.shipped()).items()
