"""Shapes in their order: before inference, which would hide a wrong type, and after it."""

from __future__ import annotations

from kg.check.material import Material
from kg.check.shapes import PHASES, Shapes
from kg.findings import Finding
from kg.labels import Labels


def check_shapes(material: Material, shapes: Shapes, phases: tuple[str, ...] = PHASES) -> list[Finding]:
    """Shapes on data and class hierarchy: those of articles one by one, those of the corpus on all."""
    labels = Labels(material.store, material.project.prefixes)
    findings: list[Finding] = []
    for phase in phases:
        extra = [] if phase == "asserted" else ["inferred"]
        shared_graphs = material.shared_graphs() + [material.graph(f"{part}/shared") for part in extra]
        shared = material.ntriples(shared_graphs)
        articles = [
            material.ntriples(
                material.article_graphs(slug)
                + [material.graph(f"article/{slug}/{part}") for part in ("meta", *extra)]
            )
            for slug in material.slugs
        ]
        findings += shapes.check(shared + b"".join(articles), labels, scope="corpus", phase=phase)
        for article in articles or [b""]:
            findings += shapes.check(shared + article, labels, scope="article", phase=phase)
    return list(dict.fromkeys(findings))
