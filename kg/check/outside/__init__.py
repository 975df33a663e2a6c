"""The terms of outside vocabularies: the lists that rdflib ships, and files here for what it lacks."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from kg.core.lines import split_lines

_NAMESPACE = re.compile(r'^    _NS = Namespace\(\s*"([^"]+)"', re.MULTILINE)
_TERM = re.compile(r"^    ([A-Za-z]\w*): (?:URIRef|\($)", re.MULTILINE)
_EXTRAS = re.compile(r"^    _extras = \[(.*?)\]", re.MULTILINE | re.DOTALL)
_MEMBER = re.compile(r"_[1-9][0-9]*")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def is_term(namespace: str, name: str) -> bool | None:
    """Whether a local name is a term of a namespace; None when there is no list of its terms.

    >>> is_term("http://www.w3.org/2004/02/skos/core#", "prefLable")
    False
    """
    path = _lists().get(namespace)
    if path is None:
        return None
    return name in terms(namespace) or (namespace == _RDF and bool(_MEMBER.fullmatch(name)))


@cache
def terms(namespace: str) -> frozenset[str]:
    """The terms of a namespace that has a list."""
    path = _lists()[namespace]
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".txt":
        return frozenset(_lines(text)[1:])
    extras = _EXTRAS.search(text)
    return frozenset(_TERM.findall(text)) | frozenset(re.findall(r'"([^"]+)"', extras[1]) if extras else ())


@cache
def _lists() -> dict[str, Path]:
    """The file of each namespace; rdflib's are read as text, as importing rdflib costs 0.2 s."""
    found = {
        _lines(path.read_text(encoding="utf-8"))[0]: path for path in Path(__file__).parent.glob("*.txt")
    }
    package = find_spec("rdflib")
    assert package is not None and package.origin is not None
    for path in (Path(package.origin).parent / "namespace").glob("_[A-Z]*.py"):
        if namespace := _NAMESPACE.search(path.read_text(encoding="utf-8")):
            found[namespace[1]] = path
    return found


def _lines(text: str) -> list[str]:
    return [line for line in split_lines(text) if line and not line.startswith("#")]
