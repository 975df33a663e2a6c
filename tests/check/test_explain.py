"""Every rule in words, and docs/rules.md, which is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api.audit import rules_of
from kg.check.explaining import explained, page
from kg.check.job import PARTS
from kg.core.errors import UsageError
from kg.project.project import Project
from tests.command import Kg

from .conftest import SHAPE_PREFIXES

ROOT = Path(__file__).parents[2]
RULES = rules_of(Project.shipped())


def test_the_page_is_current() -> None:
    current = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert current == page(RULES), "run: kg explain --all > docs/rules.md"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_it_means_and_has_a_section(rule: str) -> None:
    entry = RULES[rule]
    assert entry.title and entry.meaning and entry.hint
    assert entry.part in (*PARTS, "sheets")
    assert f"\n### {rule}\n" in page(RULES)
    assert entry.meaning.split()[0] in explained(rule, RULES)


def test_an_error_code_is_explained() -> None:
    assert explained("input", RULES).startswith("input (error, exit status 3)\n")
    assert explained("reasoner", RULES).startswith("reasoner (error, exit status 4)\n")
    assert explained("findings", RULES).startswith("findings (error, exit status 1)\n")


def test_an_unknown_rule_offers_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"did you mean .*claim\.certainty"):
        explained("claim.certanty", RULES)


def test_the_command(kg: Kg, starter: Path) -> None:
    told = kg("explain", "claim.certainty", cwd=starter)
    assert told.status == 0
    assert told.out.startswith("claim.certainty (violation): certainty\n")
    assert "To mend it: Use one of Certain" in told.out
    wrong = kg("explain", "claim.certanty", cwd=starter)
    assert (wrong.status, wrong.out) == (2, "")
    assert "did you mean claim.certainty" in wrong.err
    every = kg("explain", cwd=starter)
    assert every.status == 0 and "text.overlap" in every.out


@pytest.mark.parametrize("reference", ["sh:property myshape:part", "sh:and ( myshape:part )"])
def test_a_shape_that_another_refers_to_is_a_rule(kg: Kg, starter: Path, reference: str) -> None:
    (starter / "shapes").mkdir(exist_ok=True)
    (starter / "shapes" / "own.ttl").write_text(
        f"""{SHAPE_PREFIXES}
        myshape:whole a sh:NodeShape ; sh:targetClass secpol:Claim ; {reference} .
        myshape:part sh:path secpol:heldBy ; sh:minCount 9 ; sh:name "holders"@en .""",
        encoding="utf-8",
    )
    assert kg("explain", "part", cwd=starter).out.startswith("part (violation): holders\n")


def test_a_project_explains_its_own_shapes_too(kg: Kg, orchards: Path) -> None:
    told = kg("explain", "harvest.variety", cwd=orchards)
    assert told.status == 0
    assert "Two varieties picked at once are two harvests." in told.out
    assert "in orchards.ttl; decided over one article at a time" in told.out
