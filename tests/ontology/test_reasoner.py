"""HermiT and the RL engine on the ontology, on one seeded error at a time, and on the articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import sparq

from kg.article.ranges import ArticleFiles
from kg.project.project import Project

from .conftest import ROOT, Triples, Verdict

SEEDS = ROOT / "tests" / "seeds" / "ontology"
WRONG = sorted(path.stem for path in SEEDS.glob("*.ttl") if not path.stem.endswith(".ok"))
RIGHT = sorted(path.stem for path in SEEDS.glob("*.ok.ttl"))
ARTICLES = sorted(path.parent for path in (ROOT / "articles").glob("*/article.ttl"))

# The engine does not hold a literal's datatype against the range of its property.
UNSEEN_BY_RL = {"text-as-start-offset"}

Hermit = Callable[[Triples], Verdict]
Read = Callable[[Iterable[Path]], Triples]


def inconsistencies(triples: Triples) -> list[str]:
    """What the RL engine finds that cannot be true together."""
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    graph = sparq.Graph.load(text.decode(), format="ntriples")
    graph.reason("owl")
    return list(graph.inconsistencies())


def test_ontology_is_consistent_and_every_class_can_have_members(schema: Triples, hermit: Hermit) -> None:
    assert hermit(schema) == Verdict(consistent=True, unsatisfiable=())


def test_alignments_are_consistent_with_the_ontology(schema: Triples, read: Read, hermit: Hermit) -> None:
    assert hermit(schema | read([ROOT / "ontology" / "alignments.ttl"])) == Verdict(True, ())


def test_an_unsatisfiable_class_is_found(schema: Triples, read: Read, hermit: Hermit, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.ttl"
    mixed.write_text(
        """@prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix secpol: <https://w3id.org/secpol/ontology#> .
        <https://example.org/CityState> a owl:Class ; rdfs:subClassOf secpol:City , secpol:State .""",
        encoding="utf-8",
    )
    assert hermit(schema | read([mixed])).unsatisfiable == ("https://example.org/CityState",)


def test_every_seed_has_a_valid_sibling_and_says_what_fires() -> None:
    assert [f"{name}.ok" for name in WRONG] == RIGHT
    assert len(WRONG) >= 16
    for name in WRONG:
        text = (SEEDS / f"{name}.ttl").read_text(encoding="utf-8")
        assert text.startswith("# Fires: ")
        assert ("RL engine is silent" in text) == (name in UNSEEN_BY_RL)


@pytest.mark.parametrize("name", WRONG)
def test_hermit_refuses(name: str, schema: Triples, read: Read, hermit: Hermit) -> None:
    assert not hermit(schema | read([SEEDS / f"{name}.ttl"])).consistent


@pytest.fixture(scope="module")
def all_siblings_together(schema: Triples, read: Read, hermit: Hermit) -> bool:
    """Whether HermiT accepts the valid siblings as one; no two of them share a node."""
    return hermit(schema | read(SEEDS / f"{name}.ttl" for name in RIGHT)).consistent


@pytest.mark.parametrize("name", RIGHT)
def test_hermit_accepts(
    name: str, all_siblings_together: bool, schema: Triples, read: Read, hermit: Hermit
) -> None:
    # What is consistent as a whole is so in each part: a run for each is needed only to find the culprit.
    assert all_siblings_together or hermit(schema | read([SEEDS / f"{name}.ttl"])).consistent


@pytest.mark.parametrize("name", WRONG)
def test_rl_engine_finds_an_inconsistency(name: str, schema: Triples, read: Read) -> None:
    found = inconsistencies(schema | read([SEEDS / f"{name}.ttl"]))
    assert (found == []) == (name in UNSEEN_BY_RL)
    assert len(found) == len(set(found)), "the same pair is declared disjoint twice"


@pytest.mark.parametrize("name", RIGHT)
def test_rl_engine_finds_no_inconsistency(name: str, schema: Triples, read: Read) -> None:
    assert inconsistencies(schema | read([SEEDS / f"{name}.ttl"])) == []


def test_there_are_articles() -> None:
    assert ARTICLES


@pytest.mark.parametrize("folder", ARTICLES, ids=lambda folder: str(folder.name))
def test_article_is_consistent(
    folder: Path, schema: Triples, read: Read, rule: Callable[[str], str], hermit: Hermit
) -> None:
    files = ArticleFiles.read(Project.shipped(), folder.name).triples
    own = {t for path, triples in files.items() if path.stem != "article" for t in triples}
    told = read(sorted((ROOT / "entities").glob("*.ttl"))) | own
    store = ox.Store()
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in told)
    made = {triple for name in ("facts", "passages") for triple in construct(store, rule(name))}
    assert any(triple not in told for triple in made)
    date = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")
    # HermiT stops on any xsd:date; only metadata have them.
    dated = {
        triple for triple in told if isinstance(triple.object, ox.Literal) and triple.object.datatype == date
    }
    graph = schema | (told - dated) | frozenset(made)
    assert inconsistencies(graph) == []
    assert hermit(graph).consistent


def construct(store: ox.Store, text: str) -> list[ox.Triple]:
    """The triples that a rule makes."""
    result = store.query(text)
    assert isinstance(result, ox.QueryTriples)
    return list(result)
