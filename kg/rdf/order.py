"""The order in which a reader meets subjects and their properties, the same in every file that is written.

Only W3C vocabularies and the core vocabulary of claims and passages are known; what is said in other words
stands in the middle, sorted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

from kg.core.terms import PASSAGE_MARK, PREFIXES

_BEFORE = """
rdf:type
rdfs:label skos:prefLabel dcterms:title skos:altLabel skos:hiddenLabel secpol:metonym
rdfs:comment dcterms:description dcterms:creator dcterms:contributor dcterms:publisher dcterms:license
dcterms:rightsHolder dcterms:created dcterms:issued dcterms:modified dcterms:bibliographicCitation
dcterms:language vann:preferredNamespacePrefix vann:preferredNamespaceUri
owl:versionIRI owl:versionInfo owl:priorVersion owl:imports owl:deprecated dcterms:isReplacedBy
sh:declare sh:prefix sh:namespace
skos:definition skos:scopeNote skos:example rdfs:seeAlso
owl:onProperty owl:onProperties owl:someValuesFrom owl:allValuesFrom owl:hasValue
owl:members owl:distinctMembers
rdfs:subClassOf owl:equivalentClass owl:disjointWith owl:hasKey
rdfs:subPropertyOf owl:equivalentProperty
rdfs:domain rdfs:range owl:inverseOf owl:propertyChainAxiom owl:propertyDisjointWith
skos:broader skos:narrower skos:related
secpol:textSha256 secpol:textLength secpol:paragraphStart
secpol:passageOf secpol:startOffset secpol:endOffset secpol:paragraph
secpol:surface secpol:refersTo secpol:referenceMode secpol:spanDigest
secpol:proposition secpol:heldBy secpol:reportedBy secpol:reporterStance
secpol:certainty secpol:polarity secpol:conveyance secpol:assertedAs
secpol:quantifier secpol:quantifies secpol:hedge secpol:degree secpol:trend secpol:claimTime secpol:condition
secpol:cause secpol:effect secpol:concededTo secpol:supports secpol:contradicts secpol:evidencedBy
secpol:propSubject secpol:propPredicate secpol:propObject secpol:propValue
secpol:comparedWith secpol:comparedOn
secpol:edtf secpol:earliest secpol:latestStart secpol:earliestEnd secpol:latest
secpol:figureFor secpol:numericValue secpol:approximation secpol:lowerBound secpol:upperBound
secpol:unitCode secpol:baseline secpol:direction
sh:targetClass sh:targetNode sh:targetSubjectsOf sh:targetObjectsOf sh:target
sh:path sh:minCount sh:maxCount sh:class sh:datatype sh:nodeKind sh:in
"""
_AFTER = """
secpol:during secpol:statedBy
sh:name sh:message sh:severity sh:description
secshape:hint secshape:scope secshape:phase secshape:mayBeEmpty sh:sparql sh:prefixes sh:select sh:ask
dcterms:source
skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch
skos:notation skos:topConceptOf skos:inScheme skos:editorialNote
rdfs:isDefinedBy
"""


class SubjectKind(IntEnum):
    """The kinds of subjects, in reading order."""

    ONTOLOGY = 1
    CLASS = 2
    PROPERTY = 3
    SCHEME = 4
    CONCEPT = 5
    SHAPE = 6
    AXIOM = 7  # a node without a name that nothing refers to
    ENTITY = 8
    ARTICLE = 9  # and what belongs to it alone
    CLAIM = 10  # and its proposition
    PASSAGE = 11
    MENTION = 12
    PROVENANCE = 13


_KINDS = {
    "owl:Ontology": SubjectKind.ONTOLOGY,
    "owl:Class": SubjectKind.CLASS,
    "rdfs:Class": SubjectKind.CLASS,
    "rdfs:Datatype": SubjectKind.CLASS,
    "owl:ObjectProperty": SubjectKind.PROPERTY,
    "owl:DatatypeProperty": SubjectKind.PROPERTY,
    "owl:AnnotationProperty": SubjectKind.PROPERTY,
    "rdf:Property": SubjectKind.PROPERTY,
    "skos:ConceptScheme": SubjectKind.SCHEME,
    "skos:Concept": SubjectKind.CONCEPT,
    "sh:NodeShape": SubjectKind.SHAPE,
    "sh:PropertyShape": SubjectKind.SHAPE,
    "secpol:Mention": SubjectKind.MENTION,
}
_NUMBER = re.compile(r"[0-9]+")


def _iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


_KIND_OF_TYPE = {_iri(name): kind for name, kind in _KINDS.items()}
_MIDDLE = len(_BEFORE.split())
_RANKS = {_iri(name): rank for rank, name in enumerate(_BEFORE.split())} | {
    _iri(name): rank for rank, name in enumerate(_AFTER.split(), _MIDDLE + 1)
}
_TRACES = (PREFIXES["prov"], PREFIXES["void"])


def kind_of(subject: str, types: Iterable[str]) -> SubjectKind:
    """The kind of a subject by its IRI and the IRIs of its types; of several kinds the first counts."""
    kinds = [_KIND_OF_TYPE[iri] for iri in types if iri in _KIND_OF_TYPE]
    if kinds:
        return min(kinds)
    if PASSAGE_MARK in subject:
        return SubjectKind.PASSAGE
    return SubjectKind.PROVENANCE if any(iri.startswith(_TRACES) for iri in types) else SubjectKind.ENTITY


def predicate_rank(iri: str, text: str) -> tuple[int, str]:
    """Where a predicate stands in its subject's block; `text` sorts those that no list names."""
    rank = _RANKS.get(iri, _MIDDLE)
    return rank, natural(text) if rank == _MIDDLE else ""


def natural(text: str) -> str:
    """A key that sorts numbers within names by their value.

    >>> sorted(["#S10", "#S2", "#S2b"], key=natural)
    ['#S2', '#S2b', '#S10']
    """
    return _NUMBER.sub(_by_value, text) + "\0" + text


def _by_value(match: re.Match[str]) -> str:
    digits = match.group().lstrip("0")
    return f"{len(digits):04}{digits}"
