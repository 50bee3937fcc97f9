from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.errors import ConfigError
from biaotu.records import Span
from biaotu.records.gold import unmark
from biaotu.text.lexicon import Entry, Lexicon
from biaotu.text.reading import read
from biaotu.text.statistics import WordStatistics
from biaotu.text.tags import Tagger, TagSettings

LEXICON = Lexicon([Entry("军号", None, "objects", "test"), Entry("油灯", None, "objects", "test")])
STATISTICS = WordStatistics({"红军": 500, "军号": 20, "油灯": 20, "铜": 300}, 100_000, {"军号": (12, 5)}, 900)
WEIGHTS = {
    "iwf": 2.0,
    "人物": 2.0,
    "组织": 1.5,
    "时间": 0.5,
    "书名": 2.0,
    "head-full": 3.0,
    "title": 1.0,
    "plain": -2.0,
}
FEATURES = TagSettings(bias=-4.0, weights=WEIGHTS)
TAGGER = Tagger(LEXICON, STATISTICS, FEATURES)
PAPER = Tagger(LEXICON, STATISTICS, TagSettings(scorer="tfiwf", candidates="words"), segmenter=TAGGER.segmenter)


def tags(title: str, description: str = "", *, tagger: Tagger = TAGGER, limit: int = 10) -> list[str]:
    plain, spans = unmark(title, "title")
    body, more = unmark(description)
    return [tag.tag for tag in tagger.tags(read(plain, body), (*spans, *more), limit=limit)]


def test_the_thing_and_its_owner_come_first() -> None:
    found = tags("<人物>何满仓</人物>用过的军号（二级）", "<材质>铜</材质>质，长<长度>30厘米</长度>，馆藏文物。")
    assert set(found[:2]) == {"何满仓", "军号"}


def test_a_tag_keeps_the_wording_of_the_museum() -> None:
    found = tags("<人物>何滿倉</人物>的军 号", "年代 <时间>1931 年 3 月</时间> 质地 <材质>铜</材质>。")
    assert "何滿倉" in found
    assert "军 号" in found
    assert "1931 年 3 月" in found


def test_of_two_wordings_the_one_without_a_line_break_goes_out() -> None:
    assert "何满仓" in tags("军号", "<人物>何满\n仓</人物>参军，<人物>何满仓</人物>吹号。")


def test_no_tag_inside_one_that_says_the_same() -> None:
    found = tags("军号", "<时间>1931年3月</时间>得，<时间>1931年3月13日</时间>存。")
    assert len([tag for tag in found if tag.startswith("1931年")]) == 1


def test_dates_in_other_digits_say_the_same() -> None:
    found = tags("军号", "<时间>1934年</时间>造，刻“<时间>一九三四年</时间>”。")
    assert len({"1934年", "一九三四年"} & set(found)) == 1


def test_one_wording_is_one_tag_however_it_was_read() -> None:
    lines = (Path(__file__).parents[1] / "examples/records.jsonl").read_text(encoding="utf-8").splitlines()
    record = next(one for line in lines if (one := json.loads(line))["id"] == "march-0005")
    reading = read(record["title"], record["description"])
    spans = [
        Span("组织", "红 军", "title" if name == "title" else "description", place.start(), place.end())
        for name in ("title", "description")
        for place in re.finditer("红 军", record[name])
        if name == "description" or not place.start()
    ]
    found = [tag.tag for tag in TAGGER.tags(reading, spans)]
    assert found.count("红 军") == 1


def test_a_person_and_the_unit_named_for_him_are_two_things() -> None:
    found = tags("军号", "<组织>何满仓大队</组织>以<人物>何满仓</人物>得名。")
    assert {"何满仓大队", "何满仓"} <= set(found)
    assert "何满仓" not in tags("军号", "<组织>何满仓大队</组织>的军号。")


def test_units_of_like_names_stay_apart() -> None:
    found = tags("军号", "<组织>红一师</组织>与<组织>红十一师</组织>会合。")
    assert {"红一师", "红十一师"} <= set(found)


def test_best_first_and_limited() -> None:
    plain, spans = unmark("<人物>何满仓</人物>用过的军号", "title")
    reading = read(plain, "")
    all_tags = TAGGER.tags(reading, spans)
    assert [tag.score for tag in all_tags] == sorted((tag.score for tag in all_tags), reverse=True)
    assert all(0.0 <= tag.score <= 1.0 for tag in all_tags)
    assert TAGGER.tags(reading, spans, limit=1) == all_tags[:1]
    assert TAGGER.tags(reading, spans, limit=0) == ()


def test_unlikely_tags_are_left_out_but_never_all_of_them() -> None:
    shy = Tagger(LEXICON, STATISTICS, TagSettings(bias=-50.0, weights=WEIGHTS), segmenter=TAGGER.segmenter)
    text = "<人物>何满仓</人物>、<人物>石大勇</人物>、<人物>田秋生</人物>、<人物>罗玉英</人物>送的军号"
    assert len(tags(text, tagger=shy)) == 3
    assert len(tags(text)) > 3


def test_the_papers_form_ranks_words_by_eq_2() -> None:
    found = tags("军号", "军号挂在油灯旁，红军吹军号。", tagger=PAPER)
    assert found[0] == "军号"
    assert found.index("油灯") < found.index("红军")


@pytest.mark.parametrize(("title", "description"), [("", ""), ("。。", " \n"), ("", "“”《》"), ("\u200b", "\x00")])
def test_nothing_to_tag(title: str, description: str) -> None:
    assert tags(title, description) == []
    assert tags(title, description, tagger=PAPER) == []


def test_a_description_alone_is_enough() -> None:
    assert "何满仓" in tags("", "<人物>何满仓</人物>的军号")


def test_a_very_long_text_is_tagged() -> None:
    body = "".join(
        f"<人物>何{chr(0x4E00 + number)}仓</人物>于<时间>19{number % 100:02}年</时间>到枫林坳。"
        for number in range(2500)
    )
    assert len(tags("军号", body)) == 10


@settings(max_examples=60)
@given(
    st.text("红军大刀 　1年。，“”《》（）的油灯\n軍號", max_size=60), st.text("红军大刀 　1年。油灯軍號\n", max_size=60)
)
def test_every_tag_stands_word_for_word_in_the_original(title: str, body: str) -> None:
    for tagger in (TAGGER, PAPER):
        found = tagger.tags(read(title, body), ())
        assert all(tag.tag in title or tag.tag in body for tag in found)
        bare = ["".join(tag.tag.split()) for tag in found]
        assert len(set(bare)) == len(bare)
        assert found == tagger.tags(read(title, body), ())


def test_settings_survive_json() -> None:
    again = TagSettings.from_dict(json.loads(json.dumps(FEATURES.to_dict())))
    assert again == FEATURES


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"scorer": "magic"}, "scorer"),
        ({"scorer": "tfiwf", "length": "long"}, "length"),
        ({"scorer": "tfiwf", "candidates": "some"}, "candidates"),
        ({"scorer": "features"}, "needs weights"),
        ({"scorer": "tfiwf", "wieghts": {}}, "unknown setting wieghts"),
    ],
)
def test_unlawful_settings_are_refused(document: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TagSettings.from_dict(document)
