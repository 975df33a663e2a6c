"""Making the next thing while the last one is in use."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T]) -> Generator[T]:
    """The same items, each made by a second thread while the one before it is in use.

    >>> list(ahead(iter([1, 2, 3])))
    [1, 2, 3]
    """
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(_some, items)
        while found := coming.result():
            coming = pool.submit(_some, items)
            yield from found


def _some(items: Iterator[T]) -> list[T]:
    """The next item; none at the end."""
    return list(islice(items, 1))
