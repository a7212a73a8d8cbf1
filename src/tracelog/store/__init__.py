"""One SQLite file that holds what the exports said, and the records' own text.

`write` and its helpers belong to ingest; `read` is all that the later stages see. Only this stage knows SQL.
"""
