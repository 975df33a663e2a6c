"""What an empty cell comes to: the authors hold it, certainly, and affirm it; others' views they report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyoxigraph as ox

from kg.article.sheets.claims import NOTHING, CellValues, ClaimColumns
from kg.article.sheets.material import ArticleSources
from kg.claims.columns import PROPOSITION_CLASS, USUAL_KIND, usual
from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL


def is_bare(said: Mapping[str, CellValues | None]) -> bool:
    """Whether the kind is that of a proposition which nobody holds."""
    return (RDF_TYPE, PROPOSITION_CLASS) in (said.get("kind") or NOTHING)


def completed(
    material: ArticleSources,
    said: Mapping[str, CellValues | None],
    shown: Callable[[ox.NamedNode], str] | None = None,
) -> ClaimColumns:
    """What is said, with the usual for what is None. `shown` gives nodes their names in a gloss."""
    full: dict[str, CellValues] = {name: values or NOTHING for name, values in said.items()}
    if is_bare(said):
        return full
    if said.get("kind") is None or full["kind"]:
        has = {predicate for predicate, _ in full["kind"]}
        full["kind"] |= {
            (predicate, value) for predicate, value in USUAL_KIND.items() if predicate not in has
        }
    for name in ("holder", "reporter", "stance", "certainty", "polarity"):
        if said.get(name) is None:
            full[name] = usual(name, full, material.authors)
    if said.get("gloss") is None:
        full["gloss"] = frozenset({(RDFS_LABEL, ox.Literal(_gloss(material, full, shown), language="en"))})
    return full


def _gloss(material: ArticleSources, said: ClaimColumns, shown: Callable[[ox.NamedNode], str] | None) -> str:
    """A claim in the words of its proposition: `patrol has actor Ellery Coastguard`."""
    names = shown or material.entities_named.shown

    def words(column: str) -> str:
        values = [value for _, value in said.get(column, NOTHING)]
        return " and ".join(
            sorted(value.value if isinstance(value, ox.Literal) else names(value) for value in values)
        )

    relations = [value for _, value in said.get("relation", NOTHING) if isinstance(value, ox.NamedNode)]
    relation = " ".join(map(material.relations.shown, relations))
    is_denied = SECPOL("Denied") in {value for _, value in said["polarity"]}
    return f"{'denied: ' if is_denied else ''}{words('subject')} {relation} {words('object')}"
