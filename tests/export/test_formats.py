from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import StoreError, UsageError
from kg.core.terms import PREFIXES
from kg.export import rdf
from kg.export.content import Content, constructed
from kg.export.formats import FORMATS, files_of, format_of
from kg.project.context import context_of
from kg.project.project import Project
from kg.rdf.jsonld import write_jsonld
from tests.export.readers import canonical

if TYPE_CHECKING:
    from tests.command import Kg

NAMES = ["kg.ttl", "kg.nt", "kg.nq", "kg.trig", "kg.rdf", "kg.jsonld", "kg.graphml", "kg.csv", "kg.ttl.gz"]
TEXTS = [name for name, form in FORMATS.items() if form.is_rdf]


def export(graph: KnowledgeGraph, folder: Path, name: str) -> dict[str, bytes]:
    """The files that an export makes, by name."""
    folder.mkdir(exist_ok=True)
    return {path.name: path.read_bytes() for path in graph.export(folder / name).files}


@pytest.mark.parametrize("name", NAMES)
def test_the_order_is_fixed(orchards_graph: KnowledgeGraph, name: str, tmp_path: Path) -> None:
    """Another insertion order, another store, other labels of blank nodes in it: the same bytes."""
    shuffled = ox.Store()
    shuffled.extend(reversed(list(orchards_graph.snapshot.store)))
    other = KnowledgeGraph(orchards_graph.project, orchards_graph.snapshot)
    manifest = orchards_graph.snapshot.manifest
    other.__dict__["snapshot"] = type("Shuffled", (), {"store": shuffled, "manifest": manifest})()
    assert export(other, tmp_path / "b", name) == export(orchards_graph, tmp_path / "a", name)


def test_another_hash_seed_gives_the_same_bytes(orchards_built: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        for name in ("kg.ttl", "kg.trig", "kg.jsonld", "kg.graphml", "kg.csv"):
            subprocess.run(
                [sys.executable, "-m", "kg", "export", "-q", "--project", orchards_built, f"{seed}-{name}"],
                cwd=tmp_path,
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
                check=True,
            )
    files = sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("1-"))
    assert len(files) == 6
    for name in files:
        assert (tmp_path / name).read_bytes() == (tmp_path / f"2{name[1:]}").read_bytes()


@pytest.mark.parametrize(
    ("named", "name"),
    [("ttl", "turtle"), (".NT", "ntriples"), ("application/ld+json", "jsonld"), ("xml", "rdfxml")],
)
def test_a_format_has_its_usual_names(
    orchards_graph: KnowledgeGraph, tmp_path: Path, named: str, name: str
) -> None:
    assert format_of(Path("kg"), named) == name
    stream = io.BytesIO()
    orchards_graph.export(stream, form=named)
    (file,) = orchards_graph.export(tmp_path / "kg", form=name).files
    assert stream.getvalue() == file.read_bytes()


def test_lines_are_sorted_within_their_graph(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    triples = export(orchards_graph, tmp_path, "kg.nt")["kg.nt"].split(b"\n")[:-1]
    assert triples == sorted(set(triples))
    lines = export(orchards_graph, tmp_path, "kg.nq")["kg.nq"].decode().split("\n")[:-1]
    keys = [(line.rsplit(" ", 2)[1], line.rsplit(" ", 2)[0]) for line in lines]
    assert keys == sorted(set(keys))


def test_turtle_uses_the_projects_prefixes(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    text = export(orchards_graph, tmp_path, "kg.ttl")["kg.ttl"].decode()
    assert "@prefix tollan: <https://example.org/orchards/entity/> ." in text
    assert "\ntollan:AmberLady a " in text
    assert text.count("@prefix secpol:") == 1


def test_the_suffix_gz_packs_without_a_time_or_a_name(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    packed = export(orchards_graph, tmp_path, "kg.nq.gz")["kg.nq.gz"]
    assert packed[3:8] == b"\0\0\0\0\0"
    assert gzip.decompress(packed) == export(orchards_graph, tmp_path, "kg.nq")["kg.nq"]
    assert [path.name for path in files_of(Path("x/kg.csv.gz"), "csv")] == [
        "kg.nodes.csv.gz",
        "kg.edges.csv.gz",
    ]
    with pytest.raises(UsageError, match=r"leave \.gz out"):
        orchards_graph.export(tmp_path / "kg.parquet.gz")


DECIMAL = ox.NamedNode(f"{PREFIXES['xsd']}decimal")
literals = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(ox.Literal),
    st.builds(lambda text: ox.Literal(text, language="en"), st.text(alphabet="aä\"'\\\n\t €𝄞", max_size=8)),
    st.integers().map(ox.Literal),
    st.booleans().map(ox.Literal),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(
        lambda number: ox.Literal(str(number), datatype=DECIMAL)
    ),
    st.just(ox.Literal("2024-12-11T00:00:00Z", datatype=ox.NamedNode(f"{PREFIXES['xsd']}dateTime"))),
    st.just(ox.Literal("x", datatype=ox.NamedNode("urn:a:kind"))),
)
blank = st.sampled_from([ox.BlankNode("b"), ox.BlankNode("c")])
nodes = st.sampled_from(
    [ox.NamedNode(f"{PREFIXES['ent']}{name}") for name in ("A", "B.c", "D-e", "é", "x,y", "")]
    + [ox.NamedNode("https://w3id.org/secpol/article/a#char=1,2"), ox.NamedNode(f"{PREFIXES['secpol']}label")]
)
relations = st.sampled_from(
    [
        ox.NamedNode(f"{PREFIXES[prefix]}{name}")
        for prefix, name in (
            ("secpol", "heldBy"),
            ("rdfs", "label"),
            ("secpol", "certainty"),
            ("rdf", "type"),
        )
    ]
)
quads = st.builds(
    ox.Quad,
    st.one_of(nodes, blank),
    relations,
    st.one_of(nodes, literals, blank),
    st.sampled_from([ox.NamedNode("urn:g"), ox.NamedNode("urn:h")]),
)


def as_bytes(content: Content, name: str) -> bytes:
    file = io.BytesIO()
    if name == "jsonld":
        write_jsonld(content.texts(), file, context_of(Project.shipped()), content.shared)
    elif name in ("nquads", "ntriples"):
        {"nquads": rdf.write_nquads, "ntriples": rdf.write_ntriples}[name](content, file)
    else:
        named = {"turtle": rdf.write_turtle, "trig": rdf.write_trig, "rdfxml": rdf.write_rdfxml}
        named[name](content, file, PREFIXES)
    return file.getvalue()


READ = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@given(st.sets(quads, max_size=12), st.sampled_from(TEXTS))
def test_whatever_is_written_is_read_back(written: set[ox.Quad], name: str) -> None:
    store = ox.Store()
    store.extend(written)
    content = Content(store, (ox.NamedNode("urn:g"), ox.NamedNode("urn:h")))
    try:
        text = as_bytes(content, name)
    except UsageError as refused:
        assert name == "rdfxml"
        assert "cannot hold U+" in str(refused)
        return
    expected = set(store) if FORMATS[name].has_graphs else {ox.Quad(*quad.triple) for quad in store}
    assert canonical(ox.parse(text, READ[name])) == canonical(expected)


def test_blank_nodes_of_two_graphs_are_not_mixed_up() -> None:
    """TriG has one scope for all: nodes that look alike keep apart, and one that is shared stays one."""
    text = """<urn:g> { _:a <urn:p> _:b . _:c <urn:p> _:b . } <urn:h> { _:x <urn:p> _:y . _:z <urn:p> _:y . }
    <urn:h> { <urn:s> <urn:q> _:shared . } <urn:g> { _:shared <urn:q> 1 . }"""
    store = ox.Store()
    store.extend(ox.parse(text, ox.RdfFormat.TRIG))
    content = Content(store, (ox.NamedNode("urn:g"), ox.NamedNode("urn:h")))
    for name in ("trig", "jsonld", "nquads"):
        assert canonical(ox.parse(as_bytes(content, name), READ[name])) == canonical(store), name


@pytest.mark.parametrize("value", ["\x0c", "\x01", "\ufffe"])
def test_what_xml_cannot_hold_is_refused_rather_than_changed(value: str) -> None:
    content = constructed([ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(value))])
    with pytest.raises(UsageError, match=r"cannot hold U\+"):
        as_bytes(content, "rdfxml")
    kept = constructed(
        [ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("a\\rb \\u000C\r\n\t"))]
    )
    assert canonical(ox.parse(as_bytes(kept, "rdfxml"), READ["rdfxml"])) == canonical(kept.store)


@pytest.mark.parametrize(
    ("name", "form", "words"),
    [
        ("kg", None, r"\.ttl"),
        ("kg.docx", None, "--format"),
        ("kg.gz", None, "--format"),
        ("kg.ttl", "turtl", "did you mean turtle"),
        ("kg.ttl", "", "not a format"),
    ],
)
def test_an_unknown_format_offers_the_known(
    orchards_graph: KnowledgeGraph, tmp_path: Path, name: str, form: str | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        orchards_graph.export(tmp_path / name, form=form)
    assert list(tmp_path.iterdir()) == []


def test_the_format_asked_for_wins_over_the_suffix(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    orchards_graph.export(tmp_path / "kg.txt", form="ntriples")
    assert len(list(ox.parse(path=tmp_path / "kg.txt", format=ox.RdfFormat.N_TRIPLES))) > 1000


def test_every_suffix_means_one_format() -> None:
    suffixes = [suffix for form in FORMATS.values() for suffix in form.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(format_of(Path(f"kg{suffix}"), None) for suffix in suffixes)


def test_a_file_that_is_there_is_overwritten_only_when_asked(
    orchards_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    path = tmp_path / "kg.nt"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="--force"):
        orchards_graph.export(path)
    assert path.read_text(encoding="utf-8") == "mine"
    orchards_graph.export(path, force=True)
    assert path.stat().st_size > 100_000
    (tmp_path / "t.edges.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"t\.edges\.csv exists"):
        orchards_graph.export(tmp_path / "t.csv")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["kg.nt", "t.edges.csv"]


def test_a_folder_that_is_missing_or_in_the_way(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "kg.nt").mkdir()
    for path in (tmp_path / "nowhere" / "kg.nt", tmp_path / "kg.nt"):
        with pytest.raises(StoreError, match="cannot be written") as caught:
            orchards_graph.export(path, force=True)
        assert caught.value.path == path
    assert [file.name for file in tmp_path.iterdir()] == ["kg.nt"]


def test_of_several_files_all_appear_or_none(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "kg.edges.csv").mkdir()
    with pytest.raises(StoreError):
        orchards_graph.export(tmp_path / "kg.csv", force=True)
    assert [file.name for file in tmp_path.iterdir()] == ["kg.edges.csv"]


def test_a_link_stays_a_link(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "real.nt").write_text("old", encoding="utf-8")
    (tmp_path / "kg.nt").symlink_to("real.nt")
    orchards_graph.export(tmp_path / "kg.nt", force=True)
    assert (tmp_path / "kg.nt").is_symlink()
    assert (tmp_path / "real.nt").stat().st_size > 100_000


def test_the_command_says_what_it_wrote(kg: Kg, orchards_built: Path, tmp_path: Path) -> None:
    project = ("--project", orchards_built)
    ran = kg("export", "kg.ttl", *project, cwd=tmp_path)
    assert (ran.status, ran.out) == (0, "")
    first, second = ran.err.splitlines()
    assert re.fullmatch(r"merged \d+ graphs; use \.trig to keep them", first)
    assert re.fullmatch(r"wrote \d+ statements to kg\.ttl", second)
    assert "merged" not in kg("export", "kg.trig", *project, cwd=tmp_path).err
    assert "merged" not in kg("export", "o.ttl", "--layer", "ontology", *project, cwd=tmp_path).err
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


@pytest.mark.parametrize("name", ["kg.nq", "kg.ttl", "kg.jsonld", "kg.csv", "kg.parquet", "kg.nq.gz"])
def test_a_disk_that_is_full_keeps_nothing_half(
    kg: Kg, orchards_built: Path, tmp_path: Path, name: str
) -> None:
    """A disk of one page that is mounted for the test, where that is allowed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        ran = kg("export", f"disk/{name}", "--no-build", "--project", orchards_built, cwd=tmp_path)
        assert ran.status == 4
        assert "No space left on device" in ran.err
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("form", TEXTS)
def test_a_closed_pipe_ends_quietly(orchards_built: Path, form: str) -> None:
    program = f"'{sys.executable}' -m kg export - --format {form} -q --no-build --project '{orchards_built}'"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {program} | head -c 100 | wc -c"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, b"100", b"")


@pytest.mark.parametrize("form", TEXTS)
def test_a_device_that_is_full_is_an_error_of_its_own(kg: Kg, orchards_built: Path, form: str) -> None:
    program = f"'{sys.executable}' -m kg export - --format {form} --no-build --project '{orchards_built}'"
    done = subprocess.run(
        ["bash", "-c", f"{program} > /dev/full"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"No space left on device" in done.stderr


@pytest.mark.parametrize("name", ["kg.nq", "kg.ttl", "kg.graphml", "kg.parquet"])
def test_a_graph_that_cannot_be_read_leaves_no_file(orchards: Path, name: str) -> None:
    store = Path(os.path.realpath(orchards)) / ".kg" / "snapshots"
    for table in store.glob("*/store/*.sst"):
        if table.stat().st_size > 20_000:
            with table.open("r+b") as file:
                file.seek(9000)
                file.write(b"x" * 400)
    before = set(orchards.iterdir())
    graph = KnowledgeGraph.open(Project.load(orchards), fresh=False)
    with pytest.raises(StoreError, match="cannot be read") as caught:
        graph.export(orchards / name)
    assert caught.value.hint == "make a new one: kg build"
    assert set(orchards.iterdir()) == before
