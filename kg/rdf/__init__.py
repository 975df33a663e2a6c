"""RDF on paper: Turtle, JSON-LD, lists, blank nodes, canonical hashes (RDFC-1.0) and names of formats."""
