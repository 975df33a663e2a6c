"""Where a store's answer to a stored query is its own, and why; the tests hold exactly these."""

from __future__ import annotations

from collections.abc import Mapping

_DECIMALS = "decimals are written with a fraction, `2` as `2.0`"

OWN_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "fuseki": {"figures": _DECIMALS, "growth": _DECIMALS},
    "virtuoso": {"capabilities": "rows are lost where an OPTIONAL holds more than one pattern"},
}
