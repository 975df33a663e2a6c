"""The header of the published ontology is that of the module that imports the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build.digest import digest_inputs
from kg.build.header import main_header
from kg.project.project import Project, shipped_root

OWN = "https://example.org/orchards/vocabulary"


@pytest.mark.parametrize(
    "beside", ["https://example.org/orchards/boats", "http://purl.org/dc/terms/", "https://a.example/terms"]
)
def test_a_bare_module_beside_it_does_not_take_its_place(orchards: Path, beside: str) -> None:
    (orchards / "ontology" / "beside.ttl").write_text(
        f"<{beside}> a <http://www.w3.org/2002/07/owl#Ontology> .\n", encoding="utf-8"
    )
    assert header_of(orchards) == OWN


def test_without_imports_it_is_one_of_the_projects_base(orchards: Path) -> None:
    folder = orchards / "ontology"
    for path in folder.glob("*.ttl"):
        path.unlink()
    for name in (
        "http://a.example/terms",
        "https://example.org/orchards/b",
        "https://example.org/orchards/c",
    ):
        (folder / f"{name[-1]}.ttl").write_text(
            f"<{name}> a <http://www.w3.org/2002/07/owl#Ontology> .\n", encoding="utf-8"
        )
    assert header_of(orchards) == "https://example.org/orchards/b"


def test_modules_without_a_header_leave_it_to_the_project_that_is_extended(orchards: Path) -> None:
    for path in (orchards / "ontology").glob("*.ttl"):
        path.unlink()
    header = header_of(orchards)
    assert header is not None and header.startswith("https://w3id.org/secpol/ontology/")
    assert header_of(shipped_root()) == "https://w3id.org/secpol/ontology"


def header_of(folder: Path) -> str | None:
    project = Project.load(folder)
    return main_header(project, digest_inputs(project).hashes)
