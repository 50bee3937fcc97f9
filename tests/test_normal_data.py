"""The data files: lawful, without words that stand twice, in step with the taxonomy."""

from __future__ import annotations

import tomllib
from collections import Counter
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from biaotu.normal.calendar import Stretch, parse_bound
from biaotu.normal.periods import eras
from biaotu.normal.units import systems, units
from biaotu.normal.years import reigns
from biaotu.taxonomy import MATERIALS
from normal_cases import cases, value_of


def data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("biaotu.normal").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "key"),
    [("colours", "term"), ("shapes", "term"), ("materials", "term"), ("currencies", "currency"), ("makes", "make")],
)
def test_ids_and_words_stand_once(name: str, key: str) -> None:
    entries = data(name)[key]
    ids = Counter(entry["id"] for entry in entries)
    words = Counter(word for entry in entries for word in entry["words"])
    assert [word for word, count in (ids + words).items() if count > 1] == []
    assert all(word for word in words)


def test_eras_lie_in_order_of_time_and_words_stand_once() -> None:
    entries = data("eras")["era"]
    words = Counter(word for entry in entries for word in (*entry.get("words", ()), *entry.get("names", ())))
    assert [word for word, count in words.items() if count > 1] == []
    assert all(entry.get("words") or entry.get("names") for entry in entries)
    for era in eras().values():
        stretch = Stretch(era.begin, era.end)
        begin, end = stretch.begin(), stretch.end()
        assert begin is None or end is None or begin <= end, era.id
        assert era.sure in ("exact", "assumed")


def test_materials_belong_to_the_ten_classes() -> None:
    assert {entry["class"] for entry in data("materials")["term"]} <= {term.id for term in MATERIALS}


def test_money_points_at_currencies_that_exist() -> None:
    document = data("currencies")
    known = {entry["id"] for entry in document["currency"]}
    assert {currency for row in document["yuan"] for currency in row["currencies"]} <= known
    first, last = document["yuan"][0]["years"][0], document["yuan"][-1]["years"][1]
    assert all(
        any(row["years"][0] <= year <= row["years"][1] for row in document["yuan"]) for year in range(1840, 2030)
    )
    assert (first, last) == (1, 9999)


def test_reigns_follow_each_other() -> None:
    qing = ["顺治", "康熙", "雍正", "乾隆", "嘉庆", "道光", "咸丰", "同治", "光绪", "宣统"]
    for before, after in pairwise(qing):
        assert reigns()[before].last + 1 == reigns()[after].first
    assert (reigns()["民国"].first, reigns()["宣统"].last) == (1912, 1911)


def test_units_keep_their_proportions() -> None:
    def factor(word: str, system: str) -> Fraction:
        return units()[word][0].factors[system]

    for system in systems():
        assert factor("尺", system) == 10 * factor("寸", system) == factor("丈", system) / 10
        assert factor("担", system) == 100 * factor("斤", system)
        assert factor("两", system) == 10 * factor("钱", system)
        assert factor("斤", system) == (10 if system == "market-10" else 16) * factor("两", system)
    assert factor("里", "market-16") == 1500 * factor("尺", "market-16")
    assert factor("亩", "kuping") == 6000 * factor("尺", "kuping") ** 2
    assert factor("亩", "market-16") == 6000 * factor("尺", "market-16") ** 2


def test_bounds_are_read() -> None:
    assert parse_bound("..") is None
    with pytest.raises(ValueError):
        parse_bound("soon")


def test_every_note_is_explained() -> None:
    page = (Path(__file__).parents[1] / "docs/normal.md").read_text(encoding="utf-8")
    names = ("time", "duration", "length", "weight", "money", "number", "material", "model", "heldout")
    notes = {note for name in names for case in cases(name) for note in (value_of(case) or {}).get("notes", ())}
    assert len(notes) > 25
    assert [note for note in sorted(notes) if f"`{note}`" not in page] == []
