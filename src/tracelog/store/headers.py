"""What stands above the first record of a table: without it nobody can say which cell is a name or an address."""

from __future__ import annotations

from tracelog.store.read import Store


def headers(store: Store) -> dict[str, bytes]:
    """The bytes above the first record, by the export's SHA-256; only of exports that have any."""
    rows = store.connection.execute("SELECT sha256, preamble FROM export WHERE state = 'done' AND preamble IS NOT NULL")
    return dict(rows.fetchall())
