"""Addresses that are files too: what is published under ``BASE/a/b`` lies in ``OUT/a/b`` on any web server.

A server decodes an address before it looks for the file, and many refuse an encoded slash. So a step keeps letters
(Chinese ones too), digits, ``_``, ``-`` and ``.``; any other character becomes ``~`` and its bytes in hex.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from biaotu.export.exchange import Site

MAX_STEP: Final = 150
"""Bytes of a step; file systems take 255, and endings are to come."""

_ODD = re.compile(r"[^\w.\-]|^\.|\.$")


def file_step(step: str) -> str:
    """A step of an address as the name of a file or folder; different steps have different names."""
    name = _ODD.sub(lambda match: _hex(match[0]), step) or "~"
    data = name.encode()
    if len(data) <= MAX_STEP:
        return name
    mark = hashlib.sha256(step.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return data[: MAX_STEP - 20].decode("utf-8", "ignore") + "~" + mark


@dataclass(frozen=True, slots=True)
class WebSite(Site):
    """A site whose addresses lead to files of the export itself."""

    def uri(self, *steps: str) -> str:
        """The address of a thing; each step is that of its file."""
        return Site(self.base).uri(*(file_step(step) for step in steps))


def _hex(char: str) -> str:
    return "".join(f"~{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
