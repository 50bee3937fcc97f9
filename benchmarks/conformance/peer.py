"""The same texts put to Microsoft's own package, recognizers-text-suite, whose cases they are."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

from cases import Expected


class Peer:
    """recognizers-text-suite on the same texts: right if one of its results has the expected resolution."""

    def __init__(self) -> None:
        import recognizers_date_time as date_time
        import recognizers_number as number
        import recognizers_number_with_unit as unit

        culture = "zh-cn"
        numbers, units = number.NumberRecognizer(culture), unit.NumberWithUnitRecognizer(culture)
        self._models = {
            "number": numbers.get_number_model(),
            "ordinal": numbers.get_ordinal_model(),
            "percent": numbers.get_percentage_model(),
            "currency": units.get_currency_model(),
            "dimension": units.get_dimension_model(),
        }
        self._dates = date_time.DateTimeRecognizer(culture).get_datetime_model()

    def right(self, expected: Expected) -> bool:
        """Whether the package gives what its own case expects, from the extracted text alone."""
        model = self._models.get(expected.kind)
        try:
            if model:
                found = [result.resolution for result in model.parse(expected.text)]
                return any(self._same(resolution, expected.result["Resolution"]) for resolution in found)
            from datetime import datetime, time

            reference = datetime.combine(expected.reference or date(2017, 3, 22), time())
            parsed = self._dates.parse(expected.text, reference)
        except Exception as error:  # whatever a foreign package throws on its own case is its failure
            sys.stderr.write(f"peer: {expected.text}: {type(error).__name__}\n")
            return False
        wanted = expected.result["Value"]["Timex"]
        return any(value.get("timex") == wanted for result in parsed for value in result.resolution["values"])

    def golden(self, case: dict[str, Any]) -> bool | None:
        """Whether the package gives a golden case's value from the literal alone; None if it has no model for it."""
        from datetime import datetime

        kind, expected = case["type"], case["expected"]
        if kind in ("时间", "时长"):
            parsed = self._dates.parse(case["value"], datetime(1960, 1, 1))
            wanted = expected.get("edtf") or expected.get("iso")
            return any(value.get("timex") == wanted for result in parsed for value in result.resolution["values"])
        name = {"数字": "number", "货币": "currency"}.get(kind)
        if name is None or expected.get("form") not in (None, "count") or expected.get("amount", "") is None:
            return None
        value = expected.get("value") or expected.get("amount")
        results = [result.resolution or {} for result in self._models[name].parse(case["value"])]
        return any(str(resolution.get("value")) == value for resolution in results)

    @staticmethod
    def _same(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
        return all(str(found.get(key)) == str(wanted[key]) for key in ("value", "unit") if wanted.get(key) is not None)
