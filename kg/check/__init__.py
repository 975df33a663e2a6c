"""Graph -> findings: shapes, literals, clashes."""
