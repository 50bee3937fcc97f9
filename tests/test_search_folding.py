"""Folding: one spelling for searching, and the way back to the original."""

from __future__ import annotations

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.search.folding import fold, fold_with_places, spelling

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.sampled_from("紅軍乾隆著瞭ＡＢａ１２３《》“”\"' \u3000\n\u200b-·ß㎏ﬁé𠮷가"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("紅軍軍帽", "红军军帽"),
        ("軍　帽", "军帽"),
        ("ＣＡ１０型", "ca10型"),
        ("115師", "１１５师"),
        ("“紅軍”《长征》", "红军长征"),
        ("C-2型", "C2型"),
        ("砲彈", "炮弹"),
        ("看著", "看着"),
        ("琺瑯", "珐琅"),
        ("乾隆年製", "乾隆年制"),
        ("口徑7.9㎜", "口径7.9mm"),
        ("裏", "里"),
        ("裡", "里"),
        ("㈠", "(一)"),
        ("一九三○年", "一九三〇年"),
    ],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("军帽", "军，帽"), ("红军", "红年"), ("1.5", "15"), ("瓷", "磁")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_traditional_phrases_fold_as_their_simplified_form() -> None:
    convert = opencc.OpenCC("s2t").convert
    for words in (
        "红军长征胜利",
        "抗日战争时期",
        "中华苏维埃共和国临时中央政府",
        "游击队员的干粮袋",
        "铜质纪念章",
        "后方医院",
        "头发",
    ):
        assert fold(convert(words)) == fold(words)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS, st.integers(0, 40), st.integers(0, 40))
def test_the_fold_of_a_part_is_a_part_of_the_fold(text: str, start: int, end: int) -> None:
    assert fold(text[start:end]) in fold(text)


@given(TEXTS)
def test_places_lead_back(text: str) -> None:
    folded = fold_with_places(text)
    assert folded.text == fold(text)
    assert len(folded.places) == len(folded.text)
    for place in range(len(folded.text)):
        start, end = folded.original(place, place + 1)
        assert folded.text[place] in fold(text[start:end])


def test_spelling_is_for_people() -> None:
    assert spelling(" 紅 軍 ") == "红军"
    assert spelling("ＣＡ１０型") == "CA10型"
    assert spelling("看著") == "看著"
