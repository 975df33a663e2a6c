"""The names of a snapshot's nodes, in an SQLite file: a name is found without reading them all."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.core.errors import StoreError
from kg.core.likeness import folded, trigrams, words_of
from kg.core.names import NAME_PROPERTIES, Name, NameKind, Role
from kg.core.terms import PROPOSITION, RDF_TYPE

NAMES = "names.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS names (
    id INTEGER PRIMARY KEY, article TEXT, text TEXT, node TEXT, kind INTEGER, role INTEGER
);
CREATE INDEX IF NOT EXISTS names_of_article ON names (article);
CREATE TABLE IF NOT EXISTS keys (key TEXT, name INTEGER, PRIMARY KEY (key, name)) WITHOUT ROWID;
"""
_CALLED = "SELECT text, node, kind, role FROM keys JOIN names ON id = name WHERE"
_WHOLE, _RECORD, _WORD, _GRAM = "=", "#", " ", "~"
_LAST = "\U0010ffff"
_COMMON = 500  # names with a word or trigram; what more have tells none of them apart
_MOST_KEYS = 60  # of one look-up


class NameFile:
    """The names of a published snapshot, for reading: a `NameIndex`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def called(self, key: str) -> Iterator[Name]:
        """The names that are folded to a key."""
        return self._names(f"{_CALLED} key IN (?, ?)", _WHOLE + key, _RECORD + key)

    def holding(self, words: Sequence[str]) -> Iterator[Name]:
        """The names that have all of some words, and perhaps others; those of records left out."""
        keys = sorted((_WORD + word for word in {*words[:_MOST_KEYS]}), key=self._how_many)
        others = " AND EXISTS (SELECT 1 FROM keys AS other WHERE other.key = ? AND other.name = id)"
        return self._names(f"{_CALLED} key = ?{others * (len(keys) - 1)}", *keys)

    def sharing(self, grams: Iterable[str], most: int) -> Iterator[Name]:
        """The names that share the most of some trigrams; of a common one only some are looked at."""
        keys = [_GRAM + gram for gram in sorted(grams)[:_MOST_KEYS]]
        some = f"SELECT * FROM (SELECT name FROM keys WHERE key = ? LIMIT {_COMMON})"
        shared = " UNION ALL ".join([some] * len(keys)) or "SELECT NULL AS name"
        ranked = f"SELECT name, count(*) AS shared FROM ({shared}) GROUP BY name ORDER BY 2 DESC, 1 LIMIT ?"
        found = (
            f"SELECT text, node, kind, role FROM ({ranked}) JOIN names ON id = name ORDER BY shared DESC, id"
        )
        return self._names(found, *keys, most)

    def starting(self, key: str) -> Iterator[Name]:
        """The names that begin with a key when they are folded, in this order; those of records left out."""
        first, last = _WHOLE + key, _WHOLE + key + _LAST
        return self._names(f"{_CALLED} key >= ? AND key < ? ORDER BY key, id", first, last)

    def _how_many(self, key: str) -> int:
        counted = f"SELECT count(*) FROM (SELECT 1 FROM keys WHERE key = ? LIMIT {_COMMON})"
        count: int = next(self._rows(counted, key))[0]
        return count

    def _names(self, text: str, *values: object) -> Iterator[Name]:
        for name, node, kind, role in self._rows(text, *values):
            yield Name(name, ox.NamedNode(node), NameKind(kind), Role(role))

    def _rows(self, text: str, *values: object) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(text, values)
        except sqlite3.Error as error:
            raise StoreError(
                f"the snapshot's names cannot be read: {error}",
                path=self._path,
                hint="make a new one: kg build",
            ) from error

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        """One for all threads of a process: SQLite itself takes turns, and nobody writes."""
        place = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(place, uri=True, check_same_thread=False)


class NameWriter:
    """The names of a snapshot in the making, by article; those of None are shared."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # Nobody reads the file before it is whole and on the disk, and a crash leaves it where nobody looks.
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_TABLES)
        self._connection.execute("BEGIN")

    def add(self, article: str | None, names: Iterable[Name]) -> None:
        """Add names that an article gives, or what is shared."""
        for name in names:
            row = (article or "", name.text, name.node.value, name.kind, name.role)
            added = self._connection.execute("INSERT INTO names VALUES (NULL, ?, ?, ?, ?, ?)", row)
            keys = ((key, added.lastrowid) for key in _keys(name.text, name.role))
            self._connection.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", keys)

    def keep(self, articles: Collection[str], *, shared: bool = True) -> None:
        """Take out the names that other articles than some give, and perhaps those that are shared."""
        known = [slug for (slug,) in self._connection.execute("SELECT DISTINCT article FROM names")]
        for slug in set(known) - {*articles, *([""] if shared else ())}:
            self._remove(slug)

    def _remove(self, article: str) -> None:
        given = "SELECT id, text, role FROM names WHERE article = ?"
        keys = [
            (key, name)
            for name, text, role in self._connection.execute(given, (article,))
            for key in _keys(text, role)
        ]
        self._connection.executemany("DELETE FROM keys WHERE key = ? AND name = ?", keys)
        self._connection.execute("DELETE FROM names WHERE article = ?", (article,))

    def close(self) -> None:
        """Write it all and let go of the file."""
        self._connection.execute("COMMIT")
        self._connection.close()


def naming(store: ox.Store, graphs: Iterable[ox.NamedNode]) -> Iterator[ox.Quad]:
    """The quads of some graphs that names come from."""
    for graph in graphs:
        for predicate in (*NAME_PROPERTIES, RDF_TYPE, PROPOSITION):
            yield from store.quads_for_pattern(None, predicate, None, graph)


def _keys(text: str, role: int) -> Iterator[str]:
    """What a name is looked up with."""
    key = folded(text)
    if role == Role.RECORD:
        yield _RECORD + key
        return
    yield _WHOLE + key
    yield from (_WORD + word for word in dict.fromkeys(words_of(key)))
    yield from (_GRAM + gram for gram in sorted(trigrams(key)))
