"""The Eclipse RDF4J server in an embedded Tomcat, with a repository `kg`."""

from __future__ import annotations

from pathlib import Path

from tests.servers.fuseki import QUICK_START
from tests.servers.packages import jars
from tests.servers.process import Server, free_port

REPOSITORIES = Path(__file__).parent / "repositories"


def start(
    folder: Path,
    *,
    auth: str = "",
    user: str = "ann",
    password: str = "open-sesame-4711",
    repository: str = "memory",
    java: tuple[str, ...] = QUICK_START,
) -> Server:
    """A server with one repository, in memory or `native` on disk; `auth` is basic or nothing."""
    (application,) = jars("rdf4j").glob("rdf4j-http-server-*/")
    configuration = (REPOSITORIES / f"{repository}.ttl").read_text(encoding="utf-8")
    login = (user, password) if auth else None
    return serve("rdf4j", folder, application, configuration, login=login, java=java)


def serve(
    kind: str,
    folder: Path,
    application: Path,
    configuration: str,
    *,
    java: tuple[str, ...],
    login: tuple[str, str] | None = None,
) -> Server:
    """RDF4J's web application with a repository, made as its configuration says unless it is there."""
    port = free_port()
    (runner,) = jars("rdf4j").glob("webapp-runner-*.jar")
    user, password = login or ("", "")
    asks = ["--enable-basic-auth", "--basic-auth-user", user, "--basic-auth-pw", password] if login else []
    base = f"http://127.0.0.1:{port}/rdf4j-server"
    url = f"{base}/repositories/kg"
    server = Server(
        kind=kind,
        url=url,
        query_url=url,
        update_url=f"{url}/statements",
        graph_store_url=f"{url}/rdf-graphs/service",
        ready_url=f"{base}/protocol",
        folder=folder,
        command=[
            *("java", *java, f"-Dorg.eclipse.rdf4j.appdata.basedir={folder / 'data'}"),
            "-Dtomcat.util.scan.StandardJarScanFilter.jarsToSkip=*.jar",
            *("-jar", str(runner), "--port", str(port), "-Aaddress=127.0.0.1", *asks),
            *("--temp-directory", str(folder / "tomcat"), "--path", "/rdf4j-server", str(application)),
        ],
        user=user,
        password=password,
        auth="basic" if login else "",
    )
    server.start()
    if server.request("GET", f"{url}/size").status != 200:
        answer = server.request("PUT", url, configuration.encode(), Content_Type="text/turtle")
        assert answer.status < 300, f"{answer.text}\n{server.log}"
    return server
