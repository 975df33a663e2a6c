"""Errors made in the sources of the first article, or in the starter project: each is found, and where it is.

`tests/seeds/errors.toml` has them, one a table, in the words of who would make them.
"""

from __future__ import annotations

import csv
import io
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kg.api.audit import audit
from kg.check.job import WantedChecks
from kg.core.findings import Finding
from kg.project.project import Project
from kg.project.starter import write_starter

ROOT = Path(__file__).parents[2]
ERRORS: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "tests" / "seeds" / "errors.toml").read_text(encoding="utf-8")
)["error"]
SOURCES = ("kg.toml", "articles", "entities", "ontology", "queries", "shapes")


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The first article with all that it stands on, and the starter project, whose text is at hand."""
    folder = tmp_path_factory.mktemp("errors")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (folder / "first").mkdir(exist_ok=True)
        copy(ROOT / name, folder / "first" / name)
    write_starter(folder / "starter")
    return {"first": folder / "first", "starter": folder / "starter"}


def source(root: Path, name: str) -> Path:
    """A file of the project, or of its only article."""
    return root / name if "/" in name else next((root / "articles").glob(f"*/{name}"))


def with_cell(text: str, row: str, column: str, cell: str) -> str:
    """A table with another cell in the row of an id."""
    header, *rows = list(csv.reader(io.StringIO(text)))
    (one,) = (cells for cells in rows if cells[0] == row)
    one[header.index(column)] = cell
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, *rows])
    return written.getvalue()


def told(root: Path, finding: Finding) -> str:
    """A finding as the list of errors has it: its rule, file, and row with column, or line."""
    if not finding.places:
        return finding.rule
    place = finding.places[0]
    path = root / place.file
    where = f"{finding.rule} {path.name if 'articles' in path.parts else path.relative_to(root)}"
    if place.line is None:
        return where
    line = path.read_text(encoding="utf-8").splitlines()[place.line - 1]
    return f"{where} {line.partition(',')[0]} {place.column}" if place.column else f"{where}: {line.strip()}"


def found(root: Path, *parts: str) -> list[Finding]:
    """What the parts of `kg check` that look at data, and some more, find wrong in a project."""
    wanted = WantedChecks(parts=("shapes", "vocabulary", "passages", *parts))
    return list(audit(Project.load(root), wanted).findings)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(error, id=error["what"], marks=[pytest.mark.full] if number % 16 else [])
        for number, error in enumerate(ERRORS)
    ],
)
def test_it_is_found_for_the_right_reason_at_the_right_place(
    error: dict[str, Any], projects: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = projects[error.get("project", "first")]
    monkeypatch.chdir(root)
    monkeypatch.delenv("KG_TEXTS", raising=False)
    path = source(root, error["file"])
    before = path.read_bytes() if path.exists() else None
    text = (before or b"").decode()
    if "row" in error:
        changed = with_cell(text, error["row"], error["column"], error["new"])
    else:
        assert error["old"] in text
        changed = text.replace(error["old"], error["new"], 1) if error["old"] else text + error["new"]
    try:
        path.write_text(changed, encoding="utf-8")
        findings = {told(root, finding) for finding in found(root, *error.get("parts", ()))}
    finally:
        path.write_bytes(before) if before is not None else path.unlink()
    assert findings == set(error["found"])


@pytest.mark.parametrize("name", ["first", "starter"])
def test_nothing_is_found_where_nothing_is_wrong(
    name: str, projects: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(projects[name])
    monkeypatch.delenv("KG_TEXTS", raising=False)
    assert found(projects[name], "ontology") == []


def test_there_are_errors_of_every_kind() -> None:
    assert len({error["what"] for error in ERRORS}) == len(ERRORS) >= 60
    rules = {one.split()[0] for error in ERRORS for one in error["found"]}
    assert len(rules) >= 40
