"""What cannot hold together in a graph that is closed under OWL 2 RL, in one wording whatever closed it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

_QUERY = Path(__file__).with_name("inconsistencies.rq")
_PAIR = "disjoint properties {b} and {c} share the pair ({a}, {d})"
_WORDS: Mapping[str, str] = {
    "cax-dw": "{a} is both {b} and disjoint/complement {c}",
    "cls-com": "{a} is both {b} and disjoint/complement {c}",
    "cax-adc": "{a} is typed by two members of an AllDisjointClasses set",
    "cls-nothing2": "{a} is typed owl:Nothing",
    "prp-pdw": _PAIR,
    "prp-adp": _PAIR,
    "prp-irp": "irreflexive {b} relates {a} to itself",
    "prp-asyp": "asymmetric {b} holds both ways between {a} and {c}",
    "eq-diff1": "{a} is both sameAs and differentFrom {b}",
    "eq-diff2": "AllDifferent members {a} and {b} are the same",
    "cls-maxc1": "{a} has a {b} value but is maxCardinality 0 on it",
    "cls-maxqc1": "{a} has a {b} value typed {c} but is maxQualifiedCardinality 0 on it",
    "prp-npa": "negative property assertion violated: {a} {b} {c}",
    "dt-diff": "distinct literal values {a} and {b} forced sameAs",
}
"""By the rule of OWL 2 RL."""


def inconsistencies_in(store: ox.Store) -> tuple[str, ...]:
    """What cannot hold together in a closed graph, sorted."""
    rows = store.query(_QUERY.read_text(encoding="utf-8"))
    assert isinstance(rows, ox.QuerySolutions)
    found = {_WORDS[row["rule"].value].format(**{name: row[name] for name in "abcd"}) for row in rows}
    return tuple(sorted(found))
