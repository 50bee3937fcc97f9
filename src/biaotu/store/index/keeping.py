"""Bringing fresh texts into blocks, and thin or small blocks together into new ones.

Blocks are never changed. A record whose text changes leaves its block (its row says so) and waits, with others, for the
next one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.search import blocks
from biaotu.search.columns import FRESH, GONE
from biaotu.store.index.tables import search_blocks, search_documents, search_parts
from biaotu.store.repos.base import pieces

SEAL_AT = 4096
"""Fresh texts that make a block."""
FULL = 16384
"""Texts in the largest blocks; building one takes about a second."""
_FEW = 4  # small blocks that may lie side by side
_PART_BITS = 20


def part_id(block: int, part: int) -> int:
    """The key of a part in the database."""
    return (block << _PART_BITS) | part


def fresh_count(connection: Connection, enough: int) -> int:
    """How many texts stand in no block; counts no further than ``enough``."""
    waiting = sa.select(search_documents.c.record_id).where(search_documents.c.block == FRESH).limit(enough)
    return int(connection.scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) or 0)


def tend(connection: Connection, stamp: int, least: int | None = None) -> int:
    """Melt blocks that are thin or many and small, and seal all fresh texts if there are ``least`` of them.

    Args:
        connection: of a writing unit.
        stamp: for the rows that change.
        least: ``SEAL_AT`` if not given.

    Returns:
        How many texts were sealed. 0 if another process is at it.
    """
    if connection.dialect.name == "postgresql":
        free = connection.scalar(sa.text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": 0x626961_7365616C})
        if not free:
            return 0
    _melt(connection, stamp)
    sealed = 0
    while True:
        query = (
            sa.select(search_documents.c.record_id, search_documents.c.text)
            .where(search_documents.c.block == FRESH)
            .order_by(search_documents.c.record_id)
            .limit(FULL)
            .with_for_update(skip_locked=True)  # texts that somebody is writing at this moment wait for the next time
        )
        rows = connection.execute(query).all()
        if not rows or len(rows) < (SEAL_AT if least is None else least):
            return sealed
        ids = [row.record_id for row in rows]
        _move(connection, ids, build(connection, ids, [row.text for row in rows]), stamp)
        sealed += len(rows)


def build(connection: Connection, ids: Sequence[int], texts: Sequence[str]) -> int:
    """Make a block of the texts of records and return its number; their rows do not name it yet.

    Args:
        connection: of a writing unit.
        ids: the records, rising.
        texts: theirs; at most ``FULL``.
    """
    block = blocks.build(texts)
    values = {
        "size": len(ids),
        "firsts": block.firsts.astype("<u8").tobytes(),
        "records": np.array(ids, "<i8").tobytes(),
    }
    number = connection.execute(sa.insert(search_blocks).values(values).returning(search_blocks.c.id)).scalar_one()
    parts = [{"id": part_id(number, place), "data": data} for place, data in enumerate(block.parts)]
    for piece in pieces(parts):
        connection.execute(sa.insert(search_parts), piece)
    return int(number)


def _melt(connection: Connection, stamp: int) -> None:
    counted = sa.select(search_documents.c.block, sa.func.count()).group_by(search_documents.c.block)
    living = dict(connection.execute(counted.where(search_documents.c.block > FRESH)).tuples().all())
    sizes = dict(connection.execute(sa.select(search_blocks.c.id, search_blocks.c.size)).tuples().all())
    small = [number for number, size in sizes.items() if size < FULL // 2]
    thin = {number for number, size in sizes.items() if living.get(number, 0) * 2 < size}
    for number in sorted(thin | (set(small) if len(small) >= _FEW else set())):
        inside = sa.select(search_documents.c.record_id).where(search_documents.c.block == number)
        ids = connection.execute(inside.with_for_update(skip_locked=True)).scalars().all()
        if len(ids) < living.get(number, 0):
            continue  # somebody is writing one of its texts; another time
        _move(connection, ids, FRESH, stamp)
        connection.execute(
            sa.delete(search_parts).where(
                search_parts.c.id >= part_id(number, 0), search_parts.c.id < part_id(number + 1, 0)
            )
        )
        connection.execute(sa.delete(search_blocks).where(search_blocks.c.id == number))


def _move(connection: Connection, ids: Sequence[int], block: int, stamp: int) -> None:
    for piece in pieces(ids):
        moved = sa.update(search_documents).where(search_documents.c.record_id.in_(piece))
        connection.execute(moved.values(block=block, stamp=stamp))


def clear(connection: Connection) -> None:
    """Empty the index of words."""
    for table in (search_parts, search_blocks, search_documents):
        connection.execute(sa.delete(table))


__all__ = ["FRESH", "FULL", "GONE", "SEAL_AT", "build", "clear", "fresh_count", "part_id", "tend"]
