"""The Oxigraph server of the wheel `oxigraph`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.servers.packages import absent
from tests.servers.process import Server, free_port


def binary() -> Path:
    """The program, which the test extra installs."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.is_file():
        absent("the wheel `oxigraph` is not installed")
    return program


def start(folder: Path) -> Server:
    """An empty store on disk in a folder; what is there already is served."""
    address = f"127.0.0.1:{free_port()}"
    url = f"http://{address}"
    server = Server(
        kind="oxigraph",
        url=url,
        query_url=f"{url}/query",
        update_url=f"{url}/update",
        graph_store_url=f"{url}/store",
        ready_url=url,
        folder=folder,
        command=[str(binary()), "serve", "--location", str(folder / "data"), "--bind", address],
    )
    server.start()
    return server
