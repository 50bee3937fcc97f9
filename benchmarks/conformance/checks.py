"""Whether our value of a text agrees with what a conformance case expects, by kind."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from cases import Expected

from biaotu.normal import Context, normalise
from biaotu.normal.calendar import Moment
from biaotu.normal.money import iso_codes

_UNITS = {
    "Kilometer": ("m", 1000.0),
    "Meter": ("m", 1.0),
    "Centimeter": ("m", 0.01),
    "Millimeter": ("m", 0.001),
    "Mu": ("m2", 2000 / 3),
    "Ton": ("kg", 1000.0),
    "Kilogram": ("kg", 1.0),
    "Gram": ("kg", 0.001),
    "Microgram": ("kg", 1e-9),
    "Jin": ("kg", 0.5),
    "Liang": ("kg", 0.05),
}


def _close(text: str | None, wanted: str | float | None) -> bool:
    if text is None or wanted is None:
        return text is wanted
    above, _, below = text.partition("/")
    value = float(above) / float(below or 1)
    return math.isclose(value, float(wanted), rel_tol=1e-9, abs_tol=1e-12)


def _modern(expected: Expected) -> Context:
    year = expected.reference.year if expected.reference else 2017
    return Context(None, ((year, year),), ((year, year),))


def _number(expected: Expected) -> bool:
    value = normalise("数字", expected.text)
    document = value.to_dict() if value else {}
    wanted = expected.result["Resolution"]["value"]
    if expected.kind == "percent":
        return document.get("form") == "percent" and _close(document["value"], wanted.removesuffix("%"))
    if expected.kind == "ordinal":
        return document.get("form") == "ordinal" and _close(document["value"], wanted)
    plain = document.get("form") in ("count", "fraction") or (
        document.get("form") == "serial" and document["value"].isdecimal()
    )
    return plain and not document.get("measure") and _close(document["value"], wanted)


def _currency(expected: Expected) -> bool:
    value = normalise("货币", expected.text, _modern(expected))
    document = value.to_dict() if value else {}
    resolution = expected.result["Resolution"]
    currency = iso_codes().get(document.get("currency", ""))
    return (
        bool(document)
        and currency == resolution.get("isoCurrency")
        and _close(document.get("amount"), resolution["value"])
    )


def _dimension(expected: Expected) -> bool:
    value = normalise("长度", expected.text, _modern(expected))
    document = value.to_dict() if value else {}
    resolution = expected.result["Resolution"]
    unit, factor = _UNITS.get(resolution["unit"], ("", 1))
    if document.get("unit") != unit or not document.get("values"):
        return False
    return math.isclose(float(document["values"][0]), float(resolution["value"]) * factor, rel_tol=1e-6)


def _dated(expected: Expected) -> dict[str, Any]:
    reference = expected.reference
    anchor = Moment(reference.year, reference.month, reference.day) if reference else None
    value = normalise("时间", expected.text, Context(anchor, _modern(expected).years))
    return value.to_dict() if value else {}


def _date(expected: Expected) -> bool:
    told = expected.result["Value"]
    lawful = {told["Timex"], *told["FutureResolution"].values(), *told["PastResolution"].values()}
    return _dated(expected).get("edtf") in lawful


def _period(expected: Expected) -> bool:
    document, told = _dated(expected), expected.result["Value"]
    seasons = {"SP": "21", "SU": "22", "FA": "23", "WI": "24"}
    timex = re.sub(r"-(SP|SU|FA|WI)$", lambda match: "-" + seasons[match[1]], told["Timex"])
    if not document or document["edtf"] == timex:
        return bool(document)
    if "begin" not in document or "end" not in document:
        return False
    end = date.fromisoformat(document["end"])
    last = document["edtf"].rpartition("/")[2]
    ends = {
        document["end"],
        (end + timedelta(days=1)).isoformat(),
        (last + "-01-01")[:10] if len(last) == 4 else last + "-01",
    }
    return any(
        document["begin"] == resolution.get("startDate") and resolution.get("endDate") in ends
        for resolution in (told["FutureResolution"], told["PastResolution"])
    )


def _duration(expected: Expected) -> bool:
    value = normalise("时长", expected.text)
    return value is not None and _length(value.to_dict()["iso"]) == _length(expected.result["Value"]["Timex"])


def _length(iso: str) -> tuple[float, float]:
    """Months and seconds of an ISO duration, fractions allowed (P3.5Y)."""
    day, _, time = iso.partition("T")
    months = {"Y": 12.0, "M": 1.0}
    seconds = {"W": 604800.0, "D": 86400.0}
    clock = {"H": 3600.0, "M": 60.0, "S": 1.0}
    parts = re.findall(r"([\d.]+)([YMWD])", day)
    return (
        sum(float(count) * months[unit] for count, unit in parts if unit in months),
        sum(float(count) * seconds[unit] for count, unit in parts if unit in seconds)
        + sum(float(count) * clock[unit] for count, unit in re.findall(r"([\d.]+)([HMS])", time)),
    )


CHECKS: dict[str, Callable[[Expected], bool]] = {
    "number": _number,
    "ordinal": _number,
    "percent": _number,
    "currency": _currency,
    "dimension": _dimension,
    "date": _date,
    "date period": _period,
    "holiday": _date,
    "duration": _duration,
}
