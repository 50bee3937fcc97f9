"""The golden set: expectations written by reading and by calendar tables, before or without the code."""

from __future__ import annotations

import pytest

from normal_cases import FOLDER, agrees, cases, value_of

NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "heldout"])
def test_every_golden_case_has_its_value(name: str) -> None:
    wrong = [(case["value"], value) for case in cases(name) if not agrees(value := value_of(case), case["expected"])]
    assert wrong == []


def test_held_out_cases_pass_at_97_percent() -> None:
    held_out = cases("heldout")
    wrong = [(case["value"], value) for case in held_out if not agrees(value := value_of(case), case["expected"])]
    assert len(wrong) <= 0.03 * len(held_out), wrong


def test_the_set_is_as_large_as_it_is_said_to_be() -> None:
    sizes = {name: len(cases(name)) for name in NAMES}
    assert sum(sizes.values()) >= 350
    assert sizes["heldout"] >= sum(sizes.values()) / 3
    assert {case["type"] for name in NAMES for case in cases(name)} == {
        *("时间", "时长", "长度", "重量", "货币"),
        *("数字", "颜色", "材质", "形状", "型号"),
    }


def test_a_wrong_value_would_be_seen() -> None:
    case = cases("time")[0]
    assert not agrees({**(value_of(case) or {}), "edtf": "1999"}, case["expected"])
    assert not agrees(None, case["expected"])
