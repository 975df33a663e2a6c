"""A second domain, on the core modules alone: the package knows nothing of the first."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.check.shapes import Shapes
from kg.project.project import Project, SourceKind
from kg.rdf.turtle_reading import read_turtle

if TYPE_CHECKING:
    from tests.command import Kg

REPOSITORY = Path(__file__).parents[2]
SECPOL = "https://w3id.org/secpol/ontology#"
RELATION = "https://w3id.org/secpol/relation/"
FACTS = Path("articles") / "2026-09-10-late-frost" / "facts.ttl"
CLAIMS = FACTS.with_name("claims.ttl")


def test_it_builds_without_a_remark(kg: Kg, orchards: Path) -> None:
    ran = kg("build", "--force", cwd=orchards)
    assert (ran.status, ran.err) == (0, "")


def test_it_is_queried(kg: Kg, orchards: Path) -> None:
    """Where a variety grows is nowhere written: a chain of the project's own ontology says so."""
    ran = kg("query", "what-grows-where", "--format", "table", cwd=orchards)
    assert ran.status == 0
    assert ran.out.split("\n")[3].split("  ")[0].strip() == "Amber Lady"
    for cell in ("north orchard", "Tollan growers' cooperative", "900"):
        assert cell in ran.out


def test_its_graph_has_its_own_names(orchards_built: Path) -> None:
    graph = KnowledgeGraph.open(Project.load(orchards_built))
    names = graph.sparql("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert all(row["g"].value.startswith("https://example.org/orchards/graph/") for row in names)


@dataclass(frozen=True)
class Seed:
    """A mistake to make in one file, and the finding that it leads to."""

    file: Path
    old: str
    new: str
    rule: str
    found_at: tuple[Path, str]


SEEDS = {
    "a shape of its own": Seed(
        CLAIMS,
        "secpol:propPredicate orch:harvestOf",
        "secpol:propPredicate orch:neighbours",
        "harvest.variety",
        (FACTS, "<#Harvest> a"),
    ),
    "an axiom of its own": Seed(
        FACTS,
        "<#Harvest> a orch:Harvest",
        "<#Harvest> a orch:WeatherEvent",
        "reasoning.inconsistency",
        (CLAIMS, "secpol:propObject tollan:AmberLady"),
    ),
    "an axiom of the core": Seed(
        FACTS,
        "<#Crates> a secpol:CountFigure",
        "<#Crates> a orch:Variety , secpol:Place",
        "reasoning.inconsistency",
        (FACTS, "secpol:approximation secpol:Nearly"),
    ),
}


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
def test_it_is_checked(kg: Kg, orchards: Path, seed: Seed) -> None:
    path = orchards / seed.file
    text = path.read_text(encoding="utf-8")
    assert text.count(seed.old) == 1
    path.write_text(text.replace(seed.old, seed.new), encoding="utf-8")
    ran = kg("build", cwd=orchards)
    assert (ran.status, ran.out) == (1, "")
    told = [line for line in ran.err.splitlines() if f"[{seed.rule}]" in line]
    file, words = seed.found_at
    before, _, _ = (orchards / file).read_text(encoding="utf-8").partition(words)
    place = f"{file}:{before.count(chr(10)) + 1}"
    assert any(place in finding for finding in told), ran.err


def test_core_rules_are_checked_too(kg: Kg, orchards: Path) -> None:
    path = orchards / CLAIMS
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("secpol:polarity secpol:Affirmed", "secpol:polarity secpol:Certain", 1), encoding="utf-8"
    )
    ran = kg("build", cwd=orchards)
    assert ran.status == 1
    assert "[claim.polarity]" in ran.err


def local_names(path: Path) -> set[str]:
    return {
        triple.subject.value.removeprefix(SECPOL).removeprefix(RELATION)
        for triple in read_turtle(path)
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith((SECPOL, RELATION))
    } - {""}


def domain_names() -> set[str]:
    """Every class, property, value and relation of the security domain that the core does not define."""
    core = {"core", "claims", "figures"}
    modules = {path.stem: local_names(path) for path in (REPOSITORY / "ontology").glob("*.ttl")}
    assert modules["actors"] > {"NationalGovernment"}
    return set().union(*modules.values()) - set().union(*(modules[name] for name in core))


def code_of(path: Path) -> str:
    """A file without the examples of its docstrings, which may speak of the shipped graph."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node) is None:
            continue
        start, end = node.body[0].lineno - 1, node.body[0].end_lineno or 0
        in_example = False
        for number in range(start, end):
            stripped = lines[number].strip()
            in_example = stripped.startswith(">>>") or (in_example and stripped != "")
            if in_example:
                lines[number] = ""
    return "\n".join(lines)


@cache
def own_classes() -> frozenset[str]:
    texts = (path.read_text(encoding="utf-8") for path in (REPOSITORY / "kg").rglob("*.py"))
    return frozenset(name for text in texts for name in re.findall(r"^class (\w+)", text, re.MULTILINE))


def names_in(code: str, names: set[str]) -> set[str]:
    """The names that stand in code: CamelCase as whole words, one small word only where it is a term.

    Words such as `target` and `near` are English; behind a prefix or an IRI they are terms. So are the names
    that the package gives its own classes, such as `Action`.
    """
    telling = {name for name in names if re.search(r".[A-Z]", name) or name[0].isupper()} - own_classes()
    words = set(re.findall(r"\w+", code))
    terms = set(re.findall(r"(?:secpol:|rel:|ontology#|relation/|SECPOL\(\")(\w+)", code))
    return (telling & words) | (names & terms)


@pytest.mark.parametrize(
    "path",
    sorted((REPOSITORY / "kg").rglob("*.py")),
    ids=lambda path: path.relative_to(REPOSITORY).as_posix(),
)
def test_the_package_names_nothing_of_the_first_domain(path: Path) -> None:
    assert names_in(code_of(path), domain_names()) == set()


def test_the_test_above_does_find_such_names(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        '"""Reads proposals.\n\n>>> RejectionAct\nShelvingAct\n\nTreaty\n"""\n'
        'KIND = "https://w3id.org/secpol/ontology#governs"  # a Strategy\ntarget = SECPOL("near")\n',
        encoding="utf-8",
    )
    assert names_in(code_of(path), domain_names()) == {"Treaty", "governs", "Strategy", "near"}


def test_the_core_modules_name_no_other_module() -> None:
    """What a project with extends = "core" gets is whole: shapes, rules and modules alike."""
    domain = {f"{SECPOL}{name}" for name in domain_names()}
    for name in ("core", "claims", "figures"):
        for triple in read_turtle(REPOSITORY / "ontology" / f"{name}.ttl"):
            assert not {term.value for term in triple if isinstance(term, ox.NamedNode)} & domain, name
        text = (REPOSITORY / "shapes" / f"{name}.ttl").read_text(encoding="utf-8")
        assert names_in(re.sub(r"#.*|\"[^\"]*\"@en", "", text), domain_names()) == set(), name
    for rule in (REPOSITORY / "ontology" / "rules").glob("*.rq"):
        assert names_in(rule.read_text(encoding="utf-8"), domain_names()) == set(), rule
    for topic in ("core", "claims", "figures"):
        for query in (REPOSITORY / "queries" / topic).glob("*.rq"):
            code = re.sub(r"(?m)^#.*", "", query.read_text(encoding="utf-8"))
            assert names_in(code, domain_names()) == set(), query


def test_every_core_question_can_be_asked_of_the_second_domain(orchards_built: Path) -> None:
    graph = KnowledgeGraph.open(Project.load(orchards_built))
    shipped = [query for query in graph.queries.values() if orchards_built not in query.path.parents]
    for query in shipped:
        assert graph.sparql(query.text).headings(), query.name
    assert {query.topic for query in shipped} == {"core", "claims", "figures"}


def test_every_core_shape_runs_on_the_second_domain(orchards_built: Path) -> None:
    sources = Project.load(orchards_built).sources()
    names = {source.path.name for source in sources if source.kind is SourceKind.SHAPES}
    assert names == {"core.ttl", "claims.ttl", "figures.ttl", "orchards.ttl"}
    shapes = Shapes.read([source.path for source in sources if source.kind is SourceKind.SHAPES])
    assert len(shapes.triples) > 500
