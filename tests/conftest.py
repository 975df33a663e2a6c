"""What many tests need: the command, two small projects, and copies of both with a published graph."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.article.convert import to_turtle
from kg.build import pipeline, sources
from kg.build.sources import Staging
from kg.project.project import Project, Source
from kg.project.starter import write_starter
from tests.command import Kg
from tests.lanes import FULL, sort_out, tell_skipped
from tests.servers.fixtures import any_server as any_server
from tests.servers.fixtures import faults as faults
from tests.servers.fixtures import fuseki as fuseki
from tests.servers.fixtures import fuseki_basic as fuseki_basic
from tests.servers.fixtures import fuseki_digest as fuseki_digest
from tests.servers.fixtures import graphdb as graphdb
from tests.servers.fixtures import java as java
from tests.servers.fixtures import jena as jena
from tests.servers.fixtures import own_server as own_server
from tests.servers.fixtures import oxigraph_server as oxigraph_server
from tests.servers.fixtures import rdf4j as rdf4j
from tests.servers.fixtures import robot as robot
from tests.servers.fixtures import virtuoso as virtuoso

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

# The same examples everywhere, however long one takes; `--hypothesis-profile=new` looks for others.
_EXAMPLES = 300 if FULL else 30
hypothesis.settings.register_profile("same", derandomize=True, deadline=None, max_examples=_EXAMPLES)
hypothesis.settings.register_profile("new", deadline=None, max_examples=_EXAMPLES)
hypothesis.settings.load_profile("same")
ORCHARDS = Path(__file__).parent / "projects" / "orchards"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-full` what is its own."""
    sort_out(items)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Tell what was skipped and why."""
    tell_skipped(terminalreporter)


@pytest.fixture
def kg(tmp_path: Path) -> Kg:
    """The command, with a cache folder of the test's own."""
    return Kg({"XDG_CACHE_HOME": str(tmp_path / "cache")})


@pytest.fixture(scope="session")
def orchards_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The orchards project with its graph published; not to be changed."""
    folder = tmp_path_factory.mktemp("built") / "orchards"
    shutil.copytree(ORCHARDS, folder, ignore=shutil.ignore_patterns(".kg"))
    KnowledgeGraph.open(Project.load(folder), strict=True)
    return folder


@pytest.fixture(scope="session")
def starter_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `kg init` writes it, its claims in Turtle, with its graph published; not to be changed."""
    folder = tmp_path_factory.mktemp("built") / "my-graph"
    write_starter(folder)
    to_turtle(Project.load(folder), "2026-01-15-harbour-drill")
    KnowledgeGraph.open(Project.load(folder), strict=True)
    return folder


@pytest.fixture
def orchards(orchards_built: Path, tmp_path: Path) -> Path:
    """A copy of the orchards project, published, for a test to break."""
    return shutil.copytree(orchards_built, tmp_path / "orchards")


@pytest.fixture
def starter(starter_built: Path, tmp_path: Path) -> Path:
    """A copy of the starter project, published, for a test to break."""
    return shutil.copytree(starter_built, tmp_path / "my-graph")


@pytest.fixture
def derived_slugs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The articles that a build or a check has read and derived."""
    slugs: list[str] = []
    really = sources.stage

    def noted(project: Project, chosen: Sequence[Source], *given: Any) -> Staging:
        slugs.extend(sorted({source.slug for source in chosen if source.slug}))
        return really(project, chosen, *given)

    monkeypatch.setattr(pipeline, "stage", noted)
    return slugs


@pytest.fixture(params=["orchards", "starter", "shipped"])
def any_graph(request: pytest.FixtureRequest) -> KnowledgeGraph:
    """Each of the three graphs in turn; the shipped one is the graph of the first article."""
    if request.param == "shipped":
        return KnowledgeGraph.open(Project.shipped(), strict=True)
    folder: Path = request.getfixturevalue(f"{request.param}_built")
    return KnowledgeGraph.open(Project.load(folder))
