"""An Oxigraph store on disk as the target of a load."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError, UsageError
from kg.remote.body import Body
from kg.remote.endpoints import Preset, presets
from kg.stores.manifest import is_gone
from kg.stores.protocol import Solutions


class DirectoryStore:
    """A folder that Oxigraph's server can serve.

    One that is not there yet is filled aside by the bulk loader, and gets its name by `finish`.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.sent = 0
        self._home = path.resolve()
        self._is_finished = False
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file, not the folder of a store")
        is_filled = path.is_dir() and any(path.iterdir())
        if is_filled and not (path / "CURRENT").is_file():
            raise UsageError(f"{path} is a folder, but no Oxigraph store; name a new or an empty one")
        aside = f".{self._home.name}.loading-"
        self._aside = None if is_filled else self._home.with_name(f"{aside}{os.getpid()}")
        try:
            if self._aside is not None:
                for left in self._home.parent.glob(f"{escape(aside)}*"):
                    process = left.name.removeprefix(aside)
                    if process.isdecimal() and is_gone(int(process)):  # a load that was killed
                        shutil.rmtree(left, ignore_errors=True)
                self._aside.mkdir(parents=True)
            self._store = ox.Store(str(self._aside or path))
        except OSError as error:
            self.give_up()
            is_open = "lock" in str(error).lower()
            raise StoreError(
                "another program has the store open" if is_open else f"the store cannot be opened: {error}",
                path=path,
                hint="end it, or load into the server that has it open, by its URL" if is_open else None,
            ) from error

    @property
    def preset(self) -> Preset:
        """That of the Oxigraph server, which does the same."""
        return presets()["oxigraph"]

    def body(self) -> Body:
        """An empty body."""
        return Body()

    def select(self, text: str) -> Solutions:
        """The rows of a SELECT."""
        found = self._store.query(text)
        assert isinstance(found, ox.QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: row[name] for name in names if row[name] is not None} for row in found]

    def update(self, body: Body | bytes) -> None:
        """Carry out an update, in one transaction."""
        text = body if isinstance(body, bytes) else body.open().read()
        self.sent += len(text)
        with self._failures_in_words():
            self._store.update(text.decode())

    def add(self, body: Body) -> None:
        """Add N-Quads, in one transaction; to a store that nobody sees yet, by the bulk loader."""
        self.sent += body.size
        load = self._store.load if self._aside is None else self._store.bulk_load
        with self._failures_in_words():
            load(body.open(), ox.RdfFormat.N_QUADS)

    def put(self, graph: ox.NamedNode, body: Body, *, more: bool = False) -> None:
        """Make N-Triples the content of a graph, or add more to it."""
        self.sent += body.size
        with self._failures_in_words():
            if not more:
                self._store.remove_graph(graph)
            self._store.load(body.open(), ox.RdfFormat.N_TRIPLES, to_graph=graph)

    def triples(self, graph: ox.NamedNode) -> Iterator[ox.Triple]:
        """The content of a graph."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, graph))

    def finish(self) -> None:
        """Bring all to the disk, and a new store to its name."""
        with self._failures_in_words():
            self._store.flush()
            if self._aside is not None:
                self._store.optimize()
                del self._store  # which closes it
                if self._home.is_dir():
                    self._home.rmdir()
                self._aside.rename(self._home)
                self._is_finished = True

    def give_up(self) -> None:
        """Leave nothing of a new store that was not finished."""
        if self._aside is not None and not self._is_finished:
            self.__dict__.pop("_store", None)  # which closes it
            shutil.rmtree(self._aside, ignore_errors=True)

    @contextmanager
    def _failures_in_words(self) -> Iterator[None]:
        try:
            yield
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store cannot be written: {error}", path=self._home) from error
