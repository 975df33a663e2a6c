"""Questions -> answers: stored queries, SPARQL, tables."""
