"""The graph of the first article against its rules, file by file; only what rules derive is the tool's.

Each rule is a function that gives back what is wrong, so that one test can ask for nothing wrong in the
data and another that a fault put in on purpose is seen.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable

import pytest

from tests.articles.first import ARTICLE, REPOSITORY, SECPOL, TYPE, Data, one

REL = "https://w3id.org/secpol/relation/"
ENTITY = "https://w3id.org/secpol/entity/"
WOULD_BE = f"{SECPOL}wouldBe"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
OWL = "http://www.w3.org/2002/07/owl#"
AUTHORS = f"{ARTICLE}#authors"
ONCE = ("proposition", "certainty", "polarity", "conveyance", "assertedAs")
SLOTS = ("condition", "cause", "effect", "quantifies", "heldBy", "claimTime")
HEDGES = {
    "Possible": {"may", "might", "could", "perhaps", "to the extent"},
    "Probable": {"likely", "most likely", "appears", "unlikely"},
    "UncommittedCertainty": {"unclear"},
}


# ---- Rules: each gives back what is wrong ----


def missing_statements(data: Data) -> list[str]:
    """Statements of the inventory, S001 to S197, that no claim carries."""
    claims = data.claims()
    return [f"S{number:03}" for number in range(1, 198) if f"{ARTICLE}#S{number:03}" not in claims]


def incomplete_claims(data: Data) -> list[str]:
    """Claims without exactly one of what each needs, or without label, holder or passage."""
    faults = [
        f"{node} {name}"
        for node, said in data.claims().items()
        for name in ONCE
        if len(said.get(SECPOL + name, [])) != 1
    ]
    for node, said in data.claims().items():
        faults += [f"{node} {name}" for name in ("heldBy", "evidencedBy") if not one(said, name)]
        faults += [f"{node} label"] * (len(said.get(LABEL, [])) != 1)
    return faults


def shared_labels(data: Data) -> list[str]:
    """Labels that two claims have, so that a reader could not tell them apart."""
    counted = Counter(label for said in data.claims().values() for label in said[LABEL])
    return [label for label, count in counted.items() if count > 1]


def noted_labels(data: Data) -> list[str]:
    """Claims whose label goes on after a semicolon: what is said of the record is an editorial note."""
    return [node for node, said in data.claims().items() if any(";" in label for label in said[LABEL])]


def repeated_claims(data: Data) -> list[str]:
    """Claims of one holder with the same content in the same paragraph as another's."""
    about = data.about()
    seen: Counter[tuple[str, ...]] = Counter()
    for said in data.claims().values():
        content = about[one(said, "proposition")]
        ends = [one(content, "propSubject"), one(content, "propPredicate")]
        ends += sorted(content.get(SECPOL + "propObject", []) + content.get(SECPOL + "propValue", []))
        paragraphs = {one(about[passage], "paragraph") for passage in said[SECPOL + "evidencedBy"]}
        seen.update((*sorted(said[SECPOL + "heldBy"]), *ends, paragraph) for paragraph in paragraphs)
    return [" ".join(claim) for claim, count in seen.items() if count > 1]


def unreported_views(data: Data) -> list[str]:
    """Views of others without one reporter and stance, and claims of the authors that have either."""
    faults = []
    for node, said in data.claims().items():
        reported = (len(said.get(SECPOL + "reportedBy", [])), len(said.get(SECPOL + "reporterStance", [])))
        if reported != ((0, 0) if said[SECPOL + "heldBy"] == [AUTHORS] else (1, 1)):
            faults.append(node)
    return faults


def soft_facts(data: Data) -> list[str]:
    """Facts that are not plain, or whose predicate is no property that the ontology declares."""
    about = data.about()
    faults = []
    for node, said in data.claims().items():
        if one(said, "assertedAs") != SECPOL + "Fact":
            continue
        kinds = {kind.removeprefix(SECPOL) for kind in said[TYPE]}
        predicate = one(about[one(said, "proposition")], "propPredicate")
        plain = (
            one(said, "certainty") == SECPOL + "Certain"
            and one(said, "polarity") == SECPOL + "Affirmed"
            and one(said, "conveyance") != SECPOL + "Implicated"
            and said[SECPOL + "heldBy"] == [AUTHORS]
            and kinds == {"Claim"}
        )
        declared = any(kind.startswith(OWL) and kind.endswith("Property") for kind in about[predicate][TYPE])
        if not plain or not declared:
            faults.append(node)
    return faults


def lost_slots(data: Data) -> list[str]:
    """Claims whose kind asks for a slot that they leave empty, or the reverse."""
    needs = {"ConditionalClaim": "condition", "CausalClaim": "cause", "ConcessiveClaim": "concededTo"}
    claims = data.claims()
    faults = [
        f"{node} {slot}"
        for node, said in claims.items()
        for kind, slot in needs.items()
        if (SECPOL + kind in said[TYPE]) != bool(one(said, slot))
    ]
    faults += [
        f"{node} effect"
        for node, said in claims.items()
        if bool(one(said, "cause")) != bool(one(said, "effect"))
    ]
    pointed = [(node, slot) for node, said in claims.items() for slot in said.get(SECPOL + "concededTo", [])]
    return faults + [f"{node} {target}" for node, target in pointed if target not in claims]


def misjudged_certainty(data: Data) -> list[str]:
    """Claims whose certainty is not what their hedge, being a fear or being only suggested allows."""
    faults = []
    for node, said in data.claims().items():
        certainty = one(said, "certainty").removeprefix(SECPOL)
        hedged = {level for level, words in HEDGES.items() if one(said, "hedge") in words}
        feared = {"Possible"} if SECPOL + "Concern" in said[TYPE] else set()
        suggested = one(said, "conveyance") == SECPOL + "Implicated"
        faults += [node] * (bool((hedged | feared) - {certainty}) or (suggested and certainty == "Certain"))
    return faults


def crowded_strangers(data: Data) -> list[str]:
    """Unnamed holders of views that do not stand together, in one paragraph and under one reporter."""
    about = data.about()
    views: dict[str, set[str]] = defaultdict(set)
    for said in data.claims().values():
        for holder in said[SECPOL + "heldBy"]:
            if SECPOL + "UnspecifiedAgent" in about[holder][TYPE]:
                views[holder] |= {
                    one(about[passage], "paragraph") for passage in said[SECPOL + "evidencedBy"]
                }
    return [holder for holder, paragraphs in views.items() if len(paragraphs) > 1]


def undeclared(data: Data) -> list[str]:
    """Terms of our own namespaces that are used in the data and declared nowhere."""
    declared = {subject for subject, predicate, _ in data.triples() if predicate in (TYPE, WOULD_BE)}
    used = {
        term
        for triple in data.triples("entities", "article", "facts", "claims", "mentions")
        for term in triple
        if term.startswith((SECPOL, REL, ENTITY, f"{ARTICLE}#"))
    }
    return sorted(used - declared)


def unlabelled(data: Data) -> list[str]:
    """Nodes that the article describes, and shared entities, without a class and exactly one label."""
    nodes = data.about("facts") | data.about("entities")
    return [
        node
        for node, said in nodes.items()
        if not (said.get(TYPE) or said.get(WOULD_BE)) or len(said.get(LABEL, [])) != 1
    ]


def unstated(data: Data) -> list[str]:
    """Nodes of the facts that no claim speaks of, and claims named there that do not speak of the node."""
    facts, speaking = data.about("facts"), spoken_of(data)
    faults = [node for node, said in facts.items() if not one(said, "statedBy")]
    for node, said in facts.items():
        faults += [f"{node} {claim}" for claim in said[SECPOL + "statedBy"] if (node, claim) not in speaking]
    return faults


def spoken_of(data: Data) -> set[tuple[str, str]]:
    """Nodes of the facts with the claims that speak of them."""
    about, facts = data.about(), data.about("facts")
    found = set()
    for claim, stance in data.claims().items():
        content = about[one(stance, "proposition")]
        spoken = {value for name in SLOTS for value in stance.get(SECPOL + name, [])}
        spoken |= {value for values in content.values() for value in values}
        spoken |= set(about[one(content, "propSubject")].get(SECPOL + "during", []))
        found |= {(node, claim) for node in spoken if node in facts}
    return found


def unsourced_background(data: Data) -> list[str]:
    """Shared entities that name no source."""
    entities = data.about("entities").items()
    return [node for node, said in entities if "http://purl.org/dc/terms/source" not in said]


def capitals_as_labels(data: Data) -> list[str]:
    """Governments that carry one of their metonyms as a label of their own."""
    return [
        node
        for node, said in data.about("entities").items()
        if {*said.get(LABEL, []), *said.get("http://www.w3.org/2004/02/skos/core#altLabel", [])}
        & set(said.get(SECPOL + "metonym", []))
    ]


RULES: dict[Callable[[Data], list[str]], Callable[[Data], Data]] = {
    missing_statements: lambda d: d.without("claims", lambda t: t[0] == f"{ARTICLE}#S100"),
    incomplete_claims: lambda d: d.with_triples(
        "claims", (f"{ARTICLE}#S025", SECPOL + "certainty", SECPOL + "Possible")
    ),
    shared_labels: lambda d: d.with_triples(
        "claims", *((f"{ARTICLE}#{claim}", LABEL, "the same words") for claim in ("S025", "S027"))
    ),
    noted_labels: lambda d: d.with_triples("claims", (f"{ARTICLE}#S025", LABEL, "Turned down; no date")),
    repeated_claims: lambda d: d.with_triples(
        "claims",
        (f"{ARTICLE}#S900", SECPOL + "proposition", f"{ARTICLE}#S025p"),
        (f"{ARTICLE}#S900", SECPOL + "heldBy", AUTHORS),
        (f"{ARTICLE}#S900", SECPOL + "evidencedBy", f"{ARTICLE}#char=990,1040"),
    ),
    unreported_views: lambda d: d.without("claims", lambda t: t[1] == SECPOL + "reporterStance"),
    soft_facts: lambda d: d.with_triples("claims", (f"{ARTICLE}#S025", TYPE, SECPOL + "EvaluativeClaim")),
    lost_slots: lambda d: d.without("claims", lambda t: t[:2] == (f"{ARTICLE}#S118", SECPOL + "condition")),
    misjudged_certainty: lambda d: d.with_triples("claims", (f"{ARTICLE}#S025", SECPOL + "hedge", "perhaps")),
    crowded_strangers: lambda d: d.with_triples(
        "claims", (f"{ARTICLE}#S078", SECPOL + "heldBy", f"{ARTICLE}#S038holder")
    ),
    undeclared: lambda d: d.with_triples(
        "claims", (f"{ARTICLE}#S025p", SECPOL + "propPredicate", REL + "rebuffs")
    ),
    unlabelled: lambda d: d.without("facts", lambda t: t[:2] == (f"{ARTICLE}#USRebuff", LABEL)),
    unstated: lambda d: d.with_triples(
        "facts", (f"{ARTICLE}#USRebuff", SECPOL + "statedBy", f"{ARTICLE}#S100")
    ),
    unsourced_background: lambda d: d.without(
        "entities", lambda t: t[1] == "http://purl.org/dc/terms/source"
    ),
    capitals_as_labels: lambda d: d.with_triples("entities", (ENTITY + "GovUS", LABEL, "Washington")),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_data_keep_the_rule(rule: Callable[[Data], list[str]], data: Data) -> None:
    assert rule(data) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_sees_a_fault(rule: Callable[[Data], list[str]], data: Data) -> None:
    assert rule(RULES[rule](data)) != []


def test_the_rule_finds_each_claim_that_speaks_of_a_node(data: Data) -> None:
    facts = data.about("facts").items()
    stated = {(node, claim) for node, said in facts for claim in said[SECPOL + "statedBy"]}
    assert stated == spoken_of(data)
    assert len(stated) == 483
    assert {
        (f"{ARTICLE}#time=%5B..2024-12-11%5D", f"{ARTICLE}#S061b"),
        (f"{ARTICLE}#time=2024-12-11", f"{ARTICLE}#S194c"),
    } <= stated


# ---- Counts that the notes state ----


def test_the_notes_count_right(data: Data) -> None:
    notes = (REPOSITORY / "docs" / "article-notes.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) \|$", notes, re.MULTILINE))
    about, claims = data.about(), data.claims()
    status = Counter(one(said, "assertedAs").removeprefix(SECPOL) for said in claims.values())
    kinds = Counter(kind.removeprefix(SECPOL) for said in claims.values() for kind in said[TYPE])
    assert stated == {
        "claims": str(len(claims)),
        "claims asserted as facts": str(status["Fact"]),
        "claims kept as views": str(status["View"]),
        "denials": str(sum(one(said, "polarity") == SECPOL + "Denied" for said in claims.values())),
        "concessions": str(kinds["ConcessiveClaim"]),
        "unnamed holders": str(
            len(
                {
                    holder
                    for said in claims.values()
                    for holder in said[SECPOL + "heldBy"]
                    if SECPOL + "UnspecifiedAgent" in about[holder][TYPE]
                }
            )
        ),
        "passages": str(sum("#char=" in node for node in data.about("claims"))),
        "mentions": str(len(data.about("mentions"))),
        "nodes described": str(len(data.about("facts"))),
        "shared entities": str(len(data.about("entities"))),
    }


def test_what_is_denied_is_no_event(data: Data) -> None:
    about = data.about()
    parents = {node: said.get(SUBCLASS, []) for node, said in data.about("ontology").items()}

    def is_a(kind: str, wanted: str) -> bool:
        return kind == wanted or any(is_a(parent, wanted) for parent in parents.get(kind, []))

    assert is_a(SECPOL + "Patrol", SECPOL + "Occurrence")
    denied = [said for said in data.claims().values() if one(said, "polarity") == SECPOL + "Denied"]
    assert len(denied) == 7
    for said in denied:
        target = one(about[one(said, "proposition")], "propObject")
        assert not any(is_a(kind, SECPOL + "Occurrence") for kind in about[target][TYPE]), target
