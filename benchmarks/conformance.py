"""How well literals are normalised: the golden set, the gold spans that get a value, and Microsoft's conformance cases.

    python benchmarks/conformance.py golden tests/data/normal
    python benchmarks/conformance.py coverage ../shared/corpus/train.jsonl ../shared/real/dev.jsonl
    python benchmarks/conformance.py recognizers ../shared/benchmarks/recognizers_text_zh [--failures] [--peer]

``recognizers`` gives our value normaliser the extracted Text of every expected result, with the case's reference date
as the date told last, and counts the values that agree. Results of cases that Python does not support are left out, as
the set's README says, and shown in a second column; what is out of our scope (bits, 明天, 感恩节) counts as failed.
``--peer`` puts the same texts to Microsoft's own package recognizers-text-suite, whose cases they are.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from biaotu.normal import NORMALISED, Context, normalise, normalise_all
from biaotu.normal.calendar import Moment
from biaotu.normal.money import iso_codes
from biaotu.records import Span
from biaotu.records.gold import read_gold, unmark

Values = dict[str, Any] | None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def golden_value(case: dict[str, Any]) -> Values:
    """The value that we give a golden case: alone, or as the last span of its type and wording in its context."""
    if "context" not in case:
        found = normalise(case["type"], case["value"])
        return found.to_dict() if found else None
    text, spans = unmark(case["context"])
    values = normalise_all("", text, spans)
    place = max(i for i, span in enumerate(spans) if (span.type, span.value) == (case["type"], case["value"]))
    return value.to_dict() if (value := values[place]) else None


def agrees(value: Values, expected: Values) -> bool:
    """Whether a value has all that is expected; candidates are compared by system and first value."""
    if value is None or expected is None:
        return value is expected

    def told(key: str, wanted: Any) -> Any:
        if key == "candidates" and isinstance(wanted, dict):
            return {entry["system"]: entry["values"][0] for entry in value.get(key, [])}
        return value.get(key)

    return all(told(key, wanted) == wanted for key, wanted in expected.items())


def golden(folder: Path, peer: bool) -> None:
    """The share of the golden set that is right, file by file."""
    other = Peer() if peer else None
    _say(f"{'set':24}{'right':>8}{'of':>8}{'%':>8}{'peer %':>8}")
    for path in sorted(folder.glob("*.jsonl")):
        cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        right = 0
        for case in cases:
            value = golden_value(case)
            right += agrees(value, case["expected"])
            if not agrees(value, case["expected"]):
                _say(f"  {case['type']} {case['value']} {case.get('context', '')}: {value}, not {case['expected']}")
        theirs = [other.golden(case) for case in cases if "context" not in case and case["expected"]] if other else []
        told = [entry for entry in theirs if entry is not None]
        shown = f"{100 * sum(told) / len(told):8.1f}" if told else f"{'-':>8}"
        _say(f"{path.stem:24}{right:8}{len(cases):8}{100 * right / len(cases):8.1f}{shown}")


def coverage(files: list[Path]) -> None:
    """The share of the gold spans that get a value, and how sure, type by type."""
    _say(f"{'file':12}{'type':6}{'spans':>8}{'value %':>9}{'exact %':>9}{'assumed %':>11}{'ambiguous %':>13}")
    for path in files:
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for gold in read_gold(path):
            spans: tuple[Span, ...] = gold.spans or ()
            values = normalise_all(gold.record.title, gold.record.description, spans)
            for span, value in zip(spans, values, strict=True):
                told[span.type][value.sure if value else "none"] += 1
        for name in NORMALISED:
            count = told[name].total() or 1
            shares = [100 * told[name][sure] / count for sure in ("exact", "assumed", "ambiguous")]
            _say(
                f"{path.parent.name[:6] + '/' + path.stem:12}{name:6}{told[name].total():8}{sum(shares):9.1f}"
                f"{shares[0]:9.1f}{shares[1]:11.1f}{shares[2]:13.1f}"
            )


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


def _results(folder: Path) -> Iterator[Expected]:
    for name, kind in _FILES.items():
        for case in json.loads((folder / "Specs" / name).read_text(encoding="utf-8-sig")):
            not_supported = (case.get("NotSupported", "") + case.get("NotSupportedByDesign", "")).lower()
            told = case.get("Context", {}).get("ReferenceDateTime")
            reference = date.fromisoformat(told[:10]) if told else None
            for result in case.get("Results", []):
                yield Expected(kind, result["Text"], result, reference, "python" not in not_supported)


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


_CHECKS: dict[str, Callable[[Expected], bool]] = {
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


def recognizers(folder: Path, failures: bool, peer: bool) -> None:
    """The share of Microsoft's expected results that our values agree with, kind by kind."""
    other = Peer() if peer else None
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for expected in _results(folder):
        right = _CHECKS[expected.kind](expected)
        side = "supported" if expected.supported else "rest"
        counts[expected.kind][side] += 1
        counts[expected.kind][side + " right"] += right
        if other and expected.supported:
            counts[expected.kind]["peer"] += other.right(expected)
        if failures and expected.supported and not right:
            told = expected.result.get("Resolution") or expected.result["Value"]["Timex"]
            _say(f"  {expected.kind}: {expected.text}: {told}")
    _say(f"{'kind':14}{'right':>7}{'of':>6}{'%':>7}{'all: right':>12}{'of':>6}{'%':>7}{'peer %':>8}")
    for kind in _CHECKS:
        count = counts[kind]
        passed, total = count["supported right"], count["supported"]
        every, whole = passed + count["rest right"], total + count["rest"]
        theirs = f"{100 * count['peer'] / total:8.1f}" if other else f"{'-':>8}"
        shares = 100 * passed / total, 100 * every / whole
        _say(f"{kind:14}{passed:7}{total:6}{shares[0]:7.1f}{every:12}{whole:6}{shares[1]:7.1f}{theirs}")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    golden_set = commands.add_parser("golden")
    golden_set.add_argument("folder", type=Path)
    golden_set.add_argument("--peer", action="store_true")
    commands.add_parser("coverage").add_argument("files", type=Path, nargs="+")
    cases = commands.add_parser("recognizers")
    cases.add_argument("folder", type=Path)
    cases.add_argument("--failures", action="store_true")
    cases.add_argument("--peer", action="store_true")
    arguments = parser.parse_args()
    if arguments.command == "golden":
        golden(arguments.folder, arguments.peer)
    elif arguments.command == "coverage":
        coverage(arguments.files)
    else:
        recognizers(arguments.folder, arguments.failures, arguments.peer)


if __name__ == "__main__":
    main()
