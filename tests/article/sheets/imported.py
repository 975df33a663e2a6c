"""What tests of imports share: a sheet of some rows, and what became of it."""

from __future__ import annotations

import pyoxigraph as ox

from kg.article.sheets.importing import Imported, Wish, import_sheet
from kg.article.sheets.merge import Fate
from kg.core.findings import Severity
from kg.core.rules import rules_of
from kg.rdf.turtle_reading import read_turtle
from tests.article.conftest import Desk

HEAD = "quote,subject,relation,object"
WELCOME = "boats,Ellery Coastguard,needs,port of Brand"


def load(desk: Desk, *rows: str, head: str = HEAD, name: str = "claims.csv", **wish: object) -> Imported:
    """Import a sheet of some rows."""
    path = desk.root / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return import_sheet(desk.project, desk.slug, path, Wish(**wish))  # type: ignore[arg-type]


def said(desk: Desk, name: str) -> dict[str, set[str]]:
    """What claims.ttl or facts.ttl says of a node, by the local names of predicates."""
    base = desk.project.article_iri(desk.slug)
    found: dict[str, set[str]] = {}
    for file in ("claims", "facts"):
        for triple in read_turtle(desk.folder / f"{file}.ttl", base):
            if isinstance(triple.subject, ox.NamedNode) and triple.subject.value == f"{base}#{name}":
                value = triple.object.value if isinstance(triple.object, ox.Literal) else str(triple.object)
                local = triple.predicate.value.rpartition("#")[2]
                found.setdefault(local, set()).add(value.rpartition("#")[2].rpartition("/")[2].rstrip(">"))
    return found


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
