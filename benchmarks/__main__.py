"""Run the benchmarks named on the command line, or all."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = (
    "startup",
    "build",
    "inference",
    "queries",
    "names",
    "checks",
    "texts",
    "export",
    "article",
    "load",
    "structure",
)

for name in sys.argv[1:] or NAMES:
    print(f"\n## {name}")
    import_module(f"benchmarks.{name}").main()
