from __future__ import annotations

from pathlib import Path

import pytest

from biaotu.errors import InputError
from biaotu.training.compare.similarity import PUBLISHED, SETS, compare_similarity, correlation, read_pairs


def test_pairs_are_read_with_any_white_space_and_headers_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# 一 二\n水壶\t竹篮 3.5 4 4\n\n大刀 武器 2\n", encoding="utf-8")
    assert read_pairs(tmp_path / "a.txt") == [("水壶", "竹篮", 3.5), ("大刀", "武器", 2.0)]


def test_what_is_no_pair_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("水壶 竹篮 3\n水壶 竹篮\n", encoding="utf-8")
    with pytest.raises(InputError, match="no pair of words") as caught:
        read_pairs(tmp_path / "a.txt")
    assert caught.value.row == 2
    with pytest.raises(InputError, match="cannot be read"):
        read_pairs(tmp_path / "none.txt")


def test_correlation_is_of_ranks_over_the_known_pairs() -> None:
    pairs = [("甲", "乙", 1.0), ("甲", "丙", 2.0), ("甲", "丁", 9.0), ("甲", "戊", 3.0)]
    known = {"乙": 0.1, "丙": 0.2, "丁": 0.3}
    assert correlation(pairs, lambda _, right: known.get(right)) == pytest.approx((1.0, 0.75))
    assert correlation(pairs, lambda _, right: -known[right] if right in known else None)[0] == pytest.approx(-1.0)
    assert correlation(pairs, lambda *_: None) == (0.0, 0.0)
    assert correlation(pairs, lambda *_: 0.5) == (0.0, 1.0)


def test_the_table_holds_parts_hybrid_and_published_figures(tmp_path: Path, tiny_bundle: Path) -> None:
    for file in SETS.values():
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("水壶 竹篮 4\n大刀 武器 3\n铜锁 大刀 2\n水壶 金属 1\n", encoding="utf-8")
    table = compare_similarity(tmp_path, tmp_path / "out", lambda _: None, bundle=tiny_bundle)
    names = [row.name for row in table.rows]
    assert names[-len(PUBLISHED) :] == [row.name for row in PUBLISHED]
    hybrid = next(row for row in table.rows if row.name.startswith("hybrid (")).runs[0]
    assert -1 <= hybrid["COS960"] <= 1 and hybrid["PKU-500 known"] == 1
    assert "published" in table.markdown()
