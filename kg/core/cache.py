"""What was worked out from files, remembered on disk until they change."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.core import version
from kg.core.errors import StoreError
from kg.core.files import written

# A file changed within this span of its last stat may change again without a new time stamp.
_SETTLED_NS = 2_000_000_000
_VERSION = "kg"


class FileCache:
    """Values by file, in JSON; one is made anew when the file's size, times or inode, or the tool, differ.

    A cache that is damaged or cannot be written only makes the next command slower.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._former = _read(cache)
        self._known: dict[str, Any] = {}
        self._now = time.time_ns()

    def of_file(self, path: Path, make: Callable[[], Any]) -> Any:
        """The result of `make` for the file as it is; raises `OSError` for a file that cannot be read."""
        key, stat = str(path), path.stat()
        stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        entry = self._former.get(key)
        if not (isinstance(entry, list) and len(entry) == len(stamp) + 1 and entry[:-1] == stamp):
            entry = [*stamp, make()]
        if self._now - stat.st_mtime_ns > _SETTLED_NS:
            self._known[key] = entry
        return entry[-1]

    def of_text(self, name: str, text: str, make: Callable[[], Any]) -> Any:
        """The result of `make` for a text, the last one under this name."""
        entry = self._former.get(name)
        if not (isinstance(entry, list) and len(entry) == 2 and entry[0] == text):
            entry = [text, make()]
        self._known[name] = entry
        return entry[1]

    def save(self) -> None:
        """Keep what was asked for since the cache was opened, where the disk allows."""
        if self._known == self._former:
            return
        with suppress(OSError, StoreError):
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            with written(self._cache) as file:
                file.write(json.dumps({_VERSION: version.VERSION, **self._known}).encode())


def _read(cache: Path) -> dict[str, Any]:
    try:
        values = json.loads(cache.read_bytes())
    except (OSError, ValueError):
        return {}
    is_own = isinstance(values, dict) and values.pop(_VERSION, None) == version.VERSION
    return values if is_own else {}
