"""Trying again what may do better a little later: connection errors and 429, 502, 503, 504; a 500 once."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from kg.remote.connection import RequestError
from kg.remote.limit import Limit, TooSlow

T = TypeVar("T")


@dataclass
class Patience:
    """Exponential backoff with full jitter: after try n a wait of up to `first` * 2^(n - 1) seconds.

    `spread` makes the jitter, `limit` ends it all, and its clock does the waiting; `on_wait` hears why.
    """

    limit: Limit
    tries: int = 6
    first: float = 0.5
    most: float = 10.0
    spread: Callable[[float, float], float] = field(default=random.uniform)
    on_wait: Callable[[RequestError], None] = field(default=lambda _: None)

    def __call__(self, act: Callable[[], T]) -> T:
        """What `act` returns; it must do no harm when carried out twice."""
        for number in range(1, self.tries + 1):
            try:
                return act()
            except RequestError as error:
                self._wait(number, error)
        raise AssertionError("unreachable")

    def carry_out(self, act: Callable[[], None], is_done: Callable[[], bool]) -> None:
        """Act until it is done; after a failure `is_done` tells whether it was all the same."""
        is_first = True

        def once() -> None:
            nonlocal is_first
            if is_first or not is_done():
                is_first = False
                act()

        self(once)

    def _wait(self, number: int, error: RequestError) -> None:
        """Wait after a failed try; raises the error again where there shall be no other."""
        if number == self.tries or not (error.passing or (error.status == 500 and number == 1)):
            raise error
        self.on_wait(error)
        wait = max(error.after, self.spread(0, min(self.most, self.first * 2 ** (number - 1))))
        left = self.limit.left("the store")
        if left is not None and wait >= left:
            raise TooSlow(f"{error}; no time is left to try again") from error
        self.limit.clock.sleep(wait)
