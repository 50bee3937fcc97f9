"""Windows of pieces: every character is answered for once, and knows its piece."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from biaotu.text.pieces import MAX_OFFSET, UNKNOWN, PieceReader, Window

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "红", "军", "红军", "游击队", "的", "壶", "铁", "。", "1", "9", "193"]
CHARS = {char: number for number, char in enumerate("红军游击队的壶铁。19", 2)}
BIGRAMS = {"红军": 2, "铁壶": 3}


def tokenizer() -> Tokenizer:
    scores = [(piece, -float(len(PIECES) - place) / len(piece)) for place, piece in enumerate(PIECES)]
    made = Tokenizer(models.Unigram(scores, unk_id=3, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return made


def reader(limit: int = 10, overlap: int = 4) -> PieceReader:
    return PieceReader(tokenizer(), CHARS, BIGRAMS, opening=(0,), closing=(2,), limit=limit, overlap=overlap)


READER = reader()
texts = st.one_of(
    st.text(st.sampled_from("红军游击队的壶铁。19 龘🎖xé"), max_size=120),
    st.text(st.characters(codec="utf-8"), max_size=60),
)


def check(window: Window, text: str, limit: int) -> None:
    count = window.chars.shape[1]
    assert window.pieces.shape == window.offsets.shape == window.bigrams.shape == (1, count)
    assert window.ids[0, 0] == 0 and window.ids[0, -1] == 2
    assert 3 <= window.ids.shape[1] <= limit + 2
    pieces, offsets = window.pieces[0], window.offsets[0]
    assert pieces[0] == 1 and pieces[-1] == window.ids.shape[1] - 2
    assert (np.diff(pieces) >= 0).all()
    assert offsets.min() >= 0 and offsets.max() <= MAX_OFFSET
    stretch = text[window.start : window.start + count]
    assert len(stretch) == count
    assert [CHARS.get(char, UNKNOWN) for char in stretch] == window.chars[0].tolist()
    ids = tokenizer().encode(text, add_special_tokens=False).ids
    body = window.ids[0, 1:-1].tolist()
    assert any(ids[i : i + len(body)] == body for i in range(len(ids)))


@settings(deadline=None)
@given(texts)
def test_every_character_is_kept_once(text: str) -> None:
    windows = READER.windows(text)
    kept: list[int] = []
    for window in windows:
        check(window, text, 10)
        assert 0 <= window.keep.start < window.keep.stop <= window.chars.shape[1]
        kept.extend(window.start + place for place in window.keep)
    assert kept == list(range(len(text)))


@given(st.text(st.sampled_from("红军游击队的壶铁。19"), min_size=1, max_size=60))
def test_a_piece_stands_where_its_characters_are(text: str) -> None:
    (window,) = reader(limit=400, overlap=80).windows(text)
    for place, (piece, offset) in enumerate(zip(window.pieces[0], window.offsets[0], strict=True)):
        word = PIECES[window.ids[0, piece]].removeprefix("▁")
        assert word == "<unk>" or word[offset] == text[place]


def test_the_same_text_with_other_limits_reads_the_same_pieces() -> None:
    text = "红军的铁壶。" * 8
    (whole,) = reader(400, 80).windows(text)
    parts = reader(9, 3).windows(text)
    assert len(parts) > 3
    ids = np.concatenate([part.ids[0, part.pieces[0, list(part.keep)]] for part in parts])
    assert ids.tolist() == whole.ids[0, whole.pieces[0]].tolist()


def test_a_character_is_judged_far_from_borders() -> None:
    windows = reader(limit=20, overlap=8).windows("铁壶" * 40)
    for window in windows[1:-1]:
        assert window.keep.start >= 4
        assert window.chars.shape[1] - window.keep.stop >= 4


def test_ids_of_known_and_unknown_characters() -> None:
    (window,) = READER.windows("红军龘铁壶")
    assert window.chars.tolist() == [[CHARS["红"], CHARS["军"], UNKNOWN, CHARS["铁"], CHARS["壶"]]]
    assert window.bigrams.tolist() == [[2, UNKNOWN, UNKNOWN, 3, UNKNOWN]]
    assert window.ids[0, window.pieces[0]].tolist() == [7, 7, 3, 11, 10]
    assert window.offsets.tolist() == [[0, 1, 0, 0, 0]]
    assert set(window.feeds()) == {"ids", "pieces", "offsets", "chars", "bigrams"}


def test_a_run_of_unknown_characters_is_one_piece() -> None:
    (window,) = READER.windows("🎖" * 3_000 + "铁")
    assert window.chars.shape == (1, 3_001)
    assert window.offsets[0, :10].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 7, 7]
    assert window.keep == range(3_001)


def test_fifty_thousand_characters() -> None:
    text = "红军的铁壶。193" * 5_556
    windows = reader(400, 80).windows(text)
    assert sum(len(window.keep) for window in windows) == len(text) > 50_000
    assert max(window.ids.shape[1] for window in windows) <= 402


def test_an_empty_text_has_no_windows() -> None:
    assert READER.windows("") == []


@pytest.mark.parametrize(("limit", "overlap"), [(10, 10), (10, -1), (0, 0)])
def test_windows_must_move_on(limit: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="overlap"):
        reader(limit, overlap)
