"""The sentences of a description that say why the relic matters: chosen, never written."""

from __future__ import annotations

import re
from typing import Final

from biaotu.interpret.readings import passage
from biaotu.interpret.relic import Relic
from biaotu.interpret.skeleton import fold
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Passage, Provenance

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?[”’」』）]*")
_WEIGHTS: Final = {"人物": 2.0, "组织": 1.5, "事件": 2.5, "时间": 1.5, "地点": 1.0, "书名": 0.5}
_MEASURED: Final = ("长度", "重量", "材质", "颜色", "形状", "数字")
_KINDS: Final = {"used": 3.0, "made": 2.0, "captured": 2.5, "awarded": 2.5, "found": 0.5, "held": 0.5, "donated": 0.5}
_LATER: Final = frozenset({"donated", "purchased", "transferred", "collected", "held"})
_POINTS_AT_RELIC = re.compile("^(?:这|此|该|本件)")
_HANGS = re.compile("^(?:他|她|它|其|当时|同年|同时|因此|于是|但|而|后来|随后|此后|并|又|次年|翌年|[”’」』）])")
_MATTERS = re.compile("见证|反映|体现|研究|重要|珍贵|第一|最早|唯一|意义|价值")
_EMPTY = re.compile("^馆藏.{0,6}文物|^(?:年代|尺寸|质地)")
LONGEST: Final = 120
"""Characters of a sentence that still fits on a label."""


def telling_sentences(subject: Subject, chain: Provenance, most: int) -> tuple[Passage, ...]:
    """The sentences that tell most of the relic, word for word, in the order of the text.

    Args:
        subject: the relic.
        chain: its events.
        most: how many at most.
    """
    scored = []
    name = Relic.of(fold("title", subject.title, subject.spans)).name
    for match in _SENTENCE.finditer(subject.description):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        found = passage(subject, "description", start, match.end())
        score = _score(subject, chain, found, name)
        if score >= 2.5:
            scored.append((score, found))
    best = sorted(scored, key=lambda one: (-one[0], one[1].start))[:most]
    return tuple(found for _, found in sorted(best, key=lambda one: one[1].start))


def _score(subject: Subject, chain: Provenance, found: Passage, name: str) -> float:
    text = found.text.strip()
    if not 8 <= len(text) <= LONGEST or not _whole(text) or _EMPTY.search(text):
        return 0.0
    inside = [
        span
        for span in subject.spans
        if span.field == "description" and found.start <= span.start and span.end <= found.end
    ]
    types = {span.type for span in inside}
    score = sum(weight for name, weight in _WEIGHTS.items() if name in types)
    events = [
        event
        for event in chain.events
        if event.trigger.field == "description" and found.start <= event.trigger.start < found.end
    ]
    told = {event.kind for event in events}
    takes_part = [party.passage for event in events for party in event.parties]
    others = {
        span.type for span in inside if not any(one.start <= span.start and span.end <= one.end for one in takes_part)
    }
    score += max((_KINDS.get(kind, 0.0) for kind in told), default=0.0)
    if not told and not _of_relic(text, name):
        return 0.0
    if told and told <= _LATER and not others & {"人物", "事件"}:
        score -= 2.0  # only how it came to the museum, which the caption tells anyway
    score += 1.5 * bool(_MATTERS.search(text)) + 1.0 * bool(_POINTS_AT_RELIC.search(text))
    score -= 0.7 * sum(span.type in _MEASURED for span in inside) + 2.0 * bool(_HANGS.search(text))
    return score - 0.02 * max(0, len(text) - 60)


def _of_relic(text: str, name: str) -> bool:
    """Whether a sentence names the relic or points at it."""
    named = len(name) > 1 and (name in text or name[-2:] in text)
    return (
        named
        or re.search("[此该这](?!时|后|前|年|地|次|里|些|一|日|外)", text) is not None
        or bool(_MATTERS.search(text))
    )


def _whole(text: str) -> bool:
    """Whether every quotation mark and bracket in a sentence is closed in it."""
    return all(text.count(pair[0]) == text.count(pair[1]) for pair in ("“”", "‘’", "（）", "《》", "「」", "()"))
