"""Snapshot -> files that other tools read."""
