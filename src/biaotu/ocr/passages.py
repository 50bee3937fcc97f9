"""Which words of a reading are handed on to the models, and what of them belongs to one sentence.

The models know Chinese museum texts. From a web address, a serial number or a foreign inscription they would make up
persons and bodies; such lines stay in the reading and are not handed on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from biaotu.ocr.boxes import Place, goes_on, is_column, place
from biaotu.records import OcrLine, OcrReading

LEAST_HAN: Final = 3
"""A passage with fewer Chinese characters is none that the models could say anything of."""
LEAST_SURE: Final = 0.9
"""A line that the recogniser is less sure of has a wrong character in it more often than not (``docs/ocr.md``)."""

_HAN: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿〇\U00020000-\U0003ffff]")
_ADDRESS: Final = re.compile(r"\b[a-z0-9-]{2,}\.(?:com|org|net|cn|gov|edu)\b|\bw{2,3}\.|@[a-z0-9-]+\.", re.IGNORECASE)


def passages(reading: OcrReading) -> tuple[tuple[int, int], ...]:
    """The passages that the models are to read, as start and end in ``OcrReading.text``, in its order.

    Left out are lines below ``LEAST_SURE``, web addresses with the line that they stand under or over (a photo agency's
    mark is not on the relic), and passages without ``LEAST_HAN`` Chinese characters.
    """
    lines, text = reading.lines, reading.text
    left_out = _marks(lines) | {number for number, line in enumerate(lines) if line.confidence < LEAST_SURE}
    found: list[tuple[int, int]] = []
    start, previous = 0, -1
    for number, line in enumerate(lines):
        end = start + len(line.text)
        if number not in left_out:
            if found and previous == number - 1 and goes_on(lines[previous], line):
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
            previous = number
        start = end + 1
    return tuple((begin, stop) for begin, stop in found if len(_HAN.findall(text[begin:stop])) >= LEAST_HAN)


def reading_confidence(reading: OcrReading, start: int, end: int) -> float:
    """How sure it is that ``reading.text[start:end]`` stands there so: that of the least sure line it touches."""
    begin, touched = 0, [1.0]
    for line in reading.lines:
        if start < begin + len(line.text) and begin < end:
            touched.append(line.confidence)
        begin += len(line.text) + 1
    return min(touched)


def _marks(lines: Sequence[OcrLine]) -> set[int]:
    """The places of the lines of photo agencies' and web sites' marks."""
    addresses = {number for number, line in enumerate(lines) if _ADDRESS.search(line.text)}
    return addresses | {
        number for number, line in enumerate(lines) if any(_touch(line, lines[other]) for other in addresses)
    }


def _touch(line: OcrLine, other: OcrLine) -> bool:
    """Whether two horizontal lines stand directly over one another."""
    if line.photo != other.photo or is_column(line.box) or is_column(other.box):
        return False
    one, two = place(line.box, turned=False), place(other.box, turned=False)
    gap = max(one.near, two.near) - min(one.far, two.far)
    return _overlap(one, two) > 0 and gap < max(one.thickness, two.thickness)


def _overlap(one: Place, other: Place) -> float:
    return min(one.end, other.end) - max(one.start, other.start)
