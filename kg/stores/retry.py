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
    """Exponential backoff with full jitter: before try n + 1 a wait of up to `first` * 2^n seconds.

    `spread` makes the jitter, `limit` ends it all, and its clock does the waiting; `on_wait` hears why.
    """

    limit: Limit
    tries: int = 6
    first: float = 0.5
    most: float = 20.0
    spread: Callable[[float, float], float] = field(default=random.uniform)
    on_wait: Callable[[RequestError], None] = field(default=lambda _: None)

    def __call__(self, act: Callable[[], T], *, is_done: Callable[[], bool] | None = None) -> T | None:
        """What `act` returns; it must do no harm when carried out twice.

        After a failure that does not tell whether it was carried out, `is_done` is asked first; the result
        is None when it was.
        """
        for number in range(1, self.tries + 1):
            try:
                return act()
            except RequestError as error:
                if number == self.tries or not (error.passing or (error.status == 500 and number == 1)):
                    raise
                self.on_wait(error)
                wait = max(error.after, self.spread(0, min(self.most, self.first * 2 ** (number - 1))))
                left = self.limit.left("the store")
                if left is not None and wait >= left:
                    raise TooSlow(f"{error}; no time is left to try again") from error
                self.limit.clock.sleep(wait)
            if is_done is not None and self(is_done):
                return None
        raise AssertionError("unreachable")
