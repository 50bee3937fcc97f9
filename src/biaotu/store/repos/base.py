"""What all repositories share: the unit's connection, long lists in pieces, rows into values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.engine import Connection

from biaotu.errors import Damaged
from biaotu.records import Notice
from biaotu.review import Item, Verdict, lawful_verdict, parse_item

if TYPE_CHECKING:
    from biaotu.store.unit import Unit

PIECE = 500
"""Values handed to one query: few enough for every SQLite, many enough to be fast."""

Value = TypeVar("Value")


class Repository:
    """A repository in a unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    @property
    def _connection(self) -> Connection:
        return self._unit.connection

    @property
    def _user_id(self) -> int | None:
        return self._unit.actor.user_id


def pieces(values: Sequence[Value], size: int = PIECE) -> Iterator[Sequence[Value]]:
    """The values in pieces of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def kept_item(key: str) -> Item:
    """An item as it was kept.

    Raises:
        Damaged: if that is not what stands there any more.
    """
    try:
        return parse_item(key)
    except ValueError as error:
        raise Damaged(f"an item in the database is damaged ({error}); restore a backup") from error


def kept_verdict(item: Item, word: str) -> Verdict:
    """A verdict on an item as it was kept.

    Raises:
        Damaged: if that is not what stands there any more.
    """
    try:
        return lawful_verdict(item, word)
    except ValueError as error:
        raise Damaged(f"a verdict in the database is damaged ({error}); restore a backup") from error


def notices_out(notices: Sequence[Notice]) -> list[dict[str, str]]:
    """Notices as JSON."""
    return [{"code": notice.code, "message": notice.message} for notice in notices]


def notices_in(document: Sequence[Mapping[str, Any]]) -> tuple[Notice, ...]:
    """Notices from JSON."""
    return tuple(Notice(entry["code"], entry["message"]) for entry in document)
