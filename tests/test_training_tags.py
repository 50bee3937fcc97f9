from __future__ import annotations

import json
from pathlib import Path

from biaotu.records.gold import read_gold
from biaotu.text.lexicon import Entry, Lexicon
from biaotu.text.reading import read
from biaotu.text.statistics import WordStatistics
from biaotu.text.tags import Tagger
from biaotu.training.statistics import build
from biaotu.training.tags import gold_spans, hold_back, spoilt_spans, train
from places import text_of

NAMES = ("何满仓", "石大勇", "田秋生", "罗玉英", "宋铁柱", "马小川")
THINGS = ("军号", "油灯", "算盘", "草鞋", "水壶", "木尺")


def corpus(folder: Path) -> Path:
    path = folder / "corpus.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for number in range(36):
            name, thing = NAMES[number % 6], THINGS[number // 6]
            document = {
                "id": f"r{number}",
                "title": f"<人物>{name}</人物>用过的{thing}",
                "description": f"长<长度>{number + 10}厘米</长度>，<颜色>黑色</颜色>，略有磨损。",
                "object": thing,
                "tags": [thing, name],
            }
            lines.write(json.dumps(document, ensure_ascii=False) + "\n")
    return path


def test_the_tagger_learns_what_people_choose(tmp_path: Path) -> None:
    golds = list(read_gold(corpus(tmp_path)))
    statistics = build([tmp_path / "corpus.jsonl"], min_count=2)
    lexicon = Lexicon([Entry("军号", None, "objects", "test")])
    learnt = train(golds, statistics, lexicon=lexicon)
    assert learnt.scorer == "features"
    assert json.loads(json.dumps(learnt.to_dict()))
    tagger = Tagger(lexicon, statistics, learnt)
    gold = golds[7]
    found = tagger.tags(read(gold.record.title, gold.record.description), gold.spans or (), limit=2)
    assert {tag.tag for tag in found} == set(gold.tags)


def test_learning_twice_gives_the_same(tmp_path: Path) -> None:
    golds = list(read_gold(corpus(tmp_path)))[:12]
    statistics = WordStatistics({"用过": 12}, 100, {}, 0)
    lexicon = Lexicon([])
    assert train(golds, statistics, lexicon=lexicon) == train(golds, statistics, lexicon=lexicon)


def test_words_that_one_record_brought_are_held_back(tmp_path: Path) -> None:
    golds = list(read_gold(corpus(tmp_path)))
    entries = [Entry(word, None, "objects", "test") for word in ("军号", "10厘米", "铁锚")]
    assert hold_back(Lexicon(entries), golds).words == ("军号", "铁锚")


def test_spoilt_values_are_seeded_and_lie_in_the_text(tmp_path: Path) -> None:
    changed = 0
    for gold in read_gold(corpus(tmp_path)):
        spoilt = spoilt_spans(gold, 0.5)
        assert spoilt == spoilt_spans(gold, 0.5)
        assert all(text_of(gold.record, span.field)[span.start : span.end] == span.value for span in spoilt)
        changed += tuple(spoilt) != tuple(gold_spans(gold))
    assert changed > 10
