"""The columns of a sheet, and that docs/claims-sheet.md tells them as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.article.sheets.cell_reader import Reader
from kg.article.sheets.columns import Columns
from kg.article.sheets.material import ArticleSources
from kg.core.terms import curie
from kg.project.project import Project

PAGE = (Path(__file__).parents[3] / "docs" / "claims-sheet.md").read_text(encoding="utf-8")
FIRST = "2024-12-11-america-needs-japan"


@pytest.fixture(scope="module")
def material() -> ArticleSources:
    return ArticleSources.read(Project.shipped(), FIRST)


def test_the_page_has_every_column_with_its_property(material: ArticleSources) -> None:
    rows = {
        name: (says, of)
        for name, says, of in re.findall(r"^\| `(\w+)` \| (.*?) \| (\w+) \|", PAGE, re.MULTILINE)
    }
    columns = Columns(material)
    assert list(rows) == columns.headings()
    for column in columns.fixed:
        says = ", ".join(f"`{curie(node.value)}`" for node in column.properties)
        assert rows[column.heading] == (says, "proposition" if column.of_proposition else "claim")
    assert "id" in rows


def test_the_page_has_every_further_column(material: ArticleSources) -> None:
    told = re.findall(r"`(\w+)`", PAGE.partition("may be a column too")[2].partition("An export has")[0])
    assert sorted(told) == sorted(column.heading for column in Columns(material).further.values())


def test_every_kind_that_the_page_names_is_one(material: ArticleSources) -> None:
    paragraph = PAGE.partition("**kind.**")[2].partition("**time.**")[0]
    columns = Columns(material)
    kind = columns.named("kind")
    assert kind is not None
    words = re.findall(r"`(\w+)`", paragraph)
    assert len(words) == 12
    for word in words:
        assert Reader(material, columns, None).read(kind, word)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Quote", "quote"),
        (" hedge ", "hedge"),
        ("has hedge", "hedge"),
        ("secpol:hedge", "hedge"),
        ("skos:editorialNote", "editorialNote"),
        ("compared with", None),
        ("is compared with", "comparedWith"),
        ("actor", None),
        ("proposition", None),
    ],
)
def test_a_column_goes_by_its_names(material: ArticleSources, header: str, name: str | None) -> None:
    column = Columns(material).named(header)
    assert (column.heading if column else None) == name
