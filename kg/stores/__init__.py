"""Snapshot -> stores: planned, verified, repeatable."""
