"""Limits on log-ins: so many tries for a name and from an address within a window, then wait."""

from __future__ import annotations

import math
import time
import unicodedata

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from biaotu.api.problems import ProblemError


class Attempts:
    """Counts log-in attempts in this process's memory. Safe to share between threads.

    An attempt is counted before the password is looked at, so that many at once do not slip through; a right password
    wipes its name's count.

    Args:
        for_name: attempts for one user name.
        from_address: attempts from one address; larger, since an office may share one.
        minutes: the window.
    """

    def __init__(self, for_name: int, from_address: int, minutes: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._for_name = RateLimitItemPerMinute(for_name, minutes, "name")
        self._from_address = RateLimitItemPerMinute(from_address, minutes, "address")

    def count(self, name: str, address: str) -> None:
        """Count one attempt.

        Raises:
            ProblemError: 429 with Retry-After, if there were too many.
        """
        for item, key in ((self._from_address, address), (self._for_name, _key(name))):
            if not self._limiter.hit(item, key):
                wait = max(1, math.ceil(self._limiter.get_window_stats(item, key).reset_time - time.time()))
                detail = f"too many log-in attempts; wait {wait} seconds. 登录尝试过多，请稍后再试。"
                raise ProblemError("too-many-attempts", detail, {"Retry-After": str(wait)})

    def forget(self, name: str) -> None:
        """Wipe a name's count after a right password."""
        self._limiter.clear(self._for_name, _key(name))


def _key(name: str) -> str:
    """One key for all spellings of a name, so that capitals do not buy more attempts; short, whatever was sent."""
    return unicodedata.normalize("NFKC", name).casefold().strip()[:100]
