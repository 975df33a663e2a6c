"""Graph -> findings: shapes, literals, inconsistencies."""
