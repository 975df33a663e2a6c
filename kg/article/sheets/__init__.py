"""Claims sheets: a spreadsheet into `claims.ttl`, and back.

In: `grid` (the cells of a file), `sheet` (its columns and rows), `drafting` (rows as claims, by
`cell_reader`, `quotes` and `names`), `merge` (what becomes of each, by `records`), `writing` (the Turtle);
`importing` is the whole way. Out: `sheet`, by `cell_writer`.
"""
