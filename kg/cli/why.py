"""kg why: the way back from a statement to its claims and passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli.options import Opening, reads_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph import KnowledgeGraph
    from kg.query.proof import Proof
    from kg.query.why import ClaimView, Explanation

_RULES = {
    "cax-sco": "is a kind of",
    "cax-eqc1": "is the same class as",
    "cax-eqc2": "is the same class as",
    "cls-svf1": "has such a value",
    "cls-svf2": "has some value",
    "cls-hv2": "has this value by definition",
    "prp-dom": "only such things have this property",
    "prp-rng": "only such things are its value",
    "prp-spo1": "follows from a narrower property",
    "prp-spo2": "follows from a chain of properties",
    "prp-inv1": "is the inverse of",
    "prp-inv2": "is the inverse of",
    "prp-symp": "holds both ways",
    "prp-trp": "carries over",
    "scm-sco": "is a kind of a kind of",
    "scm-spo": "is narrower than a narrower property",
}


@click.command()
@click.argument("subject")
@click.argument("predicate", required=False)
@click.argument("value", metavar="[OBJECT]", required=False)
@reads_graph
def why(opening: Opening, subject: str, predicate: str | None, value: str | None) -> None:
    """Show the claims, passages and inference steps behind SUBJECT [PREDICATE [OBJECT]], or behind one claim.

    Each is an IRI, a CURIE, a label, or the short form of what belongs to one article, such as '#S025'.
    """
    graph = opening.graph()
    for explanation in graph.why(subject, predicate, value):
        for line in _lines(graph, explanation):
            click.echo(line)
        click.echo()


def _lines(graph: KnowledgeGraph, explanation: Explanation) -> Iterator[str]:
    if explanation.statement is not None:
        yield f"{_sentence(graph, explanation.statement)}  [{explanation.graph}]"
    if explanation.proof is not None:
        yield from _proof_lines(graph, explanation.proof, "  ")
    for claim in explanation.claims:
        yield from _claim_lines(claim)


def _sentence(graph: KnowledgeGraph, triple: object) -> str:
    return " ".join(f"{graph.labels(term)}" for term in triple)  # type: ignore[attr-defined]


def _proof_lines(graph: KnowledgeGraph, proof: Proof, indent: str) -> Iterator[str]:
    for premise in proof.premises:
        told = f"  ({premise.rule}: {_RULES[premise.rule]})" if premise.rule else ""
        yield f"{indent}because {_sentence(graph, premise.triple)}{told}"
        yield from _proof_lines(graph, premise, indent + "  ")


def _claim_lines(claim: ClaimView) -> Iterator[str]:
    name = claim.iri[claim.iri.find("#") :]
    said = f", says {', '.join(claim.reporters)} ({claim.stance})" if claim.reporters else ""
    strength = ", ".join(
        filter(None, (claim.certainty, claim.polarity, claim.hedge and f"hedge: {claim.hedge}"))
    )
    yield f"  {name} {', '.join(claim.holders)}{said}: {claim.gloss} [{strength}]"
    for passage in claim.passages:
        where = f"paragraph {passage.paragraph}, " if passage.paragraph is not None else ""
        words = f': "{passage.quote}"' if passage.quote is not None else ""
        yield f"    {where}{passage.iri[passage.iri.find('#') :]}{words}"
        if passage.quote is None and passage.url:
            yield f"    {passage.url}"
    if claim.grounds:
        yield f"    supported by {', '.join(claim.grounds)}"
    if claim.contradicted_by:
        yield f"    contradicted by {', '.join(claim.contradicted_by)}"
