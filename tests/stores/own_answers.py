"""Where a store's answer to a stored query is its own, and why; the tests hold exactly these."""

from __future__ import annotations

from collections.abc import Mapping

_DECIMALS = "decimals are written with a fraction, `2` as `2.0`"
_PATHS = "a path with `+` or `*` within `EXISTS` or `NOT EXISTS` is not joined with what stands outside"
_BOTH_ENDS = "a path between two variables is refused (`transitive start not given`)"
_OPTIONAL_PATH = "a path with `?` beside a `UNION` loses rows"
_BOOLEANS = "`BIND(EXISTS ...)` gives 0 and 1, not a boolean"

OWN_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "fuseki": {"figures": _DECIMALS, "growth": _DECIMALS},
    "virtuoso": {
        "actor-network": _PATHS,
        "arrangement-parties": _PATHS,
        "coercion": _PATHS,
        "incursions": _PATHS,
        "policies": _PATHS,
        "proposal-history": _PATHS,
        "responses": _PATHS,
        "roles": _PATHS,
        "who-acts-for": _PATHS,
        "who-rejected": _BOTH_ENDS,
        "doubts-about": _OPTIONAL_PATH,
        "clashing-lines": _BOOLEANS,
    },
}
