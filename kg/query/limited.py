"""A query in a process of its own, ended at its time limit: pyoxigraph has no way to stop one.

Run as `python -m kg.query.limited STORE SECONDS`, it reads the query from a line of standard input and writes
the answer. It ends with its parent, which keeps that open, and at the latest when its time is up.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from threading import Thread
from typing import IO

import pyoxigraph as ox

from kg.core.errors import InputError, KgError, StoreError
from kg.query.engine import EngineResult, run

_FAILED = 3
_GRACE = 5.0  # seconds that the child has longer than its parent waits


def run_limited(
    store: Path, text: str, prefixes: Mapping[str, str], seconds: float, path: Path | None = None
) -> EngineResult:
    """The answer of the store in a folder; raises `StoreError` when it takes longer than `seconds`."""
    answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the answer is read from it
    asked = json.dumps({"text": text, "prefixes": dict(prefixes)}).encode() + b"\n"
    command = [sys.executable, "-m", "kg.query.limited", str(store), str(seconds + _GRACE)]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answer, stderr=errors) as child,
    ):
        try:
            with suppress(BrokenPipeError):  # of a child that told already what is wrong
                assert child.stdin is not None
                child.stdin.write(asked)
                child.stdin.flush()
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise StoreError(
                f"the query took longer than {seconds:g} s and was ended",
                path=path,
                hint="raise --timeout, or ask for less",
            ) from None
        finally:
            child.kill()
        errors.seek(0)
        said = errors.read()
    if child.returncode == _FAILED:
        told = json.loads(said)
        failure = StoreError if told["code"] == StoreError.code else InputError
        raise failure(told["message"], path=path, line=told["line"])
    answer.seek(0)
    form = answer.readline().strip()
    if child.returncode or form not in (b"rows", b"graph"):
        raise StoreError(f"the query ended without an answer: {said.decode('utf-8', 'replace')[-300:]}")
    if form == b"rows":
        return ox.parse_query_results(answer, ox.QueryResultsFormat.JSON)
    return map(attrgetter("triple"), ox.parse(answer, ox.RdfFormat.N_TRIPLES))


def main() -> None:
    """Answer the query on standard input; an error goes to standard error as JSON."""
    if hasattr(signal, "setitimer"):  # the system ends it, whatever it does
        signal.setitimer(signal.ITIMER_REAL, float(sys.argv[2]))
    asked = json.loads(sys.stdin.buffer.readline())
    Thread(target=_end_with_parent, daemon=True).start()
    out = sys.stdout.buffer
    try:
        result = run(ox.Store.read_only(sys.argv[1]), asked["text"], asked["prefixes"])
    except KgError as error:
        json.dump({"message": error.message, "line": error.line, "code": error.code}, sys.stderr)
        sys.exit(_FAILED)
    if isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
        out.write(b"rows\n")
        result.serialize(out, ox.QueryResultsFormat.JSON)
    else:
        out.write(b"graph\n")
        ox.serialize(result, out, ox.RdfFormat.N_TRIPLES)


def _end_with_parent() -> None:
    """Wait until nobody keeps standard input open, and end."""
    os.read(0, 1)
    os._exit(_FAILED + 1)


if __name__ == "__main__":
    main()
