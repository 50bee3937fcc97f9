"""Flags of words over characters: the lexicon's, the segmentation's, the general dictionary's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.text.lexicon import Lexicon
from biaotu.text.marks import (
    LEXICON_WIDTH,
    NAME_CLASSES,
    WIDTH,
    WORD_CLASSES,
    DictionaryMarks,
    LexiconMarks,
    TextMarks,
    WordMarks,
    class_group,
)
from biaotu.text.segment import Segmenter


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


@pytest.fixture(scope="module")
def marks(segmenter: Segmenter) -> TextMarks:
    return TextMarks(Lexicon.load(), segmenter)


@settings(max_examples=40, deadline=None)
@given(st.text("红军的枪在江西瑞金1934年缴获 Mauser，。", max_size=40))
def test_every_character_is_in_one_word_of_the_segmentation(text: str) -> None:
    found = WordMarks(_SHARED).of(text)
    assert found.shape == (len(text), 2 * len(WORD_CLASSES))
    assert (found.sum(1) == 1).all()


_SHARED = Segmenter()


def test_the_parts_stand_side_by_side(marks: TextMarks, segmenter: Segmenter) -> None:
    text = "江西瑞金的红军步枪"
    whole = marks.of(text)
    assert whole.shape == (len(text), WIDTH) and whole.dtype == np.uint8
    parts = (LexiconMarks(Lexicon.load()), WordMarks(segmenter), DictionaryMarks(segmenter))
    assert np.array_equal(whole, np.concatenate([part.of(text) for part in parts], axis=1))
    assert LexiconMarks(Lexicon.load()).of(text).shape == (len(text), LEXICON_WIDTH)


def test_an_empty_text_has_no_flags(marks: TextMarks) -> None:
    assert marks.of("").shape == (0, WIDTH)


def test_dictionary_names_show_inside_other_words(segmenter: Segmenter) -> None:
    text = "江西省人"
    found = DictionaryMarks(segmenter).of(text)
    place = 2 * NAME_CLASSES.index("ns")
    assert found[:, place].tolist() == [1, 0, 0, 0]
    assert found[:, place + 1].tolist()[:3] == [0, 1, 1]


def test_dictionary_words_come_longest_first(segmenter: Segmenter) -> None:
    text = "江西省"
    words = [text[start:end] for start, end in segmenter.dictionary_words(text)]
    assert words == ["江西省", "江西"]


@pytest.mark.parametrize(
    ("word_class", "group"),
    [
        ("nr", "nr"),
        ("nrt", "nr"),
        ("ns", "ns"),
        ("nl", "n"),
        ("vn", "v"),
        ("ad", "a"),
        ("mq", "m"),
        ("uj", "other"),
        ("", "unknown"),
    ],
)
def test_word_classes_fall_into_groups(word_class: str, group: str) -> None:
    assert class_group(word_class) == group
