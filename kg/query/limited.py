"""A query in a process of its own, ended at its time limit: pyoxigraph has no way to stop one.

Run as `python -m kg.query.limited STORE`, it reads the query from standard input and writes the answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.core.errors import InputError, KgError, StoreError
from kg.query.engine import EngineResult, run

_FAILED = 3


def run_limited(
    store: Path, text: str, prefixes: Mapping[str, str], seconds: float, path: Path | None = None
) -> EngineResult:
    """The answer of the store in a folder; raises `StoreError` when it takes longer than `seconds`."""
    answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the answer is read from it
    asked = json.dumps({"text": text, "prefixes": dict(prefixes)}).encode()
    command = [sys.executable, "-m", "kg.query.limited", str(store)]
    try:
        done = subprocess.run(
            command, input=asked, stdout=answer, stderr=subprocess.PIPE, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise StoreError(
            f"the query took longer than {seconds:g} s and was ended",
            path=path,
            hint="raise --timeout, or ask for less",
        ) from None
    if done.returncode == _FAILED:
        told = json.loads(done.stderr)
        failure = StoreError if told["code"] == StoreError.code else InputError
        raise failure(told["message"], path=path, line=told["line"])
    answer.seek(0)
    form = answer.readline().strip()
    if done.returncode or form not in (b"rows", b"graph"):
        raise StoreError(
            f"the query ended without an answer: {done.stderr.decode('utf-8', 'replace')[-300:]}"
        )
    if form == b"rows":
        return ox.parse_query_results(answer, ox.QueryResultsFormat.JSON)
    return map(attrgetter("triple"), ox.parse(answer, ox.RdfFormat.N_TRIPLES))


def main() -> None:
    """Answer the query on standard input; an error goes to standard error as JSON."""
    asked = json.load(sys.stdin)
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


if __name__ == "__main__":
    main()
