"""The OWL 2 DL check. The adapter around HermiT, which owlready2 ships.

HermiT is started as owlready2 starts it, but for a shorter task: owlready2 classifies everything and loads
the result, where a verdict needs consistency and the classes that can have no member.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kg.core.errors import ReasonerError

_JAVA_OPTIONS = ("-Xmx2000M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_UNSATISFIABLE = re.compile(r"^\t<([^>]+)>$", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """Whether some axioms are consistent, and which classes can have no member."""

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()


class Hermit:
    """HermiT on a Java machine; each run may take `time_limit` seconds."""

    def __init__(self, java: str, time_limit: float) -> None:
        package = find_spec("owlready2")
        assert package is not None and package.origin is not None
        home = Path(package.origin).parent / "hermit"
        self._command = [java, *_JAVA_OPTIONS, "-cp", f"{home}:{home / 'HermiT.jar'}"]
        self._time_limit = time_limit

    @classmethod
    def found(cls, time_limit: float) -> Hermit | None:
        """HermiT where there is Java, else None."""
        java = shutil.which("java")
        return cls(java, time_limit) if java else None

    def verdict(self, triples: Sequence[ox.Triple]) -> Verdict:
        """Consistency, and the classes equivalent to nothing."""
        output = self._run(triples, "-U")
        return Verdict(False) if output is None else Verdict(True, tuple(_UNSATISFIABLE.findall(output)))

    def is_consistent(self, triples: Sequence[ox.Triple]) -> bool:
        """Consistency alone, which is quicker."""
        return self._run(triples, "-k") is not None

    def _run(self, triples: Sequence[ox.Triple], task: str) -> str | None:
        """What HermiT prints, or None when it finds an inconsistency."""
        with TemporaryDirectory(prefix="kg-hermit-") as folder:
            path = Path(folder) / "axioms.nt"
            ox.serialize(triples, str(path), format=ox.RdfFormat.N_TRIPLES)
            command = [*self._command, "org.semanticweb.HermiT.cli.CommandLine", task, path.as_uri()]
            try:
                done = subprocess.run(
                    command, capture_output=True, text=True, check=False, timeout=self._time_limit
                )
            except subprocess.TimeoutExpired as error:
                raise ReasonerError(f"HermiT took longer than {self._time_limit:g} s") from error
            except OSError as error:
                raise ReasonerError(f"Java cannot be started: {error.strerror}") from error
        if done.returncode == 0:
            return done.stdout
        if "InconsistentOntologyException" in done.stderr:
            return None
        said = (done.stderr or done.stdout).strip().partition("\n")[0] or "it said nothing"
        raise ReasonerError(f"HermiT ended with status {done.returncode}: {said}")
