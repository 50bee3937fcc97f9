"""Parts of the day and clock times: 夜, 凌晨四时, 下午3时37分."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from biaotu.normal.numerals import CHARS, whole

_PARTS: Final = {
    "dawn": ("凌晨", "拂晓", "黎明", "清晨", "早晨", "早上", "清早", "一早", "早"),
    "morning": ("上午", "午前"),
    "noon": ("中午", "正午"),
    "afternoon": ("下午", "午后"),
    "evening": ("傍晚", "黄昏", "晚上", "晚间", "晚"),
    "night": ("深夜", "午夜", "半夜", "夜里", "夜间", "夜晚", "夜"),
}
_WORDS: Final = {word: part for part, words in _PARTS.items() for word in words}
_PART = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_WATCH = re.compile(r"[一二三四五][鼓更](?:时分|天)?")
_NUMBER = rf"(?:\d{{1,2}}|[{CHARS}]{{1,3}})"
_TIME = re.compile(
    rf"(?P<hour>{_NUMBER})(?:时|点钟|点|:)(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_NUMBER})(?:分|$))?(?:整|许)?"
)


@dataclass(frozen=True, slots=True)
class TimeTold:
    """A part of the day and the lawful clock times ``HH:MM``: none, one, or two if morning or evening is open."""

    part: str | None = None
    times: tuple[str, ...] = ()


def take_time(text: str) -> tuple[TimeTold, str] | None:
    """Part of the day and clock time at the head of a tidied text and what stands after; None if there is neither."""
    part = None
    match = _PART.match(text) or _WATCH.match(text)
    if match:
        part, text = _WORDS.get(match.group(), "night"), text[match.end() :]
        watch = _WATCH.match(text)
        text = text[watch.end() :] if watch else text  # 夜四鼓: the watch tells no more than the night
    clock = _TIME.match(text)
    if not clock:
        return None if part is None else (TimeTold(part), text)
    hour = whole(clock["hour"])
    minute = 30 if clock["half"] else 15 if clock["quarter"] == "一" else 45 if clock["quarter"] else 0
    minute = minute if clock["minute"] is None else whole(clock["minute"]) or 0
    if hour is None or hour > 24 or minute > 59:
        return None
    return TimeTold(part, tuple(f"{lawful:02d}:{minute:02d}" for lawful in _hours(hour, part, clock.group()))), text[
        clock.end() :
    ]


def _hours(hour: int, part: str | None, words: str) -> tuple[int, ...]:
    """时 counts to 24; 点 counts to 12, so that without a part of the day morning and evening are both lawful."""
    if part in ("afternoon", "evening") and hour < 12:
        return (hour + 12,)
    if part == "night" and 6 <= hour < 12:
        return (hour + 12,)
    if part == "noon" and hour in (1, 2):
        return (hour + 12,)
    if part is None and "点" in words and 1 <= hour < 12:
        return (hour, hour + 12)
    return (hour % 24,) if part is None and hour == 24 else (min(hour, 23) if hour == 24 else hour,)
