from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg.errors import StoreError, UsageError
from kg.export.formats import FORMATS, format_of, write
from kg.graph import KnowledgeGraph
from kg.project import Project
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from tests.conftest import Kg

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

WITH_GRAPHS = {".nq": "nquads", ".trig": "trig"}
MERGED = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml"}
SUFFIXES = [*WITH_GRAPHS, *MERGED]


@pytest.fixture(scope="module")
def graph(orchards_built: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(Project.load(orchards_built))


@pytest.fixture(scope="module")
def files(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("exported")
    for suffix in SUFFIXES:
        graph.export(folder / f"kg{suffix}")
    return {suffix: folder / f"kg{suffix}" for suffix in SUFFIXES}


def canonical(quads: set[ox.Quad]) -> set[ox.Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pyoxigraph_reads_back_what_was_written(
    graph: KnowledgeGraph, files: dict[str, Path], suffix: str
) -> None:
    read = {ox.Quad(*quad) for quad in ox.parse(path=files[suffix])}
    if suffix in WITH_GRAPHS:
        expected = set(graph.snapshot.store)
    else:
        expected = {ox.Quad(*quad.triple) for quad in graph.snapshot.store}
    assert len(read) == len(expected) > 1000
    assert canonical(read) == canonical(expected)


def in_rdflib(graph: KnowledgeGraph) -> rdflib.Dataset:
    return graph.to_rdflib()


@pytest.mark.parametrize("suffix", MERGED)
def test_rdflib_reads_back_the_union(graph: KnowledgeGraph, files: dict[str, Path], suffix: str) -> None:
    read = rdflib.Graph().parse(files[suffix], format=MERGED[suffix])
    expected = rdflib.Graph()
    for s, p, o, _ in in_rdflib(graph).quads():
        expected.add((s, p, o))
    assert isomorphic(read, expected)


@pytest.mark.parametrize("suffix", WITH_GRAPHS)
def test_rdflib_reads_back_every_graph(graph: KnowledgeGraph, files: dict[str, Path], suffix: str) -> None:
    read = rdflib.Dataset()
    read.parse(files[suffix], format=WITH_GRAPHS[suffix])
    expected = in_rdflib(graph)
    names = {named.identifier for named in expected.graphs() if len(named)}
    assert {named.identifier for named in read.graphs() if len(named)} == names
    assert len(names) == 10
    for name in names:
        assert isomorphic(read.graph(name), expected.graph(name)), name


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_order_is_fixed(
    graph: KnowledgeGraph, files: dict[str, Path], suffix: str, tmp_path: Path
) -> None:
    """Another insertion order, another store: the same bytes."""
    shuffled = ox.Store()
    shuffled.extend(reversed(list(graph.snapshot.store)))
    buffer = io.BytesIO()
    name = format_of(files[suffix], None)
    write(shuffled, buffer, graph.project.prefixes, name)
    assert buffer.getvalue() == files[suffix].read_bytes()


def test_lines_are_sorted(files: dict[str, Path]) -> None:
    """Two exports can be compared by `diff`: triples by their text, quads by their graph first."""
    triples = files[".nt"].read_text(encoding="utf-8").splitlines()
    assert triples == sorted(set(triples))
    quads = list(ox.parse(path=files[".nq"]))
    assert [str(quad) for quad in quads] == [
        str(quad) for quad in sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad.triple)))
    ]
    subjects = re.findall(r"^(\S+) ", files[".ttl"].read_text(encoding="utf-8"), re.MULTILINE)
    entities = [subject for subject in subjects if subject.startswith("tollan:")]
    assert len(entities) > 5
    assert entities == sorted(set(entities))


def test_turtle_uses_the_projects_prefixes(files: dict[str, Path]) -> None:
    text = files[".ttl"].read_text(encoding="utf-8")
    assert "@prefix tollan: <https://example.org/orchards/entity/> ." in text
    assert "\ntollan:AmberLady " in text
    assert text.count("@prefix secpol:") == 1


def test_passages_keep_their_iris_in_every_format(files: dict[str, Path]) -> None:
    iri = "https://example.org/orchards/article/2026-09-10-late-frost#char=105,122"
    for suffix, path in files.items():
        assert iri in path.read_text(encoding="utf-8"), suffix


literals = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(ox.Literal),
    st.builds(lambda text: ox.Literal(text, language="en"), st.text(alphabet="aä\"'\\\n\t €𝄞", max_size=8)),
    st.integers().map(ox.Literal),
)
nodes = st.sampled_from(
    [ox.NamedNode(f"{PREFIXES['ent']}{name}") for name in ("A", "B.c", "D-e", "é", "x,y", "")]
)
quads = st.builds(
    ox.Quad,
    st.one_of(nodes, st.just(ox.BlankNode("b"))),
    st.just(ox.NamedNode(f"{PREFIXES['secpol']}heldBy")),
    st.one_of(nodes, literals, st.just(ox.BlankNode("b"))),
    st.sampled_from([ox.NamedNode("urn:g"), ox.NamedNode("urn:h")]),
)


@given(st.sets(quads, max_size=8), st.sampled_from(sorted(set(FORMATS) - {"rdfxml"})))
def test_whatever_is_written_is_read_back(written: set[ox.Quad], name: str) -> None:
    store = ox.Store()
    store.extend(written)
    buffer = io.BytesIO()
    write(store, buffer, PREFIXES, name)
    read = set(ox.parse(buffer.getvalue(), FORMATS[name]))
    expected = set(store) if FORMATS[name].supports_datasets else {ox.Quad(*quad.triple) for quad in store}
    assert canonical(read) == canonical(expected)


@pytest.mark.parametrize(
    ("name", "form", "words"),
    [
        ("kg", None, ".ttl"),
        ("kg.csv", None, "--format"),
        ("kg.ttl", "turtl", "did you mean turtle"),
        ("kg.ttl", "", "not a format"),
    ],
)
def test_an_unknown_format_offers_the_known(
    graph: KnowledgeGraph, tmp_path: Path, name: str, form: str | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        graph.export(tmp_path / name, form=form)
    assert list(tmp_path.iterdir()) == []


def test_the_format_asked_for_wins_over_the_suffix(graph: KnowledgeGraph, tmp_path: Path) -> None:
    graph.export(tmp_path / "kg.txt", form="ntriples")
    assert len(list(ox.parse(path=tmp_path / "kg.txt", format=ox.RdfFormat.N_TRIPLES))) > 1000


def test_a_file_that_is_there_is_overwritten_only_when_asked(graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "kg.nt"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="--force"):
        graph.export(path)
    assert path.read_text(encoding="utf-8") == "mine"
    graph.export(path, force=True)
    assert path.stat().st_size > 100_000
    assert [file.name for file in tmp_path.iterdir()] == ["kg.nt"]


def test_a_folder_that_is_missing_or_a_folder_in_the_way(graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "kg.nt").mkdir()
    for path in (tmp_path / "nowhere" / "kg.nt", tmp_path / "kg.nt"):
        with pytest.raises(StoreError, match="cannot be written") as caught:
            graph.export(path, force=True)
        assert caught.value.path == path
    assert [file.name for file in tmp_path.iterdir()] == ["kg.nt"]


def test_the_command_says_what_it_wrote(kg: Kg, orchards_built: Path, tmp_path: Path) -> None:
    project = ("--project", orchards_built)
    ran = kg("export", "kg.ttl", *project, cwd=tmp_path)
    assert (ran.status, ran.out) == (0, "")
    first, second = ran.err.splitlines()
    assert first == "merged 10 graphs; use .trig to keep them"
    assert second.startswith("wrote ")
    assert second.endswith(" statements to kg.ttl")
    whole = kg("export", "kg.trig", *project, cwd=tmp_path)
    assert "merged" not in whole.err
    quiet = kg("export", "kg.nq", "--quiet", *project, cwd=tmp_path)
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")
    again = kg("export", "kg.ttl", *project, cwd=tmp_path)
    assert again.status == 2
    assert "--force" in again.err
    assert kg("export", "nowhere/kg.ttl", *project, cwd=tmp_path).status == 4


def test_a_disk_that_fills_up_leaves_the_old_file(kg: Kg, orchards_built: Path, tmp_path: Path) -> None:
    import resource

    (tmp_path / "kg.nt").write_text("mine", encoding="utf-8")
    ran = kg(
        *("export", "kg.nt", "--force", "--no-build", "--project", orchards_built),
        cwd=tmp_path,
        prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )
    assert ran.status == 4
    assert "kg.nt: cannot be written" in ran.err
    assert [file.name for file in tmp_path.iterdir()] == ["kg.nt"]
    assert (tmp_path / "kg.nt").read_text(encoding="utf-8") == "mine"
