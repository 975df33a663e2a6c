"""Entities by what a reader types, and parameters of stored queries from the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.build.name_index import NameFile, NameWriter
from kg.core.errors import InputError, UsageError
from kg.core.names import names_in
from kg.query.lookup import Lookup
from kg.query.parameters import Parameter
from kg.query.stored import StoredQuery
from tests.command import Kg

E = "http://example.org/"
PREFIXES = {"e": E}
DATA = """
@prefix e: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
e:Apple a e:Fruit ; rdfs:label "apple"@en ; skos:altLabel "pomme" .
e:Maker a e:Firm ; rdfs:label "Apple"@en ; skos:altLabel "the fruit firm" .
e:Pear a e:Fruit ; rdfs:label "pear"@en .
e:Peer a e:Person ; rdfs:label "pear"@en .
e:Street rdfs:label "Pfirsichstraße"@de . e:Way rdfs:label "Straße"@de .
e:Ripe a e:Ripeness ; rdfs:label "ripe"@en .
e:Unripe a e:Ripeness ; rdfs:label "unripe"@en .
<http://example.org/article/one#S1> rdfs:label "first" .
<http://example.org/article/two#S1> rdfs:label "second" .
<http://example.org/article/two#S2> rdfs:label "third" .
"""


CLASS = """
@prefix e: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
e:System a owl:Class ; rdfs:label "system of hubs" . e:grows a owl:ObjectProperty ; rdfs:label "grows" .
e:OldSystem a e:System ; rdfs:label "old system" ; skos:altLabel "system of hubs" .
"""


def test_a_parameter_means_the_individual_where_a_class_bears_its_name_too() -> None:
    store = ox.Store()
    store.load(CLASS.encode(), ox.RdfFormat.TURTLE)
    lookup = Lookup(store, PREFIXES)
    parameter = Parameter("entity", "iri")
    assert parameter.term("system of hubs", lookup) == ox.NamedNode(f"{E}OldSystem")
    assert parameter.term("grows", lookup) == ox.NamedNode(f"{E}grows")
    assert lookup.find("system of hubs") == ox.NamedNode(f"{E}System")


@pytest.fixture(scope="module", params=["memory", "file"])
def lookup(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lookup:
    """The same names in memory, and in the file of a snapshot."""
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    for slug in ("one", "two"):
        home = ox.NamedNode(f"{E}graph/article/{slug}/meta")
        store.add(ox.Quad(ox.NamedNode(f"{E}article/{slug}"), ox.NamedNode(f"{E}p"), ox.Literal(slug), home))
    if request.param == "memory":
        return Lookup(store, PREFIXES)
    path = tmp_path_factory.mktemp("snapshot") / "names.sqlite"
    writer = NameWriter(path)
    writer.add(None, names_in(store, [f"{E}article/{slug}" for slug in ("one", "two")]))
    writer.close()
    return Lookup(store, PREFIXES, lambda: NameFile(path))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (f"{E}Anything", "Anything"),
        (f"<{E}Apple>", "Apple"),
        ("e:Apple", "Apple"),
        ("apple", "Apple"),
        ("Apple", "Maker"),
        ("APPLE", None),
        ("pomme", "Apple"),
        ("The Fruit Firm", "Maker"),
        ("PFIRSICHSTRASSE", "Street"),
        ("straße", "Way"),
        ("#S2", "article/two#S2"),
        ("S2", "article/two#S2"),
        ("one#S1", "article/one#S1"),
        ("two", "article/two"),
    ],
)
def test_iri_curie_label_and_fragment(lookup: Lookup, typed: str, found: str | None) -> None:
    if found is None:
        with pytest.raises(UsageError, match=r"may be e:Apple \(e:Fruit\), e:Maker \(e:Firm\)"):
            lookup.find(typed)
    else:
        assert lookup.find(typed).value == E + found


def test_other_schemes_are_iris(lookup: Lookup) -> None:
    assert lookup.find("urn:isbn:123").value == "urn:isbn:123"


def test_a_class_tells_two_of_a_name_apart(lookup: Lookup) -> None:
    with pytest.raises(UsageError, match=r"may be e:Pear \(e:Fruit\), e:Peer \(e:Person\); name one of them"):
        lookup.find("pear")
    assert lookup.find("pear", "e:Fruit").value == f"{E}Pear"


def test_a_fragment_of_two_articles_is_ambiguous(lookup: Lookup) -> None:
    with pytest.raises(UsageError, match="several articles: one#S1, two#S1"):
        lookup.find("#S1")
    with pytest.raises(UsageError, match="'S1' may be one#S1, two#S1; name one of them"):
        lookup.find("S1")


def test_what_no_article_has_offers_the_nearest(lookup: Lookup) -> None:
    for typed, near in (("#S9", "#S1 or #S2"), ("one#S9", "#S1")):
        with pytest.raises(UsageError, match=rf"no article has a {typed}; did you mean {near}\?"):
            lookup.find(typed)
    with pytest.raises(UsageError, match="'S11'; did you mean #S1"):
        lookup.find("S11")
    with pytest.raises(UsageError, match="of the kind e:Fruit is called 'S2'; there is apple, pear"):
        lookup.find("S2", "e:Fruit")


def test_an_article_is_found_whatever_stands_in_the_base() -> None:
    base = "https://example.org/graph/kg/"
    store = ox.Store()
    home, claim = ox.NamedNode(f"{base}graph/article/drill/meta"), ox.NamedNode(f"{base}article/drill#S1")
    store.add(ox.Quad(claim, ox.NamedNode(f"{E}p"), ox.Literal("one"), home))
    assert Lookup(store, PREFIXES).find("#S1") == claim


def test_bytes_that_are_no_text(lookup: Lookup) -> None:
    with pytest.raises(UsageError, match="is not UTF-8"):
        lookup.find("app\udcffle")


def test_a_prefix_that_is_none_is_told(lookup: Lookup) -> None:
    with pytest.raises(UsageError, match="'x:Apple'; there is no prefix x:"):
        lookup.find("x:Apple")


def test_an_unknown_label_offers_the_nearest(lookup: Lookup) -> None:
    with pytest.raises(UsageError, match=r"called 'peer'; did you mean pear\?"):
        lookup.find("peer")


def test_coded_values_are_of_their_class(lookup: Lookup) -> None:
    assert lookup.coded("Ripe", "e:Ripeness").value == f"{E}Ripe"
    assert lookup.coded("e:Unripe", "e:Ripeness").value == f"{E}Unripe"
    for typed in ("rip", "apple", "e:Apple"):
        with pytest.raises(UsageError, match="is not one of ripe, unripe"):
            lookup.coded(typed, "e:Ripeness")


def test_names_that_begin_as_typed(lookup: Lookup) -> None:
    assert lookup.starting("AP") == ["Apple", "apple"]
    assert lookup.starting("", "e:Ripeness") == ["ripe", "unripe"]


QUERY = """#+ summary: What is held, by whom?
#+ description: Claims.
#+ params:
#+   - {name: holder, type: iri, list: true, description: Who holds it.}
#+   - {name: certainty, type: enum, class: secpol:CertaintyLevel, description: How surely.}
#+   - {name: polarity, type: enum, class: secpol:PolarityValue}
#+   - {name: certainty2, type: enum, class: secpol:CertaintyLevel, default: certain}
#+   - {name: words, type: string, default: }
PREFIX secpol: <https://w3id.org/secpol/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?claim ?holder {
    VALUES $holder { UNDEF }
    VALUES $certainty { secpol:Certain }
    VALUES $polarity { secpol:Affirmed }
    VALUES $certainty2 { secpol:Certain }
    ?claim secpol:heldBy ?holder ; secpol:certainty ?certainty ; secpol:polarity ?polarity .
    ?claim rdfs:label ?gloss .
    VALUES $words { "" }
    FILTER(!BOUND(?words) || CONTAINS(LCASE(STR(?gloss)), LCASE(?words)))
} ORDER BY ?claim
"""


@pytest.fixture
def asked(starter: Path) -> Path:
    """The starter project with a stored query of every kind of parameter."""
    (starter / "queries" / "claims" / "held.rq").write_text(QUERY, encoding="utf-8")
    return starter


def rows(out: str) -> int:
    return len(out.splitlines()) - 1


def test_parameters_are_options(asked: Path, kg: Kg) -> None:
    everything = kg("query", "held", cwd=asked)
    assert everything.status == 0 and rows(everything.out) > 3
    denied = kg("query", "held", "--polarity", "denied", cwd=asked)
    assert 0 < rows(denied.out) < rows(everything.out)
    holders = {line.split(",")[1] for line in everything.out.splitlines()[1:]}
    one, two = sorted(holders)[:2]
    by_one, by_two = (kg("query", "held", "--holder", holder, cwd=asked) for holder in (one, two))
    by_both = kg("query", "held", "--holder", one, "--holder", two, cwd=asked)
    assert rows(by_both.out) == rows(by_one.out) + rows(by_two.out)


def test_help_tells_type_class_default(asked: Path, kg: Kg) -> None:
    told = kg("query", "held", "--help", cwd=asked).out
    assert "--holder IRI" in told and "Who holds it." in told
    assert "[default: certain]" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--holdr", "x"], "Did you mean one of: '--help', '--holder'"),
        (["--frmat", "csv"], "Did you mean one of: '--format'"),
        (["--certainty", "sure"], "'sure' is not one of"),
        (["--certainty", "certain", "--certainty", "probable"], None),
        (["--holder", "nobody at all"], "nothing is called 'nobody at all'"),
        (["--holder", "e:a b"], "nothing is called"),
        (["--holder", "<secpol:a b>"], "is not an IRI"),
        (["extra"], "unexpected extra argument"),
    ],
)
def test_wrong_use_is_two(asked: Path, kg: Kg, arguments: list[str], message: str | None) -> None:
    ran = kg("query", "held", *arguments, cwd=asked)
    assert ran.status == (0 if message is None else 2)
    if message is not None:
        assert message in ran.err and not ran.out


def test_a_span_that_ends_before_it_starts_is_two(orchards: Path, kg: Kg) -> None:
    """Nothing lies in it, so the answer would be empty, or worse: what has no bounds."""
    ran = kg("query", "timeline", "--from-year", "2020", "--to-year", "2010", cwd=orchards)
    assert ran.status == 2
    assert "--from-year 2020 lies after --to-year 2010" in ran.err
    assert kg("query", "timeline", "--from-year", "2010", "--to-year", "2010", cwd=orchards).status == 0


def test_a_missing_parameter_is_two(asked: Path, kg: Kg) -> None:
    path = asked / "queries" / "claims" / "held.rq"
    path.write_text(QUERY.replace("list: true,", "required: true, example: ent:X,"), encoding="utf-8")
    ran = kg("query", "held", cwd=asked)
    assert ran.status == 2
    assert "held needs --holder, who holds it (for example 'ent:X')" in ran.err


def test_a_parameter_without_its_block_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "queries" / "topic" / "q.rq"
    path.parent.mkdir(parents=True)
    path.write_text(
        "#+ summary: What?\n#+ params:\n#+   - name: x\nSELECT * { ?s ?p $x }\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"no block VALUES \$x"):
        _ = StoredQuery("q", "topic", path).parameters


def test_an_empty_string_is_a_value(any_graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(
        "#+ summary: What?\n#+ params:\n#+   - {name: x, default: d}\nASK { VALUES $x { 1 } }\n",
        encoding="utf-8",
    )
    stored = StoredQuery("q", "topic", path)
    for given, row in (({"x": ""}, '""'), ({}, '"d"'), ({"x": ()}, "UNDEF")):
        bound = stored.with_terms(stored.terms(given, any_graph.lookup))
        assert f"VALUES $x {{ {row} }}" in bound


def completed(project: Path, shell: str, line: str, at: int) -> list[str]:
    environment = {"_KG_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": str(at)}
    done = subprocess.run(
        [Path(sys.executable).with_name("kg")],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.stdout.splitlines()


def test_completion_offers_queries_labels_and_coded_values(asked: Path) -> None:
    assert "plain,held" in completed(asked, "bash", "kg query he", 2)
    assert completed(asked, "bash", "kg query held --certainty ce", 4) == ["plain,certain"]
    assert "plain,--certainty" in completed(asked, "bash", "kg query held --ce", 3)
    names = KnowledgeGraph.open(asked).lookup.starting("")
    assert any(" " in name for name in names)
    zsh = completed(asked, "zsh", "kg query held --holder ", 4)
    assert set(zsh[1::3]) <= set(names)


def test_completion_never_fails(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_text("[projct]\n", encoding="utf-8")
    assert completed(tmp_path, "bash", "kg query held --holder ", 4) in ([], [""])


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_inserts_a_label_as_one_word(asked: Path) -> None:
    name = next(name for name in KnowledgeGraph.open(asked).lookup.starting("") if " " in name)
    kg = Path(sys.executable).with_name("kg")
    script = f"""
        source <(_KG_COMPLETE=bash_source {kg})
        COMP_WORDS=(kg query held --holder '{name.split()[0]}'); COMP_CWORD=4; COMPREPLY=()
        _kg_completion {kg}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], cwd=asked, capture_output=True, text=True, check=True)
    assert name.replace(" ", "\\ ") in done.stdout.splitlines()


@pytest.mark.parametrize(
    ("holder", "told"),
    [
        ("https://example.org/x", "the graph does not speak of <https://example.org/x>"),
        ("ent:Nope", "there is no ent:Nope"),
    ],
)
def test_a_value_that_the_graph_does_not_know_is_told(holder: str, told: str) -> None:
    graph = KnowledgeGraph.open()
    lines = graph.nothing_found("claims-by-holder", holder=holder)
    assert [line for line in lines if line.startswith(told)]
    assert not any("speak of" in line for line in graph.nothing_found("claims-by-holder", holder="Japan"))


def test_terms_of_outside_vocabularies_that_the_graph_does_not_use_are_told() -> None:
    graph = KnowledgeGraph.open()
    told = graph.unknown_terms("SELECT * { ?s rdfs:labl ?o ; a owl:Clas ; rdfs:label ?l ; <urn:x:y> 1 }")
    assert [line.partition(";")[0] for line in told] == [
        "the graph does not use rdfs:labl",
        "the graph does not use owl:Clas",
    ]
    assert "label" in told[0] and "Class" in told[1]
