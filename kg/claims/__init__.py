"""Claims: one claim as a graph has it, and the table of claims that is a source of an article."""
