"""What holds in each of these tests: no error and no line of a log shows a secret."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from kg.core.errors import KgError

SHOWN = re.compile(r"sesame|YW5uOm9wZW4|Authorization: (Basic|Bearer)")


@pytest.fixture(autouse=True)
def no_failure_shows_a_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    usual, told = KgError.__init__, list[str]()

    def noted(self: KgError, message: str, **rest: Any) -> None:
        told.append(f"{message} {rest}")
        usual(self, message, **rest)

    monkeypatch.setattr(KgError, "__init__", noted)
    yield
    assert [text for text in [*told, *caplog.messages] if SHOWN.search(text)] == []
