"""QLever, which no registry has: a real one that somebody else started, or what was recorded of it."""

from __future__ import annotations

from pathlib import Path

from tests.servers.process import Server

TOKEN = "open-sesame-4711"
RECORDING = Path(__file__).parents[1] / "stores" / "recorded" / "qlever.json"


def at(url: str) -> Server:
    """The server at a URL, started with the access token of these tests; it is not ours to start or stop."""
    return Server("qlever", url, url, url, url, url, Path(), (), password=TOKEN, auth="bearer")
