"""Rules: every id that a finding may have, with what it means and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.findings import Severity

PARTS = ("shapes", "ontology", "vocabulary", "passages", "queries")


@dataclass(frozen=True)
class Rule:
    """One rule; `part` is the part of `kg check` that applies it, `scope` what decides its verdict."""

    id: str
    part: str
    severity: Severity
    title: str
    meaning: str
    hint: str
    scope: str = "article"
    source: str | None = None


def built_in() -> Iterable[Rule]:
    """The rules that no shape and no SPARQL check can express."""
    return BUILT_IN


BUILT_IN = (
    Rule(
        "shape.vacuous",
        "shapes",
        Severity.WARNING,
        "shape that checks nothing",
        "A shape that selects no node at all says nothing about the data: often its target is misspelt.",
        "Correct the target, take the shape out, or say secshape:mayBeEmpty true where that is normal.",
        "corpus",
    ),
    Rule(
        "shape.none",
        "shapes",
        Severity.VIOLATION,
        "no shapes",
        "A project without shapes conforms to nothing: its data were not checked.",
        "Write shapes/*.ttl, or build on the shipped ones with extends in kg.toml.",
        "corpus",
    ),
    Rule(
        "data.none",
        "shapes",
        Severity.VIOLATION,
        "no data",
        "A project without entities and articles has nothing that could be checked.",
        "Write entities/*.ttl or a folder in articles/.",
        "corpus",
    ),
    Rule(
        "literal.form",
        "shapes",
        Severity.VIOLATION,
        "literal that stores rewrite",
        "Stores bring literals into a canonical form and drop the datatypes they do not keep, so that what "
        "is read back differs from what was written. A value that only has another spelling is a warning.",
        "Use xsd:integer, xsd:decimal, xsd:boolean, xsd:date or xsd:dateTime with Z, in canonical form.",
    ),
    Rule(
        "reasoning.clash",
        "ontology",
        Severity.VIOLATION,
        "statements that exclude each other",
        "By the ontology's OWL 2 RL rules two things that the sources say, or that follow, cannot both hold: "
        "a node of two disjoint classes, two values of a functional property, a relation to itself.",
        "One of the statements about the node is wrong; compare its types and relations with the passages.",
    ),
    Rule(
        "reasoning.inconsistent",
        "ontology",
        Severity.VIOLATION,
        "statements that cannot hold together",
        "HermiT (--reasoner hermit) finds ontology, entities and an article inconsistent by OWL 2 DL. The "
        "statements listed are a smallest set: without any one of them the rest can hold.",
        "One of the statements listed is wrong.",
    ),
    Rule(
        "reasoning.unsatisfiable",
        "ontology",
        Severity.VIOLATION,
        "class that nothing can belong to",
        "By HermiT (--reasoner hermit) a member of this class would be a contradiction. The axioms listed "
        "are a smallest set that makes it so.",
        "One of the axioms listed is wrong; most often a superclass or a disjointness.",
        "corpus",
    ),
    Rule(
        "vocabulary.undeclared",
        "vocabulary",
        Severity.VIOLATION,
        "name that nothing declares",
        "A name in one of the project's own namespaces has to be declared, with a type, in the ontology, the "
        "relations or the entities; in an article its own names count as well. A misspelt name would make a "
        "statement about nothing.",
        "Correct the name, or declare it.",
    ),
    Rule(
        "vocabulary.unknown",
        "vocabulary",
        Severity.VIOLATION,
        "term that its vocabulary does not have",
        "A term of an outside vocabulary is looked up in the list of its terms that comes with rdflib.",
        "Correct the term; see the vocabulary's own pages.",
    ),
    Rule(
        "vocabulary.deprecated",
        "vocabulary",
        Severity.WARNING,
        "deprecated term",
        "The term is marked owl:deprecated: it still works and will go.",
        "Use the term that replaces it (dcterms:isReplacedBy).",
    ),
    Rule(
        "text.other",
        "passages",
        Severity.VIOLATION,
        "another text than the annotated one",
        "An article's passages are ranges of one text, whose SHA-256 and length stand in article.ttl. In any "
        "other text, be it one line end longer, they point elsewhere.",
        "Get the recorded text; if the record is wrong, correct textSha256 and textLength in article.ttl.",
    ),
    Rule(
        "text.digest",
        "passages",
        Severity.VIOLATION,
        "passage that moved",
        "A passage's spanDigest is the first 12 hexadecimal digits of the SHA-256 of its words, so that a "
        "range changed by mistake shows.",
        "Correct the range in the passage's IRI, or its spanDigest.",
    ),
    Rule(
        "text.word",
        "passages",
        Severity.VIOLATION,
        "passage that cuts a word",
        "A range starts and ends between words. One that cuts a word was mostly counted in bytes, or from 1.",
        "Count characters (code points) from 0; the end is the first character after the passage.",
    ),
    Rule(
        "text.surface",
        "passages",
        Severity.VIOLATION,
        "mention whose words the text does not have",
        "The surface of a mention is what the text has in its range, letter by letter.",
        "Correct the range or the surface.",
    ),
    Rule(
        "text.overlap",
        "passages",
        Severity.VIOLATION,
        "two mentions of different things in one place",
        "A word of the text refers to one thing; two mentions that share characters refer to the same.",
        "Take one of the two out, or correct its range or secpol:refersTo.",
    ),
)
