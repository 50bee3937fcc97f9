"""The object's own measures are told from those of other things."""

from __future__ import annotations

from decimal import Decimal

import pytest

from biaotu.export.measures import Measure, measures
from biaotu.records import Annotation
from biaotu.records.gold import unmark


def found(marked: str) -> list[Measure]:
    text, spans = unmark(marked)
    return list(measures(Annotation("1", "", text, (), (), (), (), (), (), (), spans, "m", "1")))


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("铁制，高<长度>9厘米</长度>。", Measure("height", "高9厘米", (Decimal(9),), "cm")),
        ("<长度>长20.5厘米</长度>", Measure("length", "长20.5厘米", (Decimal("20.5"),), "cm")),
        ("石印，<长度>26×18厘米</长度>", Measure("size", "26×18厘米", (Decimal(26), Decimal(18)), "cm")),
        ("钢，口径<长度>6.5毫米</长度>", Measure("size", "口径6.5毫米", (Decimal("0.65"),), "cm")),
        ("，直径<长度>3.1厘米</长度>", Measure("diameter", "直径3.1厘米", (Decimal("3.1"),), "cm")),
        ("，通长<长度>1.2米</长度>", Measure("length", "长1.2米", (Decimal("120.0"),), "cm")),
        ("，重<重量>160克</重量>", Measure("weight", "重160克", (Decimal("0.160"),), "kg")),
        ("，重<重量>六百克</重量>", Measure("weight", "重六百克", (Decimal("0.6"),), "kg")),
        ("，重<重量>九斤半</重量>", Measure("weight", "重九斤半")),
        (
            "<时间>1965年</时间>制，重<重量>九斤半</重量>",
            Measure("weight", "重九斤半", (Decimal("4.75"),), "kg", system="market"),
        ),
        (
            "，<长度>通高26.7厘米</长度>",
            Measure("height", "通高26.7厘米", (Decimal("26.7"),), "cm"),
        ),
        (
            "，<长度>长35、宽27.5厘米</长度>",
            Measure("size", "长35、宽27.5厘米", (Decimal(35), Decimal("27.5")), "cm"),
        ),
        ("，高<长度>9至12厘米</长度>", Measure("height", "高9至12厘米", (Decimal(9),), "cm", (Decimal(12),))),
        ("，纵 <长度>26.8 厘米</长度>", Measure("height", "纵26.8 厘米", (Decimal("26.8"),), "cm")),
        (
            "，口径 <长度>7.65 毫米</长度>，口径 <长度>7.65 毫米</长度>",
            Measure("size", "口径7.65 毫米", (Decimal("0.765"),), "cm"),
        ),
        ("此枪全长<长度>21厘米</长度>", Measure("length", "长21厘米", (Decimal(21),), "cm")),
        ("该藏品横<长度>11厘米</长度>", Measure("width", "横11厘米", (Decimal(11),), "cm")),
        ("尺寸：高<长度>9厘米</长度>", Measure("height", "高9厘米", (Decimal(9),), "cm")),
        ("尺寸 <长度>9×8厘米</长度>", Measure("size", "9×8厘米", (Decimal(9), Decimal(8)), "cm")),
        ("，高<长度>约9厘米</长度>", Measure("height", "高约9厘米", (Decimal(9),), "cm", about="about")),
        ("，<长度>32开</长度>", Measure("size", "32开", fold=32)),
    ],
)
def test_the_objects_own(text: str, measure: Measure) -> None:
    assert found(text) == [measure]


@pytest.mark.parametrize(
    "text",
    [
        "他走了<长度>七千多里</长度>",
        "射程<长度>500米</长度>",
        "，钉长<长度>11厘米</长度>",
        "装火药<重量>半斤</重量>",
        "，<重量>一斤半</重量>米",
        "射程 <长度>500 米</长度>",
        "他走了 <长度>七百 里</长度>",
    ],
)
def test_those_of_other_things(text: str) -> None:
    assert found(text) == []
