from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build.digest import digest_inputs
from kg.build.sources import Staging, stage
from kg.core.errors import InputError
from kg.project.project import Project

ARTICLE = "https://example.org/orchards/article/2026-09-10-late-frost"


def staged(folder: Path, jobs: int = 2) -> Staging:
    project = Project.load(folder)
    return stage(project, digest_inputs(project).sources, jobs)


def names(staging: Staging) -> set[str]:
    home = staging.project.graph_iri("")
    return {str(graph)[1:-1].removeprefix(home) for graph in staging.store.named_graphs()}


def test_each_file_has_its_graph(orchards_built: Path) -> None:
    parts = {
        f"article/2026-09-10-late-frost/{part}"
        for part in ("meta", "descriptions", "claims", "passages", "mentions")
    }
    assert names(staged(orchards_built)) == {"ontology", "entities", *parts}


def test_claims_and_passages_part(orchards_built: Path) -> None:
    staging = staged(orchards_built)
    for part, expected in (("claims", False), ("passages", True)):
        graph = staging.graph(f"article/2026-09-10-late-frost/{part}")
        subjects = {triple.subject for triple in staging.triples([graph])}
        assert subjects
        assert all(("#char=" in str(subject)) is expected for subject in subjects)


def test_an_article_needs_no_base_of_its_own(orchards: Path) -> None:
    """What `<#S001>` means follows from the folder; a file may still say it."""
    before = set(staged(orchards).store)
    for path in (orchards / "articles").rglob("*.ttl"):
        text = path.read_text(encoding="utf-8")
        path.write_text("\n".join(text.splitlines()[1:]), encoding="utf-8")
    assert set(staged(orchards).store) == before


def test_the_line_of_a_subject_in_every_file(orchards: Path) -> None:
    facts = orchards / "articles" / "2026-09-10-late-frost" / "facts.ttl"
    lines = len(facts.read_text(encoding="utf-8").splitlines())
    with facts.open("a", encoding="utf-8") as file:
        file.write("\n<#S001> rdfs:seeAlso <https://example.org/more> .\n")
    places = staged(orchards).places(f"{ARTICLE}#S001")
    assert [(Path(place.file).name, place.line) for place in places] == [
        ("claims.ttl", 7),
        ("facts.ttl", lines + 2),
    ]


def test_blank_nodes_of_two_files_stay_apart(orchards: Path) -> None:
    """Equal labels in two files are two nodes; equal files give equal names, so builds give equal bytes."""
    for name in ("a", "b"):
        text = f"_:x <https://example.org/p> <https://example.org/{name}> ."
        (orchards / "ontology" / f"{name}.ttl").write_text(text, encoding="utf-8")
    first, second = staged(orchards), staged(orchards)
    pattern = (None, ox.NamedNode("https://example.org/p"), None)
    assert len({quad.subject for quad in first.store.quads_for_pattern(*pattern)}) == 2
    assert set(first.store) == set(second.store)


def test_a_blank_node_in_a_triple_term_is_the_same_node(orchards: Path) -> None:
    text = (
        "<#said> <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( _:x <urn:p> <urn:o> )>> .\n"
        "_:x <urn:q> <urn:z> .\n"
    )
    path = next(orchards.glob("articles/*/facts.ttl"))
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")
    first, second = staged(orchards), staged(orchards)
    assert set(first.store) == set(second.store)
    (term,) = {quad.object for quad in first.store if isinstance(quad.object, ox.Triple)}
    assert [q.predicate.value for q in first.store.quads_for_pattern(term.subject, None, None)] == ["urn:q"]


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_the_number_of_jobs_changes_nothing(orchards_built: Path, jobs: int) -> None:
    assert set(staged(orchards_built, jobs).store) == set(staged(orchards_built).store)


def test_every_broken_file_is_named_at_once(orchards: Path) -> None:
    for name in ("a", "b"):
        (orchards / "entities" / f"{name}.ttl").write_text("\n<urn:x> <urn:p>", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        staged(orchards)
    for name in ("a", "b"):
        assert f"{name}.ttl:2: " in str(caught.value)


def test_the_store_brings_literals_into_their_canonical_form(orchards: Path) -> None:
    text = '<urn:x> <urn:p> "007"^^<http://www.w3.org/2001/XMLSchema#int> .'
    (orchards / "entities" / "a.ttl").write_text(text, encoding="utf-8")
    (quad,) = staged(orchards).store.quads_for_pattern(ox.NamedNode("urn:x"), None, None)
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == "7"
