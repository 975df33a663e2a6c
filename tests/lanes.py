"""The lanes of the tests: `make test` needs what pip installs, `make test-full` adds all the rest.

A test marked `full` is left to `make test-full`: it needs Java, a server or a browser, or takes long. What
asks for a fixture of such a thing, or has its name as a parameter, is marked by that alone.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

FULL = os.environ.get("KG_TEST_FULL") == "1"
"""Whether this is `make test-full`."""

LEFT_OUT = "left to make test-full: needs Java, a server or a browser, or takes long"
_SERVERS = {"fuseki", "fuseki_basic", "fuseki_digest", "rdf4j", "graphdb", "virtuoso", "oxigraph"}
_ABROAD = {*_SERVERS, "oxigraph_server", "own_server", "java", "jena", "robot"}


def examples(number: int) -> hypothesis.settings:
    """The settings of a property: so many examples, ten times as many by `make test-full`."""
    return hypothesis.settings(max_examples=number * (10 if FULL else 1))


def sort_out(items: list[pytest.Item]) -> None:
    """Mark the tests that need more than pip installs, and skip those of the full lane in the other one."""
    for item in items:
        if _needs(item) & _ABROAD:
            item.add_marker(pytest.mark.full)
        if not FULL and item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason=LEFT_OUT))


def tell_skipped(terminal: TerminalReporter) -> None:
    """One line for each reason for which tests were skipped."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminal.stats.get("skipped", ())
    )
    for reason, number in reasons.most_common():
        terminal.write_line(f"{number} skipped: {reason}")


def _needs(item: pytest.Item) -> set[str]:
    """The names of the fixtures that a test asks for, and the words that it is given as parameters."""
    call = getattr(item, "callspec", None)
    given = {value for value in call.params.values() if isinstance(value, str)} if call else set()
    return given | set(getattr(item, "fixturenames", ()))
