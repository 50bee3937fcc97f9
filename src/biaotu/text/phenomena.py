"""Names what is unusual about a text as it came in, so that a person knows what the clean reading changed."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from biaotu.records import Notice
from biaotu.text.reading import simplified

EMPTY: Final = "text-empty"
"""Code of the notice on a text that has no words."""

LONG: Final = 5_000
"""From so many characters on a text is read in many windows and is worth a look: it is seldom about one relic."""

_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
_SPACED = re.compile(r"[㐀-䶿一-鿿]\s+(?=[㐀-䶿一-鿿])")
_SPACED_LEAST: Final = 3
_LINES: Final = dict.fromkeys(map(ord, "\r\n\t"))
_TRADITIONAL_LEAST: Final = 2


def phenomena(title: str, description: str) -> tuple[Notice, ...]:
    """The notices on a record's text; none for ordinary text."""
    text = f"{title}\n{description}"
    found = []
    if not any(char.isalpha() for char in text):
        found.append(Notice(EMPTY, "title and description hold no words; write at least a title"))
    if len(text) > LONG:
        found.append(Notice("text-long", f"the text has {len(text)} characters; all were read, in overlapping windows"))
    if not text.translate(_LINES).isprintable() and any(_is_control(char) for char in text):
        found.append(
            Notice("text-control", "control or invisible characters in the text were skipped; clean the source")
        )
    if _FULL_WIDTH.search(text):
        found.append(Notice("text-full-width", "full-width letters or digits were read as their ordinary forms"))
    if sum(len(_SPACED.findall(field)) for field in (title, description)) >= _SPACED_LEAST:
        found.append(Notice("text-spaced", "spaces or line breaks between Chinese characters were read over"))
    if sum(_traditional(field) for field in (title, description)) >= _TRADITIONAL_LEAST:
        found.append(
            Notice("text-traditional", "traditional characters were read as simplified; values keep the original")
        )
    return tuple(found)


def _traditional(field: str) -> int:
    simple = simplified(field)
    if simple == field:
        return 0
    return sum(one != other and one != "\0" for one, other in zip(simple, field, strict=True))


def _is_control(char: str) -> bool:
    return char not in "\r\n\t" and unicodedata.category(char) in {"Cc", "Cf", "Cs"}
