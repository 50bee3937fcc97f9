"""Named days: 国庆, 七一, 春节, 清明 - each a day once the year is known."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from biaotu.normal import lunar


@cache
def _days() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    document = tomllib.loads(files("biaotu.normal").joinpath("festivals.toml").read_text(encoding="utf-8"))
    return document["solar"], document["lunar"]


@cache
def _pattern() -> re.Pattern[str]:
    solar, by_moon = _days()
    names = sorted([*solar, *by_moon, *lunar.terms()], key=len, reverse=True)
    return re.compile(rf"(?P<name>{'|'.join(names)})(?:节|日)?(?:前夕|期间|时)?")


def take_festival(text: str) -> tuple[str, str] | None:
    """The named day at the head of a tidied text and what stands after it; None if none stands there."""
    match = _pattern().match(text)
    return (match["name"], text[match.end() :]) if match else None


def days_of(name: str, year: int) -> tuple[date, ...]:
    """The solar days that a named day can be in a year (春节 of a lunar year begins it); empty out of the calendar."""
    solar, by_moon = _days()
    if name in solar:
        found: list[date | None] = [date(year, int(entry[:2]), int(entry[3:])) for entry in solar[name]]
    elif name in by_moon:
        found = [_lunar(year, entry) for entry in by_moon[name]]
    else:
        found = [lunar.term(year, name)]
    return tuple(day for day in found if day is not None)


def _lunar(year: int, entry: str) -> date | None:
    if entry != "last":
        return lunar.day(year, int(entry[:2]), int(entry[3:]))
    new_year = lunar.day(year + 1, 1, 1)
    return None if new_year is None else new_year - timedelta(days=1)
