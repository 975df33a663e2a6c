"""What a request carries."""

from __future__ import annotations

import tempfile
from typing import IO

_SPOOL = 1 << 23


class Body:
    """What a request carries: written once, in memory and then on disk, sent as often as needed."""

    def __init__(self, *, zipped: bool = False) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_SPOOL)  # noqa: SIM115 - it lives as long as the body
        self._zip = None
        if zipped:
            import zlib

            self._zip = zlib.compressobj(1, wbits=31)
        self.zipped = zipped
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add to the end."""
        self._put(data if self._zip is None else self._zip.compress(data))

    def finished(self) -> Body:
        """The same body, ready to be sent."""
        if self._zip is not None:
            self._put(self._zip.flush())
            self._zip = None
        return self

    def open(self) -> IO[bytes]:
        """The bytes from their beginning."""
        self._file.seek(0)
        return self._file

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self.size += len(data)
