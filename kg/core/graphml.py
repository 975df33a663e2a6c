"""GraphML, the network format of Gephi, Cytoscape and yEd (http://graphml.graphdrawing.org)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from kg.core.errors import UsageError
from kg.core.xml import FORBIDDEN, escape

_REFERENCES = {
    ord(mark): f"&#{ord(mark)};" for mark in "\t\n\r"
}  # else blanks in attributes, line breaks in text


class GraphmlKey(NamedTuple):
    """An attribute of nodes or edges: its id in the file, and the name that a tool shows."""

    id: str
    of: Literal["node", "edge"]
    name: str


class GraphmlElement(NamedTuple):
    """A node or an edge: its XML attributes, such as `id`, and its values by the id of a key."""

    attributes: Mapping[str, str]
    data: Mapping[str, str]


def graphml_lines(
    keys: Iterable[GraphmlKey], nodes: Iterable[GraphmlElement], edges: Iterable[GraphmlElement]
) -> Iterator[str]:
    """The lines of a document; nodes and edges are taken one by one."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for key in keys:
        name = _held(key.name)
        yield f'  <key id="{key.id}" for="{key.of}" attr.name="{name}" attr.type="string"/>'
    yield '  <graph edgedefault="directed">'
    for node in nodes:
        yield _line("node", node)
    for edge in edges:
        yield _line("edge", edge)
    yield "  </graph>"
    yield "</graphml>"


def _line(tag: str, element: GraphmlElement) -> str:
    attributes = "".join(f' {name}="{_held(value)}"' for name, value in element.attributes.items())
    data = "".join(f'<data key="{key}">{_held(value)}</data>' for key, value in element.data.items())
    return f"    <{tag}{attributes}>{data}</{tag}>"


def _held(text: str) -> str:
    """A text as markup that readers make the same text of; raises `UsageError` for what no XML has."""
    if found := FORBIDDEN.search(text):
        character = f"U+{ord(found.group()):04X}"
        raise UsageError(f"GraphML cannot hold {character}, which {text!r} has", hint="use another format")
    return escape(text).translate(_REFERENCES)
