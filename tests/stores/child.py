"""A load as a process of its own, to be killed: `python -m tests.stores.child URL USER`."""

from __future__ import annotations

import os
import sys

from kg.remote.login import Secret
from kg.stores.load import Loading, load
from kg.stores.opening import Access
from tests.stores.test_kill import VARIABLE, later


def main() -> None:
    url, user = sys.argv[1:]
    login = Access(user=user or None, password=Secret(os.environ[VARIABLE]) if user else None)
    load(later(), {}, url, Loading(access=login))


if __name__ == "__main__":
    main()
