"""Who has claimed records for annotating: a name that tells whether its process still lives."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from pathlib import Path


def new_owner() -> str:
    """A name of our own: machine, process, its start, and something random for the runs within it."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}:{secrets.token_hex(4)}"


def is_gone(owner: str) -> bool:
    """Whether an owner's process ended. One of another machine, or one that cannot be told, counts as alive."""
    parts = owner.rsplit(":", 3)
    if len(parts) != 4 or parts[0] != socket.gethostname() or not parts[1].isdecimal() or sys.platform == "win32":
        return False
    process = int(parts[1])
    try:
        os.kill(process, 0)  # asks, and does nothing
    except ProcessLookupError:
        return True
    except OSError:  # it lives and belongs to someone else
        pass
    return _started(process) != parts[2]


def _started(process: int) -> str:
    """When a process began, as Linux counts; the same number may name another process later. Empty elsewhere."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
