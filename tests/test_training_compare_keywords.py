from __future__ import annotations

from pathlib import Path

import pytest

from biaotu.errors import InputError
from biaotu.text.reading import Reading, read
from biaotu.training.compare.keywords import Document, compare_keywords, read_csl, score_keywords, split_title

LINES = (
    "to keywords\t本文介绍水壶的保养,并给出实验. 铁水壶的保养与修复\t水壶_保养_修复\n"
    "to keywords\t讨论了竹篮编织,结果良好。 竹篮 A 型的编织\t竹篮_编织\n"
)


class Fixed:
    def __init__(self, *words: str) -> None:
        self._words = words

    def keywords(self, reading: Reading, limit: int = 10) -> tuple[str, ...]:
        assert reading.text
        return self._words[:limit]


@pytest.mark.parametrize(
    ("text", "title", "abstract"),
    [
        ("讲水壶. 铁水壶", "铁水壶", "讲水壶."),
        ("讲水壶。讲竹篮。 竹篮 A 型", "竹篮 A 型", "讲水壶。讲竹篮。"),
        ("没有句号 水壶", "水壶", "没有句号"),
        ("只有一句", "只有一句", ""),
        ("", "", ""),
    ],
)
def test_the_title_is_what_follows_the_last_full_stop(text: str, title: str, abstract: str) -> None:
    assert split_title(text) == (abstract, title)


def test_documents_are_read(tmp_path: Path) -> None:
    (tmp_path / "dev.tsv").write_text(LINES, encoding="utf-8")
    one, other = read_csl(tmp_path / "dev.tsv")
    assert one.reading.title == "铁水壶的保养与修复" and one.keywords == {"水壶", "保养", "修复"}
    assert other.reading.title == "竹篮 A 型的编织"


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev.tsv").write_text("只有一格\n", encoding="utf-8")
    with pytest.raises(InputError, match="1 cells"):
        read_csl(tmp_path / "dev.tsv")
    with pytest.raises(InputError, match="cannot be read"):
        read_csl(tmp_path / "none.tsv")


def test_scores_are_micro_averaged_and_blind_to_case() -> None:
    documents = [
        Document(read("Kettle 的保养", ""), frozenset({"kettle", "保养"})),
        Document(read("竹篮", ""), frozenset({"竹篮"})),
    ]
    scores = score_keywords(documents, Fixed("Kettle", "壶", "保养", "竹篮"))
    assert scores["P@3"] == pytest.approx(2 / 6) and scores["R@3"] == pytest.approx(2 / 3)
    assert scores["P@5"] == pytest.approx(3 / 8) and scores["R@10"] == pytest.approx(1)


def test_the_table_is_made(tmp_path: Path, tiny_bundle: Path) -> None:
    (tmp_path / "benchmarks/csl_kg").mkdir(parents=True)
    (tmp_path / "benchmarks/csl_kg/dev.tsv").write_text(LINES, encoding="utf-8")
    table = compare_keywords(tmp_path, tmp_path / "out", lambda _: None, bundle=tiny_bundle)
    scores = {row.name: row.runs[0]["F1@5"] for row in table.rows}
    assert len(scores) == 11
    assert scores["TF-IWF, length positive (CSL)"] > 0
