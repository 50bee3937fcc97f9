"""The readers one by one: the parts of a value that the golden set does not spell out."""

from __future__ import annotations

from typing import Any

import pytest

from biaotu.normal import Money, normalise
from biaotu.normal.lunar import term
from biaotu.normal.terms import read_material
from biaotu.normal.tidy import remembered, tidy


def value(type_name: str, text: str) -> dict[str, Any]:
    found = normalise(type_name, text)
    assert found is not None, text
    return found.to_dict()


def test_a_date_has_its_first_and_last_day_and_its_reckoning() -> None:
    assert value("时间", "1936年冬") == {
        "kind": "date",
        "sure": "exact",
        "edtf": "1936-24",
        "begin": "1936-12-01",
        "end": "1937-02-28",
        "calendar": "gregorian",
    }
    assert value("时间", "民国廿三年八月初四")["calendar"] == "lunar"
    assert value("时间", "民国廿三年")["calendar"] == "minguo"
    assert value("时间", "光绪三十年")["calendar"] == "reign"


def test_every_doubt_has_its_reason() -> None:
    assert value("时间", "三十年代")["notes"] == ["century-assumed"]
    assert value("时间", "1950年初")["notes"] == ["vague-part"]
    assert value("时间", "辛亥年")["notes"] == ["ganzhi-cycle"]
    assert value("时间", "抗战时期")["notes"] == ["era-bounds"]
    assert value("时间", "1943年麦收")["notes"] == ["rest-not-read"]
    assert value("时间", "光绪三十一年甲子")["notes"] == ["ganzhi-disagrees"]
    assert value("长度", "三尺")["notes"] == ["system-unknown"]
    assert value("货币", "三元")["notes"] == ["currency-unknown"]
    assert value("重量", "一万石")["notes"] == ["volume-or-mass"]


def test_parts_of_the_day_and_hours() -> None:
    assert value("时间", "1935年3月28日夜")["part"] == "night"
    assert value("时间", "1949年1月15日早晨")["part"] == "dawn"
    assert value("时间", "1927年7月1日九点一刻")["notes"] == ["half-day-unknown"]
    assert value("时间", "九点一刻")["candidates"] == ["09:15", "21:15"]
    assert value("时间", "中午十二点")["time"] == "12:00"
    assert value("时间", "15时")["time"] == "15:00"


def test_all_candidates_of_an_ambiguous_day_stand() -> None:
    found = value("时间", "辛亥年八月十九")
    assert found["edtf"] == "[1851-09-14,1911-10-10]"
    assert found["candidates"] == ["1851-09-14", "1911-10-10"]


def test_solar_terms() -> None:
    assert str(term(1949, "清明")) == "1949-04-05"
    assert str(term(1934, "冬至")) == "1934-12-22"
    assert term(1949, "重阳") is None


@pytest.mark.parametrize(
    "text", ["1934年13月", "1934年2月30日", "1933年闰六月初一", "光绪四十年", "宣统元年正月三十一", "民国九十年"]
)
def test_what_never_was_has_no_date(text: str) -> None:
    assert normalise("时间", text) is None


def test_sides_ranges_and_units_as_written() -> None:
    assert value("长度", "18×12厘米") == {
        "kind": "quantity",
        "sure": "exact",
        "measure": "length",
        "unit": "m",
        "values": ["0.18", "0.12"],
        "written": "厘米",
    }
    assert value("长度", "长60厘米")["values"] == ["0.6"]
    assert value("重量", "十多斤")["about"] == "over"
    assert value("长度", "大32开") == {"kind": "sheet-format", "sure": "exact", "fold": 32, "large": True}
    assert normalise("长度", "红色") is None


def test_makes_known_and_taken_apart() -> None:
    assert value("型号", "三八大盖") == {
        "kind": "model",
        "sure": "exact",
        "notes": ["common-list"],
        "id": "arisaka-38",
        "maker": "日本陆军造兵厂",
        "model": "三八式步枪",
        "category": "rifle",
    }
    assert value("型号", "长江牌F16-4型") == {
        "kind": "model",
        "sure": "exact",
        "notes": ["by-form"],
        "brand": "长江",
        "model": "F16-4型",
    }
    assert value("型号", "九二式")["candidates"] == ["九二式重机枪", "九二式步兵炮"]


def test_one_spelling() -> None:
    assert tidy(" 民國２３年 ") == "民国23年"
    assert tidy("１９３４——３６") == "1934-36"
    assert tidy("二○○六") == "二〇〇六"
    assert tidy("a\ud800b") == "ab"
    assert tidy("") == ""


@pytest.mark.parametrize(
    ("value", "amount", "unit"),
    [
        ("五分钱", "0.05", "元"),
        ("两毛钱", "0.2", "元"),
        ("面值壹角", "0.1", "元"),
        ("定价三块钱", "3", "元"),
        ("价八文", "8", "文"),
        ("三吊钱", "3", "吊"),
    ],
)
def test_words_of_the_counter_around_a_sum_are_passed_over(value: str, amount: str, unit: str) -> None:
    found = normalise("货币", value)
    assert isinstance(found, Money) and (found.amount, found.unit) == (amount, unit)


@pytest.mark.parametrize("value", ["面值", "计", "五钱"])
def test_words_of_the_counter_alone_are_no_sum(value: str) -> None:
    assert normalise("货币", value) is None


@pytest.mark.parametrize(
    ("text", "ids", "classes"),
    [
        ("铁木", ["iron", "wood"], ["metal", "wood-bamboo"]),
        ("铜铁质", ["copper", "iron"], ["metal"]),
        ("棉麻", ["cotton", "bast-fibre"], ["textile"]),
        ("铜丝", ["copper"], ["metal"]),
        ("毛竹", ["bamboo"], ["wood-bamboo"]),
    ],
)
def test_two_materials_in_one_word(text: str, ids: list[str], classes: list[str]) -> None:
    found = value("材质", text)
    assert (found["ids"], found["classes"]) == (ids, classes)


def test_an_arm_behind_its_type() -> None:
    assert value("型号", "五四式手枪")["id"] == value("型号", "五四式")["id"]
    carbine = value("型号", "三八式马枪")
    assert "id" not in carbine and carbine["model"] == "三八式马枪"
    assert normalise("型号", "大刀") is None


@pytest.mark.parametrize(
    ("word", "sure"),
    [("布", "assumed"), ("灰布", "assumed"), ("油布", "assumed"), ("棉布", "exact"), ("土布", "exact")],
)
def test_cloth_is_cotton_only_by_assumption(word: str, sure: str) -> None:
    found = read_material(word)
    assert found is not None and found.ids == ("cotton",)
    assert (found.sure, "usual-material" in found.notes) == (sure, sure == "assumed")


def test_a_reader_is_asked_once_for_a_literal_and_keeps_no_long_ones() -> None:
    asked: list[tuple[str, int]] = []

    @remembered
    def reader(text: str, more: int) -> int:
        asked.append((text[:3], more))
        return len(text) + more

    assert [reader("1934年", 1), reader("1934年", 1), reader("1934年", 2)] == [6, 6, 7]
    assert [reader("长" * 500, 1), reader("长" * 500, 1)] == [501, 501]
    assert asked == [("193", 1), ("193", 2), ("长长长", 1), ("长长长", 1)]
