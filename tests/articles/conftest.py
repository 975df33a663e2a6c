"""The first article and its text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.article.ranges import ArticleFiles
from kg.project.project import Project
from tests.articles.first import FOLDER, REPOSITORY, SECPOL, Data, derived_triples, plain, read


@pytest.fixture(scope="session")
def data() -> Data:
    """The data as they stand in the repository."""
    files = {name: read([FOLDER / f"{name}.ttl"]) for name in ("article", "facts", "mentions")}
    files["claims"] = plain(ArticleFiles.read(Project.shipped(), FOLDER.name).triples[FOLDER / "claims.csv"])
    shared = {name: read(sorted((REPOSITORY / name).glob("*.ttl"))) for name in ("ontology", "entities")}
    for name, part, predicate in (
        ("facts", "descriptions", "statedBy"),
        ("facts", "facts", "during"),
        ("claims", "passages", "paragraph"),
        ("mentions", "mentions", "paragraph"),
    ):
        files[name] |= derived_triples(part, SECPOL + predicate)
    return Data(shared | files)


@pytest.fixture(scope="session")
def text() -> str:
    """The text of the article, where it can be had."""
    folder = os.environ.get("KG_TEXTS")
    path = Path(folder or "") / f"{FOLDER.name}.txt"
    if not folder or not path.is_file():
        pytest.skip("KG_TEXTS names no folder with the text of the article")
    return path.read_text(encoding="utf-8")
