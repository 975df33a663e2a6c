"""Fetch the servers that the tests start: `python -m tests.servers`."""

import sys

from tests.servers.packages import fetch

missing = fetch()
if missing:
    sys.stderr.write(f"note: {missing}\n")
