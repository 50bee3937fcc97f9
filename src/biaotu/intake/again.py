"""A unit of work tried again when another writer was in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from biaotu.errors import Busy, Conflict
from biaotu.store import Actor, Store, Unit

TRIES: Final = 5

Made = TypeVar("Made")


def written(store: Store, actor: Actor, work: Callable[[Unit], Made], tries: int = TRIES) -> Made:
    """Do some work in one transaction, from the beginning again if it met another writer.

    Raises:
        Busy, Conflict: if another writer was in the way every time.
        StoreError: if the store failed otherwise.
    """
    for _ in range(tries - 1):
        try:
            with store.writing(actor) as unit:
                return work(unit)
        except (Busy, Conflict):
            continue
    with store.writing(actor) as unit:
        return work(unit)
