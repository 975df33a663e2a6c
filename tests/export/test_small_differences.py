from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project

SLUG = "2026-09-10-late-frost"
CLAIM = """
<#S900> a secpol:Claim ;
    rdfs:label "Another party disputes it"@en ;
    secpol:proposition <#S900p> ;
    secpol:heldBy <#authors> ;
    secpol:certainty secpol:Possible ;
    secpol:polarity secpol:Affirmed ;
    secpol:conveyance secpol:Stated ;
    secpol:assertedAs secpol:View ;
    secpol:evidencedBy <#char=23,103> .

<#S900p> a secpol:Proposition ;
    secpol:propSubject <#Harvest> ;
    secpol:propPredicate orch:harvestedBy ;
    secpol:propObject tollan:OrchardWeekly .
"""
LAYERS = ["ontology", "entities", "claims", "mentions", "facts", "inferred"]


@pytest.mark.parametrize("name", ["kg.ttl", "kg.trig", "kg.nq", "kg.jsonld", "kg.edges.csv"])
def test_another_claim_changes_its_own_lines_only(orchards: Path, name: str) -> None:
    """Provenance aside, which says what the graph was made from and how large it is.

    Who speaks of a node is a list that gets one item more: behind its last one stands another mark.
    """
    before = exported(orchards, name)
    source = orchards / "articles" / SLUG / "claims.ttl"
    source.write_text(source.read_text(encoding="utf-8") + CLAIM, encoding="utf-8")
    changes = [
        line
        for line in difflib.ndiff(before, exported(orchards, name))
        if line[0] in "+-" and line[1:].strip(" }],[{")
    ]
    moved = {line[1:].rstrip(" .,") for line in changes if line[0] == "-"}
    changes = [line for line in changes if line[1:].rstrip(" .,") not in moved]
    assert all("#S0" in line for line in moved)
    assert changes
    assert not [line for line in changes if line[0] == "-"]
    text = "\n".join(changes)
    assert "Another party disputes it" in text
    assert len(changes) < 40
    assert not [line for line in changes if "#S0" in line]


def exported(project: Path, name: str) -> list[str]:
    """The lines of an export, its graph built anew where the sources changed."""
    graph = KnowledgeGraph.open(Project.load(project), strict=True)
    asked = name.replace(".edges", "")
    graph.export(project / asked, layers=["claims", "facts"] if name.endswith(".csv") else LAYERS, force=True)
    return (project / name).read_text(encoding="utf-8").splitlines()
