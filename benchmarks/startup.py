"""From the shell: help, and a stored query on a fresh snapshot."""

from __future__ import annotations

import sys

from benchmarks.timing import KG, timed


def main() -> None:
    bare = timed([sys.executable, "-c", "pass"])
    helped = timed([*KG, "--help"])
    asked = timed([*KG, "query", "who-rejected"])
    drawn = timed([*KG, "query", "who-rejected", "--format", "table"])
    print(f"python -c pass              {bare}")
    print(f"kg --help                   {helped}  (bar: 0.1 s; {helped.wall / bare.wall:.1f} x python)")
    print(f"kg query who-rejected       {asked}  (bar: 0.2 s; {asked.wall / bare.wall:.1f} x python)")
    print(f"the same as a table         {drawn}")
