"""Queries -> answers: stored queries, SPARQL, tables."""
