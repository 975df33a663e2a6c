"""A corpus of any size for benchmarks: invented articles of about a thousand triples each, all in order."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

CLAIMS = 52
_GOVERNMENTS = ("GovUS", "GovJapan", "GovPRC", "GovPhilippines")
_POLITIES = ("US", "Japan", "China", "Philippines", "Malaysia", "Bangladesh")
_RELATIONS = ("needs", "hinders", "reliesOn", "opposes", "regards", "undervalues")
_KINDS = ("Claim", "EvaluativeClaim", "PredictiveClaim", "NormativeClaim", "Concern", "Grievance")
_CERTAINTY = ("Certain", "Probable", "Possible")
_PREFIXES = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ent: <https://w3id.org/secpol/entity/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rel: <https://w3id.org/secpol/relation/> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def write_corpus(folder: Path, articles: int, seed: int = 1) -> Path:
    """Write a project that extends the shipped one by some invented articles; equal seeds, equal bytes."""
    folder.mkdir(parents=True)
    (folder / "kg.toml").write_text('[project]\nname = "corpus"\nbase = "https://example.org/corpus/"\n')
    for number in range(articles):
        write_article(folder, f"a{number:05}", random.Random(f"{seed}-{number}"))
    return folder


def write_article(folder: Path, slug: str, chance: random.Random, claims: int = CLAIMS) -> None:
    """One article: its metadata, an act as a fact, and claims about governments and polities."""
    home = folder / "articles" / slug
    home.mkdir(parents=True)
    base = f"@base <https://example.org/corpus/article/{slug}> .\n{_PREFIXES}"
    (home / "article.ttl").write_text(base + _article(slug, claims), encoding="utf-8")
    (home / "facts.ttl").write_text(base + _facts(slug), encoding="utf-8")
    blocks = [_act(slug)] + [_claim(number, slug, chance) for number in range(1, claims)]
    (home / "claims.ttl").write_text(base + "".join(blocks), encoding="utf-8")


def _article(slug: str, claims: int) -> str:
    digest = hashlib.sha256(slug.encode()).hexdigest()
    return f"""
<> a secpol:AnalysisArticle ;
    rdfs:label "Article {slug}"@en ;
    dcterms:title "Article {slug}"@en ;
    dcterms:creator ent:CoreyLeeBell ;
    dcterms:publisher ent:AustralianOutlook ;
    dcterms:issued "2025-01-31"^^xsd:date ;
    dcterms:language "en" ;
    secpol:textSha256 "{digest}" ;
    secpol:textLength {claims * 100} ;
    secpol:paragraphStart {" , ".join(str(number * 100) for number in range(claims))} .

<#authors> a secpol:Collective ;
    rdfs:label "author of article {slug}"@en ;
    secpol:groupMember ent:CoreyLeeBell .
"""


def _facts(slug: str) -> str:
    return f"""
<#Act> a secpol:CriticismAct ;
    rdfs:label "criticism in {slug}"@en .
"""


def _act(slug: str) -> str:
    return _block(
        "S000", "Claim", "A government voiced criticism", "<#authors>", "Certain", "Fact", slug
    ) + _content("S000", "<#Act>", "secpol:actor", "ent:GovUS")


def _claim(number: int, slug: str, chance: random.Random) -> str:
    name = f"S{number:03}"
    subject, value = chance.sample(_POLITIES, 2)
    relation = chance.choice(_RELATIONS)
    reported = chance.random() < 0.3
    holder = f"ent:{chance.choice(_GOVERNMENTS)}" if reported else "<#authors>"
    text = f"Claim {number}: {subject} {relation} {value}"
    kind, certainty = chance.choice(_KINDS), chance.choice(_CERTAINTY)
    if kind == "Concern" and certainty == "Certain":
        certainty = "Possible"
    block = _block(name, kind, text, holder, certainty, "View", slug)
    if reported:
        block += f"\n<#{name}> secpol:reportedBy <#authors> ; secpol:reporterStance secpol:Neutral .\n"
    if number > 1 and chance.random() < 0.2:
        block += f"\n<#{name}> secpol:supports <#S{chance.randrange(1, number):03}> .\n"
    return block + _content(name, f"ent:{subject}", f"rel:{relation}", f"ent:{value}")


def _block(name: str, kind: str, gloss: str, holder: str, certainty: str, status: str, slug: str) -> str:
    start = int(name[1:]) * 100
    digest = hashlib.sha256(f"{slug}{name}".encode()).hexdigest()[:12]
    return f"""
<#{name}> a secpol:{kind} ;
    rdfs:label "{gloss}"@en ;
    secpol:proposition <#{name}p> ;
    secpol:heldBy {holder} ;
    secpol:certainty secpol:{certainty} ;
    secpol:polarity secpol:Affirmed ;
    secpol:conveyance secpol:Stated ;
    secpol:assertedAs secpol:{status} ;
    secpol:evidencedBy <#char={start},{start + 80}> .

<#char={start},{start + 80}> a secpol:Passage ;
    secpol:spanDigest "{digest}" .
"""


def _content(name: str, subject: str, predicate: str, value: str) -> str:
    return f"""
<#{name}p> a secpol:Proposition ;
    secpol:propSubject {subject} ;
    secpol:propPredicate {predicate} ;
    secpol:propObject {value} .
"""


def sizes() -> Iterator[int]:
    """The corpora that benchmarks compare, in articles."""
    yield from (10, 100, 1000)
