"""Readings that captions and answers share: the relic's date and measures, whose and where it is, what is on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from biaotu.interpret.relic import Relic
from biaotu.interpret.skeleton import BODY, PERSON, fold
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Event, Party, Passage, Provenance
from biaotu.normal.dating import is_named, is_own
from biaotu.records import Span, SpanField

Side = Literal["length", "width", "height", "thickness", "diameter", "depth", "size"]

_SIDE_WORD = re.compile(
    r"((?:[通全总身面残印画]|[\u4e00-\u9fff]{0,3})?(?:周长|边长|直径|口径|底径|腹径|外径|内径|半径|径|长|宽|高|厚|深|横|纵|方))"
    r"(?:度|为|是|各|约|近|有)*[\s:：]*$"
)
_SIDE_WORD_INSIDE = re.compile(r"([通全]?(?:周长|边长|直径|口径|径|长|宽|高|厚|深))")
_SIDES: Final[tuple[tuple[str, Side], ...]] = (
    ("周长", "size"), ("边长", "size"), ("方", "size"), ("径", "diameter"), ("长", "length"), ("宽", "width"),
    ("横", "width"), ("高", "height"), ("纵", "height"), ("厚", "thickness"), ("深", "depth"),
)  # fmt: skip
_PRODUCT = re.compile(r"[×xX*＊]|开")
_FAR = re.compile("里|公里|亩|顷")
_ARRIVALS: Final = ("held", "donated", "transferred", "collected", "purchased")
LEFTOVERS: Final = frozenset({"其他材质", "其他杂类"})
"""Labels that only say that no other fits; nobody is told anything by them."""
_MADE_KINDS: Final = ("made",)
_LIFE_KINDS: Final = ("used", "captured", "awarded")
_WRITTEN = re.compile("写|书|刻|印|铸|题|绣|字样|字|烫|铭|署|标")
_QUOTED = re.compile(r"“([^”]{1,60})”|「([^」]{1,60})」")


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of the relic: ``words`` are the label and the value as they stand (通长35厘米)."""

    side: Side
    words: Passage
    span: Span


@dataclass(frozen=True, slots=True)
class Dating:
    """When the relic is from.

    Attributes:
        spans: the dates; several if the record only names dates and does not say which is the relic's.
        event: what happened to it then, None if the record only gives the date.
        told: whether the record gives it as the relic's own date or that of an event of its life.
    """

    spans: tuple[Span, ...]
    event: Event | None
    told: bool


_OWN = "[^\\ue000-\\ue005的]{1,12}$"
_WHOSE = re.compile(f"({PERSON}(?:[、和与]{PERSON})*)的?{_OWN}|([{PERSON}{BODY}](?:[、和与][{PERSON}{BODY}])*)的{_OWN}")


def dating(subject: Subject, chain: Provenance) -> Dating:
    """The relic's date: that of its making, the one its title gives, the one labelled 年代, that of its use."""
    for kinds in (_MADE_KINDS, _LIFE_KINDS):
        if kinds == _LIFE_KINDS:
            titled = tuple(
                span
                for span in subject.of_type("时间")
                if span.field == "title" and not _quoted_in_title(subject, span)
            )
            labelled = tuple(span for span in subject.of_type("时间") if _labelled(subject, span))
            if titled or labelled:
                return Dating((titled or labelled)[:1], None, True)
        for event in chain.of_kind(*kinds):
            if event.date is not None and subject.normal(event.date) is not None:
                return Dating((event.date,), event, True)
    return Dating(distinct(_own_times(subject, chain)), None, False)


def measures(subject: Subject) -> tuple[Measure, ...]:
    """The relic's measures, in the order of the text; distances and areas of land are none."""
    found = []
    for span in subject.of_type("长度"):
        before = subject.text(span.field)[: span.start]
        match = _SIDE_WORD.search(before)
        inside = _SIDE_WORD_INSIDE.match(span.value)
        if _FAR.search(span.value):
            continue
        if match:
            side = next(side for ending, side in _SIDES if match[1].endswith(ending))
            if _PRODUCT.search(span.value):
                side = "size"
            start = _label_start(subject, before, match)
            found.append(Measure(side, passage(subject, span.field, start, span.end), span))
        elif inside:
            side = next(side for ending, side in _SIDES if inside[1].endswith(ending))
            found.append(Measure(side, passage(subject, span.field, span.start, span.end), span))
        elif _PRODUCT.search(span.value):
            found.append(Measure("size", passage(subject, span.field, span.start, span.end), span))
    return tuple(found)


def owners(subject: Subject) -> tuple[Span, ...]:
    """Whose the title says it is (林伯南的印章, 独立团的军旗); a body without 的 may be only who issued it (党证)."""
    skeleton = fold("title", subject.title, subject.spans)
    match = _WHOSE.search(skeleton.text)
    if match is None or not Relic.of(skeleton).name:
        return ()
    return tuple(
        span
        for place in range(*match.span(match.lastindex or 0))
        if (span := skeleton.spans[place]) is not None and span.field == "title"
    )


def holder(chain: Provenance) -> tuple[Party, Event] | None:
    """Who has the relic by its own text: who holds it, else the last body that it was given or handed to."""
    best: tuple[Party, Event] | None = None
    for event in chain.events:
        keeps = event.kind in ("held", "collected", "purchased")
        for party in event.by_role("agent" if keeps else "recipient"):
            body = party.span is not None and party.span.type == "组织" and not party.relative
            now = event.kind == "held" and ("现" in event.proof.text or "今" in event.trigger.text)
            if now or (body and event.kind in _ARRIVALS):
                best = party, event
    return best


def inscriptions(subject: Subject) -> tuple[Passage, ...]:
    """Quoted words of which the text says that they stand on the relic."""
    found = []
    text = subject.description
    for match in _QUOTED.finditer(text):
        clause = re.split("[。！？；\n]", text[: match.start()])[-1][-14:]
        behind = text[match.end() : match.end() + 4]
        if _WRITTEN.search(clause) or re.match("字样|[一二三四五六七八九十两]+(?:个)?(?:大)?字", behind):
            group = 1 if match[1] is not None else 2
            found.append(passage(subject, "description", *match.span(group)))
    return tuple(found)


def materials(subject: Subject) -> tuple[Span, ...]:
    """What the relic is made of; the title's general word goes where the description tells it exactly (木, 樟木)."""
    spans = distinct(subject.of_type("材质"))
    told = {span.value for span in spans if span.field != "title"}
    return tuple(
        span
        for span in spans
        if span.field != "title"
        or len(span.value) > 1
        or not any(len(value) > 1 and value.endswith(span.value) for value in told)
    )


def distinct(spans: Sequence[Span], key: Callable[[Span], str] = lambda span: span.value) -> tuple[Span, ...]:
    """The first of each value."""
    seen: dict[str, Span] = {}
    for span in spans:
        seen.setdefault(re.sub(r"\s", "", key(span)), span)
    return tuple(seen.values())


def passage(subject: Subject, field: SpanField, start: int, end: int) -> Passage:
    """Words in their place."""
    return Passage(field, start, end, subject.text(field)[start:end])


def _labelled(subject: Subject, span: Span) -> bool:
    return span.field != "ocr" and is_own(subject.text(span.field), span.start, span.end)


def _quoted_in_title(subject: Subject, span: Span) -> bool:
    return span.field == "title" and is_named(subject.title, span.start, span.end)


def _own_times(subject: Subject, chain: Provenance) -> list[Span]:
    """Dates that may be the relic's: none of its later way to the museum, no life dates in brackets."""
    later = {event.date for event in chain.events if event.kind not in (*_MADE_KINDS, *_LIFE_KINDS)}
    return [
        span
        for span in subject.of_type("时间")
        if span.field != "ocr"
        and span not in later
        and not _quoted_in_title(subject, span)
        and "year-unknown" not in (subject.normal(span) or {}).get("notes", ())  # 五月九日
        and not re.search(r"[（(]\s*$", subject.text(span.field)[: span.start])
    ]


def _label_start(subject: Subject, before: str, match: re.Match[str]) -> int:
    """Where the label of a measure begins: 刀身长 behind a comma is one, of 这张报纸高 or 壶高 (of a 壶) only 高 is."""
    known = re.search("(?:周长|边长|[直口底腹外内半]径|[通全]?[长宽高]|.)$", match[1])
    short = match.end(1) - (len(known.group()) if known else 1)
    start = match.start(1)
    begins = start == 0 or re.match(r"[\s，,、；;。：:（(]", before[start - 1]) is not None
    whose = before[start:short]
    return start if begins and (not whose or whose not in subject.title) else short
