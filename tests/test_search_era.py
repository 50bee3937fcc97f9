"""Eras by rule."""

from __future__ import annotations

from itertools import pairwise

import pytest

from biaotu.normal import normalise, normalise_all
from biaotu.records import Span
from biaotu.search.document import facet_values
from biaotu.search.era import eras, eras_of


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1934年10月", ["agrarian-war"]),
        ("一九三四年十月", ["agrarian-war"]),
        ("１９３４年", ["agrarian-war"]),
        ("民国23年5月", ["agrarian-war"]),
        ("民国廿一年", ["agrarian-war"]),
        ("民國三十四年八月", ["resistance-war"]),
        ("民国三十四年九月", ["liberation-war"]),
        ("民国元年", ["early-republic"]),
        ("宣统三年", ["late-qing", "early-republic"]),
        ("光绪三十年", ["late-qing"]),
        ("昭和十七年", ["resistance-war"]),
        ("1911年10月10日", ["early-republic"]),
        ("1927年", ["founding", "agrarian-war"]),
        ("1927年8月1日", ["agrarian-war"]),
        ("1937年6月", ["agrarian-war"]),
        ("1937.07.07", ["resistance-war"]),
        ("1949年", ["liberation-war", "new-china"]),
        ("1949年10月1日", ["new-china"]),
        ("1931—1944年", ["agrarian-war", "resistance-war"]),
        ("1931-38年", ["agrarian-war", "resistance-war"]),
        ("1936年12月至1950年3月", ["agrarian-war", "resistance-war", "liberation-war", "new-china"]),
        ("1932年3月22日到5月8日", ["agrarian-war"]),
        ("二十世纪三十年代", ["agrarian-war", "resistance-war"]),
        ("20世纪50年代初", ["new-china"]),
        ("三十年代初", ["agrarian-war"]),
        ("十九世纪末", []),
        ("抗日戰爭時期", ["resistance-war"]),
        ("抗战期间", ["resistance-war"]),
        ("第五次反“围剿”期间", ["agrarian-war"]),
        ("解放初期", ["new-china"]),
        ("解放前夕", ["liberation-war"]),
        ("清末", ["late-qing"]),
        ("1985年", ["reform"]),
        ("一九七八年十二月", ["reform"]),
        ("同年冬", []),
        ("民国", []),
        ("3月5日", []),
        ("1600年", []),
        ("12345", []),
        ("", []),
    ],
)
def test_era_of_a_value(value: str, told: list[str]) -> None:
    assert list(eras_of([value])) == told


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["1934年冬", "翌年三月"], ["agrarian-war"]),
        (["1937年6月", "次月"], ["agrarian-war", "resistance-war"]),
        (["1949年9月30日", "次日"], ["liberation-war", "new-china"]),
        (["同年冬"], []),
        (["抗战时期"], ["resistance-war"]),
        (["1949年以前"], []),
        (["1945年8月以后"], ["resistance-war"]),
        (["辛亥"], ["early-republic"]),
        (["民国"], []),
        (["康德七年"], ["resistance-war"]),
        (["十九世纪末"], ["late-qing"]),
        (["丁丑年", "1937年7月7日"], ["agrarian-war", "resistance-war"]),
        (["某年某月"], []),
    ],
)
def test_eras_by_what_dates_mean(values: list[str], told: list[str]) -> None:
    text = "，".join(values)
    starts = [sum(len(value) + 1 for value in values[:place]) for place in range(len(values))]
    spans = [
        Span("时间", value, "description", start, start + len(value))
        for value, start in zip(values, starts, strict=True)
    ]
    assert list(eras_of(values, normalise_all("", text, spans))) == told
    facets = facet_values(material=(), use=(), spans=spans, museum="", state="new", description=text)
    assert [value for value in facets if value.startswith("era:")] == [f"era:{era}" for era in told]


def test_every_case_of_one_value_tells_the_same_with_its_meaning() -> None:
    for value in ("1934年10月", "民国廿一年", "1931—1944年", "1931-38年", "三十年代初", "解放前夕", "1927年", "3月5日"):
        assert eras_of([value], [normalise("时间", value)]) == eras_of([value])


def test_several_values_in_order_of_time() -> None:
    assert eras_of(["1958年", "同年冬", "1934年", "1935年"]) == ("agrarian-war", "new-china")


def test_eras_follow_each_other_without_a_gap() -> None:
    all_eras = eras()
    assert len({era.id for era in all_eras}) == len(all_eras)
    for before, after in pairwise(all_eras):
        assert after.first == before.last + 1
