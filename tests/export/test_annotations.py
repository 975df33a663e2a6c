"""What a client of the Web Annotation model finds: annotations, their targets, and in these a selector."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld as pyld

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.project.project import Project
from tests.export.readers import offline

OA = "http://www.w3.org/ns/oa#"
SECPOL = "https://w3id.org/secpol/ontology#"


def nodes(path: Path) -> dict[str, dict[str, Any]]:
    """The nodes of a document as another JSON-LD processor sees them."""
    document = json.loads(path.read_text(encoding="utf-8"))
    flat = pyld.flatten(document, options={"documentLoader": offline})
    found: dict[str, dict[str, Any]] = {}
    for node in flat:
        for about in node.get("@graph", [node]):
            for key, values in about.items():
                kept = found.setdefault(about["@id"], {}).setdefault(key, [])
                kept += [value for value in values if value not in kept] if isinstance(values, list) else []
    return found


@pytest.mark.parametrize("name", ["notes.jsonld", "framed.jsonld"])
def test_a_client_finds_the_words_by_the_selector(starter_built: Path, tmp_path: Path, name: str) -> None:
    graph = KnowledgeGraph.open(Project.load(starter_built))
    layers = ["claims"] if name.startswith("framed") else ["claims", "mentions"]
    graph.export(tmp_path / name, layers=layers, annotations=True, frame=name.startswith("framed"))
    known = nodes(tmp_path / name)
    annotations = [node for node in known.values() if f"{OA}Annotation" in node.get("@type", ())]
    assert len(annotations) >= 8
    (file,) = (starter_built / "texts").glob("*.txt")
    text = file.read_text(encoding="utf-8")
    for annotation in annotations:
        assert annotation[f"{OA}hasBody"] and annotation[f"{OA}motivatedBy"]
        for target in annotation[f"{OA}hasTarget"]:
            resource = known[target["@id"]]
            assert f"{OA}SpecificResource" in resource["@type"]
            assert [source["@id"] for source in resource[f"{OA}hasSource"]] == [
                target["@id"].partition("#")[0]
            ]
            (reference,) = resource[f"{OA}hasSelector"]
            selector = known[reference["@id"]]
            assert selector["@type"] == [f"{OA}TextPositionSelector"]
            start, end = (selector[f"{OA}{name}"][0]["@value"] for name in ("start", "end"))
            (digest,) = resource[f"{SECPOL}spanDigest"]
            assert hashlib.sha256(text[start:end].encode()).hexdigest().startswith(digest["@value"])


def test_it_goes_with_triple_terms_and_with_no_table(starter_built: Path, tmp_path: Path) -> None:
    graph = KnowledgeGraph.open(Project.load(starter_built))
    graph.export(tmp_path / "both.ttl", annotations=True, rdf12=True)
    text = (tmp_path / "both.ttl").read_text(encoding="utf-8")
    assert "<<(" in text and "oa:TextPositionSelector" in text
    with pytest.raises(UsageError, match="--annotations is for what is"):
        graph.export(tmp_path / "kg.graphml", annotations=True)
