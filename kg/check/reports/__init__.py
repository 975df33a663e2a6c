"""Reports: one small module each, `render(report) -> str`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.check.report import Report  # loads an RDF library, which help texts do without

FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")


def render(report: Report, form: str) -> str:
    """The report in a format, with a line end after its last line."""
    text = import_module(f"kg.check.reports.{form}").render(report)
    assert isinstance(text, str)
    return text if text.endswith("\n") else f"{text}\n"
