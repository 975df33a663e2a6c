"""docs/asking.md: its commands print what the page shows, and it names every option and format."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.query.formats import Format
from kg.remote.endpoints import StoreSettings, kinds
from tests.console import Step, run, steps

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "asking.md"


@pytest.mark.parametrize("step", list(steps(PAGE)), ids=lambda step: step.command[:60])
def test_every_command_prints_what_the_page_shows(step: Step) -> None:
    assert run(step.command, ROOT, {"KG_TEXTS": "", "NO_COLOR": "1"}) == step.shown


def test_a_choice_is_taken_in_any_case() -> None:
    told = run("kg query claims-by-holder --holder Tokyo --certainty POSSIBLE", ROOT, {})
    assert told == run("kg query claims-by-holder --holder Tokyo --certainty possible", ROOT, {})


def test_every_format_and_setting_is_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = {*Format, *kinds(), *StoreSettings.__dataclass_fields__} - {"name"}
    assert [name for name in sorted(names) if name not in text] == []
