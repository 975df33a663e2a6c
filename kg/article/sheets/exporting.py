"""The working sheet written: one row a claim, quotes for passages, words for nodes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.article.sheets.cell_writer import Writer
from kg.article.sheets.columns import Columns
from kg.article.sheets.entities import entities_of
from kg.article.sheets.grid import write_rows, write_workbook
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.quotes import Quotes
from kg.article.sheets.workbook import CLAIMS, ENTITIES
from kg.claims.columns import ID, NOTE
from kg.claims.table import in_order
from kg.core.errors import InputError, UsageError
from kg.core.files import written
from kg.project.project import Project


@dataclass(frozen=True)
class WrittenSheet:
    """What was written: how many rows, what of the claims no column says, whether the quotes are in it."""

    rows: int
    unsaid: tuple[str, ...]
    has_quotes: bool


def write_sheet(project: Project, slug: str, path: Path, *, force: bool = False) -> WrittenSheet:
    """Write the claims of an article as a sheet that `kg article import` takes back, .csv, .tsv or .xlsx.

    A workbook has a sheet of the entities, too. Where the text is not at hand, ranges stand for quotes.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".tsv", ".xlsx"):
        raise UsageError(f"a sheet of claims is written as .csv, .tsv or .xlsx, not {path.name}")
    if path.exists() and not force:
        raise UsageError(f"{path} exists; --force overwrites it")
    material = ArticleSources.read(project, slug)
    try:
        text = material.text()
    except InputError:
        text = None  # the words of another text would mislead
    quotes = Quotes(text) if text is not None else None
    writer = Writer(material, quotes)
    table, unsaid = rows_of(material, writer)
    if suffix == ".xlsx":
        data = write_workbook({CLAIMS: table, ENTITIES: entities_of(material, writer)})
    else:
        data = write_rows(table, delimiter="\t" if suffix == ".tsv" else ",")
    with written(path) as file:
        file.write(data)
    return WrittenSheet(len(table) - 1, tuple(unsaid), quotes is not None)


def rows_of(material: ArticleSources, writer: Writer) -> tuple[list[list[str]], list[str]]:
    """The header and the rows of an article's claims in the order of the text; and what no column says."""
    columns, converted = Columns(material), material.rows
    names = {name for row in converted.rows for name in row.cells} - {ID, NOTE}
    chosen = columns.used(names)
    table = [[column.heading for column in chosen]]
    table[0].insert(len(columns.fixed), ID)
    for row in in_order(converted.rows):
        cells = writer.row(row, chosen)
        table.append([cells[column.name] for column in chosen])
        table[-1].insert(len(columns.fixed), row.id)
    left = names - {column.name for column in chosen}
    return table, [*sorted(left), *(f"{what} of {node}" for node, what in converted.refused)]


def only_article(project: Project) -> str:
    """The one article of a project; raises `UsageError` where there is none, or several to choose from."""
    slugs = sorted({source.slug for source in project.sources() if source.slug})
    own = (
        sorted({s.slug for s in project.sources() if s.slug and s.path.is_relative_to(project.root)}) or slugs
    )
    if len(own) == 1:
        return own[0]
    if not own:
        raise UsageError("the project has no article")
    raise UsageError(f"there are several articles: {', '.join(own)}; name one of them")
