"""Claims written as a sheet and read back: nothing is lost on the way."""

from __future__ import annotations

import csv
import os
import random
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.article.convert import to_table
from kg.article.sheets.exporting import only_article, write_sheet
from kg.article.sheets.importing import Fate, Wish, import_sheet
from kg.article.sheets.material import ArticleSources
from kg.core.errors import UsageError
from kg.core.terms import SECPOL
from kg.project.project import Project
from kg.project.texts import text_digest
from tests.article.conftest import Desk
from tests.lanes import examples

FIRST = "2024-12-11-america-needs-japan"
SHIPPED = Path(__file__).parents[3]
OWN_TEXTS = os.environ.get("KG_TEXTS", "")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def triples(desk: Desk) -> set[ox.Triple]:
    """What the claims of a desk's article say."""
    return set(ArticleSources.read(desk.project, desk.slug).claims)


def invented_text(claims: str, starts: list[int], length: int) -> str:
    """A text of a given length with given paragraphs, into whose words the ranges of some claims fall."""
    letters = random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=length)
    for start, end in (map(int, span) for span in re.findall(r"([0-9]+)-([0-9]+):[0-9a-f]{12}", claims)):
        letters[end - 1] = "."  # so that no range ends within a word
        if start and letters[start - 1].isalpha():
            letters[start - 1] = " "
    for start in starts[1:]:
        letters[start - 1] = "\n"
    return "".join(letters)


@pytest.fixture
def first(tmp_path: Path) -> Desk:
    """A project with the first article, and a text of the same outline."""
    root = tmp_path / "copy"
    folder = shutil.copytree(SHIPPED / "articles" / FIRST, root / "articles" / FIRST)
    (root / "kg.toml").write_text('[project]\nname = "copy"\nbase = "https://w3id.org/secpol/"\n')
    meta = (folder / "article.ttl").read_text(encoding="utf-8")
    length = int(re.search(r"textLength ([0-9]+)", meta)[1])  # type: ignore[index]
    starts = sorted(int(start) for start in re.findall(r"^        ([0-9]+) [,.]$", meta, re.MULTILINE))
    text = invented_text((folder / "claims.csv").read_text(encoding="utf-8"), starts, length)
    (root / "texts").mkdir()
    (root / "texts" / f"{FIRST}.txt").write_text(text, encoding="utf-8")
    meta = re.sub(r'textSha256 "[0-9a-f]+"', f'textSha256 "{text_digest(text)}"', meta)
    (folder / "article.ttl").write_text(meta, encoding="utf-8")
    return Desk(root, FIRST)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The article's claims as a table, as `kg init` writes them."""
    to_table(desk.project, desk.slug)
    return desk


def without_digests(found: set[ox.Triple]) -> set[ox.Triple]:
    return {triple for triple in found if triple.predicate != SECPOL("spanDigest")}


def test_the_first_article_comes_back_into_an_empty_folder(first: Desk) -> None:
    sheet, original = first.root / "claims.csv", triples(first)
    written = write_sheet(first.project, FIRST, sheet)
    assert (written.rows, written.unsaid, written.has_quotes) == (387, (), True)
    quotes = [row["quote"] for row in rows_of(sheet)]
    assert sum(quote.startswith("#char=") for quote in quotes) < 20
    (first.folder / "claims.csv").unlink()
    imported = import_sheet(first.project, FIRST, sheet)
    assert imported.findings == []
    assert len(imported.fates[Fate.ADDED]) == 387
    assert without_digests(triples(first)) == without_digests(original)
    again = first.everything()
    assert len(import_sheet(first.project, FIRST, sheet).fates[Fate.SAME]) == 387
    assert first.everything() == again


@pytest.mark.skipif(not (Path(OWN_TEXTS) / f"{FIRST}.txt").is_file(), reason="the article's text is not here")
def test_the_first_article_comes_back_by_its_own_text(first: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_TEXTS", OWN_TEXTS)
    shutil.copy(SHIPPED / "articles" / FIRST / "article.ttl", first.folder)
    sheet, original = first.root / "claims.csv", triples(first)
    assert write_sheet(Project.shipped(), FIRST, sheet).has_quotes
    assert not any(row["quote"].startswith("#char=") for row in rows_of(sheet))
    (first.folder / "claims.csv").unlink()
    assert import_sheet(first.project, FIRST, sheet).findings == []
    assert triples(first) == original


@pytest.mark.parametrize("name", ["claims.csv", "claims.tsv", "claims.xlsx"])
def test_an_export_imported_in_place_leaves_every_letter(first: Desk, name: str) -> None:
    (first.root / "texts" / f"{FIRST}.txt").unlink()
    sheet = first.root / name
    assert not write_sheet(first.project, FIRST, sheet).has_quotes
    before = first.everything()
    assert len(import_sheet(first.project, FIRST, sheet, Wish(replace=True)).fates[Fate.SAME]) == 387
    assert first.everything() == before


def test_a_row_of_an_export_that_was_changed_changes_one_line(first: Desk) -> None:
    (first.root / "texts" / f"{FIRST}.txt").unlink()
    sheet = first.root / "claims.csv"
    write_sheet(first.project, FIRST, sheet)
    text = sheet.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if ",S007," in line)
    changed = row.replace("Certain,Affirmed", "Possible,Affirmed")
    sheet.write_text(text.replace(row, changed), encoding="utf-8")
    before = first.table.splitlines()
    assert import_sheet(first.project, FIRST, sheet).fates[Fate.CHANGED] == ["S007"]
    after = first.table.splitlines()
    assert [new.partition(",")[0] for old, new in zip(before, after, strict=True) if old != new] == ["S007"]


def test_a_sheet_speaks_in_words(desk: Desk) -> None:
    write_sheet(desk.project, desk.slug, desk.root / "claims.csv")
    fifth = rows_of(desk.root / "claims.csv")[4]
    assert {name: cell for name, cell in fifth.items() if cell} == {
        "quote": "Some people in town hold that the drill was aimed at the port of Brand",
        "holder": "some people of Ellery",
        "subject": "rescue drill in the outer harbour",
        "relation": "has target",
        "object": "port of Brand",
        "certainty": "Certain",
        "polarity": "Affirmed",
        "reporter": "author of the harbour report",
        "stance": "Rejects",
        "gloss": "The exercise was directed against a neighbouring port",
        "id": "S005",
        "quantifier": "Some",
        "quantifies": "some people of Ellery",
    }


def test_tabs_do_as_well_and_a_file_is_not_overwritten(desk: Desk) -> None:
    path = desk.root / "claims.tsv"
    write_sheet(desk.project, desk.slug, path)
    assert path.read_text().startswith("quote\tholder\t")
    assert len(import_sheet(desk.project, desk.slug, path).fates[Fate.SAME]) == 8
    with pytest.raises(UsageError, match="--force overwrites it"):
        write_sheet(desk.project, desk.slug, path)
    write_sheet(desk.project, desk.slug, path, force=True)
    with pytest.raises(UsageError, match=r"\.csv, \.tsv or \.xlsx"):
        write_sheet(desk.project, desk.slug, desk.root / "claims.ods")


def test_another_text_gives_no_quotes(desk: Desk) -> None:
    (desk.root / "texts" / f"{desk.slug}.txt").write_text(f"New. {desk.text}")
    assert not write_sheet(desk.project, desk.slug, desk.root / "claims.csv").has_quotes
    assert rows_of(desk.root / "claims.csv")[0]["quote"] == "#char=32,83"


def edited(desk: Desk, name: str, **cells: str) -> None:
    """Change cells of a row of the table; a column that it has not is added."""
    path = desk.folder / "claims.csv"
    rows = rows_of(path)
    for row in rows:
        row.update(dict.fromkeys(cells.keys() - row.keys(), "") | (cells if row["id"] == name else {}))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_what_no_column_says_is_named_and_stays(desk: Desk) -> None:
    edited(desk, "S001", **{"dcterms:source": "<https://example.org/x>"})
    path = desk.root / "claims.csv"
    assert write_sheet(desk.project, desk.slug, path).unsaid == ("dcterms:source",)
    path.write_text(path.read_text().replace("Certain", "Probable", 1))
    assert import_sheet(desk.project, desk.slug, path).fates[Fate.CHANGED] == ["S001"]
    assert "<https://example.org/x>" in desk.table


def test_nothing_said_is_not_the_usual(desk: Desk) -> None:
    edited(desk, "S001", gloss="")
    edited(desk, "S005", reporter="none", stance="")
    path = desk.root / "claims.csv"
    write_sheet(desk.project, desk.slug, path)
    rows = rows_of(path)
    assert rows[0]["gloss"] == "none"
    assert (rows[4]["reporter"], rows[4]["stance"]) == ("none", "")
    before = desk.table
    assert len(import_sheet(desk.project, desk.slug, path).fates[Fate.SAME]) == 8
    assert desk.table == before


def test_several_texts_come_back_with_the_separator_in_them(desk: Desk) -> None:
    edited(desk, "S001", gloss="'a | b'@en | 'c'@de", hedge="'may | might' | 'or'")
    path = desk.root / "claims.csv"
    write_sheet(desk.project, desk.slug, path)
    assert len(import_sheet(desk.project, desk.slug, path).fates[Fate.SAME]) == 8


def test_an_id_that_a_table_may_have_a_sheet_may_have(desk: Desk) -> None:
    edited(desk, "S001", id="_1")
    path = desk.root / "claims.csv"
    write_sheet(desk.project, desk.slug, path)
    assert not import_sheet(desk.project, desk.slug, path).is_refused


def test_what_is_called_none_is_no_nothing(desk: Desk) -> None:
    edited(desk, "S001", holder="#Nobody")
    desk.write("facts", f"{desk.read('facts')}\n<#Nobody> a secpol:Organization ; rdfs:label 'none'@en .\n")
    path = desk.root / "claims.csv"
    write_sheet(desk.project, desk.slug, path)
    assert rows_of(path)[0]["holder"] == "#Nobody"
    assert len(import_sheet(desk.project, desk.slug, path).fates[Fate.SAME]) == 8


def test_a_row_without_an_id_leaves_the_id_p_free(desk: Desk) -> None:
    path = desk.root / "claims.csv"
    write_sheet(desk.project, desk.slug, path)
    lines = path.read_text(encoding="utf-8").replace(",S001", ",p").replace(",S002", ",")
    path.write_text(lines, encoding="utf-8")
    assert not import_sheet(desk.project, desk.slug, path).is_refused


def test_the_one_article_is_found(desk: Desk) -> None:
    assert only_article(desk.project) == desk.slug
    assert only_article(Project.shipped()) == FIRST
    shutil.copytree(desk.folder, desk.folder.with_name("2026-01-16-other"))
    with pytest.raises(UsageError, match="several articles: 2026-01-15-harbour-drill, 2026-01-16-other"):
        only_article(desk.project)


NASTY = st.text(alphabet="ab |;,\"'=#[]\\\n\u2019@<>:", min_size=1, max_size=12)


@examples(15)
@given(gloss=NASTY, note=NASTY, label=NASTY)
@example(gloss=":", note=":", label="=")
def test_every_text_survives_the_sheet(
    tmp_path_factory: pytest.TempPathFactory, starter_built: Path, gloss: str, note: str, label: str
) -> None:
    root = tmp_path_factory.mktemp("nasty") / "my-graph"
    shutil.copytree(starter_built, root, ignore=shutil.ignore_patterns(".kg", ".git"))
    desk = Desk(root)
    literal = str(ox.Literal(gloss, language="en"))
    claims = desk.read("claims").replace('"The coastguard of Ellery ran the exercise"@en', literal)
    hedge = f"secpol:hedge {ox.Literal(note)} ;\n    secpol:evidencedBy <#char=141,175>"
    desk.write("claims", claims.replace("secpol:evidencedBy <#char=141,175>", hedge))
    facts = desk.read("facts").replace(
        '"rescue drill in the outer harbour"@en', str(ox.Literal(label, language="en"))
    )
    desk.write("facts", facts)
    path = root / "claims.csv"
    before = triples(desk)
    write_sheet(desk.project, desk.slug, path)
    assert len(import_sheet(desk.project, desk.slug, path).fates[Fate.SAME]) == 8
    (desk.folder / "claims.ttl").unlink()
    assert not import_sheet(desk.project, desk.slug, path).is_refused
    assert triples(desk) == before
