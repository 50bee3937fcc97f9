"""Normalised values as short text, for a table's cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from biaotu.normal.money import currency_names
from biaotu.normal.terms import term_name

_MARKS: Final = {"assumed": "*", "ambiguous": "?"}
_ABOUT: Final = {"over": ">", "about": "~"}


def short(document: Mapping[str, Any]) -> str:
    """A value (``Normal.to_dict``) in a few signs: ``1934``, ``P3M``, ``0.18×0.12 m``, ``80 元 边区币``, ``铸铁``.

    It is for people to read, so entries of our lists stand with their Chinese names; ids are in the document.
    ``*`` at the end: something was assumed; ``?``: ambiguous, all readings stand, parted by ``|``. Ranges are written
    ``low..high``; ``>`` before a number is 余 or 多, ``~`` is 左右 or 约.
    """
    kind = str(document["kind"])
    text = _TEXTS[kind](document) if kind in _TEXTS else _parts(document)
    return text + _MARKS.get(str(document["sure"]), "")


def _date(document: Mapping[str, Any]) -> str:
    return " ".join(str(document[name]) for name in ("edtf", "time") if name in document)


def _clock(document: Mapping[str, Any]) -> str:
    return str(document["time"]) if "time" in document else "|".join(document.get("candidates", ()))


def _duration(document: Mapping[str, Any]) -> str:
    return _about(document) + _range(document["iso"], document.get("max"))


def _quantity(document: Mapping[str, Any]) -> str:
    if "candidates" in document:
        return "|".join(f"{'×'.join(one['values'])} {one['unit']}" for one in document["candidates"])
    values, most = document.get("values", ()), document.get("max", ())
    sides = [_range(value, most[place] if place < len(most) else None) for place, value in enumerate(values)]
    return f"{_about(document)}{'×'.join(sides)} {document.get('unit', '')}".strip()


def _sheet(document: Mapping[str, Any]) -> str:
    return ("大" if document.get("large") else "") + f"{document['fold']}开"


def _money(document: Mapping[str, Any]) -> str:
    amount = _about(document) + _range(document["amount"], document.get("max")) if "amount" in document else ""
    known = currency_names()
    told = [document["currency"]] if document.get("currency") else document.get("candidates", ())
    currency = "|".join(known.get(one, str(one)) for one in told)
    return " ".join(part for part in (amount, str(document.get("unit", "")), currency) if part)


def _number(document: Mapping[str, Any]) -> str:
    sign = "%" if document["form"] == "percent" else ""
    value = _about(document) + _range(document["value"], document.get("max")) + sign
    return " ".join(part for part in (value, str(document.get("measure", ""))) if part)


def _terms(document: Mapping[str, Any]) -> str:
    return "+".join(term_name(str(document["vocabulary"]), one) for one in document["ids"])


def _parts(document: Mapping[str, Any]) -> str:
    """A make or model: whatever is known of it."""
    known = " ".join(str(document[name]) for name in ("maker", "brand", "model") if name in document)
    return known or "|".join(document.get("candidates", ()))


def _range(value: str, most: str | None) -> str:
    return f"{value}..{most}" if most else value


def _about(document: Mapping[str, Any]) -> str:
    return _ABOUT.get(str(document.get("about", "")), "")


_TEXTS: Final = {
    "date": _date,
    "time": _clock,
    "duration": _duration,
    "quantity": _quantity,
    "sheet-format": _sheet,
    "money": _money,
    "number": _number,
    "term": _terms,
}
