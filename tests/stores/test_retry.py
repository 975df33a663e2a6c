"""Trying again: when, how often, and after what waits."""

from __future__ import annotations

from typing import Any

import pytest

from kg.remote.connection import RequestError
from kg.remote.limit import Clock, Limit, TooSlow
from kg.stores.retry import Patience


class Time:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now, self.waits = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def patience(self, seconds: float | None = None, **options: Any) -> Patience:
        clock = Clock(now=lambda: self.now, sleep=self.sleep)
        return Patience(Limit(seconds, clock), spread=lambda low, high: high, **options)


def failing(*errors: Exception | None) -> Any:
    rest = list(errors)

    def act() -> str:
        error = rest.pop(0)
        if error is not None:
            raise error
        return "done"

    return act


def passing(**fields: Any) -> RequestError:
    return RequestError("busy", passing=True, **fields)


def test_waits_grow_and_a_server_may_ask_for_longer_ones() -> None:
    time = Time()
    assert time.patience()(failing(passing(), passing(), passing(after=9), passing(), None)) == "done"
    assert time.waits == [0.5, 1.0, 9.0, 4.0]


def test_there_is_an_end_to_it() -> None:
    time = Time()
    with pytest.raises(RequestError):
        time.patience(tries=3)(failing(passing(), passing(), passing(), None))
    with pytest.raises(TooSlow):
        time.patience(2.0)(failing(*[passing()] * 5, None))


def test_a_server_that_asks_for_more_time_than_there_is() -> None:
    """Nobody waits for a day to learn that the load may take an hour."""
    time = Time()
    with pytest.raises(TooSlow, match="busy; no time is left to try again"):
        time.patience(3600.0)(failing(passing(after=86_400), None))
    assert time.waits == []


def test_waits_are_spread_at_random() -> None:
    waits = set()
    for _ in range(20):
        time = Time()
        patience = Patience(Limit(None, Clock(now=lambda time=time: time.now, sleep=time.sleep)))  # type: ignore[misc]
        patience(failing(*[passing()] * 3, None))
        assert all(0 <= wait <= most for wait, most in zip(time.waits, (0.5, 1.0, 2.0), strict=True))
        waits |= set(time.waits)
    assert len(waits) == 60


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 501])
def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    time = Time()
    with pytest.raises(RequestError):
        time.patience()(failing(RequestError("no", status=status), None))
    assert time.waits == []


def test_a_server_error_is_tried_once_more() -> None:
    error = RequestError("oh", status=500)
    assert Time().patience()(failing(error, None)) == "done"
    with pytest.raises(RequestError):
        Time().patience()(failing(error, error, None))


def test_what_was_done_all_the_same_is_not_done_twice() -> None:
    tries = list[int]()

    def act() -> None:
        tries.append(1)
        raise passing()

    Time().patience().carry_out(act, lambda: True)
    assert len(tries) == 1


def test_asking_whether_it_was_done_is_no_patience_of_its_own() -> None:
    """A store that is gone is tried six times in all, not six times for each time."""
    time, asked = Time(), list[int]()

    def is_done() -> bool:
        asked.append(1)
        raise passing()

    with pytest.raises(RequestError):
        time.patience().carry_out(failing(passing()), is_done)
    assert len(time.waits) == len(asked) == 5
