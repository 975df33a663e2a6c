"""GraphDB: its engine in RDF4J's web application, with a repository `kg`.

Storage, transactions, inference and queries are GraphDB's own, as its Free edition; the HTTP side is RDF4J's.
GraphDB's web layer, with its logins and its pages below /rest, is not on Maven Central.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from tests.servers import rdf4j
from tests.servers.fuseki import QUICK_START
from tests.servers.packages import jars
from tests.servers.process import Server

_CONFIGURATION = Template((rdf4j.REPOSITORIES / "graphdb.ttl").read_text(encoding="utf-8"))


def start(
    folder: Path,
    *,
    ruleset: str = "empty",
    indexed: bool = True,
    java: tuple[str, ...] = (*QUICK_START, "-Xmx1g"),
) -> Server:
    """A repository on disk that infers by a ruleset, such as `rdfsplus-optimized`, or not at all."""
    application = jars("graphdb") / "application"
    configuration = _CONFIGURATION.substitute(ruleset=ruleset, index=str(indexed).lower())
    home = f"-Dgraphdb.home={folder / 'home'}"
    return rdf4j.serve("graphdb", folder, application, configuration, java=(*java, home))
