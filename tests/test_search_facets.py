"""Facet values of a record, their names, filters in any spelling; and questions that are wrong in themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from biaotu.records import Span
from biaotu.search import FacetCount, QueryError, SearchQuery
from biaotu.search.document import facet_values, indexed_text
from biaotu.search.facets import name, ordered, wanted_values
from biaotu.taxonomy import ATTRIBUTES


def test_facet_values_of_a_record() -> None:
    spans = [
        Span("组织", "紅 軍", "title", 0, 3),
        Span("组织", "红军", "title", 5, 7),
        Span("时间", "1934年", "title", 7, 12),
    ]
    values = facet_values(material=["金属制品"], use=["武器装备"], spans=spans, museum=" 甲  馆 ", state="approved")
    assert values == (
        "material:metal",
        "use:weapon",
        "attribute_type:组织",
        "attribute_type:时间",
        "attribute:组织:红军",
        "attribute:时间:1934年",
        "era:agrarian-war",
        "museum:甲 馆",
        "state:approved",
    )
    assert facet_values(material=[], use=[], spans=[], museum="", state="new") == ("state:new",)


def test_years_outside_the_attribute_of_time_tell_no_era() -> None:
    spans = [Span("型号", "1934年", "title", 0, 5)]
    assert not any(v.startswith("era:") for v in facet_values(material=[], use=[], spans=spans, museum="", state="new"))


def test_indexed_text_keeps_fields_apart() -> None:
    text = indexed_text("紅 軍", "", ["军帽", "軍帽"], ["红军"])
    assert text.text == "红军\n\n军帽\n红军\n"
    assert (text.title_end, text.description_end, text.tags_end) == (3, 4, 7)


def test_the_words_on_the_photos_stand_with_the_values_each_photo_in_one() -> None:
    text = indexed_text("壶", "", [], ["红军"], ["川陕省工农\n銀行", "红军"])
    assert text.text == "壶\n\n红军\n川陕省工农银行\n"
    spans = [Span("组织", "红军", "ocr", 0, 2), Span("时间", "1934年", "ocr", 3, 8)]
    values = facet_values(material=[], use=[], spans=spans, museum="", state="new")
    assert "attribute:组织:红军" in values
    assert not [value for value in values if value.startswith("era:")], "a date on a banknote dates no relic"


def test_filters_may_be_spelled_as_people_do() -> None:
    organisation = next(term for term in ATTRIBUTES if term.zh == "组织")
    assert wanted_values(
        {
            "material": ["metal", "金属制品"],
            "attribute": ["组织：紅軍", f"{organisation.id}:红军", "组织:ＣＡ"],
            "attribute_type": [organisation.id],
            "era": ["抗日战争时期"],
            "museum": [" 甲  馆"],
            "use": [],
        }
    ) == {
        "material": ("material:metal",),
        "attribute": ("attribute:组织:红军", "attribute:组织:CA"),
        "attribute_type": ("attribute_type:组织",),
        "era": ("era:resistance-war",),
        "museum": ("museum:甲 馆",),
    }


def test_order_and_names() -> None:
    assert ordered("material", {"other": 9, "glass": 1}) == (
        FacetCount("glass", "玻璃制品", 1),
        FacetCount("other", "其他材质", 9),
    )
    assert [one.value for one in ordered("museum", {"乙": 1, "甲": 2, "丙": 1})] == ["甲", "丙", "乙"]
    assert ordered("era", {}, ["era:late-qing"]) == (FacetCount("late-qing", "清末", 0),)
    assert name("state", "approved") == "已通过"
    assert name("museum", "甲馆") == "甲馆"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"mode": "telepathy"}, "mode"),
        ({"filters": {"colour": ["red"]}}, "facet"),
        ({"limit": 0}, "limit"),
        ({"limit": 1000}, "limit"),
        ({"mode": "meaning"}, "vector"),
        ({"mode": "photo", "vector": np.zeros(3, np.float32)}, "vector"),
        ({"mode": "photo", "vector": np.array([np.nan, 1], np.float32)}, "vector"),
        ({"mode": "photo", "vector": np.ones((2, 2), np.float32)}, "vector"),
        ({"mode": "photo", "vector": np.ones(2, np.float32), "against": "smell"}, "smell"),
        ({"mode": "similar"}, "record"),
        ({"mode": "similar", "record": 1, "by": ()}, "record"),
    ],
)
def test_wrong_questions_are_told_apart(query: dict[str, Any], said: str) -> None:
    with pytest.raises(QueryError, match=said):
        SearchQuery(**query).check()
