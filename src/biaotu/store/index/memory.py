"""What a process keeps of the index in memory, brought up to date from the rows that changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.errors import Damaged
from biaotu.search.columns import FRESH, Columns, Row
from biaotu.search.lookup import Directory, FreshTexts, PartKey
from biaotu.store.index import changes
from biaotu.store.index.keeping import part_id
from biaotu.store.index.tables import search_blocks, search_documents
from biaotu.store.repos.base import pieces

PART_BYTES = 64 << 20
"""Memory for parts that were read; parts never change, so they are good for as long as their block lives."""
_BATCH = 5000


class Memory:
    """Columns, directories of blocks, fresh texts and parts read. One thread at a time."""

    def __init__(self) -> None:
        self._moment: changes.Moment | None = None
        self._parts: OrderedDict[PartKey, bytes] = OrderedDict()
        self._forget()

    def _forget(self) -> None:
        self.columns = Columns()
        self.fresh = FreshTexts()
        self.directories: tuple[Directory, ...] = ()
        self._parts.clear()
        self._part_bytes = 0
        self._moment = None

    def refresh(self, connection: Connection) -> None:
        """Catch up with what the transaction sees."""
        moment = changes.look(connection)
        before = self._moment
        if before is not None and (before.epoch != moment.epoch or moment.seen < before.seen):
            self._forget()  # built anew, or another database under the same name
            before = None
        if before is not None and connection.dialect.name == "sqlite" and moment == before:
            return
        if self._load(connection, None if before is None else moment.since(search_documents.c.stamp, before)):
            self._load_directories(connection)
        self._moment = moment

    def _load(self, connection: Connection, changed: sa.ColumnElement[bool] | None) -> bool:
        """Load documents; whether there were any."""
        table = search_documents.c
        text = sa.case((table.block == FRESH, table.text))
        query = sa.select(
            table.record_id, table.block, table.title_end, table.description_end, table.tags_end, table.length,
            table.facets, text,
        )  # fmt: skip
        query = query.order_by(table.record_id) if changed is None else query.where(changed)
        found = False
        result = connection.execute(query, execution_options={"stream_results": changed is None})
        for rows in result.partitions(_BATCH):
            found = True
            try:
                self.columns.put(
                    [Row(row[0], row[1], row[2], row[3], row[4], row[5], tuple(row[6].split("\n"))) for row in rows]
                )
            except KeyError as error:
                raise Damaged(
                    f"the search index is damaged ({error} is no facet); biaotu store reindex makes it anew"
                ) from error
            for row in rows:
                self.fresh.put(self.columns.slots[row[0]], row[7])
        return found

    def _load_directories(self, connection: Connection) -> None:
        known = {directory.id: directory for directory in self.directories}
        ids = connection.execute(sa.select(search_blocks.c.id).order_by(search_blocks.c.id)).scalars().all()
        for piece in pieces([number for number in ids if number not in known], 50):
            for row in connection.execute(sa.select(search_blocks).where(search_blocks.c.id.in_(piece))):
                slots = [self.columns.slots[record] for record in np.frombuffer(row.records, "<i8").tolist()]
                known[row.id] = Directory(row.id, np.frombuffer(row.firsts, "<u8"), np.array(slots, np.int64))
        self.directories = tuple(known[number] for number in ids)

    def parts(self, connection: Connection, needed: Iterable[PartKey]) -> dict[PartKey, bytes]:
        """Parts by block and number, those not in memory from the database in one query."""
        found: dict[PartKey, bytes] = {}
        missing: dict[int, PartKey] = {}
        for key in needed:
            if (data := self._parts.get(key)) is not None:
                self._parts.move_to_end(key)
                found[key] = data
            else:
                missing[part_id(*key)] = key
        for piece in pieces(sorted(missing), _BATCH):
            numbers = ",".join(map(str, piece))  # a bound parameter each would cost more than the reading
            for number, data in connection.exec_driver_sql(
                f"SELECT id, data FROM search_parts WHERE id IN ({numbers})"
            ):
                found[missing[number]] = self._keep(missing[number], bytes(data))
        return found

    def _keep(self, key: PartKey, data: bytes) -> bytes:
        self._parts[key] = data
        self._part_bytes += len(data)
        while self._part_bytes > PART_BYTES:
            _, old = self._parts.popitem(last=False)
            self._part_bytes -= len(old)
        return data
