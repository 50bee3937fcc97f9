"""Numbers, dates and keys: what is one name written in several ways, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.authorities import key, spellings
from biaotu.authorities.dates import first_year, last_year, lawful, years_in
from biaotu.authorities.numerals import digit_by_digit, number, with_figures, with_units


@pytest.mark.parametrize(
    ("text", "value"),
    [("115", 115), ("一一五", 115), ("一百一十五", 115), ("一百二十", 120), ("一二〇", 120), ("一二零", 120),
     ("十", 10), ("十八", 18), ("二十六", 26), ("廿五", 25), ("卅四", 34), ("一千二百零五", 1205), ("百", 100)],
)  # fmt: skip
def test_numbers_are_read(text: str, value: int) -> None:
    assert number(text) == value


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        number("红")
    with pytest.raises(ValueError, match="between 1 and 9999"):
        with_units(0)


@given(st.integers(1, 9999))
def test_written_numbers_read_back(value: int) -> None:
    assert number(with_units(value)) == value
    assert number(digit_by_digit(value)) == value


@given(st.text())
def test_any_text_has_a_key_and_white_space_around_it_is_nothing(text: str) -> None:
    assert key(f" {text}　") == key(text)


def test_numbers_lose_their_ordinal() -> None:
    assert with_figures("第一一五师第六八六团") == "115师686团"


@pytest.mark.parametrize(
    "names",
    [
        ("115师", "一一五师", "一百一十五师", "第一一五师", "第115师", "１１５師"),
        ("红军第四军", "中国工农红军第四军", "红四军", "工农红军第4军", "红军第4军"),
        ("红二十五军", "红25军", "红廿五军", "中国工农红军第二十五军"),
        ("第三野战军", "中国人民解放军第三野战军", "三野", "人民解放军第三野战军"),
        ("华东野战军第九纵队", "华野九纵", "华野第9纵队"),
        ("东北抗日联军第三军", "抗联第三军", "东北抗联三军"),
        ("中国人民志愿军第九兵团", "志愿军九兵团"),
        ("国民革命军陆军新编第四军", "新编第四军", "新四军"),
        ("湘赣省苏维埃政府", "湘赣省苏"),
        ("中国共产党江西省委员会", "中共江西省委"),
        ("埃德加·斯诺", "埃德加•斯诺", "埃德加斯诺", "埃德加 · 斯诺"),
        ("一二·九运动", "一二九运动", "“一二·九”运动"),
        ("第五次反“围剿”", "第五次反围剿", "第5次反“围剿”"),
        ("李达（哲学家）", "李达"),
        ("中国人民 志愿军", "中国人民志愿军", "中國人民志願軍"),
    ],
)
def test_one_name_in_several_spellings(names: tuple[str, ...]) -> None:
    assert len({key(name) for name in names}) == 1, {name: key(name) for name in names}


@pytest.mark.parametrize(
    ("one", "other"),
    [("红四军", "红四方面军"), ("红二、六军团", "红二十六军团"), ("115师", "15师"), ("新四军", "第四军"),
     ("四师", "新四军四师"), ("中国共产党", "中国国民党"), ("华东野战军", "东北野战军"), ("红军大学", "红军学校")],
)  # fmt: skip
def test_different_names_stay_different(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_spellings_for_search() -> None:
    found = spellings("八路军第115师")
    assert {"8路军115师", "八路军115师"} & set(found)
    assert any("一百一十五" in one for one in found) and any("師" in one for one in found)
    assert "八路军第115师" not in found
    assert "埃德加斯诺" in spellings("埃德加·斯诺")
    assert all(key(one) == key("八路军第115师") for one in found)


@pytest.mark.parametrize("date", ["1937", "1937-07", "1937-07-07", "193X", "19XX", "1937?", "1937-07~", "1936-02-29"])
def test_lawful_dates(date: str) -> None:
    assert lawful(date)


@pytest.mark.parametrize(
    "date", ["", "37", "1937-7", "1937-13", "1937-02-30", "1937年", "1937/1945", "1937-00", "X937"]
)
def test_unlawful_dates(date: str) -> None:
    assert not lawful(date)


def test_unknown_figures_span_years() -> None:
    assert (first_year("193X"), last_year("193X")) == (1930, 1939)


def test_years_of_a_record() -> None:
    values = [
        "1934年10月",
        "一九三五年",
        "民国二十三年",
        "光绪三十年",
        "民国元年",
        "1931年至1933年",
        "同年冬",
        "清末",
        "十八日",
    ]
    assert years_in(values) == (1904, 1912, 1931, 1933, 1934, 1935)
    assert years_in(["编号21937", "抗战时期"]) == ()
