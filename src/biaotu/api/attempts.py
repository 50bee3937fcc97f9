"""Limits on log-ins: so many tries for a name and from an address within a window, then wait."""

from __future__ import annotations

import math
import unicodedata
from datetime import timedelta
from typing import Final

from biaotu.api.problems import ProblemError
from biaotu.store import Actor, Store

_ME: Final = Actor.system("server")


class Attempts:
    """Counts log-in attempts in the store, so that all processes that serve it count together.

    An attempt is counted before the password is looked at, so that many at once do not slip through; a right password
    wipes its name's count.

    Args:
        store: where they are counted.
        for_name: attempts for one user name.
        from_address: attempts from one address; larger, since an office may share one.
        minutes: the window.
    """

    def __init__(self, store: Store, for_name: int, from_address: int, minutes: int) -> None:
        self._store = store
        self._for_name = for_name
        self._from_address = from_address
        self._window = timedelta(minutes=minutes)

    def count(self, name: str, address: str) -> None:
        """Count one attempt.

        Raises:
            ProblemError: 429 with Retry-After, if there were too many.
        """
        with self._store.writing(_ME) as unit:
            wait = unit.attempts.count(f"address:{address}", self._from_address, self._window)
            if wait is None:
                wait = unit.attempts.count(_key(name), self._for_name, self._window)
        if wait is not None:  # only now: what was counted for the address stands
            seconds = max(1, math.ceil(wait.total_seconds()))
            detail = f"too many log-in attempts; wait {seconds} seconds. 登录尝试过多，请稍后再试。"
            raise ProblemError("too-many-attempts", detail, {"Retry-After": str(seconds)})

    def forget(self, name: str) -> None:
        """Wipe a name's count after a right password."""
        with self._store.writing(_ME) as unit:
            unit.attempts.forget(_key(name))

    def tidy(self) -> None:
        """Clear away attempts that count no longer."""
        with self._store.writing(_ME) as unit:
            unit.attempts.purge(self._window)


def _key(name: str) -> str:
    """One key for all spellings of a name, so that capitals do not buy more attempts; short, whatever was sent."""
    return "name:" + unicodedata.normalize("NFKC", name).casefold().strip()[:100]
