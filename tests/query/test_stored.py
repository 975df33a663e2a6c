from __future__ import annotations

import io
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import InputError, UsageError
from kg.project.project import Project
from kg.query.answer import Format
from kg.query.stored import catalogue, stored_query


def ask(folder: Path, name: str, text: str) -> None:
    path = folder / "queries" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_catalogue_is_sorted_by_topic(orchards: Path) -> None:
    ask(orchards, "apples/zebra.rq", "#+ summary: z\nASK {}")
    ask(orchards, "harvests/a-first.rq", "#+ summary: a\nASK {}")
    own = [
        name for name, query in catalogue(Project.load(orchards)).items() if orchards in query.path.parents
    ]
    assert own == ["zebra", "a-first", "what-grows-where"]


def test_core_brings_no_question_on_another_domain(orchards_built: Path) -> None:
    topics = {query.topic for query in catalogue(Project.load(orchards_built)).values()}
    assert topics <= {"core", "claims", "figures", "harvests"}


def test_an_extending_project_has_the_shipped_questions_too(starter_built: Path) -> None:
    assert catalogue(Project.load(starter_built)).keys() > {"who-holds-what"}
    assert catalogue(Project.load(starter_built)).keys() > catalogue(Project.shipped()).keys()


def test_a_projects_own_question_replaces_the_shipped_one(starter: Path) -> None:
    ask(starter, "mine/who-rejected.rq", "#+ summary: Mine.\nASK {}")
    stored = stored_query(Project.load(starter), "who-rejected")
    assert (stored.summary, stored.topic) == ("Mine.", "mine")


def test_an_unknown_name_offers_the_nearest(orchards_built: Path) -> None:
    graph = KnowledgeGraph.open(Project.load(orchards_built))
    with pytest.raises(UsageError, match=r"'what-grows-wher'; did you mean what-grows-where\?"):
        graph.query("what-grows-wher")


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("#+ sumary: x\nASK {}", "did you mean summary", 1),
        ("ASK {}", "no summary", None),
        ("#+ summary: x\nASK {\n ?s }", "not SPARQL", 3),
    ],
)
def test_a_wrong_question_is_named_with_its_line(
    orchards: Path, text: str, words: str, line: int | None
) -> None:
    ask(orchards, "harvests/wrong.rq", text)
    graph = KnowledgeGraph.open(Project.load(orchards))
    with pytest.raises(InputError) as caught:
        graph.query("wrong")
    assert words in caught.value.message
    assert caught.value.path == orchards / "queries" / "harvests" / "wrong.rq"
    if line:
        assert caught.value.line == line


def test_a_wrong_question_harms_no_other(orchards: Path) -> None:
    ask(orchards, "harvests/wrong.rq", "#+ sumary: x\nASK {")
    assert KnowledgeGraph.open(Project.load(orchards)).query("what-grows-where").cells()


@pytest.mark.parametrize("project", ["orchards_built", "starter_built"])
def test_every_question_gives_the_answer_beside_it(project: str, request: pytest.FixtureRequest) -> None:
    loaded = Project.load(request.getfixturevalue(project))
    graph = KnowledgeGraph.open(loaded)
    own = [query for query in catalogue(loaded).values() if loaded.root in query.path.parents]
    assert own
    for query in own:
        answer = io.BytesIO()
        graph.query(query.name).write(answer, Format.CSV)
        assert (
            answer.getvalue().decode().splitlines()
            == query.path.with_suffix(".expected.csv").read_text(encoding="utf-8").splitlines()
        )
        assert len(answer.getvalue().splitlines()) > 1, f"the answer to {query.name} is empty"
