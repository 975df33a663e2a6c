"""The Python API: a graph with its stored queries, the audit of its sources, and two versions compared."""
