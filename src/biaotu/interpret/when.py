"""When and where: the date and the place that belong to a verb."""

from __future__ import annotations

import re

from biaotu.interpret.clause import Clause, Sentence
from biaotu.interpret.skeleton import PLACE, TIME, Skeleton
from biaotu.interpret.wording import one_of, wording

_TOWARDS = ("为", "给", "进", "入", "赴", "去", "往", "过", "经", "任", "当", "兼")
"""Before a place: it is where somebody goes, or part of an office."""


def date_of(skeleton: Skeleton, clause: Clause, sentence: Sentence) -> int | None:
    """Place of the date: before the verb, right behind it, or one told before that still holds."""
    text = skeleton.text
    times = [place for place in range(clause.since, clause.at) if text[place] == TIME]
    if times:
        return None if text[times[-1] + 1 : times[-1] + 2] in ("后", "前") else times[-1]
    if clause.behind < clause.end:
        match = re.match(f"于?({TIME})", text[clause.behind : clause.end])
        if match and (match.group()[0] == "于" or clause.verb.word.endswith("于")):
            return clause.behind + match.start(1)
    if clause.since > clause.start:
        times = [place for place in range(clause.start, clause.at) if text[place] == TIME]
        return times[-1] if times else sentence.date
    later = re.search(one_of(wording().words["reset"]), text[clause.start : clause.at + 1])  # 后 of 后交 too
    return None if later else sentence.date


def place_of(skeleton: Skeleton, clause: Clause, taken: set[int]) -> int | None:
    """Place of the place: behind 于, behind 在, or right before the verb; ``taken`` are places of parties."""
    text = skeleton.text
    behind = re.match(f"(?:于|在)?[{TIME}]?({PLACE})", text[clause.behind : clause.end])
    if behind and (clause.verb.word.endswith("于") or behind.group()[0] in "于在"):
        return clause.behind + behind.start(1)
    for match in reversed(list(re.finditer(f"(?:在|于)[{TIME}]?({PLACE})", text[clause.since : clause.at]))):
        if clause.since + match.start(1) not in taken:
            return clause.since + match.start(1)
    during = re.search(
        f"(?<![任当兼进入赴去往过经])({PLACE})[\u4e00-\u9fff]{{1,6}}(?:时|期间|中)", text[clause.since : clause.at]
    )
    if during and clause.since + during.start(1) not in taken:
        return clause.since + during.start(1)
    right = clause.at - 1
    while right > clause.since and text[right] in "境内所":
        right -= 1
    if (
        right >= clause.since
        and text[right] == PLACE
        and right not in taken
        and text[right - 1 : right] not in _TOWARDS
    ):
        return right
    return None
