"""kg load and kg stores as a user runs them, and docs/stores.md, whose commands print what it shows."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.cli.load import load as command
from tests.cli.test_imports import NETWORK, SLOW, loaded
from tests.command import Kg
from tests.console import run, steps
from tests.servers.faults import Fault, Proxy
from tests.servers.process import Server
from tests.stores.material import SECRET
from tests.test_docs import DOCS, copy_of_checkout

PAGE = DOCS / "stores.md"


def count(kg: Kg, folder: Path, *store: str) -> str:
    ran = kg("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", *store, cwd=folder)
    assert ran.status == 0, ran.err
    return ran.out.split()[1]


def test_a_load_and_the_same_answers(orchards: Path, kg: Kg, oxigraph_server: Server) -> None:
    oxigraph_server.empty()
    url = oxigraph_server.url
    planned = kg("load", url, "--dry-run", cwd=orchards)
    assert (planned.status, oxigraph_server.graphs()) == (0, {})
    assert "to add;" in planned.err and planned.out.startswith("graph,action,triples,remark\n")
    assert "\nentities,add," in planned.out
    first = kg("load", url, cwd=orchards)
    assert first.status == 0 and "triples verified by count" in first.out and "triples to send" in first.err
    assert count(kg, orchards, "--store", url) == count(kg, orchards)
    again = kg("load", url, cwd=orchards)
    assert "unchanged; nothing to verify" in again.out and again.err == ""
    assert kg("load", url, "--verify", "full", cwd=orchards).out.endswith("verified by reading them back\n")


def test_other_graphs_of_a_shared_store_do_not_answer(orchards: Path, kg: Kg, any_server: Server) -> None:
    any_server.update('INSERT DATA { GRAPH <urn:other> { <urn:x> <urn:y> "z" } }')
    settings = f'\n[stores.there]\nkind = "{any_server.kind}"\nurl = "{any_server.url}"\n'
    login = f'user = "{any_server.user}"\npassword_env = "THEIRS"\n' if any_server.user else ""
    with (orchards / "kg.toml").open("a", encoding="utf-8") as file:
        file.write(settings + login)
    kg.environment["THEIRS"] = SECRET
    assert kg("load", "there", cwd=orchards).status == 0
    assert count(kg, orchards, "--store", "there") == count(kg, orchards)
    asked = kg("sparql", "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "--store", "there", cwd=orchards)
    assert "graph/entities" in asked.out and "graph/load" not in asked.out and "urn:other" not in asked.out
    listed = kg("stores", cwd=orchards)
    assert any_server.url in listed.out and SECRET not in listed.out + listed.err
    tried = kg("stores", "check", "there", cwd=orchards)
    assert (tried.status, tried.err) == (0, "")
    assert "graphs loaded by kg" in tried.out and "allowed" in tried.out


def test_a_wrong_login_shows_no_secret(orchards: Path, kg: Kg, virtuoso: Server) -> None:
    kg.environment["THEIRS"] = f"{SECRET}-wrong"
    url = virtuoso.url.replace("http://", f"http://ann:{SECRET}-wrong@")
    for arguments in (
        ["load", url],
        ["load", virtuoso.url, "--user", "ann", "--password-env", "THEIRS"],
        ["stores", "check", url],
        ["stores", "check", virtuoso.url, "--user", "ann", "--password-env", "THEIRS"],
    ):
        ran = kg(*arguments, cwd=orchards)
        assert ran.status == 4 and "does not let ann in" in ran.out + ran.err
        assert SECRET not in ran.out + ran.err
    ran = kg("load", virtuoso.url, "--user", "ann", "--password-env", "NOT_SET", cwd=orchards)
    assert ran.status == 2 and "NOT_SET, which is not set" in ran.err


def test_a_load_that_breaks_off_says_which_version_stands(
    orchards: Path, kg: Kg, rdf4j: Server, faults: Callable[..., Proxy]
) -> None:
    rdf4j.empty()
    proxy = faults(rdf4j.url)
    proxy.plan(
        Fault(507, {}, f"disk full, said {SECRET}".encode()),
        verb="POST",
        path="/statements",
        skip=1,
        times=None,
    )
    kg.environment["THEIRS"] = SECRET
    url = proxy.through(rdf4j.url)
    ran = kg("load", url, "--user", "ann", "--password-env", "THEIRS", cwd=orchards)
    assert ran.status == 4 and SECRET not in ran.err
    assert "answered 507: disk full, said ***" in ran.err and "run kg load again" in ran.err
    assert "graph/entities: former version" in ran.err or "graph/entities: former or new version" in ran.err
    assert rdf4j.graphs().keys() <= {"https://example.org/orchards/graph/load"}


def test_a_load_that_is_told_to_end_says_what_stands(
    orchards: Path, kg: Kg, oxigraph_server: Server, faults: Callable[..., Proxy]
) -> None:
    oxigraph_server.empty()
    reached, proxy = threading.Event(), faults(oxigraph_server.url)
    proxy.plan(Fault(wait=600, before=reached.set), verb="POST", path="/store")
    assert kg("build", cwd=orchards).status == 0
    command, environment = [sys.executable, "-m", "kg", "load", proxy.url], {**os.environ, **kg.environment}
    child = subprocess.Popen(command, cwd=orchards, env=environment, stderr=subprocess.PIPE, text=True)
    reached.wait()
    child.terminate()
    told = child.communicate()[1]
    assert child.returncode == 130, told
    assert "graph/entities: former" in told and "the load broke off: it was interrupted" in told
    assert kg("load", oxigraph_server.url, "--verify", "full", cwd=orchards).status == 0  # no lock is left


def test_what_is_missing_is_told_with_status_1(
    orchards: Path, kg: Kg, oxigraph_server: Server, faults: Callable[..., Proxy]
) -> None:
    oxigraph_server.empty()
    proxy = faults(oxigraph_server.url)
    proxy.plan(Fault(204), verb="POST", path="/store")
    ran = kg("load", proxy.through(oxigraph_server.url), cwd=orchards)
    assert ran.status == 1 and "did not arrive whole" in ran.out
    assert "graph/entities: " in ran.err and "triples are missing" in ran.err and "kg load again" in ran.err


def test_a_file_a_name_and_a_url_that_lead_nowhere(orchards: Path, kg: Kg) -> None:
    for target, said in (
        ("kg.ttl", "kg load sends to a store, and kg.ttl is a file\n  write it with: kg export kg.ttl"),
        ("office", "there is no store 'office'"),
        ("ftp://e/", "is not the URL of an endpoint"),
    ):
        ran = kg("load", target, cwd=orchards)
        assert ran.status == 2 and said in ran.err
    ran = kg("stores", cwd=orchards)
    assert (ran.status, ran.out) == (0, "") and "names no stores" in ran.err


def test_a_disk_that_is_full(orchards: Path, kg: Kg) -> None:
    assert kg("load", "./store", cwd=orchards).status == 0
    before = count(kg, orchards)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    for target in ("./store", "./other"):
        ran = kg("load", target, "--force", cwd=orchards, prepare=limited)
        assert ran.status == 4 and "error: " in ran.err
    assert not (orchards / "other").exists() and not list(orchards.glob(".other*"))
    full = kg("load", "./store", "--verify", "full", cwd=orchards)
    assert full.status == 0 and f"{before} triples" in full.out


@pytest.mark.parametrize("arguments", [["load", "--help"], ["stores", "--help"], ["stores"]], ids=" ".join)
def test_help_and_lists_load_no_http_library(orchards: Path, arguments: list[str]) -> None:
    status, modules = loaded(orchards, *arguments)
    assert status == 0 and not modules & (SLOW | NETWORK)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_checkout(tmp_path_factory.mktemp("page") / "secpol-kg")


def test_every_command_of_the_page_prints_what_it_shows(checkout: Path) -> None:
    shown = list(steps(PAGE))
    assert shown
    for step in shown:
        assert run(step.command, checkout, {"KG_TEXTS": "", "NO_COLOR": "1"}) == step.shown, step.command


def test_the_page_names_every_option() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shared = {"--project", "--no-build", "--strict", "--quiet"}
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert [option for option in sorted(options - shared) if option not in text] == []
