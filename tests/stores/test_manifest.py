"""Whose lock is nobody's."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pyoxigraph as ox

from kg.stores.manifest import Lock, _machine


def test_whose_lock_is_nobody_s() -> None:
    """A lock whose process ran here and is gone, or that is old, is nobody's."""
    now, node = datetime.now(UTC), ox.NamedNode("urn:l")
    mine = Lock(node, "me", f"{_machine()} 1 abc", now, 0)
    assert not mine.is_stale
    assert dataclasses.replace(mine, age=3600).is_stale
    assert dataclasses.replace(mine, token=f"{_machine()} 4999999 abc").is_stale
    assert not dataclasses.replace(mine, token="elsewhere 4999999 abc").is_stale
