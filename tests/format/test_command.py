"""`kg format` on files of a project, as a user runs it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.format.files import format_files
from kg.project.project import Layer, Project
from kg.rdf.blank_nodes import fingerprint
from kg.rdf.turtle_document import formatted
from kg.rdf.turtle_reading import blocks, read_turtle
from tests.conftest import ORCHARDS

if TYPE_CHECKING:
    from tests.command import Kg

REPOSITORY = Path(__file__).parents[2]
OWN = [source for source in Layer(REPOSITORY).sources() if source.path.suffix == ".ttl"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ORCHARDS, tmp_path / "orchards", ignore=shutil.ignore_patterns(".kg")))


@pytest.mark.parametrize("folder", ["", "starter", "tests/projects/orchards"])
def test_our_own_sources_are_canonical(folder: str, kg: Kg) -> None:
    ran = kg("format", "--check", cwd=REPOSITORY / folder)
    assert (ran.status, ran.out) == (0, ""), ran.err


def test_check_lists_the_files_and_leaves_them(project: Path, kg: Kg) -> None:
    kg("format", cwd=project)
    file = project / "entities" / "tollan.ttl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "\n\n\n", encoding="utf-8")
    ran = kg("format", "--check", cwd=project)
    assert (ran.status, ran.out) == (1, "entities/tollan.ttl\n")
    assert "1 of 7 files would change" in ran.err
    assert file.read_text(encoding="utf-8") == text + "\n\n\n"
    ran = kg("format", cwd=project)
    assert (ran.status, ran.out) == (0, "entities/tollan.ttl\n")
    assert file.read_text(encoding="utf-8") == text
    assert kg("format", "--check", cwd=project).status == 0


def test_paths_narrow_it_down_and_a_folder_stands_for_its_files(project: Path, kg: Kg) -> None:
    ran = kg("format", "--check", "ontology", "entities/tollan.ttl", cwd=project)
    assert set(ran.out.split()) <= {"ontology/orchards.ttl", "entities/tollan.ttl"}
    assert "of 2 files" in ran.err


def test_nothing_is_written_when_a_file_is_refused(project: Path, kg: Kg) -> None:
    broken = project / "ontology" / "orchards.ttl"
    broken.write_text(broken.read_text(encoding="utf-8") + "\norch:x a orch:y . # lost\n", encoding="utf-8")
    other = project / "entities" / "tollan.ttl"
    other.write_text(other.read_text(encoding="utf-8") + "\n\n\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in project.rglob("*.ttl")}
    line = broken.read_text(encoding="utf-8").count("\n")
    ran = kg("format", cwd=project)
    assert ran.status == 3
    assert f"ontology/orchards.ttl:{line}: a comment" in ran.err
    assert "move it above the statement" in ran.err
    assert {path: path.read_bytes() for path in project.rglob("*.ttl")} == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<urn:a> <urn:b> .\n", "bad.ttl:1:"),
        (b"\xe9", "not UTF-8"),
        (b"<#a> <urn:b> 1 .\n", "bad.ttl:1:"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    project: Path, kg: Kg, content: bytes, said: str
) -> None:
    (project / "bad.ttl").write_bytes(content)
    ran = kg("format", "bad.ttl", cwd=project)
    assert ran.status == 3
    assert said in ran.err
    assert (project / "bad.ttl").read_bytes() == content


def test_several_refused_files_are_all_named(project: Path, kg: Kg) -> None:
    for name in ("one.ttl", "two.ttl"):
        (project / name).write_text("<urn:a> <urn:b> .", encoding="utf-8")
    ran = kg("format", "one.ttl", "two.ttl", cwd=project)
    assert ran.status == 3
    assert "one.ttl:1:" in ran.err
    assert "two.ttl:1:" in ran.err


def test_outside_of_a_project_only_what_is_named_is_written(tmp_path: Path, kg: Kg) -> None:
    before = {source.path: source.path.read_bytes() for source in OWN}
    ran = kg("format", cwd=tmp_path)
    assert ran.status == 3
    assert "there is no kg.toml here" in ran.err
    (tmp_path / "one.ttl").write_text("<urn:a>  <urn:b> 1 .\n", encoding="utf-8")
    assert kg("format", "one.ttl", cwd=tmp_path).out == "one.ttl\n"
    assert {path: path.read_bytes() for path in before} == before


def test_a_link_stays_a_link_and_a_missing_path_is_a_wrong_request(project: Path, kg: Kg) -> None:
    (project / "real.ttl").write_text("<urn:a>   <urn:b> 1 .\n", encoding="utf-8")
    (project / "link.ttl").symlink_to("real.ttl")
    assert kg("format", "link.ttl", cwd=project).status == 0
    assert (project / "link.ttl").is_symlink()
    assert (project / "real.ttl").read_text(encoding="utf-8") == "<urn:a> <urn:b> 1 .\n"
    assert kg("format", "nowhere.ttl", cwd=project).status == 2


def test_a_file_that_is_not_turtle_is_left_alone(project: Path, kg: Kg) -> None:
    file = project / "all.nt"
    file.write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    ran = kg("format", "all.nt", "entities", cwd=project)
    assert (ran.status, ran.out) == (2, "")
    assert "all.nt is neither a Turtle file (.ttl) nor a claims.csv" in ran.err
    assert file.read_text(encoding="utf-8") == "<urn:a> <urn:b> <urn:c> .\n"


def test_our_own_sources_keep_graph_and_comments_and_are_done_at_once() -> None:
    project = Project.load(REPOSITORY)
    files = [file for file in format_files(project) if file.path.suffix == ".ttl"]
    assert len(files) == len(OWN)
    for file in files:
        base = next(
            (project.article_iri(source.slug) for source in OWN if source.path == file.path and source.slug),
            None,
        )
        after = file.after.decode()
        assert formatted(after, project.prefixes, base) == after, file.path
        assert after.count("#") >= file.before.count(b"\n#"), file.path


@pytest.mark.parametrize("source", OWN, ids=lambda source: source.name)
def test_blocks_of_a_section_in_any_order_give_the_same_file(source: object) -> None:
    path = source.path  # type: ignore[attr-defined]
    project = Project.load(REPOSITORY)
    base = f"https://w3id.org/secpol/article/{path.parent.name}"
    text = path.read_text(encoding="utf-8")
    parts = blocks(text, base)
    runs: list[list[str]] = [[]]
    for part in parts:
        if part.subject is None:
            runs += [[str(part)], []]
        else:
            runs[-1].append(part.comments + part.text + "\n\n")
    order = random.Random(5)
    for run in runs:
        order.shuffle(run)
    shuffled = "".join(piece for run in runs for piece in run)
    assert formatted(shuffled, project.prefixes, base) == formatted(text, project.prefixes, base)
    assert fingerprint(read_turtle(path, base)) == fingerprint(
        read_turtle(path, base)
    )  # a graph is like itself
