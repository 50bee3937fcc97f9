from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import BundleError
from biaotu.text.reading import read
from biaotu.text.segment import Segmenter
from biaotu.text.statistics import WordStatistics, bare_title, build_statistics


@pytest.fixture(scope="module")
def built() -> WordStatistics:
    titles = ["老班长的军号", "小号手的军号（二级）", "夜校用的油灯", "渡口的油灯", "地窖里的油灯【三级】", "孤本"]
    return build_statistics((read(title, "油灯很旧。") for title in titles), Segmenter(), min_count=2)


def test_iwf_is_the_logarithm_of_eq_4() -> None:
    statistics = WordStatistics({"红军": 50, "军号": 4}, 1000, {}, 0)
    assert statistics.iwf("红军") == pytest.approx(math.log(1000 / 50))
    assert statistics.iwf("军号") == pytest.approx(math.log(1000 / 4))


def test_an_unseen_word_is_as_rare_as_the_rarest() -> None:
    statistics = WordStatistics({"红军": 50, "军号": 4}, 1000, {}, 0)
    assert statistics.iwf("犁") == statistics.iwf("军号")
    assert WordStatistics({}, 0, {}, 0).iwf("犁") == 0.0


def test_words_are_counted_over_all_texts_and_rare_ones_dropped(built: WordStatistics) -> None:
    assert built.words["油灯"] == 6 + 3
    assert "孤本" not in built.words
    assert built.total > sum(built.words.values())
    assert "。" not in built.words


def test_title_ends_are_counted_behind_their_brackets(built: WordStatistics) -> None:
    assert built.titles == 6
    assert built.tail("的油灯") == (3, 3)
    assert built.tail("的军号") == (2, 2)
    # Only one character ever stands before 军号, so it is not seen to be free.
    assert built.tail("军号") == (0, 0)


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("印章（二级）", "印章"),
        ("印章（一套）（二级）。", "印章"),
        ("印章【三级】", "印章"),
        ("命令(第 1 号)", "命令"),
        ("《星火报》", "《星火报》"),
        ("（二级）", ""),
        ("残）", "残）"),
        ("", ""),
    ],
)
def test_bare_title(title: str, bare: str) -> None:
    assert bare_title(title) == bare


def test_a_long_run_of_marks_is_no_trouble() -> None:
    assert bare_title("印章" + "。" * 50_000) == "印章"
    assert bare_title("印章" + "（）" * 20_000) == "印章"


def test_round_trip_and_same_bytes(built: WordStatistics, tmp_path: Path) -> None:
    built.save(tmp_path / "one.gz")
    again = WordStatistics.load(tmp_path / "one.gz")
    again.save(tmp_path / "two.gz")
    assert (again.words, again.tails, again.total, again.titles, again.min_count) == (
        built.words,
        built.tails,
        built.total,
        built.titles,
        built.min_count,
    )
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


@given(st.dictionaries(st.text("甲乙丙丁a1", min_size=1), st.integers(1, 10**9)))
def test_any_counts_survive_the_file(words: dict[str, int]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statistics.gz"
        WordStatistics(words, 7, {"灯": (3, 2)}, 9).save(path)
        assert WordStatistics.load(path).words == words


def test_damage_is_named(tmp_path: Path, built: WordStatistics) -> None:
    good = tmp_path / "good.gz"
    built.save(good)
    cases = {
        "missing.gz": None,
        "text.gz": b"no gzip",
        "cut.gz": good.read_bytes()[:-20],
        "other.gz": gzip.compress(b'{"format": "other", "version": 1}\n'),
        "newer.gz": gzip.compress(b'{"format": "biaotu-word-statistics", "version": 99}\n'),
        "empty.gz": gzip.compress(b""),
        "lines.gz": gzip.compress(gzip.decompress(good.read_bytes()) + b"w\n"),
    }
    for name, data in cases.items():
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(BundleError, match=name):
            WordStatistics.load(path)
