"""Nothing that a command prints depends on the order of a set: other hash seeds, the same words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.test_golden import TRANSCRIPTS
from tests.golden.transcript import REPOSITORY

SEEDS = ("1", "2", "4242")
CHILD = """
import sys
from pathlib import Path
from tests.golden.transcript import replay
sys.stdout.buffer.write(replay(sys.stdin.buffer.read().decode(), Path(sys.argv[1])).encode())
"""
SHAPES = """@prefix my: <https://example.org/my-graph/entity/> .
@prefix myshape: <https://example.org/my-graph/shape/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
myshape:two a sh:PropertyShape ; sh:targetNode my:Odd ; sh:path rdf:value ; sh:name "value"@en ;
    sh:maxCount 0 ; sh:message "Kein Wert."@de , "No value."@en , "None."@en , "Pas de valeur."@fr .
myshape:mute a sh:PropertyShape ; sh:targetNode my:Odd ; sh:path rdf:value ; sh:name "value"@en ;
    sh:in ( "a" "b" 3 ) ; sh:minCount 9 ; sh:nodeKind sh:IRI ; sh:class secpol:Agent , secpol:Place .
myshape:query a sh:NodeShape ; sh:targetNode my:Odd ; sh:name "value"@en ; sh:sparql [
    sh:message "Wert {?value}."@de , "Value {?value}."@en ;
    sh:select "SELECT $this ?value { $this ?path ?value }" ] .
"""
ENTITIES = """@prefix my: <https://example.org/my-graph/entity/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
my:Odd a secpol:Person , secpol:Place , secpol:Agnt , secpol:Offce ;
    rdfs:label "odd"@en , "even"@en , "seltsam"@de ;
    rdf:value 1 , "1" , 1.0 , "b"@en , my:Other , my:Third ; secpol:partOf my:Odd , my:Other .
my:Other owl:sameAs my:Third ; owl:differentFrom my:Third ; rdfs:label "odd"@en , "third"@en .
[] a owl:AllDifferent ; owl:distinctMembers ( my:Odd my:Other my:Third ) .
"""
QUERY = """#+ summary: Everything odd.
#+ params:
#+   - name: who
#+     type: iri
SELECT ?a ?b ?c WHERE { VALUES $wo { <urn:x> } ?a secpol:heldBi ?b . ?d nope:p ?e . }
"""
EVERYTHING = "kg sparql 'CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(my:))) }' --format"
COMMANDS = [
    *(f"kg check --format {form}" for form in ("text", "json", "sarif", "junit", "markdown", "github")),
    "kg build",
    "kg build --allow-violations -q",
    "kg stats",
    "kg show odd",
    "kg show my:Odd --format json",
    "kg why my:Odd rdf:value",
    "kg query",
    "kg query who-holds-what --format table",
    "kg query who-hold-what",
    "kg terms holder",
    "kg diff --old . . --format json",
    *(f"{EVERYTHING} {form}" for form in ("turtle", "trig", "jsonld", "rdfxml", "dot", "graphml", "table")),
    *(
        f"kg export - --layer entities --layer claims --format {form}"
        for form in ("ttl", "nq", "trig", "rdf", "jsonld", "graphml")
    ),
    "kg export my --format neo4j",
    "cat my.nodes.csv my.edges.csv",
    "kg format --check",
]


def replayed(transcript: str, folder: Path, seed: str) -> str:
    """What the commands of a transcript print in a process of one hash seed."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, folder],
        input=transcript.encode(),
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": REPOSITORY},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


@pytest.mark.full
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_every_transcript_is_the_same_by_another_seed(path: Path, tmp_path: Path) -> None:
    """The test of each transcript has run by one that chance gave."""
    recorded = path.read_bytes().decode()
    assert replayed(recorded, tmp_path, SEEDS[0]) == recorded


@pytest.mark.full
def test_a_project_in_which_all_is_wrong_is_told_alike_by_every_seed(starter: Path, tmp_path: Path) -> None:
    """Of several messages, one changed from run to run."""
    for name, text in {"shapes": SHAPES, "entities": ENTITIES}.items():
        (starter / name).mkdir(exist_ok=True)
        (starter / name / "odd.ttl").write_text(text, encoding="utf-8")
    (starter / "queries" / "odd").mkdir()
    (starter / "queries" / "odd" / "odd.rq").write_text(QUERY, encoding="utf-8")
    transcript = "".join(f"$ {command}\n" for command in COMMANDS)
    told = []
    for seed in SEEDS:
        copy = shutil.copytree(starter, tmp_path / seed / "own", ignore=shutil.ignore_patterns(".kg"))
        told.append(replayed(transcript, copy, seed))
    assert "Value " in told[0] and "Traceback" not in told[0]
    for other in told[1:]:
        assert other.splitlines() == told[0].splitlines()
