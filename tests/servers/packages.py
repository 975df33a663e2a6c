"""What the Java servers and tools of the tests are run from: jars that Maven fetched into .servers."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import NoReturn

import pytest

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent / ".servers"
_KEPT = ("jstl", "rdf4j-http-server", "standard", "urlrewritefilter", "ziplet")


def fetch() -> str:
    """Let Maven fetch what the poms name, unless it is there; says what is missing for that, if anything."""
    missing = " and ".join(tool for tool in ("java", "mvn") if shutil.which(tool) is None)
    if missing:
        return f"{missing} missing: the tests of Fuseki, RDF4J, GraphDB, Jena and ROBOT cannot run"
    _ROOT.mkdir(exist_ok=True)
    with (_ROOT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current():
            for folder in _ROOT.iterdir():
                if folder.is_dir():
                    shutil.rmtree(folder)
            goal = ["dependency:copy-dependencies", f"-Dservers={_ROOT}"]
            command = ["mvn", "--quiet", "--batch-mode", "--file", str(_HERE / "pom.xml"), *goal]
            if subprocess.run(command, check=False).returncode:
                return "Maven could not fetch Fuseki, RDF4J, GraphDB, Jena and ROBOT: their tests cannot run"
            _unpack_war()
            _make_graphdb()
            _stamp().write_text(_digest(), encoding="ascii")
    return ""


def jars(name: str) -> Path:
    """The folder with the jars of a module of the pom; without them the test is skipped, or fails in CI."""
    if shutil.which("java") is None:
        absent("Java is not installed")
    if not _is_current():
        absent("the Java servers are not here; `make servers` fetches them")
    return _ROOT / name


def absent(reason: str) -> NoReturn:
    """Skip the test; under KG_REQUIRE_SERVERS=1 it fails."""
    if os.environ.get("KG_REQUIRE_SERVERS") == "1":
        pytest.fail(f"{reason}, and KG_REQUIRE_SERVERS=1 asks for it")
    pytest.skip(reason)


def _unpack_war() -> None:
    """Once here, not at each start of the server."""
    for war in (_ROOT / "rdf4j").glob("*.war"):
        with zipfile.ZipFile(war) as archive:
            archive.extractall(war.with_suffix(""))
        war.unlink()


def _make_graphdb() -> None:
    """RDF4J's web application once more, with GraphDB's jars in place of its own."""
    (own,) = (_ROOT / "rdf4j").glob("rdf4j-http-server-*/")
    made = shutil.copytree(own, _ROOT / "graphdb" / "application", ignore=lambda *_: ["lib"]) / "WEB-INF/lib"
    made.mkdir()
    for jar in (_ROOT / "graphdb").glob("*.jar"):
        jar.rename(made / jar.name)
    for name in _KEPT:
        for jar in own.glob(f"WEB-INF/lib/{name}-[0-9]*.jar"):
            shutil.copy(jar, made)


def _is_current() -> bool:
    return _stamp().is_file() and _stamp().read_text(encoding="ascii") == _digest()


def _stamp() -> Path:
    return _ROOT / ".fetched"


def _digest() -> str:
    poms = sorted(_HERE.glob("**/pom.xml"))
    return hashlib.sha256(b"\0".join(pom.read_bytes() for pom in poms)).hexdigest()
