"""What tests of imports share: a sheet of some rows, and what became of it."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.article.sheets.importing import Fate, Imported, Wish, import_sheet
from kg.article.sheets.material import ArticleSources
from kg.core.findings import Severity
from kg.core.rules import rules_of
from kg.core.terms import local_name
from tests.article.conftest import Desk

HEAD = "quote,subject,relation,object"
WELCOME = "boats,Ellery Coastguard,needs,port of Brand"


def load(desk: Desk, *rows: str, head: str = HEAD, name: str = "claims.csv", **wish: object) -> Imported:
    """Import a sheet of some rows."""
    path = desk.root / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return import_sheet(desk.project, desk.slug, path, Wish(**wish))  # type: ignore[arg-type]


def said(desk: Desk, name: str) -> dict[str, set[str]]:
    """What an article or the shared entities say of a node, by the local names of predicates."""
    found: dict[str, set[str]] = {}
    for triple in sources(desk):
        if isinstance(triple.subject, ox.NamedNode) and local_name(triple.subject) == name:
            value = triple.object
            word = value.value if isinstance(value, ox.Literal) else str(value).strip("<>")
            is_node = isinstance(value, ox.NamedNode)
            local = re.split("[#/]", word)[-1] if is_node and "time=" not in word else word.rpartition("#")[2]
            found.setdefault(local_name(triple.predicate), set()).add(local if is_node else word)
    return found


def sources(desk: Desk) -> list[ox.Triple]:
    """What the sources of an article and the entities of its project say."""
    material = ArticleSources.read(desk.project, desk.slug)
    return [*material.claims, *material.facts, *(t for said in material.brought_in.values() for t in said)]


def added(imported: Imported) -> str:
    """The id of the one claim that came in."""
    assert not imported.is_refused, [str(finding) for finding in imported.findings]
    (name,) = imported.fates[Fate.ADDED]
    return name


def wrong(imported: Imported) -> dict[str, str]:
    """The violations by rule, of which there is one each; each is in the book of rules."""
    found = [finding for finding in imported.findings if finding.severity is Severity.VIOLATION]
    rules = {finding.rule: str(finding) for finding in found}
    assert len(rules) == len(found)
    assert set(rules) <= set(rules_of("sheets"))
    return rules
