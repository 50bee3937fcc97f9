from __future__ import annotations

import pytest

import normal_cases
from biaotu.normal import normalise, short


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("时间", "民国二十三年", "1934"),
        ("时间", "1935年1月15日至17日", "1935-01-15/1935-01-17"),
        ("时间", "抗战时期", "1937-07/1945-08*"),
        ("时间", "上午九点一刻", "09:15"),
        ("时长", "三个月", "P3M"),
        ("时长", "三四天", "P3D..P4D"),
        ("长度", "18×12厘米", "0.18×0.12 m"),
        ("长度", "32开", "32开"),
        ("重量", "三斤六两", "2.014254 kg|1.6875 kg|1.8 kg?"),
        ("货币", "银元五元", "5 元 银元"),
        ("货币", "五元", "5 元 银元|苏维埃货币|法币|边区币|金圆券|人民币（第一套，旧币）|人民币（1955 年起）?"),
        ("数字", "百余件", ">100 件"),
        ("数字", "六七人", "6..7 人"),
        ("数字", "百分之十五", "15%"),
        ("颜色", "金黄", "黄"),
        ("材质", "桦木", "木"),
        ("形状", "椭圆形", "椭圆"),
        ("型号", "九二式", "九二式重机枪|九二式步兵炮?"),
        ("型号", "三八式步枪", "日本陆军造兵厂 三八式步枪"),
    ],
)
def test_values_in_a_few_signs(kind: str, value: str, told: str) -> None:
    found = normalise(kind, value)
    assert found is not None
    assert short(found.to_dict()) == told


def test_every_golden_value_has_words() -> None:
    texts = {}
    for path in normal_cases.FOLDER.glob("*.jsonl"):
        for case in normal_cases.cases(path.stem):
            value = normal_cases.value_of(case)
            if value is not None:
                texts[case["value"]] = short(value).strip("*?")
    assert len(texts) > 300
    assert not [value for value, text in texts.items() if not text]
