"""Text for a terminal: what would steer it is shown."""

from __future__ import annotations

import re

_STEERING = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069]|\r(?!\n)"
)


def printable(text: str) -> str:
    r"""A text with escapes, as SPARQL and JSON have them, for what a terminal would obey.

    That is controls, but for tabs and line ends, and what sets the direction of the characters behind it
    (Unicode Standard Annex 9), so that they look like others.

    >>> printable("a\x1b[31mb \N{RIGHT-TO-LEFT OVERRIDE}c")
    'a\\u001b[31mb \\u202ec'
    """
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
