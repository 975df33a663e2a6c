"""A build describes the bytes that it hashed: a source may be saved, and undone, at any moment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kg.api.audit import audit
from kg.build import checking, pipeline
from kg.build.pipeline import build
from kg.core.errors import ChangedError
from kg.project.project import Project
from kg.rdf.turtle_reading import read_turtle

SOURCES = {  # what reads it, and an edit that keeps its size
    "entities/tollan.ttl": ("stage", b"north orchard", b"south orchard"),
    "articles/2026-09-10-late-frost/claims.ttl": ("stage", b"secpol:Fact", b"secpol:View"),
    "shapes/orchards.ttl": ("read_shapes", b"sh:Violation", b"sh:Warning  "),
    "ontology/rules/planted.rq": ("apply_rules", b"WHERE", b"where"),
    "ontology/orchards.ttl": ("main_header", b'title "Orchards"', b'title "Vineyard"'),
}


@pytest.fixture(params=SOURCES)
def saved(request: pytest.FixtureRequest, orchards: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Saves a source at the moment before it is read, with its size and time, and undoes that or not."""
    path = orchards / request.param
    name, before, after = SOURCES[request.param]
    if name == "apply_rules":
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            "#+ into: facts\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . FILTER(false) }\n", "utf-8"
        )
    assert before in path.read_bytes()
    really = getattr(pipeline, name)
    moments = {"left": 0, "is_undone": True}

    def at_that_moment(*given: Any, **named: Any) -> Any:
        if not moments["left"]:
            return really(*given, **named)
        moments["left"] -= 1
        text, stat = path.read_bytes(), path.stat()
        former, latter = (before, after) if before in text else (after, before)
        path.write_bytes(text.replace(former, latter, 1))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        try:
            return really(*given, **named)
        finally:
            if moments["is_undone"]:
                path.write_bytes(text)
                os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    monkeypatch.setattr(pipeline, name, at_that_moment)
    return moments


def digest_from_nothing(folder: Path) -> dict[str, Any]:
    built = build(Project.load(folder), force=True)
    assert built.snapshot is not None
    graphs = built.snapshot.manifest["graphs"]
    return {iri: held for iri, held in graphs.items() if "provenance" not in iri}


def test_what_was_undone_leaves_no_trace(orchards: Path, saved: dict[str, Any]) -> None:
    saved["left"] = 1
    graphs = digest_from_nothing(orchards)
    assert saved["left"] == 0
    assert graphs == digest_from_nothing(orchards)


@pytest.mark.full
def test_what_stays_is_built(orchards: Path, saved: dict[str, Any]) -> None:
    saved |= {"left": 1, "is_undone": False}
    built = build(Project.load(orchards), allow_violations=True, force=True)
    assert saved["left"] == 0
    assert not build(Project.load(orchards), allow_violations=True).published
    again = build(Project.load(orchards), allow_violations=True, force=True)
    assert built.snapshot is not None
    assert again.snapshot is not None
    assert built.snapshot.manifest["graphs"] == again.snapshot.manifest["graphs"]


@pytest.mark.full
def test_a_source_that_is_saved_all_the_time_is_said(orchards: Path, saved: dict[str, Any]) -> None:
    saved |= {"left": 9, "is_undone": False}
    with pytest.raises(ChangedError, match="was saved while it was read"):
        build(Project.load(orchards), force=True)


def test_a_check_is_one_of_what_was_hashed(orchards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = audit(Project.load(orchards)).findings
    path, really = orchards / "shapes" / "orchards.ttl", read_turtle
    text = path.read_bytes()

    def at_that_moment(*given: Any, **named: Any) -> Any:
        monkeypatch.undo()
        path.write_bytes(text.replace(b"sh:minCount 1", b"sh:minCount 9"))
        try:
            return really(*given, **named)
        finally:
            path.write_bytes(text)

    monkeypatch.setattr(checking, "read_turtle", at_that_moment)
    assert audit(Project.load(orchards)).findings == whole
    assert vars(checking)["read_turtle"] is really
