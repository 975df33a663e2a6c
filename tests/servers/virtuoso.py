"""Virtuoso of the Debian package virtuoso-opensource: digest authentication on the endpoints that write."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from string import Template

from tests.servers.packages import absent
from tests.servers.process import Server, free_port

_CONFIGURATION = Template(Path(__file__).with_name("virtuoso.ini").read_text(encoding="utf-8"))
OWN_GRAPHS = (
    "http://localuriqaserver/sparql",
    "http://www.openlinksw.com/schemas/virtrdf#",
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/ns/ldp#",
    "urn:activitystreams-owl:map",
    "urn:core:services:sparql",
)


@dataclass
class Virtuoso(Server):
    """A Virtuoso also has a port for its own protocol, which `isql` speaks."""

    sql_port: int = 0

    def isql(self, statement: str) -> str:
        """Run a statement as the administrator."""
        program = shutil.which("isql-vt") or "isql"
        done = subprocess.run(
            [program, f"127.0.0.1:{self.sql_port}", "dba", "dba", f"exec={statement}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 and "*** Error" not in done.stderr, done.stderr + done.stdout
        return done.stdout

    def empty(self) -> None:
        """Drop every graph but Virtuoso's own."""
        for name in self.graphs():
            answer = self.request("DELETE", self.graph(name))
            assert answer.status < 300, answer.text

    def graphs(self) -> dict[str, int]:
        """The graphs that are not Virtuoso's own."""
        return {name: size for name, size in super().graphs().items() if name not in OWN_GRAPHS}


def start(
    folder: Path, *, user: str = "ann", password: str = "open-sesame-4711", buffers: int = 10_000
) -> Virtuoso:
    """A database in a folder, with a user who may write."""
    program = shutil.which("virtuoso-t")
    if program is None:
        absent("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    http, sql = free_port(), free_port()
    settings = {"http": http, "sql": sql, "folder": folder, "buffers": buffers}
    (folder / "virtuoso.ini").write_text(_CONFIGURATION.substitute(settings), encoding="utf-8")
    base = f"http://127.0.0.1:{http}"
    server = Virtuoso(
        kind="virtuoso",
        url=f"{base}/sparql",
        query_url=f"{base}/sparql",
        update_url=f"{base}/sparql-auth",
        graph_store_url=f"{base}/sparql-graph-crud-auth",
        ready_url=f"{base}/sparql",
        folder=folder,
        command=[program, "+foreground", "+configfile", str(folder / "virtuoso.ini")],
        user=user,
        password=password,
        auth="digest",
        sql_port=sql,
    )
    is_new = not (folder / "virtuoso.db").exists()
    server.start()
    if is_new:
        server.isql(f"DB.DBA.USER_CREATE('{user}', '{password}'); GRANT SPARQL_UPDATE TO {user};")
    return server
