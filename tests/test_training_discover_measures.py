"""New-word discovery, what is measured: cohesion, freedom, places, general Chinese, and what rules a string out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.training.discover.counts import Counts
from biaotu.training.discover.features import Ends, well_formed, whole
from biaotu.training.discover.general import General
from biaotu.training.discover.measures import BORDER, Seen, cohesion, cut, freedom, hold, look
from biaotu.training.discover.texts import Text

GENERAL = General(["八路军"])


def test_cohesion_is_that_of_the_weakest_joint() -> None:
    counts = Counts({"甲": 10, "乙": 5, "丙": 20, "甲乙": 4, "乙丙": 3, "甲乙丙": 2}, 100, 2, 0)
    assert cohesion("甲乙", counts) == pytest.approx(math.log(100 * 4 / (10 * 5)))
    assert cohesion("甲乙丙", counts) == pytest.approx(math.log(100 * 2 / max(10 * 3, 4 * 20)))


def test_freedom_counts_every_border_as_another_neighbour() -> None:
    assert freedom({}) == 0.0
    assert freedom({"甲": 4}) == pytest.approx(0.0)
    assert freedom({"甲": 2, "乙": 2}) == pytest.approx(math.log(2))
    assert freedom({BORDER: 4}) == pytest.approx(math.log(4))
    assert freedom({"甲": 2, BORDER: 2}) == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(4))


@given(st.dictionaries(st.sampled_from(["甲", "乙", "丙", BORDER, "0"]), st.integers(1, 50)))
def test_freedom_and_hold_stay_in_their_bounds(neighbours: dict[str, int]) -> None:
    assert -1e-9 <= freedom(neighbours) <= math.log(max(sum(neighbours.values()), 1)) + 1e-9
    assert 0.0 <= hold(neighbours) <= 1.0


def test_places_are_told_apart() -> None:
    texts = [Text("石壁滩草鞋。在石壁滩拾得，见《石壁滩》", 5), Text("石壁滩2号", 0)]
    seen = look(texts, ["石壁滩", "壁滩", "草鞋"])
    found = seen["石壁滩"]
    assert (found.count, found.texts, found.titles, found.ends, found.quoted, found.works) == (4, 2, 1, 0, 1, 1)
    assert found.left == {BORDER: 3, "在": 1}
    assert found.right == {"草": 1, "拾": 1, BORDER: 1, "0": 1}
    assert (seen["草鞋"].titles, seen["草鞋"].ends) == (1, 1)
    assert hold(seen["壁滩"].left) == 1.0
    assert not whole(seen["壁滩"])
    assert whole(found)


def test_a_segmentation_says_which_strings_stand_between_its_borders() -> None:
    found = cut([Text("八路军的草鞋", 0)], ["八路军", "路军", "八路军的草", "草鞋"], GENERAL)
    assert found.aligned == {"八路军": 1, "路军": 0, "八路军的草": 0, "草鞋": 1}
    assert found.words["八路军"] == 1
    assert found.total == sum(found.words.values())


def test_hidden_words_are_unknown_and_the_parts_multiply() -> None:
    hidden = General(["飞雷炮"], ["八路军", "飞雷炮"])
    assert GENERAL.parts("八路军").words == ("八路军",)
    parts = hidden.parts("八路军")
    assert "".join(parts.words) == "八路军"
    assert len(parts.words) > 1
    assert parts.log_probability < GENERAL.parts("八路军").log_probability
    assert parts.rarest <= parts.commonest < 0
    assert len(hidden.parts("飞雷炮").words) > 1


@pytest.mark.parametrize("string", ["的草鞋", "草鞋和", "三件", "一九三四年", "十八", "一人", "在延安", "草鞋时"])
def test_strings_with_the_ends_of_phrases_are_no_words(string: str) -> None:
    assert not well_formed(string, GENERAL.parts(string))


@pytest.mark.parametrize("string", ["石壁滩", "三八式", "一二九师", "铜暖锅", "和平鸽"])
def test_strings_that_can_be_words_pass(string: str) -> None:
    assert well_formed(string, GENERAL.parts(string))


def test_ends_of_known_words_speak_for_a_string_but_never_for_itself() -> None:
    strings = ["石滩", "木滩", "红旗", "军旗", "在石", "木的"] * 5
    ends = Ends(["青石滩", "白沙滩", "黑水滩", "草鞋"], strings)
    assert ends.of("飞来滩")["last1"] > 0 > ends.of("飞来的")["last1"]
    assert Ends(["草鞋"], strings).of("草鞋")["last1"] < Ends(["草鞋", "麻鞋"], strings).of("草鞋")["last1"]


def test_seen_starts_empty() -> None:
    assert Seen().count == 0
    assert whole(Seen())
