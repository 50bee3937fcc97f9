"""The clean reading: nothing visible is lost, and every character knows where it came from."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.text.phenomena import LONG, phenomena
from biaotu.text.reading import INSERTED, _by_character, _header_marks, clean, read, simplified

PAGE = "年代 1939 年 尺寸 长 60 厘米 质地 布。"

museum_text = st.lists(
    st.one_of(
        st.sampled_from(
            [PAGE, "铁质手榴弹", "紅軍", "ＡＢ１２", "Ｍ1895 式", "\u3000", " ", "\r\n", "，", "。", ":", "(", "🎖️"]
        ),
        st.text(st.characters(codec=None), max_size=6),
    ),
    max_size=8,
).map("".join)


def is_visible(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


@given(museum_text)
def test_origins_rise_and_no_visible_character_is_lost(text: str) -> None:
    plain, origins = clean(text)
    assert len(plain) == len(origins)
    real = [place for place in origins if place != INSERTED]
    assert real == sorted(set(real))
    visible = [place for place, char in enumerate(text) if is_visible(char)]
    assert [place for place in real if not text[place].isspace()] == visible


@given(museum_text)
def test_only_punctuation_is_inserted_and_forms_are_plain(text: str) -> None:
    plain, origins = clean(text)
    assert {char for char, place in zip(plain, origins, strict=True) if place == INSERTED} <= set("。：，")
    assert all(is_visible(char) or char == " " for char in plain)
    assert not set(plain) & set("０１２３４５６７８９ＡＺａｚ")
    assert "  " not in plain


@given(museum_text, museum_text)
def test_every_character_is_located_where_it_stood(title: str, description: str) -> None:
    reading = read(title, description)
    assert len(reading.text) == len(reading.origins)
    for place, origin in enumerate(reading.origins):
        located = reading.locate(place, place + 1)
        if origin == INSERTED:
            assert located is None
            continue
        assert located is not None
        name, start, end = located
        original = title if name == "title" else description
        assert end == start + 1
        assert name == ("title" if place < reading.title_length else "description")
        assert reading.original(place, place + 1) == original[start]


@given(museum_text, museum_text, st.data())
def test_a_stretch_is_located_from_its_first_to_its_last_character(
    title: str, description: str, data: st.DataObject
) -> None:
    reading = read(title, description)
    start = data.draw(st.integers(0, len(reading.text)))
    end = data.draw(st.integers(start, len(reading.text)))
    located, parts = reading.locate(start, end), [reading.locate(i, i + 1) for i in range(start, end)]
    real = [part for part in parts if part is not None]
    if not real or real[0][0] != real[-1][0]:
        assert located is None
        assert reading.original(start, end) is None
    else:
        assert located == (real[0][0], real[0][1], real[-1][2])


@given(museum_text)
def test_a_clean_text_has_the_same_reading_again(text: str) -> None:
    plain, _ = clean(text)
    assert clean(plain)[0].replace(" ", "") == plain.replace(" ", "")


def test_a_page_header_gets_punctuation() -> None:
    plain, origins = clean(PAGE)
    assert plain == "年代：1939年。尺寸：长60厘米。质地：布。"
    assert [PAGE[place] for place in origins if place != INSERTED] == [char for char in PAGE if char != " "]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("质地 铁 尺寸 长 5 厘米", "质地：铁。尺寸：长5厘米"),
        ("质地：铁 尺寸：长 5 厘米", "质地：铁。尺寸：长5厘米"),
        ("作者 韩江 王河 年代 1938 年。石 桥", "作者：韩江，王河。年代：1938年。石桥"),
        ("说明 只有一个键", "说明只有一个键"),
        ("这件材料 来源 不明", "这件材料来源不明"),
    ],
)
def test_headers_and_what_only_looks_like_one(text: str, wanted: str) -> None:
    assert clean(text)[0] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("紅軍的軍號", "红军的军号"),
        ("１９３９年造ＡＢ型", "1939年造AB型"),
        ("铁 壶\u3000一\n件", "铁壶一件"),
        ("Mauser C96 手枪", "Mauser C96手枪"),
        ("铁壶,高(约)5.2厘米;残", "铁壶，高（约）5.2厘米；残"),
        ("a,b:c", "a,b:c"),
        ("铁\u200b壶\x00\ufeff\ud83d", "铁壶"),
        (" \u3000\n", ""),
        ("", ""),
    ],
)
def test_forms(text: str, wanted: str) -> None:
    assert clean(text)[0] == wanted


def test_a_span_with_spaces_maps_back_exactly() -> None:
    reading = read("老 柳 的铁壶", "現存 石 橋\n村。")
    assert reading.text == "老柳的铁壶。现存石桥村。"
    assert reading.original(0, 2) == "老 柳"
    assert reading.locate(0, 2) == ("title", 0, 3)
    assert reading.original(8, 11) == "石 橋\n村"
    assert reading.locate(8, 11) == ("description", 3, 8)


def test_a_stretch_over_the_border_lies_in_no_field() -> None:
    reading = read("铁壶", "高五寸")
    assert reading.text == "铁壶。高五寸"
    assert reading.title_length == 2
    assert reading.locate(1, 4) is None
    assert reading.locate(2, 3) is None
    assert reading.locate(2, 4) == ("description", 0, 1)
    assert reading.locate(0, 3) == ("title", 0, 2)
    assert read("铁壶！", "高").text == "铁壶！高"


@pytest.mark.parametrize(("title", "description"), [("", "高五寸"), ("铁壶", ""), (" ", "高五寸"), ("", "")])
def test_an_empty_field_is_left_out(title: str, description: str) -> None:
    reading = read(title, description)
    assert reading.text == (title + description).strip()
    assert INSERTED not in reading.origins


def test_simplifying_keeps_the_length() -> None:
    assert simplified("紅\ud800軍\U0001f396") == "红\0军\U0001f396"


@pytest.mark.parametrize(
    ("title", "description", "wanted"),
    [
        ("铁壶", "高21厘米。", []),
        ("铁壶", "第一行。\n第二行。", []),
        ("", "", ["text-empty"]),
        ("1949", "？！", ["text-empty"]),
        ("铁壶", "高" * LONG, ["text-long"]),
        ("铁\x07壶", "", ["text-control"]),
        ("铁\ud83d壶", "", ["text-control"]),
        ("铁壶１号", "", ["text-full-width"]),
        ("铁 壶 一\n件", "", ["text-spaced"]),
        ("紅軍的軍號", "", ["text-traditional"]),
        ("著者", "", []),
    ],
)
def test_phenomena_are_named(title: str, description: str, wanted: list[str]) -> None:
    assert [notice.code for notice in phenomena(title, description)] == wanted


@given(museum_text, museum_text)
def test_phenomena_bear_any_text(title: str, description: str) -> None:
    codes = [notice.code for notice in phenomena(title, description)]
    assert len(codes) == len(set(codes))


def test_a_long_run_of_spaces_is_read_in_one_go() -> None:
    # A pattern that tries every way to share the spaces out would need minutes here.
    text = "汉" + " " * 50_000 + "x年代" + " " * 50_000
    assert [notice.code for notice in phenomena(text, "")] == ["text-long"]
    assert clean(text)[0] == "汉x年代"


@pytest.mark.parametrize(
    ("spaced", "clean_text"),
    [
        ("1 9 3 4 年 1 0 月 出 版", "1934年10月出版"),
        ("编号 ０ ３ ５ ８", "编号0358"),
        ("口径 7 9 毫米", "口径7 9毫米"),  # two lone digits alone: seven and nine, or 79? left as they came
        ("型号 M1911 A1 式 3 件", "型号M1911 A1式3件"),
        ("尺寸 12 8 5 厘米", "尺寸12 8 5厘米"),  # 12 stands as a number, so these are three
    ],
)
def test_digits_that_a_layout_has_spread_are_joined(spaced: str, clean_text: str) -> None:
    assert clean(spaced)[0] == clean_text


def test_a_spread_year_maps_back_to_all_its_characters() -> None:
    reading = read("", "于 1 9 3 4 年 1 0 月 出版")
    start = reading.text.index("1934")
    place = reading.locate(start, start + len("1934年10月"))
    assert place is not None
    _, first, last = place
    assert reading.description[first:last] == "1 9 3 4 年 1 0 月"


@given(museum_text | st.text(alphabet="红军紅1934年,，（）()a　\t。", max_size=20))
def test_a_text_without_anything_to_change_is_taken_as_it_is(text: str) -> None:
    simple = simplified(text)
    assert clean(text) == _by_character(simple, _header_marks(simple))
