from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.core.errors import InputError, UsageError
from kg.project.project import Project, SourceKind, shipped_root
from kg.project.starter import write_starter
from tests.command import Kg

SETTINGS = '[project]\nname = "p"\nbase = "https://example.org/p/"\n'


def project(folder: Path, settings: str = SETTINGS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kg.toml").write_text(settings, encoding="utf-8")
    return folder


def test_a_project_is_found_upwards(tmp_path: Path) -> None:
    project(tmp_path / "p")
    deep = tmp_path / "p" / "articles" / "x"
    deep.mkdir(parents=True)
    assert Project.find(deep).root == tmp_path / "p"


def test_the_nearest_project_wins(tmp_path: Path) -> None:
    project(tmp_path / "p")
    inner = project(tmp_path / "p" / "q")
    assert Project.find(inner).root == inner


def test_only_settings_mark_a_project(tmp_path: Path) -> None:
    for name in ("ontology", "entities", "articles"):
        (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=r"no kg\.toml"):
        Project.find(tmp_path)


def test_outside_any_project_the_shipped_one_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Project.find().root == shipped_root()


def test_a_project_extends_the_shipped_one_without_its_articles(tmp_path: Path) -> None:
    found = Project.load(project(tmp_path)).sources()
    assert {source.kind for source in found} >= {
        SourceKind.ONTOLOGY,
        SourceKind.ENTITIES,
        SourceKind.SHAPES,
        SourceKind.RULE,
    }
    assert not any(source.slug for source in found)


def test_the_shipped_articles_come_when_asked_for(tmp_path: Path) -> None:
    found = Project.load(project(tmp_path, SETTINGS + 'articles = "shipped"\n')).sources()
    assert {source.slug for source in found} >= {"2024-12-11-america-needs-japan"}


def test_core_brings_three_modules_their_shapes_and_the_rules(tmp_path: Path) -> None:
    found = Project.load(project(tmp_path, SETTINGS + 'extends = "core"\n')).sources()
    ontology = {source.name for source in found if source.kind is SourceKind.ONTOLOGY}
    assert ontology == {"ontology/core.ttl", "ontology/claims.ttl", "ontology/figures.ttl"}
    assert {source.name for source in found if source.kind is SourceKind.SHAPES} <= {
        "shapes/core.ttl",
        "shapes/claims.ttl",
        "shapes/figures.ttl",
    }
    assert not any(source.kind is SourceKind.ENTITIES for source in found)
    assert any(source.kind is SourceKind.RULE for source in found)


def test_a_project_that_extends_none_stands_alone(tmp_path: Path) -> None:
    root = project(tmp_path, SETTINGS + 'extends = "none"\n')
    (root / "ontology").mkdir()
    (root / "ontology" / "a.ttl").touch()
    assert [source.path for source in Project.load(root).sources()] == [root / "ontology" / "a.ttl"]


def test_without_an_ontology_there_is_nothing_to_build(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no ontology") as caught:
        Project.load(project(tmp_path, SETTINGS + 'extends = "none"\n')).sources()
    assert caught.value.path == tmp_path / "ontology"


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "entities").mkdir()
    (root / "entities" / ".a.ttl").touch()
    (root / "entities" / "a.ttl.orig").touch()
    assert not any(root in source.path.parents for source in Project.load(root).sources())


def test_an_unknown_article_file_offers_the_nearest(tmp_path: Path) -> None:
    folder = project(tmp_path) / "articles" / "2026-01-01-x"
    folder.mkdir(parents=True)
    (folder / "article.ttl").touch()
    (folder / "claim.ttl").touch()
    with pytest.raises(InputError, match=r"no file claim\.ttl.*did you mean claims") as caught:
        Project.load(tmp_path).sources()
    assert caught.value.path == folder / "claim.ttl"


def test_an_article_without_its_metadata(tmp_path: Path) -> None:
    folder = project(tmp_path) / "articles" / "2026-01-01-x"
    folder.mkdir(parents=True)
    (folder / "claims.ttl").touch()
    with pytest.raises(InputError, match=r"no article\.ttl") as caught:
        Project.load(tmp_path).sources()
    assert caught.value.path == folder


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('[project]\nnmae = "x"\n', "did you mean name"),
        ("[projet]\n", "did you mean project"),
        ("project = 5\n", "not a section"),
        ('[project]\nextends = "cores"\n', "did you mean core"),
        ("[project\n", "not TOML"),
        ("[project]\nname = 5\n", "name"),
        ("[project]\nbase = 5\n", "base"),
        ('[project]\nbase = "no iri"\n', "base"),
        ('[project]\nbase = "https://example.org/p"\n', "base"),
        ('[project]\nextends = ["core"]\n', "extends"),
        ('[project]\narticles = "shiped"\n', "did you mean shipped"),
        ("[prefixes]\nmy = 5\n", "my"),
        ('[prefixes]\nmy = "no iri"\n', "my"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, settings: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        Project.load(project(tmp_path, settings))
    assert words in caught.value.message
    assert caught.value.path == tmp_path / "kg.toml"
    assert caught.value.exit_status == 3


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ('[project]\nname = "x"\nnmae = "x"\n', 3),
        ('[project]\nname = "x"\n\n[projet]\n', 4),
        ("# x\nproject = 5\n", 2),
        ('[project]\nname = "x"\n[core\n', 3),
        ('[project]\nname = "x"\n[prefixes]\nname = 5\n', 4),
        ('[stores.one]\nurl = "http://e/"\n[stores.two]\nurl = "http://e/"\nknd = "x"\n', 3),
    ],
)
def test_wrong_settings_are_told_with_their_line(tmp_path: Path, settings: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        Project.load(project(tmp_path, settings))
    assert caught.value.line == line


def test_a_projects_own_prefixes_come_first(tmp_path: Path) -> None:
    found = Project.load(project(tmp_path, SETTINGS + '[prefixes]\nmy = "https://example.org/p/e/"\n'))
    assert next(iter(found.prefixes)) == "my"
    assert found.prefixes["secpol"] == "https://w3id.org/secpol/ontology#"


def test_iris_of_graphs_and_articles(tmp_path: Path) -> None:
    found = Project.load(project(tmp_path))
    assert found.graph_iri("article/x/claims") == "https://example.org/p/graph/article/x/claims"
    assert found.article_iri("x") == "https://example.org/p/article/x"


def test_a_folder_whose_name_is_no_part_of_an_iri_still_has_a_base(tmp_path: Path) -> None:
    found = Project.load(project(tmp_path / "My Graph", "[project]\n"))
    assert " " not in found.base


def test_state_lies_in_the_project(tmp_path: Path) -> None:
    assert Project.load(project(tmp_path)).state == tmp_path / ".kg"


def test_the_starter_takes_the_folders_name(tmp_path: Path) -> None:
    folder = tmp_path / "Harbour News"
    assert write_starter(folder) == "harbour-news"
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()]
    assert not any("my-graph" in text for text in texts)
    assert Project.load(folder).base == "https://example.org/harbour-news/"
    starter = shipped_root() / "starter"
    assert {path.relative_to(folder) for path in folder.rglob("*")} == {
        path.relative_to(starter) for path in starter.rglob("*") if ".kg" not in path.parts
    }


def test_a_starter_on_the_core_has_a_domain_of_its_own(tmp_path: Path, kg: Kg) -> None:
    assert kg("init", "harbour", "--extends", "core", cwd=tmp_path).status == 0
    folder = tmp_path / "harbour"
    found = Project.load(folder)
    assert {layer.modules is None for layer in found.layers} == {True, False}
    assert "my-graph" not in "".join(
        path.read_text("utf-8") for path in folder.rglob("*.*") if path.is_file()
    )
    checked = kg("check", cwd=folder)
    assert checked.status == 0 and "0 violations, 0 warnings, 0 infos" in checked.out
    assert len(kg("query", "who-holds-what", cwd=folder).out.splitlines()) == 9
    assert "run by" in kg("why", "#Drill", "secpol:hasParticipant", cwd=folder).out


def test_the_starter_goes_into_an_empty_folder_only(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="not empty"):
        write_starter(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    shutil.rmtree(tmp_path)
    assert write_starter(tmp_path)


def test_the_starter_leaves_out_what_a_build_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries `kg` in the starter's own folder leaves a graph there; nobody else should get it."""
    shipped = tmp_path / "shipped"
    shutil.copytree(shipped_root() / "starter", shipped / "starter")
    (shipped / "starter" / ".kg" / "snapshots").mkdir(parents=True)
    (shipped / "starter" / ".kg" / "snapshots" / "store.sst").write_bytes(b"\xff\x00")
    monkeypatch.setattr("kg.project.starter.shipped_root", lambda: shipped)
    write_starter(tmp_path / "new")
    assert (tmp_path / "new" / "kg.toml").is_file()
    assert not (tmp_path / "new" / ".kg").exists()
