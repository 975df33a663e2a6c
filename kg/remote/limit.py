"""The time that is left: a limit for all requests of a task, by a clock that tests can bring."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kg.core.errors import StoreError


class TooSlow(StoreError):
    """The time that the user gave is over."""


@dataclass(frozen=True)
class Clock:
    """The time, and waiting; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Limit:
    """The seconds that are left of a time limit; without one there is no end."""

    def __init__(self, seconds: float | None, clock: Clock | None = None) -> None:
        self.seconds = seconds
        self.clock = clock or Clock()
        self._end = None if seconds is None else self.clock.now() + seconds

    def left(self, url: str) -> float | None:
        """The seconds left; raises `TooSlow` when there are none."""
        if self._end is None:
            return None
        left = self._end - self.clock.now()
        if left <= 0:
            raise TooSlow(f"{url}: the time limit of {self.seconds:g} s is over")
        return left

    @contextmanager
    def extended(self, seconds: float) -> Iterator[None]:
        """At least so many seconds, even when the time is over: to leave things in order."""
        end = self._end
        if end is not None:
            self._end = max(end, self.clock.now() + seconds)
        try:
            yield
        finally:
            self._end = end
