"""`kg diff` between revisions, snapshots, exports and folders of a project, as a user runs it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.diff import revision
from kg.project.project import Project
from tests.conftest import ORCHARDS

if TYPE_CHECKING:
    from tests.command import Kg

ARTICLE = "articles/2026-09-10-late-frost"
WHO = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@e.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@e.org",
}

EXPECTED = """\
Ontology: relabelled
  ~ class fruit plot (orch:Orchard)
      label: "orchard" → "fruit plot"

Entities and facts
  ~ Amber Lady (tollan:AmberLady)
      other name: + "Lady Amber"

Claims of Late frost, good pears
  ~ #S001 The cooperative picked the crop
      label: "The cooperative brought in the crop" → "The cooperative picked the crop"
"""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", folder, "-c", "init.defaultBranch=main", *arguments],
        env={**os.environ, **WHO, "GIT_CONFIG_GLOBAL": "/dev/null"},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the project in a subfolder and two revisions; not to be changed."""
    top = tmp_path_factory.mktemp("git")
    project = Path(shutil.copytree(ORCHARDS, top / "work" / "orchards", ignore=shutil.ignore_patterns(".kg")))
    (top / ".gitignore").write_text(".kg/\n", encoding="utf-8")
    git(top, "init", "--quiet")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "one")
    git(top, "tag", "first")
    change(project / "ontology" / "orchards.ttl", 'rdfs:label "orchard"@en', 'rdfs:label "fruit plot"@en')
    entity = "tollan:AmberLady a orch:Variety ;\n"
    change(project / "entities" / "tollan.ttl", entity, f'{entity}    skos:altLabel "Lady Amber"@en ;\n')
    change(project / ARTICLE / "claims.ttl", "The cooperative brought in", "The cooperative picked")
    git(top, "commit", "--quiet", "-am", "two")
    KnowledgeGraph.open(project)
    return project


def test_a_revision_is_built_and_compared(repository: Path, kg: Kg) -> None:
    ran = kg("diff", "HEAD~1", cwd=repository)
    assert ran.status == 0, ran.err
    first, _, rest = ran.out.partition("\n\n")
    commit = git(repository, "rev-parse", "--short=7", "HEAD~1")
    assert first == f"HEAD~1 ({commit}) → the current graph"
    assert rest == EXPECTED
    again = kg("diff", "first", "HEAD", "--exit-code", cwd=repository)
    assert again.status == 1
    assert again.out.partition("\n\n")[2] == EXPECTED
    assert kg("diff", "HEAD", "--exit-code", cwd=repository).status == 0


def test_a_revision_is_unpacked_once(repository: Path) -> None:
    project = Project.load(repository)
    commit = revision.revision(repository, "first")
    assert commit is not None
    folder = revision.checked_out(repository, project.state, commit)
    assert (folder / "kg.toml").is_file()
    marker = folder / "seen"
    marker.touch()
    assert revision.checked_out(repository, project.state, commit) == folder
    assert marker.exists()
    marker.unlink()


def test_snapshots_exports_and_folders_are_the_same_graph(repository: Path, kg: Kg, tmp_path: Path) -> None:
    graph = KnowledgeGraph.open(repository)
    olds = [graph.snapshot.digest, graph.snapshot.digest[:6], str(graph.snapshot.folder), str(repository)]
    for name in ("kg.ttl", "kg.nt", "kg.nq", "kg.trig", "kg.rdf"):
        graph.export(tmp_path / name)
        olds.append(str(tmp_path / name))
    packed = tmp_path / "packed.ttl.gz"
    packed.write_bytes(gzip.compress((tmp_path / "kg.ttl").read_bytes()))
    for old in [*olds, str(packed)]:
        ran = kg("diff", old, "--exit-code", cwd=repository)
        assert (ran.status, ran.out.split("\n")[1]) == (0, "no difference"), (old, ran)


def test_json_has_the_statements_that_lead_from_the_one_to_the_other(repository: Path, kg: Kg) -> None:
    ran = kg("diff", "first", "--format", "json", cwd=repository)
    found = json.loads(ran.out)
    old = KnowledgeGraph.open(
        revision.checked_out(
            repository, Project.load(repository).state, git(repository, "rev-parse", "first")
        )
    )
    store = ox.Store()
    store.bulk_extend(old.snapshot.store)
    for line in found["removed"]:
        (quad,) = ox.parse(line, ox.RdfFormat.N_QUADS)
        assert quad in store
        store.remove(quad)
    store.bulk_load("\n".join(found["added"]), ox.RdfFormat.N_QUADS)
    new = KnowledgeGraph.open(repository).snapshot.store
    left = {quad for quad in new if "provenance" not in str(quad.graph_name)}
    assert {quad for quad in store if "provenance" not in str(quad.graph_name)} == left
    assert [claim["subject"].rpartition("#")[2] for claim in found["claims"]] == ["S001>"]
    assert found["different"] is True


def test_markdown_is_for_release_notes(repository: Path, kg: Kg) -> None:
    ran = kg("diff", "first", "--format", "markdown", "--layer", "entities", cwd=repository)
    assert ran.out.split("\n", 1)[1] == (
        '\n### Entities and facts\n\n- `~` Amber Lady (tollan:AmberLady)\n  - other name: + "Lady Amber"\n'
    )


def test_a_layer_that_is_not_there_is_a_wrong_request(repository: Path, kg: Kg) -> None:
    ran = kg("diff", "first", "--layer", "entites", cwd=repository)
    assert ran.status == 2
    assert "there is no layer entites; did you mean entities" in ran.err


def test_sources_that_cannot_be_built_are_no_graph_to_compare_with(
    repository: Path, tmp_path: Path, kg: Kg
) -> None:
    project = Path(shutil.copytree(repository.parents[1], tmp_path / "git")) / "work" / "orchards"
    (project / "entities" / "more.ttl").write_text("oops", encoding="utf-8")
    ran = kg("diff", "HEAD", cwd=project)
    assert (ran.status, ran.out) == (3, "")
    assert "the graph is older than the sources" in ran.err
    assert kg("diff", "HEAD", "--no-build", cwd=project).status == 0


def test_what_names_a_term_that_changed_is_listed(repository: Path, tmp_path: Path, kg: Kg) -> None:
    project = Path(shutil.copytree(repository, tmp_path / "orchards", ignore=shutil.ignore_patterns(".kg")))
    for file in ("ontology/orchards.ttl", f"{ARTICLE}/claims.ttl", "queries/harvests/what-grows-where.rq"):
        assert "orch:" in (project / file).read_text(encoding="utf-8")
    change(project / "ontology" / "orchards.ttl", 'rdfs:label "is harvest of"@en', 'rdfs:label "picks"@en')
    ran = kg("diff", str(repository), cwd=project)
    assert ran.out.endswith(
        "Queries and shapes to look at\n  ~ picks (orch:harvestOf): relabelled\n"
        "      query what-grows-where, shape harvest.variety\n"
    )


@pytest.mark.parametrize(
    ("old", "status", "said"),
    [
        ("HEAD~9", 2, "no file, no snapshot and no revision of git"),
        ("frist", 2, "did you mean first?"),
        ("--upload-pack=x", 2, "no such option"),
        ("kg.toml", 3, "is no graph"),
        ("empty", 3, "holds no graph"),
        ("broken.ttl", 3, "broken.ttl:2: is no Turtle file"),
        ("broken.nq.gz", 3, "cannot be read"),
    ],
)
def test_an_old_that_is_no_graph_is_an_error(
    repository: Path, tmp_path: Path, kg: Kg, old: str, status: int, said: str
) -> None:
    project = Path(shutil.copytree(repository.parents[1], tmp_path / "git")) / "work" / "orchards"
    (project / "empty").mkdir()
    (project / "broken.ttl").write_text("<urn:a> <urn:b> 1 .\n<urn:a> <urn:b> .\n", encoding="utf-8")
    (project / "broken.nq.gz").write_bytes(gzip.compress(b"<urn:a> <urn:b> <urn:c> .")[:-9])
    ran = kg("diff", old, cwd=project)
    assert ran.status == status, ran
    assert said.lower() in ran.err.lower()


def test_a_revision_that_does_not_build_says_why(tmp_path: Path, kg: Kg, repository: Path) -> None:
    top = Path(shutil.copytree(repository.parents[1], tmp_path / "git"))
    project = top / "work" / "orchards"
    broken = project / "entities" / "tollan.ttl"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text + "\ntollan:x a\n", encoding="utf-8")
    git(top, "commit", "--quiet", "-am", "broken")
    broken.write_text(text, encoding="utf-8")
    ran = kg("diff", "HEAD", cwd=project)
    assert ran.status == 3
    assert "the sources of HEAD do not build: entities/tollan.ttl:" in ran.err
    assert "no kg.toml in this folder at" in kg("diff", _without_project(top), cwd=project).err


def _without_project(top: Path) -> str:
    """A commit in which the project was not there."""
    tree = git(top, "hash-object", "-t", "tree", "-w", "/dev/null")
    return git(top, "commit-tree", tree, "-m", "nothing")


def test_without_git_there_are_no_revisions(
    repository: Path, kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed"):
        revision.revision(repository, "HEAD")


def test_a_project_outside_of_git_has_no_revisions(orchards: Path, kg: Kg) -> None:
    ran = kg("diff", "HEAD~1", cwd=orchards)
    assert ran.status == 2
    assert "no revision of git" in ran.err


def test_the_library_compares_too(repository: Path) -> None:
    graph = KnowledgeGraph.open(repository)
    found = graph.diff("first")
    assert found.difference
    assert list(found.lines("text"))
    assert not graph.diff("first", "first").difference


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"x"', '"x"@en', '<http://e/p>: "x" → "x"@en'),
        ('"2"', '"2"^^xsd:integer', '<http://e/p>: "2" → 2'),
        ("2", "2.0", '<http://e/p>: "2"^^xsd:integer → "2"^^xsd:decimal'),
        ('"é"', '"e\u0301"', r'<http://e/p>: "\u00E9" → "e\u0301"'),
        ('"x" , "y"@en', '"x"@en , "y"', '<http://e/p>: "x" → "y"'),
        ("<http://e/a#x>", "<http://e/b#x>", "<http://e/p>: <http://e/a#x> → <http://e/b#x>"),
    ],
)
def test_both_sides_of_a_change_can_be_told_apart(
    tmp_path: Path, kg: Kg, old: str, new: str, line: str
) -> None:
    """A property without a label was cut at its colon, and a change of the language had two equal sides."""
    for name, value in (("a.ttl", old), ("b.ttl", new)):
        text = f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . <http://e/s> <http://e/p> {value} ."
        (tmp_path / name).write_text(text, encoding="utf-8")
    shown = kg("diff", "a.ttl", "b.ttl", cwd=tmp_path).out
    assert f"      {line}\n" in shown
