"""Parquet tables by pyarrow: entities, claims and statements, with columns that stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.labels import Labels
from kg.core.terms import PASSAGE_MARK, PROPOSITION, RDF_TYPE, SECPOL, XSD, short
from kg.export.content import Content
from kg.export.layers import Graphs
from kg.export.network import Network, iri

_Record = Mapping[str, object]

_TEXT, _TEXTS = "string", "list<string>"
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "entities": {
        "iri": _TEXT,
        "name": _TEXT,
        "label": _TEXT,
        "types": _TEXTS,
        "layer": _TEXT,
        "article": _TEXT,
    },
    "claims": {
        **{"claim": _TEXT, "article": _TEXT, "gloss": _TEXT, "kinds": _TEXTS},
        **{"subject": _TEXT, "subject_label": _TEXT, "relation": _TEXT, "relation_label": _TEXT},
        **{"object": _TEXT, "object_label": _TEXT, "holders": _TEXTS, "reporters": _TEXTS},
        **{"certainty": _TEXT, "polarity": _TEXT, "status": _TEXT, "passages": _TEXTS},
    },
    "statements": {
        **{"subject": _TEXT, "predicate": _TEXT, "object": _TEXT, "object_kind": _TEXT},
        **{"datatype": _TEXT, "language": _TEXT, "layer": _TEXT, "article": _TEXT, "graph": _TEXT},
        **{"subject_label": _TEXT, "predicate_label": _TEXT, "object_label": _TEXT},
    },
}
_KINDS = {ox.NamedNode: "iri", ox.BlankNode: "blank", ox.Literal: "literal", ox.Triple: "triple"}
_ROWS = 1 << 16  # of a row group


class Tables:
    """The rows of the three tables of some content."""

    def __init__(self, content: Content, graphs: Graphs, store: ox.Store, labels: Labels) -> None:
        self._content = content
        self._graphs = graphs
        self._labels = labels
        self._network = Network(content, graphs, store, labels)
        self._prefixes = labels.prefixes

    def rows(self, table: str) -> Iterator[_Record]:
        """The rows of one table, in a settled order."""
        return {"entities": self._entities, "claims": self._claims, "statements": self._statements}[table]()

    def _entities(self) -> Iterator[_Record]:
        """What has a type and is no claim, proposition or passage; each once, where it is first described."""
        found: dict[ox.NamedNode, _Record] = {}
        for graph in self._content.graphs:
            layer, article = self._graphs.layer(graph), self._graphs.article(graph)
            if layer in ("inferred", "provenance"):
                continue
            triples = list(self._content.triples(graph))
            contents = {t.subject for t in triples if t.predicate in (PROPOSITION, SECPOL("propSubject"))}
            for node in {triple.subject for triple in triples if triple.predicate == RDF_TYPE} - contents:
                if isinstance(node, ox.NamedNode) and PASSAGE_MARK not in node.value and node not in found:
                    found[node] = {
                        "iri": node.value,
                        "name": short(node.value, self._prefixes),
                        "label": self._labels(node),
                        "types": list(self._network.types(node)),
                        "layer": layer,
                        "article": article,
                    }
        yield from (found[node] for node in sorted(found, key=lambda node: node.value))

    def _claims(self) -> Iterator[_Record]:
        for edge in self._network.edges():
            if edge.gloss or edge.holders:
                yield {
                    **{"claim": edge.claims[0], "article": edge.article or None, "gloss": edge.gloss},
                    **{
                        "kinds": list(edge.kinds),
                        "subject": edge.source.iri,
                        "subject_label": edge.source.label,
                    },
                    **{"relation": edge.relation_iri, "relation_label": edge.relation},
                    **{"object": edge.target.iri, "object_label": edge.target.label},
                    **{"holders": list(edge.holders), "reporters": list(edge.reporters)},
                    **{"certainty": edge.certainty, "polarity": edge.polarity, "status": edge.status},
                    "passages": list(edge.passages),
                }

    def _statements(self) -> Iterator[_Record]:
        for graph in self._content.graphs:
            name = graph.value if isinstance(graph, ox.NamedNode) else None
            layer, article = self._graphs.layer(graph), self._graphs.article(graph)
            for subject, predicate, value in sorted(self._content.triples(graph), key=str):
                is_literal = isinstance(value, ox.Literal)
                language = value.language if is_literal else None
                yield {
                    **{"subject": iri(subject), "predicate": predicate.value},
                    **{
                        "object": value.value if is_literal else iri(value),
                        "object_kind": _KINDS[type(value)],
                    },
                    "datatype": value.datatype.value
                    if is_literal and value.datatype != XSD("string")
                    else None,
                    **{"language": language, "layer": layer, "article": article, "graph": name},
                    "subject_label": self._labels(subject),
                    "predicate_label": self._labels(predicate),
                    "object_label": None if is_literal else self._labels(value),
                }


def write_parquet(table: str, rows: Iterable[_Record], file: IO[bytes]) -> int:
    """Write one table in row groups, and return how many rows there are."""
    arrow, parquet = _pyarrow()
    types = {_TEXT: arrow.string(), _TEXTS: arrow.list_(arrow.string())}
    schema = arrow.schema([(name, types[kind]) for name, kind in COLUMNS[table].items()])
    count, rest = 0, iter(rows)
    with parquet.ParquetWriter(file, schema) as writer:
        while group := list(islice(rest, _ROWS)):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError(
            "Parquet needs pyarrow", hint="install it: pip install 'secpol-kg[parquet]'"
        ) from error
    return pyarrow, parquet
