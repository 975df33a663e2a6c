"""The tables of docs/stores.md are what the servers of this run do."""

from __future__ import annotations

from tests.servers.process import Server
from tests.stores.features import PAGE, answers, column, features, literals


def test_the_tables_show_what_the_server_does(any_server: Server) -> None:
    found = [*features(any_server), *literals(any_server)]
    assert column("features", any_server.kind) == found


def test_the_page_lists_the_answers_that_are_a_stores_own() -> None:
    assert answers() in PAGE.read_text(encoding="utf-8")
