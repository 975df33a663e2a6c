"""The shapes and their seeds: each rule is broken by one small file, alone, and kept by another.

A seed file is named RULE.fail.ttl or RULE.pass.ttl; RULE+WORD.fail.ttl breaks the same rule another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shifty
import sparq
from rdflib import OWL, RDF, RDFS, SH, SKOS, URIRef

Triple = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]
Pattern = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node | None]

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "tests" / "seeds" / "shapes"
SECPOL = rdflib.Namespace("https://w3id.org/secpol/ontology#")
SECSHAPE = rdflib.Namespace("https://w3id.org/secpol/shape/")
MODULES = ("core", "claims", "figures", "actors", "agreements", "policy", "events", "places", "capabilities")
CORE = ("core", "claims", "figures")
CLAIM_CORE = ("claim.passage", "claim.proposition", "claim.holder", "claim.certainty", "claim.polarity")
# What a shape may look at in the ontology. The rest (labels, definitions) only costs time here.
SCHEMA = (
    *(RDF.type, RDFS.domain, RDFS.range, RDFS.subClassOf, OWL.inverseOf),
    *(SKOS.broader, SKOS.inScheme, SKOS.topConceptOf, SECPOL.sharedByArticles),
)


@dataclass(frozen=True, order=True)
class Found:
    """One result of a report, the same for every engine."""

    rule: str
    severity: str
    focus: str
    path: str
    value: str
    component: str


@cache
def prepared() -> shifty.PreparedValidator:
    return shifty.PreparedValidator(shapes().serialize(format="nt").encode())


def fast(data: rdflib.Graph, *rules: str) -> set[Found]:
    """What the fast engine finds with some shapes, or with all."""
    text = data.serialize(format="nt").encode() + schema_text()
    chosen = [str(SECSHAPE[rule]) for rule in rules] or None
    _, report, _ = prepared().validate(text, graph_mode="data", infer=False, shape_names=chosen)
    return set(results(report))


def reference(data: rdflib.Graph, rules: list[str]) -> set[Found]:
    """What pyshacl finds with some shapes."""
    chosen = [str(SECSHAPE[rule]) for rule in rules]
    whole = data + rdflib.Graph().parse(data=schema_text(), format="nt")
    _, report, _ = pyshacl.validate(whole, shacl_graph=shapes(), use_shapes=chosen, advanced=True)
    assert isinstance(report, rdflib.Graph), report
    return set(results(report))


def results(report: rdflib.Graph) -> Iterator[Found]:
    """The results of a report, with paths that have no IRI shown alike."""
    for result in report.subjects(RDF.type, SH.ValidationResult):
        path = report.value(result, SH.resultPath)
        yield Found(
            rule=str(report.value(result, SH.sourceShape)).removeprefix(SECSHAPE),
            severity=str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)),
            focus=_shown(report.value(result, SH.focusNode)),
            path="a path" if isinstance(path, rdflib.BNode) else str(path),
            value=_shown(report.value(result, SH.value)),
            component=str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH)),
        )


def _shown(node: rdflib.term.Node | None) -> str:
    return "a blank node" if isinstance(node, rdflib.BNode) else str(node)


@cache
def shapes(*names: str) -> rdflib.Graph:
    """The shapes of some modules, or all of them."""
    graph = rdflib.Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        if not names or path.stem in names:
            graph.parse(path)
    return graph


@cache
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        if path.stem != "alignments":
            graph.parse(path)
    return graph


@cache
def schema_text() -> bytes:
    """The class hierarchy, its marks and the kinds of term, in N-Triples: what validation needs."""
    graph = rdflib.Graph()
    for triple in ontology():
        if triple[1] in SCHEMA and isinstance(triple[0], URIRef) and not isinstance(triple[2], rdflib.BNode):
            graph.add(triple)
    return graph.serialize(format="nt").encode()


def rules() -> list[str]:
    """The ids of all rules: the shapes that say how to mend what they report."""
    return sorted(str(shape).removeprefix(SECSHAPE) for shape in shapes().subjects(SECSHAPE.hint))


def seed(path: Path) -> rdflib.Graph:
    """A seed, closed under OWL 2 RL where its rule runs after inference."""
    graph = rdflib.Graph().parse(path)
    return closure(graph + ontology()) if phase(rule_of(path)) == "inferred" else graph


@cache
def checked(path: Path) -> set[Found]:
    return fast(seed(path))


def closure(graph: rdflib.Graph) -> rdflib.Graph:
    engine = sparq.Graph.load(graph.serialize(format="nt"), format="ntriples")
    engine.reason("owl")
    answer = engine.query_json("SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER (isIRI(?s) && isIRI(?o)) }")
    rows = ox.parse_query_results(answer, ox.QueryResultsFormat.JSON)
    assert isinstance(rows, ox.QuerySolutions)
    text = "".join(f"{row[0]} {row[1]} {row[2]} .\n" for row in rows)
    return graph + rdflib.Graph().parse(data=text, format="nt")


def rule_of(path: Path) -> str:
    return path.name.removesuffix(".ttl").rpartition(".")[0].partition("+")[0]


def seeds(kind: str) -> list[Path]:
    return sorted(SEEDS.glob(f"*.{kind}.ttl"))


def phase(rule: str) -> str:
    return str(shapes().value(SECSHAPE[rule], SECSHAPE.phase) or "asserted")


def fired(found: set[Found], rule: str) -> set[str]:
    """The rules in a report that run in the same phase as a rule."""
    return {one.rule for one in found if phase(one.rule) == phase(rule)}


def neighbours(rule: str) -> list[str]:
    """The rule and what every claim must have: with all rules pyshacl takes minutes."""
    return sorted({rule, *CLAIM_CORE})


@pytest.mark.parametrize("path", seeds("fail"), ids=lambda path: path.name)
def test_a_seeded_error_breaks_its_rule_alone(path: Path) -> None:
    assert fired(checked(path), rule_of(path)) == {rule_of(path)}


@pytest.mark.parametrize("path", seeds("pass"), ids=lambda path: path.name)
def test_what_is_mended_breaks_no_rule(path: Path) -> None:
    assert fired(checked(path), rule_of(path)) == set()


@pytest.mark.parametrize(
    "path", [path for path in seeds("fail") if phase(rule_of(path)) == "inferred"], ids=lambda path: path.name
)
def test_the_reference_engine_finds_the_same_after_inference(path: Path) -> None:
    """The other seeds are compared in test_engines.py."""
    near = neighbours(rule_of(path))
    assert {one for one in checked(path) if one.rule in near} == reference(seed(path), near)


COMPONENTS: dict[rdflib.term.Node, str] = {
    SH.minCount: "MinCount",
    SH.maxCount: "MaxCount",
    SH["class"]: "Class",
    SH["in"]: "In",
    SH.datatype: "Datatype",
    SH.pattern: "Pattern",
    SH.nodeKind: "NodeKind",
    SH.disjoint: "Disjoint",
    SH.minInclusive: "MinInclusive",
    SH.minLength: "MinLength",
    SH.maxLength: "MaxLength",
    SH.lessThan: "LessThan",
    SH.lessThanOrEquals: "LessThanOrEquals",
    SH.uniqueLang: "UniqueLang",
    SH["or"]: "Or",
    SH["not"]: "Not",
    SH.hasValue: "HasValue",
    SH.sparql: "SPARQL",
}


def parts(rule: str) -> set[str]:
    """The constraint components of a rule."""
    return {
        f"{COMPONENTS[predicate]}ConstraintComponent"
        for predicate in shapes().predicates(SECSHAPE[rule])
        if predicate in COMPONENTS
    }


def mutants(graph: rdflib.Graph, rule: str) -> Iterator[rdflib.Graph]:
    """A graph that keeps a rule, with a value on the rule's path taken away, doubled, or replaced."""
    path = shapes().value(SECSHAPE[rule], SH.path)
    other = shapes().value(SECSHAPE[rule], SH.disjoint)
    nodes: list[rdflib.term.Node] = [
        URIRef("urn:example:stranger"),
        *(rdflib.Literal(text) for text in ("", "some words", "x" * 99)),
        *(rdflib.Literal(number) for number in (-1, 0, 7)),
        rdflib.Literal("Wort", lang="en"),
    ]
    for subject, predicate, value in graph:
        if predicate != path:
            continue
        yield _with(graph, remove=[(subject, predicate, None)])
        if other is not None:
            yield _with(graph, [(subject, other, value)])
        for node in nodes:
            yield _with(graph, [(subject, predicate, node)])
            yield _with(graph, [(subject, predicate, node)], [(subject, predicate, value)])


def _with(graph: rdflib.Graph, add: Sequence[Triple] = (), remove: Sequence[Pattern] = ()) -> rdflib.Graph:
    changed = graph + rdflib.Graph()
    for pattern in remove:
        changed.remove(pattern)
    for triple in add:
        changed.add(triple)
    return changed


@pytest.mark.parametrize("rule", rules())
def test_every_part_of_a_rule_can_fail(rule: str) -> None:
    """A seed breaks it, or a small change of the file that keeps the rule does."""
    failing = [path for path in seeds("fail") if rule_of(path) == rule]
    broken = {one.component for path in failing for one in checked(path) if one.rule == rule}
    kept = seed(SEEDS / f"{rule}.pass.ttl")
    for mutant in mutants(kept, rule):
        if parts(rule) <= broken:
            break
        broken |= {one.component for one in fast(mutant, rule)}
    assert parts(rule) <= broken


def test_every_rule_has_a_seed_that_fails_and_one_that_passes() -> None:
    for kind in ("fail", "pass"):
        assert {rule_of(path) for path in seeds(kind) if "+" not in path.name} == set(rules())


def test_seeds_belong_to_rules() -> None:
    assert {rule_of(path) for path in SEEDS.iterdir()} <= set(rules())


@pytest.mark.full
def test_shapes_conform_to_the_shacl_of_shacl() -> None:
    pyshacl.validate(rdflib.Graph(), shacl_graph=shapes(), advanced=True, meta_shacl=True)


@pytest.mark.full
def test_a_broken_shape_does_not_conform_to_the_shacl_of_shacl() -> None:
    broken = shapes() + rdflib.Graph()
    broken.set((SECSHAPE["claim.certainty"], SH.minCount, rdflib.Literal("one")))
    with pytest.raises(pyshacl.errors.ReportableRuntimeError):
        pyshacl.validate(rdflib.Graph(), shacl_graph=broken, advanced=True, meta_shacl=True)


def test_every_shape_is_a_rule() -> None:
    """Each IRI that is a shape can be run, explained and mended; none is a mere part of another."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    assert {
        str(s).removeprefix(SECSHAPE) for kind in kinds for s in shapes().subjects(RDF.type, kind)
    } == set(rules())


@pytest.mark.parametrize("rule", rules())
def test_a_rule_says_what_it_is(rule: str) -> None:
    shape = SECSHAPE[rule]
    graph = shapes()
    for predicate in (SH.name, SH.message, SH.description, SECSHAPE.hint):
        values = list(graph.objects(shape, predicate))
        assert [getattr(value, "language", None) for value in values] == ["en"], predicate
    assert list(graph.objects(shape, SH.severity)) in ([SH.Violation], [SH.Warning], [SH.Info])
    assert [str(value) for value in graph.objects(shape, SECSHAPE.scope)] in (["article"], ["corpus"])
    assert phase(rule) in ("asserted", "inferred")
    assert list(graph.objects(shape, SECSHAPE.mayBeEmpty)) in ([], [rdflib.Literal(True)])
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", rule)
    targets = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
    assert any(graph.value(shape, target) for target in targets)


@pytest.mark.parametrize("rule", [r for r in rules() if r.startswith("contested.")])
def test_what_articles_disagree_on_is_information(rule: str) -> None:
    assert shapes().value(SECSHAPE[rule], SH.severity) == SH.Info
    assert str(shapes().value(SECSHAPE[rule], SECSHAPE.scope)) == "corpus"


def sparql_texts() -> list[tuple[str, str]]:
    """Every SELECT of the shapes with the rule that it belongs to."""
    return [
        (str(shape).removeprefix(SECSHAPE), str(text))
        for link in (SH.sparql, SH.target)
        for shape, node in shapes().subject_objects(link)
        for text in shapes().objects(node, SH.select)
    ]


def declared_prefixes() -> dict[str, str]:
    return {
        str(shapes().value(node, SH.prefix)): str(shapes().value(node, SH.namespace))
        for node in shapes().objects(None, SH.declare)
    }


@pytest.mark.parametrize(("rule", "text"), sparql_texts(), ids=lambda value: value.split()[0])
def test_queries_keep_to_what_shacl_allows(rule: str, text: str) -> None:
    assert not re.search(r"\b(VALUES|MINUS|SERVICE)\b", text)
    assert text.upper().count("SELECT") == 1
    ox.Store().query(text.replace("$this", "?this"), prefixes=declared_prefixes())


def test_severity_stands_on_the_shape() -> None:
    for node in shapes().objects(None, SH.sparql):
        assert not list(shapes().objects(node, SH.severity))
        assert not list(shapes().objects(node, SH.message))


def own_terms(graph: rdflib.Graph) -> set[URIRef]:
    """The IRIs in our namespaces that shapes use, inside SPARQL text too."""
    used = {node for triple in graph for node in triple if isinstance(node, URIRef)}
    for text in map(str, graph.objects(None, SH.select)):
        used |= {SECPOL[name] for name in re.findall(r"secpol:(\w+)", text)}
        used |= {URIRef(iri) for iri in re.findall(r"<(https://w3id.org/secpol/[^<>\s]+)>", text)}
    return {iri for iri in used if iri.startswith("https://w3id.org/secpol/")}


def test_every_term_that_shapes_use_is_declared() -> None:
    declared = {s for s, p in (ontology() + shapes()).subject_predicates() if p == RDF.type}
    assert own_terms(shapes()) - declared == set()


def test_core_shapes_use_core_terms_alone() -> None:
    defined = set()
    for name in CORE:
        defined |= set(rdflib.Graph().parse(ROOT / "ontology" / f"{name}.ttl").subjects())
    used = {iri for iri in own_terms(shapes(*CORE)) if iri.startswith(SECPOL)}
    assert used - defined == set()


def test_there_is_a_shapes_file_for_every_module() -> None:
    assert {path.stem for path in (ROOT / "shapes").glob("*.ttl")} == {*MODULES, "relations"}


def test_closed_lists_are_those_of_the_ontology() -> None:
    """A value added to a list of the ontology may stand in the data, too."""
    for rule in rules():
        head = shapes().value(SECSHAPE[rule], SH["in"])
        if head is None:
            continue
        values = set(rdflib.collection.Collection(shapes(), head))
        kinds = {kind for value in values for kind in ontology().objects(value, RDF.type)}
        kinds.discard(OWL.NamedIndividual)
        assert len(kinds) == 1, rule
        assert values == set(ontology().subjects(RDF.type, kinds.pop())), rule


def populated_classes() -> set[str]:
    """The classes that articles and entities have instances of."""
    found = set()
    for path in [*ROOT.glob("articles/*/*.ttl"), *ROOT.glob("entities/*.ttl")]:
        graph = rdflib.Graph().parse(path, publicID="https://w3id.org/secpol/article/a")
        found |= {str(kind) for kind in graph.objects(None, RDF.type) if str(kind).startswith(SECPOL)}
    return found


def test_every_class_that_articles_populate_has_a_shape() -> None:
    targeted = set(shapes().objects(None, SH.targetClass))
    for name in populated_classes():
        above = set(ontology().transitive_objects(URIRef(name), RDFS.subClassOf))
        assert above & targeted, name
