"""The Python API: a graph with its questions, the audit of its sources, and two versions compared."""
