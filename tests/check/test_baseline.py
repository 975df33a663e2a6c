"""A baseline accepts known findings, with a reason and until a date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kg.check.report import Report
from kg.core.errors import InputError
from kg.core.findings import Severity

from .conftest import Draft, of_rule

NODE = "https://example.org/my-graph/article/2026-01-15-harbour-drill#S006"
ENTRY = """[[accepted]]
rule = "claim.certainty"
node = "{node}"
reason = "the curator is away"
expires = 2027-06-30
"""


@pytest.fixture
def broken(draft: Draft) -> Draft:
    draft.unsettle("S006")
    return draft


def report(draft: Draft, text: str, today: date = date(2027, 6, 30)) -> Report:
    path = draft.write("baseline.toml", text)
    return draft.report("shapes", baseline=path, today=today)


def test_an_accepted_finding_does_not_count(broken: Draft) -> None:
    found = report(broken, ENTRY.format(node=NODE))
    assert not of_rule(found.findings, "claim.certainty")
    assert found.accepted == 1 and not found.notes and not found.fails(Severity.VIOLATION)


def test_it_counts_again_when_it_has_expired(broken: Draft) -> None:
    found = report(broken, ENTRY.format(node=NODE), date(2027, 7, 1))
    assert of_rule(found.findings, "claim.certainty")
    assert found.accepted == 0
    assert found.notes == (f"baseline: claim.certainty at {NODE} expired on 2027-06-30 and counts again",)


def test_another_node_is_not_covered(broken: Draft) -> None:
    found = report(broken, ENTRY.format(node=NODE.replace("S006", "S002")))
    assert of_rule(found.findings, "claim.certainty")
    assert "is not found any more; take it out" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[accepted]]\nrule = 'claim.certainty'", "has no node; it needs rule, node, reason, expires"),
        (ENTRY.replace("the curator is away", ""), "has no reason"),
        (ENTRY.replace("2027-06-30", '"soon"'), "expires is a date without quotes"),
        (ENTRY.replace("2027-06-30", "2027-06-30T00:00:00"), "expires is a date without quotes"),
        (ENTRY.replace("claim.certainty", "claim.certanty"), "did you mean claim.certainty"),
        (ENTRY.replace("reason", "raeson"), "has no key 'raeson'; did you mean reason"),
        ("[accepted]\nrule = 'x'", "a baseline is a list of [[accepted]] tables"),
        ("[[acepted]]", "a baseline is a list of [[accepted]] tables"),
        ("accepted = [1]", "a baseline is a list of [[accepted]] tables"),
        ("[[accepted", "the baseline cannot be read"),
    ],
)
def test_a_baseline_that_is_not_whole_is_refused(draft: Draft, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        report(draft, text)
    assert message in str(caught.value)
    assert caught.value.path == draft.root / "baseline.toml"


def test_a_baseline_that_is_missing_is_refused(draft: Draft) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        draft.report("shapes", baseline=Path("none.toml"))
