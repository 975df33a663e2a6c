"""Explanations as text for a reader, as JSON, and as a graph for Graphviz."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import pyoxigraph as ox

from kg.query.claims import ClaimNote, ClaimView, Passage
from kg.query.dot import quoted
from kg.query.why import Explanation, Reason
from kg.query.words import Words

RULES = {
    "cax-sco": "it is of a narrower kind",
    "cax-eqc1": "two kinds are the same",
    "cax-eqc2": "two kinds are the same",
    "cls-avf": "only such values are allowed",
    "cls-hv1": "all of its kind have this value",
    "cls-hv2": "it has the value that defines the kind",
    "cls-int1": "it is of every kind that is asked for",
    "cls-int2": "its kind is narrower by definition",
    "cls-oo": "the kind is a list, and it stands in it",
    "cls-svf1": "it has a value that defines the kind",
    "cls-svf2": "it has a value that defines the kind",
    "cls-uni": "it is of one of the kinds",
    "eq-rep-o": "two names for one thing",
    "eq-rep-s": "two names for one thing",
    "eq-sym": "two names for one thing",
    "eq-trans": "two names for one thing",
    "prp-dom": "only such things have this property",
    "prp-eqp1": "two properties mean the same",
    "prp-eqp2": "two properties mean the same",
    "prp-fp": "there can be only one",
    "prp-ifp": "there can be only one",
    "prp-inv1": "the same the other way round",
    "prp-inv2": "the same the other way round",
    "prp-key": "the same in all that tells such things apart",
    "prp-rng": "only such things are values of this property",
    "prp-spo1": "it has the narrower property",
    "prp-spo2": "step by step along a chain",
    "prp-symp": "the same the other way round",
    "prp-trp": "from one to the next",
    "scm-eqc1": "two kinds are the same",
    "scm-eqp1": "two properties mean the same",
    "scm-int": "part of the definition",
    "scm-sco": "from kind to kind",
    "scm-spo": "from property to property",
    "scm-uni": "part of the definition",
}


class Text:
    """Explanations as an indented tree in which each claim and each proof is told once."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._told: set[str] = set()

    def lines(self, explanations: Iterable[Explanation]) -> Iterator[str]:
        """The lines, an empty one between two explanations."""
        for number, explanation in enumerate(explanations):
            if number:
                yield ""
            if explanation.reason is not None:
                yield from self._reason(explanation.reason, "", "")
            elif explanation.statement is not None:
                yield f"{self._words.sentence(explanation.statement)}: no fact, but claimed"
            yield from self._claims(explanation.claims, "  " if explanation.statement else "", full=True)

    def _reason(self, reason: Reason, indent: str, lead: str) -> Iterator[str]:
        sentence = self._words.sentence(reason.triple)
        if reason.rule is None:
            yield f"{indent}{lead}{sentence}  [{_kind_of(reason.graph)}]"
            for source in reason.sources:
                yield f"{indent}  source: {source}"
            yield from self._claims(reason.claims, indent + "  ", full=False)
            return
        if str(reason.triple) in self._told:
            yield f"{indent}{lead}{sentence}  [inferred, as shown above]"
            return
        self._told.add(str(reason.triple))
        yield f"{indent}{lead}{sentence}  [inferred: {RULES[reason.rule]}]"
        shown = [premise for premise in reason.premises if not self._words.is_small_part(premise.triple)]
        for premise in shown or reason.premises:
            yield from self._reason(premise, indent + "  ", "since ")

    def _claims(self, claims: Sequence[ClaimView], indent: str, *, full: bool) -> Iterator[str]:
        again = [short_name(claim.iri) for claim in claims if claim.iri in self._told]
        if again:
            yield f"{indent}{', '.join(again)}, as shown above"
        beside = {claim.iri for claim in claims}
        for claim in claims:
            if claim.iri not in self._told:
                yield from self._claim(claim, indent, beside, full=full)

    def _claim(self, claim: ClaimView, indent: str, beside: set[str], *, full: bool) -> Iterator[str]:
        """A claim; those of the same content that stand beside it are left out."""
        others = claim.others if full else _denials(claim)
        self._told.add(claim.iri)
        yield f"{indent}{short_name(claim.iri)} {claim.gloss}"
        inner = indent + "  "
        yield f"{inner}{held(claim)}"
        for passage in claim.passages:
            yield f"{inner}{where(passage)}"
        for told, notes in (
            ("supported by", claim.supported_by),
            ("supports", claim.supports if full else ()),
            ("contradicted by", claim.contradicted_by),
            ("the same content:", [note for note in others if note.iri not in beside]),
        ):
            for note in notes:
                yield f"{inner}{told} {short_name(note.iri)} {note.gloss} ({_holders(note)})"


def as_json(explanations: Sequence[Explanation]) -> str:
    """Explanations as JSON: terms in N-Triples syntax, claims as objects, once per place they are used."""
    return json.dumps([_plain(explanation) for explanation in explanations], indent=2, ensure_ascii=False)


def as_dot(explanations: Iterable[Explanation], words: Words) -> Iterator[str]:
    """Explanations as a Graphviz digraph, from passages over claims and premises to the conclusion."""
    yield "digraph why {"
    yield '  rankdir="BT"; node [shape="box", fontname="sans-serif"];'
    lines: dict[str, None] = {}
    for explanation in explanations:
        if explanation.reason is not None:
            lines |= dict.fromkeys(_dot_reason(explanation.reason, words))
        for claim in explanation.claims:
            lines |= dict.fromkeys(_dot_claim(claim))
    yield from lines
    yield "}"


def held(claim: ClaimView) -> str:
    """Who holds a claim, who reports it, and how surely."""
    who = f"held by {' and '.join(claim.holders)}" if claim.holders else "held by nobody named"
    if claim.reporters:
        stance = f" ({claim.stance})" if claim.stance else ""
        who += f", reported by {' and '.join(claim.reporters)}{stance}"
    parts = [who, *claim.strength]
    parts += [f"asserted as {claim.status}"] if claim.status else []
    parts += [f'hedge: "{hedge}"' for hedge in claim.hedges]
    return "; ".join(parts)


def where(passage: Passage) -> str:
    """Where a passage is, and its words, or the publisher's link without them."""
    paragraph = f"paragraph {passage.paragraph}, " if passage.paragraph is not None else ""
    place = f"{paragraph}characters {passage.span}"
    if passage.quote is not None:
        return f'{place}: "{passage.quote}"'
    return f"{place}, {passage.url}" if passage.url else f'{place} of "{passage.article}"'


def short_name(iri: str) -> str:
    """What belongs to one article, by its fragment."""
    return iri[iri.index("#") :] if "#" in iri else iri


def _holders(note: ClaimNote) -> str:
    return ", ".join(filter(None, [" and ".join(note.holders), note.polarity]))


def _denials(claim: ClaimView) -> tuple[ClaimNote, ...]:
    """Further claims with the content of this one that take the other side."""
    return tuple(note for note in claim.others if note.polarity not in claim.strength)


def _kind_of(graph: str | None) -> str:
    if graph is None:
        return "follows"
    if graph.startswith("article/"):
        return graph.rpartition("/")[2].removesuffix("s")
    return {"entities": "background"}.get(graph, graph)


def _plain(value: Any) -> Any:
    if isinstance(value, Explanation):
        return {
            "statement": _plain(value.statement),
            "reason": _plain(value.reason),
            "claims": _plain(value.claims),
        }
    if isinstance(value, Reason):
        return {
            "statement": _plain(value.triple),
            "graph": value.graph,
            "rule": value.rule,
            "premises": _plain(value.premises),
            "claims": _plain(value.claims),
            "sources": list(value.sources),
        }
    if isinstance(value, ClaimView):
        return asdict(value)
    if isinstance(value, ox.Triple):
        return [str(term) for term in value]
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _dot_reason(reason: Reason, words: Words) -> Iterator[str]:
    node = quoted(str(reason.triple))
    yield f"  {node} [label={quoted(words.sentence(reason.triple))}];"
    for premise in reason.premises:
        if not words.is_small_part(premise.triple):
            yield f"  {quoted(str(premise.triple))} -> {node} [label={quoted(reason.rule or '')}];"
            yield from _dot_reason(premise, words)
    for claim in reason.claims:
        yield from _dot_claim(claim)
        yield f"  {quoted(claim.iri)} -> {node};"


def _dot_claim(claim: ClaimView) -> Iterator[str]:
    text = f"{short_name(claim.iri)}\n{claim.gloss}\n{held(claim)}"
    yield f'  {quoted(claim.iri)} [shape="note", label={quoted(text)}];'
    for passage in claim.passages:
        yield f'  {quoted(passage.iri)} [shape="plaintext", label={quoted(where(passage))}];'
        yield f"  {quoted(passage.iri)} -> {quoted(claim.iri)};"
