"""An article's sources: its text, its metadata, claims from a sheet, mentions, and how it looks on a page."""
