"""An Oxigraph store on disk as the target of a load."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

import pyoxigraph as ox

from kg.core.errors import StoreError, UsageError
from kg.core.files import sweep, synced
from kg.remote.body import Body
from kg.remote.endpoints import presets
from kg.remote.results import as_rows
from kg.stores.protocol import Solutions

_OPEN_ELSEWHERE = ("lock hold by current process", "Resource temporarily unavailable")
_MADE = re.compile("[0-9a-f]{16}")


class DirectoryStore:
    """A folder that Oxigraph's server can serve.

    One that is not there yet is filled aside by the bulk loader, and gets its name by `finish`. For `reading`
    alone nothing is made, and the folder may be open elsewhere.
    """

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self.name = str(path)
        self.preset = presets()["oxigraph"]  # of the server, which does the same
        self.sent = 0
        self._home = path.resolve()
        self._aside: Path | None = None
        self._lock: int | None = None
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file, not the folder of a store")
        is_filled = path.is_dir() and any(path.iterdir())
        if is_filled and not _is_store(path):
            raise UsageError(f"{path} is a folder, but no Oxigraph store; name a new or an empty one")
        try:
            if reading:
                self._store = ox.Store.read_only(str(path)) if is_filled else ox.Store()
                return
            self._tidy()
            if not is_filled and not self._home.is_mount():  # a mounted folder cannot be renamed
                self._aside = self._made_aside()
            self._store = ox.Store(str(self._aside or path))
        except OSError as error:
            self.give_up()
            is_open = any(words in str(error) for words in _OPEN_ELSEWHERE)
            raise StoreError(
                "another program has the store open" if is_open else f"the store cannot be opened: {error}",
                path=path,
                hint="end it, or load into the server that has it open, by its URL" if is_open else None,
            ) from error

    def _made_aside(self) -> Path:
        """A new folder beside the one that it will become, held by this process until then."""
        name = secrets.token_hex(8)
        made = self._home.with_name(f".{self._home.name}.making-{name}.{os.getpid()}")
        made.mkdir(parents=True)
        self._lock = os.open(made, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        return made.rename(self._home.with_name(f"{self._start}{name}"))

    @property
    def _start(self) -> str:
        return f".{self._home.name}.loading-"

    def _tidy(self) -> None:
        """Remove what loads that were killed left aside; raises `StoreError` where one is under way."""
        sweep(self._home.parent, rf"{re.escape(self._home.name)}\.making-[0-9a-f]+")
        for left in self._home.parent.glob(f"{escape(self._start)}*"):
            if not _MADE.fullmatch(left.name.removeprefix(self._start)):
                continue
            if not _is_left(left):
                raise StoreError(
                    "another load is filling this folder", path=self._home, hint="wait until it is done"
                )
            shutil.rmtree(left, ignore_errors=True)

    def body(self) -> Body:
        """An empty body."""
        return Body()

    def select(self, text: str) -> Solutions:
        """The rows of a SELECT."""
        return as_rows(self._store.query(text))

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
                    shutil.copymode(self._home, self._aside)
                self._aside.replace(self._home)  # an empty folder gives way
                synced(self._home.parent)
                self._aside = None
        self.give_up()

    def give_up(self) -> None:
        """Leave nothing of a new store that was not finished."""
        if self._aside is not None:
            self.__dict__.pop("_store", None)  # which closes it
            shutil.rmtree(self._aside, ignore_errors=True)
            self._aside = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @contextmanager
    def _failures_in_words(self) -> Iterator[None]:
        try:
            yield
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store cannot be written: {error}", path=self._home) from error


def _is_store(path: Path) -> bool:
    """Whether a folder is that of an Oxigraph store, which is a RocksDB database with indexes of quads."""
    options = max(path.glob("OPTIONS-*"), default=None)
    return (path / "CURRENT").is_file() and options is not None and b'"gspo"' in options.read_bytes()


def _is_left(aside: Path) -> bool:
    """Whether the process that filled a folder is gone."""
    try:
        folder = os.open(aside, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False
    finally:
        os.close(folder)
