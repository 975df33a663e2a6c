"""What becomes of literals on the way: a table in docs/export.md, written by tests.renew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.core.terms import PREFIXES
from tests.export.readers import Quads

BEGIN, END = "<!-- literals: written by tests.renew -->\n", "<!-- end of literals -->\n"
_WRITTEN = (
    *('"7"^^xsd:integer', '"007"^^xsd:integer', '"+7"^^xsd:integer', '"7"^^xsd:int'),
    *('"7"^^xsd:nonNegativeInteger', '"1.50"^^xsd:decimal', '"1e3"^^xsd:double', '"1"^^xsd:boolean'),
    *('"2024-12-11T09:00:00Z"^^xsd:dateTime', '"2024-12-11T09:00:00+00:00"^^xsd:dateTime'),
    *('"2024-12-11T18:00:00+09:00"^^xsd:dateTime', '"2024-12-11"^^xsd:date', '"2024"^^xsd:gYear'),
    *('"word"@en', '"word"@EN-gb', '"word"^^xsd:string', '"caf\u0065\u0301"'),
)
_XSD = f"<{PREFIXES['xsd']}"


def table(riot: Callable[[Path], Quads], folder: Path) -> str:
    """How each literal stands in the graph, and how rdflib and riot read the file that it was written in."""
    path = folder / "literals.ttl"
    head = f"@prefix xsd: {_XSD}> .\n"
    path.write_text(
        head
        + "".join(
            f"<https://example.org/{at}> <https://example.org/p> {text} .\n"
            for at, text in enumerate(_WRITTEN)
        ),
        encoding="utf-8",
    )
    store = ox.Store()
    store.extend(ox.parse(path=path))
    graph = rdflib.Graph().parse(path, format="turtle")
    text = graph.serialize(format="nt", encoding="utf-8")
    columns = [
        _by_subject(store),
        _by_subject(ox.parse(text, ox.RdfFormat.N_TRIPLES)),
        _by_subject(riot(path)),
    ]
    lines = ["| written | in the graph | read by rdflib | read by riot |", "|---|---|---|---|"]
    for at, written in enumerate(_WRITTEN):
        cells = [column[f"https://example.org/{at}"] for column in columns]
        shown = ["as written" if cell == _plain(written) else f"`{cell}`" for cell in cells]
        lines.append(f"| `{written}` | {' | '.join(shown)} |")
    return "\n".join([*lines, ""])


def _plain(written: str) -> str:
    return written.removesuffix("^^xsd:string")


def _by_subject(quads: Iterable[ox.Quad]) -> dict[str, str]:
    return {
        quad.subject.value: str(quad.object).replace(_XSD, "xsd:").rstrip(">")  # type: ignore[union-attr]
        for quad in quads
    }
