"""Which engines validate and reason: the fast ones, or the references that they are held to."""

from __future__ import annotations

from importlib.util import find_spec
from typing import NamedTuple

from kg.core.errors import UsageError
from kg.core.terms import nearest

ENGINES = ("fast", "pyshacl", "reference")


class Engines(NamedTuple):
    """The packages that validate SHACL and that close under OWL 2 RL."""

    shacl: str = "pyshifty"
    reasoner: str = "sparq-rdf"

    @classmethod
    def named(cls, name: str | None = None) -> Engines:
        """The engines of a name; without one, the fast ones as far as they are there.

        `pyshacl` is that with the reasoner that would be taken anyhow.

        Raises `UsageError` for another name, and for fast engines that are asked for and not installed.
        """
        there = cls(
            "pyshifty" if find_spec("shifty") else "pyshacl", "sparq-rdf" if find_spec("sparq") else "owlrl"
        )
        known = {
            "fast": cls(),
            "pyshacl": there._replace(shacl="pyshacl"),
            "reference": cls("pyshacl", "owlrl"),
        }
        if name is not None and name not in known:
            raise UsageError(f"there is no engine {name!r}{nearest(name, ENGINES)}")
        if name == "fast" and there != known["fast"]:
            missing = " and ".join(sorted({*known["fast"]} - {*there}))
            raise UsageError(f"not installed: {missing}", hint="--engine reference does without")
        return there if name is None else known[name]

    def __str__(self) -> str:
        return f"shapes by {self.shacl}, closure by {self.reasoner}"


FAST = Engines()
