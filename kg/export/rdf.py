"""RDF as files: sorted lines, Turtle and TriG in canonical form, always with the same bytes."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

import pyoxigraph as ox

from kg.export.content import Content, blank_nodes
from kg.rdf.turtle_writing import Blocks, head, turtle_of_lines


def write_nquads(content: Content, file: IO[bytes]) -> int:
    """Sorted lines, the graphs in the order of their names; memory is that of the largest few graphs."""
    statements = 0
    for graph, text in content.texts():
        lines = sorted(text.split(b" .\n")[:-1])
        end = b" .\n" if isinstance(graph, ox.DefaultGraph) else f" {graph} .\n".encode()
        file.writelines(line + end for line in lines)
        statements += len(lines)
    return statements


def write_ntriples(content: Content, file: IO[bytes]) -> int:
    """The union of the graphs, sorted."""
    lines = sorted(content.merged())
    file.writelines(line + b"\n" for line in lines)
    return len(lines)


def write_turtle(content: Content, file: IO[bytes], prefixes: Mapping[str, str]) -> int:
    """The union of the graphs in canonical form."""
    lines: dict[str, None] = {}  # in the order of reading, in which a subject's lines are near each other
    with _no_pauses():
        for _, text in content.texts():
            lines.update(dict.fromkeys(text.decode().split("\n")))
        lines.pop("", None)
        file.writelines(piece.encode() for piece in turtle_of_lines(lines, prefixes))
    return len(lines)


def write_trig(content: Content, file: IO[bytes], prefixes: Mapping[str, str]) -> int:
    """Each graph in the canonical form of Turtle, in braces; memory is that of the largest few graphs."""
    statements = 0
    file.write(head(prefixes).encode())
    taken = set[str]()
    for graph, text in content.texts():
        lines = text.decode().split("\n")
        shared = content.shared(graph, text)
        blocks = Blocks(lines, prefixes, labels=shared)
        if taken & _labels(blocks) - shared:  # another graph has the same label for a node of its own
            blocks = Blocks(lines, prefixes, labels=blank_nodes(text))
        taken |= _labels(blocks)
        name = "" if isinstance(graph, ox.DefaultGraph) else f"{graph} "
        file.write(f"\n{name}{{\n".encode())
        file.writelines(f"\n{block}".encode() for _, block in blocks)
        file.write(b"}\n")
        statements += len(lines) - 1
    return statements


def write_rdfxml(content: Content, file: IO[bytes], prefixes: Mapping[str, str]) -> int:
    """The union of the graphs, sorted; raises `UsageError` for what RDF/XML cannot hold."""
    from kg.rdf import rdfxml

    statements = ox.parse(b"\n".join(sorted(content.merged())), ox.RdfFormat.N_TRIPLES)
    return rdfxml.write_rdfxml((quad.triple for quad in statements), file, prefixes)


def _labels(blocks: Blocks) -> set[str]:
    return {name for name in blocks.names.values() if name.startswith("_:")}


@contextmanager
def _no_pauses() -> Iterator[None]:
    """No collection of garbage meanwhile: it would look through millions of strings, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
