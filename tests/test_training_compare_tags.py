from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from biaotu.models import Models
from biaotu.runtime import Bundle
from biaotu.text.lexicon import Entry, Lexicon
from biaotu.text.reading import read
from biaotu.text.segment import Segmenter
from biaotu.text.tagfeatures import features
from biaotu.text.tags import TagSettings
from biaotu.training.compare.tag_baselines import ContentWords, Jieba, KeyBert, TfIdf, bundle_embedder, worded
from biaotu.training.compare.tags import GROUPS, compare_tags
from conftest import TinyRun

LEXICON = Lexicon(
    [Entry("青石沟游击队", "organisation", "armed_units", "test"), Entry("水壶", None, "objects", "test")]
)
READING = read(
    "青石沟游击队的铁水壶",
    "这把水壶由队员老柳保管，水壶的壶底刻着名字。青石沟游击队在山里打仗时，老柳背着水壶送水。",
)
SEGMENTER = Segmenter(LEXICON.words)


@pytest.mark.parametrize("method", ["textrank", "tfidf"])
def test_jieba_keeps_lexicon_words_whole(method: str) -> None:
    found = Jieba(method, LEXICON).keywords(READING)
    assert "青石沟游击队" in found
    assert len(found) == len(set(found)) <= 10
    assert len(Jieba(method, LEXICON).keywords(READING, 2)) == 2


def test_jieba_has_two_methods_only() -> None:
    with pytest.raises(ValueError, match="textrank and tfidf"):
        Jieba("tfiwf", LEXICON)


def test_tfidf_prefers_what_is_frequent_here_and_rare_elsewhere() -> None:
    others = [read("", "山里送水的人背着名字。"), read("", "队员在山里打仗。"), READING]
    found = TfIdf(others, SEGMENTER, LEXICON).keywords(READING)
    assert found[:2] == ("水壶", "青石沟游击队")  # twice and nowhere else
    assert found.index("保管") < found.index("名字")  # both once, but the second stands in other texts too


def test_words_come_back_as_the_museum_wrote_them() -> None:
    spaced = read("", "队员 老 柳 的 水 壶")
    assert worded(["水壶", "没有", "水壶"], spaced, 5) == ("水 壶",)
    assert worded(["水壶", "老柳"], READING, 1) == ("水壶",)


def test_keybert_gives_the_words_nearest_to_the_text() -> None:

    def embed(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        axis = np.array([1.0, 0.0], np.float32)
        return axis if text in ("老柳", READING.text) else np.array([0.6, 0.8], np.float32)

    words = {candidate.text for candidate in ContentWords(SEGMENTER, LEXICON).of(READING)}
    assert "老柳" in words
    for diverse in (False, True):
        found = KeyBert(embed, SEGMENTER, LEXICON, diverse=diverse).keywords(READING, 3)
        assert found[0] == "老柳" and len(found) == 3 and set(found) <= words
    assert KeyBert(embed, SEGMENTER, LEXICON).keywords(read("", "一。")) == ()


def test_the_bundles_encoder_gives_unit_vectors(tiny_bundle: Path) -> None:
    embed = bundle_embedder(Models(Bundle(tiny_bundle)))
    vector = embed("水壶")
    assert vector.shape == (32,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert embed("水壶") is vector


def test_every_feature_belongs_to_one_group_at_most() -> None:
    settings = TagSettings.from_dict(Bundle().manifest.settings["tags"])
    for name in settings.weights:
        assert sum(belongs(name) for belongs in GROUPS.values()) == 1, name
    assert features.__doc__


def test_the_table_is_made_kept_and_read_again(tiny_run: TinyRun, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.data, tmp_path / "data")
    shutil.copy(tmp_path / "data/corpus/dev.jsonl", tmp_path / "data/real/dev.jsonl")
    told: list[str] = []
    table = compare_tags(tmp_path / "data", tmp_path / "out", told.append, bundle=tiny_run.bundle)
    names = [row.name for row in table.rows]
    assert names[0] == "TextRank (jieba)" and "our default + re-ranking" in names
    assert len(names) == len(set(names)) == 15 + len(GROUPS)
    for row in table.rows:
        (scores,) = row.runs
        assert len(scores) == 12 and all(0 <= figure <= 1 for figure in scores.values())
        assert scores["museum F1@5"] == scores["own F1@5"]
    assert table.markdown().startswith("# Text tags")
    told.clear()
    again = compare_tags(tmp_path / "data", tmp_path / "out", told.append, bundle=tiny_run.bundle)
    assert again.rows == table.rows and told == []
    lines = (tmp_path / "data/real/dev.jsonl").read_text(encoding="utf-8").splitlines()
    changed = json.loads(lines[0]) | {"tags": ["别的"]}
    (tmp_path / "data/real/dev.jsonl").write_text(json.dumps(changed, ensure_ascii=False), encoding="utf-8")
    compare_tags(tmp_path / "data", tmp_path / "out", told.append, bundle=tiny_run.bundle)
    assert told
