"""Who logs in: passwords in URLs, asked for on a terminal, or missing; and that none is ever shown."""

from __future__ import annotations

import os
import pty
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.core.errors import StoreError, UsageError
from kg.remote.endpoints import StoreSettings, parsed
from kg.remote.limit import Limit
from kg.remote.login import Secret
from kg.stores.load import load
from kg.stores.manifest import Manifest
from kg.stores.opening import Access, find, open_store
from kg.stores.retry import Patience
from tests.command import Kg
from tests.servers.faults import Fault, Proxy
from tests.servers.process import Server
from tests.stores.conftest import SHOWN
from tests.stores.material import BASE, SECRET, access, at_once, depot

ODD = "p@ss:w/rd #1?%41 ü"


def test_a_password_in_a_url_is_decoded() -> None:
    login = StoreSettings("s", "http://an%40n:p%40ss%3Aw%2Frd%20%231%3F%2541%20%C3%BC@h/ds").login()
    assert (login.user, login.password) == ("an@n", Secret(ODD))
    assert StoreSettings("s", "http://ann:@h/ds").login().password == Secret("")


@pytest.mark.parametrize("rest", ["/sesame@h/ds", "12/sesame@h/ds", "#sesame@h/ds", "?sesame@h/", "99999/x"])
def test_a_url_that_cannot_be_read_is_not_shown(rest: str) -> None:
    """A password with a slash ends the host too early: what follows would be taken for a path and shown."""
    for url in (f"http://ann:open{rest}", f"http://[{rest}"):
        with pytest.raises(UsageError) as caught:
            find({}, url, Access())
        assert "cannot be read" in str(caught.value) and "sesame" not in repr(caught.value)
    settings = StoreSettings("prod", f"http://ann:open{rest}", "fuseki")
    with pytest.raises(UsageError, match="cannot be read"):
        open_store(find({"prod": settings}, "prod", Access()), Access(), Limit(None))
    assert parsed("http://h:3030/ds").port == 3030


@pytest.mark.parametrize(
    "arguments",
    [
        ["load", "{url}", "--user", "ann"],
        ["load", "http://ann@{host}"],
        ["load", "there"],
        ["stores", "check", "there"],
        ["stores", "check", "{url}", "--user", "ann"],
        ["sparql", "DESCRIBE <x:y>", "--store", "there"],
        ["query", "what-grows-where", "--store", "http://ann@{host}"],
    ],
    ids=" ".join,
)
def test_a_user_without_a_password_is_told_to_name_one(
    orchards: Path, kg: Kg, oxigraph_server: Server, faults: Callable[..., Proxy], arguments: list[str]
) -> None:
    proxy = faults(oxigraph_server.url)
    with (orchards / "kg.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[stores.there]\nkind = "oxigraph"\nurl = "{proxy.url}"\nuser = "ann"\n')
    host = proxy.url.removeprefix("http://")
    ran = kg(*(word.format(url=proxy.url, host=host) for word in arguments), cwd=orchards)
    assert ran.status == 2 and "has the user ann and no password" in ran.err, ran.err
    assert "--password-env, or password_env in kg.toml" in ran.err
    assert proxy.seen == []


def test_on_a_terminal_a_password_is_asked_for_once(orchards: Path, virtuoso: Server) -> None:
    """Although the kind is probed with it first; and not where a variable has it."""
    virtuoso.empty()
    with (orchards / "kg.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[stores.there]\nurl = "{virtuoso.url}"\nuser = "ann"\npassword_env = "THEIRS"\n')
    status, shown = typed(["load", virtuoso.url, "--user", "ann"], f"{SECRET}\n", orchards)
    assert status == 0, shown
    assert shown.count("Password of ann") == 1 and SECRET not in shown
    status, shown = typed(["load", "there", "--user", "ann"], "", orchards)
    assert status == 0 and "Password" not in shown and "unchanged" in shown


def typed(arguments: list[str], typing: str, folder: Path) -> tuple[int, str]:
    """What `kg` comes to on a terminal on which something is typed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ["THEIRS"] = SECRET
        os.execv(sys.executable, [sys.executable, "-m", "kg", *arguments])
    shown = b""
    while True:
        try:
            block = os.read(terminal, 1 << 12)
        except OSError:  # the other end is closed
            block = b""
        if not block:
            break
        shown += block
        if b"Password of" in block and typing:
            os.write(terminal, typing.encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def test_the_manifest_holds_no_secret(any_server: Server) -> None:
    load(depot(), {}, any_server.url, at_once(any_server))
    login = access(any_server)
    store = open_store(find({}, any_server.url, login), login, Limit(None))
    manifest = Manifest(store, BASE, Patience(Limit(None)))
    manifest.lock()
    held = store.select(f"SELECT ?s ?p ?o {{ GRAPH {manifest.graph} {{ ?s ?p ?o }} }}")
    manifest.unlock()
    assert len(held) == 4 * 5 + 3 and not SHOWN.search(str(held))


def test_no_half_of_a_secret_is_shown(rdf4j: Server, faults: Callable[..., Proxy]) -> None:
    """Where what a server says of its error is cut, and where its words have the secret over two lines."""
    for start in (290, 295, 0):
        text = f"{'x' * start}{SECRET}"
        proxy = faults(rdf4j.url)
        proxy.plan(Fault(400, {}, text.encode()), verb="POST")
        with pytest.raises(StoreError, match="answered 400") as caught:
            load(depot(), {}, proxy.through(rdf4j.url), at_once(rdf4j))
        assert "open-" not in str(caught.value) and "***"[: 300 - start] in str(caught.value)
    spaced = Access("rdf4j", "ann", Secret("open  sesame"))
    proxy = faults(rdf4j.url)
    proxy.plan(Fault(400, {}, b"not open  sesame"))
    with pytest.raises(StoreError, match=r"400: not \*\*\*"):
        load(depot(), {}, proxy.through(rdf4j.url), at_once(access=spaced))
