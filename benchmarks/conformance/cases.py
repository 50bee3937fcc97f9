"""Microsoft's conformance cases for Chinese: what each expects of which text, on which day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Expected:
    """One expected result of the conformance set; ``supported`` says whether Python is."""

    kind: str
    text: str
    result: dict[str, Any]
    reference: date | None
    supported: bool


_FILES = {
    "Number/Chinese/NumberModel.json": "number",
    "Number/Chinese/OrdinalModel.json": "ordinal",
    "Number/Chinese/PercentModel.json": "percent",
    "NumberWithUnit/Chinese/CurrencyModel.json": "currency",
    "NumberWithUnit/Chinese/DimensionModel.json": "dimension",
    "DateTime/Chinese/DateParser.json": "date",
    "DateTime/Chinese/DatePeriodParser.json": "date period",
    "DateTime/Chinese/HolidayParser.json": "holiday",
    "DateTime/Chinese/DurationParser.json": "duration",
}


def results(folder: Path) -> Iterator[Expected]:
    """All expected results of the set's folder."""
    for name, kind in _FILES.items():
        for case in json.loads((folder / "Specs" / name).read_text(encoding="utf-8-sig")):
            not_supported = (case.get("NotSupported", "") + case.get("NotSupportedByDesign", "")).lower()
            told = case.get("Context", {}).get("ReferenceDateTime")
            reference = date.fromisoformat(told[:10]) if told else None
            for result in case.get("Results", []):
                yield Expected(kind, result["Text"], result, reference, "python" not in not_supported)
