"""Names that were not followed, because they would have made several orders one: of the store, and of one order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from tracelog.model.event import Name
from tracelog.store.names import folded
from tracelog.store.results import HubRow


class Hubs:
    """Read once. A store that reads while another writes sees the names as they were."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection.execute
        rows = self._sql("SELECT kind, value, orders, why FROM hub ORDER BY kind, value")
        self.rows = [HubRow._make(row) for row in rows]
        self._why = {(row.kind, row.value): row.why for row in self.rows}
        self._nowhere = {number for (number,) in self._sql("SELECT id FROM alias_kind WHERE instance IS NULL")}
        """Kinds of names whose records do not say which instance they are of: what is unclear is unclear there."""

    def shared(self, order: int, given: Iterable[tuple[int, Name]]) -> dict[Name, str]:
        """Of an order's names, with the numbers of their kinds, those that other orders have too, and why they were not
        followed. A name that is unclear only where nobody says which shop it is of is clear where somebody does.
        """
        out = {}
        for kind, name in given:
            why = self._why.get((name.kind, folded(name.value)))
            if why is None or name.strength != "strong":
                continue
            if kind in self._nowhere or self._elsewhere(order, kind, name):
                out[name] = why
        return out

    def _elsewhere(self, order: int, kind: int, name: Name) -> bool:
        same = "a.kind = :kind" if name.kind != "ref" else "a.kind IN (SELECT id FROM alias_kind WHERE kind = 'ref')"
        found = self._sql(
            f"SELECT 1 FROM alias a JOIN naming n ON n.id = a.naming WHERE a.folded = :value AND {same}"
            ' AND n."order" <> :order LIMIT 1',
            {"value": folded(name.value), "kind": kind, "order": order},
        )
        return found.fetchone() is not None
