"""What docs/ says of the table of claims is so."""

import re
from pathlib import Path

import pytest

from kg.claims import columns as described
from kg.claims.columns import TableColumns
from kg.claims.source import forms_of
from kg.claims.table import ClaimTable
from kg.project.project import Project
from kg.rdf.turtle_reading import parse_turtle

DOCS = Path(__file__).parents[2] / "docs"
SLUG = "2024-12-11-america-needs-japan"
BRIEF = "2026-02-20-ties-that-hold"


def block(page: str, language: str) -> str:
    found = re.search(
        rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found[1]


def test_the_row_of_the_data_model_has_the_triples_beside_it() -> None:
    project = Project.shipped()
    forms = forms_of(project, SLUG)
    table = ClaimTable.parse(block("data-model.md", "csv"), forms.reader.columns)
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in project.prefixes.items())
    shown = parse_turtle(prefixes + block("data-model.md", "turtle"), forms.article)
    assert {one.triple for one in forms.reader.statements(table)} == set(shown)


@pytest.mark.parametrize("page", ["data-model.md", "claims-table.md"])
def test_the_row_is_one_of_the_first_article(page: str) -> None:
    project = Project.shipped()
    columns = TableColumns.of(project.prefixes)
    own = ClaimTable.read(project.article_folder(SLUG) / "claims.csv", columns).by_id()
    for row in ClaimTable.parse(block(page, "csv"), columns).rows:
        assert own[row.id].cells == row.cells


def test_the_row_of_the_readme_is_one_of_the_examples_and_has_the_triples_beside_it() -> None:
    project = Project.load(DOCS.parent / "examples")
    forms = forms_of(project, BRIEF)
    (row,) = ClaimTable.parse(block("../README.md", "csv"), forms.reader.columns).rows
    own = ClaimTable.read(project.article_folder(BRIEF) / "claims.csv", forms.reader.columns).by_id()
    assert own[row.id].cells == row.cells
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in project.prefixes.items())
    shown = set(parse_turtle(prefixes + block("../README.md", "turtle"), forms.article))
    said = {one.triple for one in forms.reader.row(row)}
    assert {triple for triple in said if "#char=" not in str(triple.subject)} == shown


def test_every_column_is_documented_and_no_other() -> None:
    page = (DOCS / "claims-table.md").read_text("utf-8")
    table = page.partition("## Columns")[2].partition("The first thirteen")[0]
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    told = [name for cell in first for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(told) == sorted(TableColumns.of({}).in_order(described._file()))
