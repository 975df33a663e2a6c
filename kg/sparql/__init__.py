"""SPARQL as text: its tokens, and the headers of stored queries."""
