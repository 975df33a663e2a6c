"""Apache Jena Fuseki: datasets `ds`, and `read-only`, the same without the operations that write."""

from __future__ import annotations

from pathlib import Path
from string import Template

from tests.servers.packages import jars
from tests.servers.process import Server, free_port

_CONFIGURATION = Template(Path(__file__).with_name("fuseki.ttl").read_text(encoding="utf-8"))
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")


def start(
    folder: Path,
    *,
    auth: str = "",
    user: str = "ann",
    password: str = "open-sesame-4711",
    on_disk: bool = True,
    java: tuple[str, ...] = QUICK_START,
) -> Server:
    """A TDB2 store in a folder; `auth` is basic, digest, or nothing for open to all.

    TDB2 in memory loses triples when one update empties a graph and fills it again.
    """
    port = free_port()
    classes = jars("jena")
    location = folder / "data" if on_disk else "--mem--"
    (folder / "fuseki.ttl").write_text(_CONFIGURATION.substitute(location=location), encoding="utf-8")
    login = []
    if auth:
        (folder / "passwd").write_text(f"{user}: {password}\n", encoding="utf-8")
        login = ["--passwd", str(folder / "passwd"), "--auth", auth]
    url = f"http://127.0.0.1:{port}/ds"
    server = Server(
        kind="fuseki",
        url=url,
        query_url=f"{url}/query",
        update_url=f"{url}/update",
        graph_store_url=f"{url}/data",
        ready_url=f"http://127.0.0.1:{port}/$/ping",
        folder=folder,
        command=[
            *("java", *java, "-cp", f"{classes}/*", "org.apache.jena.fuseki.main.cmds.FusekiServerCmd"),
            *("--localhost", "--port", str(port), *login, "--config", str(folder / "fuseki.ttl")),
        ],
        user=user if auth else "",
        password=password if auth else "",
        auth=auth,
    )
    server.start()
    return server
