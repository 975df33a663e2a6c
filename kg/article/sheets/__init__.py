"""Working sheets: a spreadsheet into the table of an article's claims, and back.

In: `grid` (the cells of a file), `sheet` (its columns and rows), `drafting` (rows as claims, by `cell_reader`
and `quotes`), `entities` (rows that describe what is new), `writing` (the table, and the nodes that come and
go); `importing` is the whole way. Out: `sheet`, by `cell_writer`.
"""
