"""The ontology's files, read once, and the reasoners that judge them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF

ROOT = Path(__file__).parents[2]
ONTOLOGY = ROOT / "ontology"

Triples = frozenset[ox.Triple]


@dataclass(frozen=True)
class Verdict:
    """What HermiT says of some triples."""

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def modules() -> Mapping[str, rdflib.Graph]:
    """Every file of the ontology by its name without the ending, alignments included."""
    return {path.stem: rdflib.Graph().parse(path) for path in sorted(ONTOLOGY.glob("*.ttl"))}


@pytest.fixture(scope="session")
def vocabulary(modules: Mapping[str, rdflib.Graph]) -> rdflib.Graph:
    """What secpol.ttl and its imports say: everything but the alignments."""
    merged = rdflib.Graph()
    for name, graph in modules.items():
        if name != "alignments":
            merged += graph
    return merged


@pytest.fixture(scope="session")
def read() -> Callable[[Iterable[Path]], Triples]:
    """Reads Turtle files into one set of triples, their blank nodes kept apart."""

    def read_files(paths: Iterable[Path]) -> Triples:
        store = ox.Store()
        for path in paths:
            store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
        return frozenset(quad.triple for quad in store)

    return read_files


@pytest.fixture(scope="session")
def schema(read: Callable[[Iterable[Path]], Triples]) -> Triples:
    """The vocabulary as the reasoners take it."""
    return read(path for path in sorted(ONTOLOGY.glob("*.ttl")) if path.stem != "alignments")


@pytest.fixture(scope="session")
def rule() -> Callable[[str], str]:
    """The text of a rule by its name."""
    return lambda name: (ONTOLOGY / "rules" / f"{name}.rq").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def hermit(java: str) -> Callable[[Triples], Verdict]:
    """Judges triples by HermiT; each call has a world of its own."""

    def judge(triples: Triples) -> Verdict:
        with pytest.MonkeyPatch.context() as patch:
            # Each call starts a JVM, and its optimising compiler costs more than it saves in a second.
            patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
            return _judge(triples)

    return judge


def _judge(triples: Triples) -> Verdict:
    import owlready2

    imports = ox.NamedNode(str(OWL.imports))
    # All is merged already; owlready2 would look for an import on the network.
    told = [triple for triple in triples if triple.predicate != imports]
    text = ox.serialize(told, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    world = owlready2.World()
    try:
        world.get_ontology("https://example.org/judged").load(fileobj=io.BytesIO(text))
        owlready2.sync_reasoner(world, debug=0)
        empty = {cls.iri for cls in world.inconsistent_classes()} - {str(OWL.Nothing)}
        return Verdict(True, tuple(sorted(empty)))
    except owlready2.OwlReadyInconsistentOntologyError:
        return Verdict(False)
    finally:
        world.close()


@pytest.fixture(scope="session")
def terms(vocabulary: rdflib.Graph) -> frozenset[rdflib.URIRef]:
    """The project's own classes, properties, values and relation concepts."""
    kinds = (
        OWL.Class,
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
        OWL.AnnotationProperty,
        OWL.NamedIndividual,
    )
    return frozenset(
        term
        for kind in kinds
        for term in vocabulary.subjects(RDF.type, kind)
        if isinstance(term, rdflib.URIRef) and term.startswith("https://w3id.org/secpol/")
    )
