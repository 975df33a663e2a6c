"""The language of Graphviz: strings that no value can break out of."""

from __future__ import annotations


def quoted(text: str) -> str:
    """A string in double quotes; a line break becomes the escape for a centred one.

    >>> print(quoted('a "b"'))
    "a \\"b\\""
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n")
    return f'"{escaped}"'
