"""Who stands where in a clause: in front of the verb, behind 由 and 被, behind 给, behind 从."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from biaotu.interpret.skeleton import BODY, EVENT, PERSON, PLACE, TIME, Skeleton
from biaotu.interpret.types import Party, Passage, Role
from biaotu.interpret.wording import wording
from biaotu.records import Span

_PASSIVE = re.compile("由|被|为|归|经|受")
_SOURCE = re.compile("从|自|向|于")
_TOWARDS = re.compile("向|给|为")
_GIVEN = re.compile("(?:了|给|予|与|至|到|于|入|往|归|回|在|由)?")
_SIGN: Final = "·"
_OFFICE: Final = "雄范属事将校尉长员任令兵士官记席师生工友授家者手理人匠民副委领总书姐嫂爷伯婆叔"
_CALLED = re.compile(f"[\u4e00-\u9fff]{{1,5}}的|[\u4e00-\u9fff]{{0,9}}[{_OFFICE}](?={PERSON})")
_MASKED = re.compile(
    "在[^，由被]{1,16}?(?:的地方|家中|家里|屋内|身上|手中|手里|墓中)|"
    f"(?:在|于)[{PLACE}{EVENT}{TIME}{BODY}]+[^{PERSON}{BODY}，]{{0,10}}?(?:时候|时期|时|期间|期|中|后|前|里|内|上|下|途中|附近|处|一带)"
    f"|(?:依据|根据)[^，]{{1,20}}?(?:回忆|记载|口述|照片)"
    f"|{PERSON}(?:、{PERSON})*途中"
    f"|(?:担任|出任|任|当)[^，]{{0,20}}?(?:时候|时期|时|期间)"
    f"|(?:从|自|向|给|对|替|跟|随|同|应|据|依|依照|按|凭)(?:{PERSON}|{BODY}|{PLACE})+(?:[^，]{{0,3}}之请|[^，]{{0,2}}邀请|[^，]{{0,2}}要求)?"
)
_SITE = re.compile("遗址|旧址|境内|驻地|故居|墓|阵地|战场|根据地|地区")
_AND = re.compile("、|和|与|及|以及|暨")


@dataclass(frozen=True, slots=True)
class Found:
    """A party in the folded text: from ``start`` to ``end``."""

    start: int
    end: int
    span: Span | None
    relative: bool


def parties_in(skeleton: Skeleton, start: int, end: int, text: str | None = None) -> list[Found]:
    """All parties in a stretch of the folded text, in its order; ``text`` stands in for it where parts are masked."""
    found = []
    for match in wording().party.finditer(skeleton.text if text is None else text, start, end):
        if _SITE.match(skeleton.text, match.end()):
            continue
        begin, stop = match.start("named") if match["named"] else match.start(), match.end()
        if skeleton.spans[begin] is None and begin > start and skeleton.text[begin - 1] == PERSON:
            continue  # an office behind a name (卡斯特罗总理)
        signs = [place for place in range(begin, stop) if skeleton.spans[place] is not None]
        span = skeleton.spans[signs[0]] if signs else None
        found.append(Found(begin, stop, span, span is None or stop - begin > 1))
    return found


def made_of(skeleton: Skeleton, found: Found, role: Role) -> Party:
    """A party of a role."""
    start, end = skeleton.stretch(found.start, found.end)
    passage = Passage(skeleton.field, start, end, skeleton.source[start:end])
    return Party(role, passage, found.span, found.relative)


def behind_passive(skeleton: Skeleton, start: int, end: int) -> list[Found]:
    """The agents behind the last 由, 被, 为 before a verb; empty if there is none."""
    for match in reversed(list(_PASSIVE.finditer(skeleton.text, start, end))):
        text = _masked(skeleton.text, match.end(), end)
        group = _group(parties_in(skeleton, match.end(), end, text), text)
        rest = end - match.end() - sum(one.end - one.start for one in group)
        near = group and group[0].start == match.end() and rest <= 4  # 为 is many things besides
        if group and (match.group() in "由被" or near):
            return group
    return []


def before_verb(skeleton: Skeleton, start: int, end: int) -> list[Found]:
    """The subject of an active clause: the first party that nothing makes another part of the clause."""
    text = _masked(skeleton.text, start, end)
    free = [one for one in parties_in(skeleton, start, end, text) if not _owner_only(text, one, end)]
    return _group(free, text)


def behind_verb(skeleton: Skeleton, start: int, end: int) -> Found | None:
    """Who gets it, right behind a verb or its 给; None if somebody's thing follows (送给红军的恋人)."""
    given = _GIVEN.match(skeleton.text, start, end)
    begins = [given.end() if given else start, start]
    if called := _CALLED.match(skeleton.text, begins[0], end):
        begins.append(called.end())
    for begin in dict.fromkeys(begins):
        match = wording().party.match(skeleton.text, begin, end)
        if match is None:
            continue
        if found := parties_in(skeleton, begin, end):
            return chain(skeleton, found)
    return None


def towards(skeleton: Skeleton, start: int, end: int) -> Found | None:
    """Who stands behind 向 or 给 before a verb."""
    return _behind(skeleton, _TOWARDS, start, end)


def out_of(skeleton: Skeleton, start: int, end: int) -> Found | None:
    """Whom or where it comes from: behind 从, 自 or 向 before a verb; a place counts too."""
    return _behind(skeleton, _SOURCE, start, end, places=True)


def place_as_party(skeleton: Skeleton, at: int) -> Found:
    """A place that stands where a party would."""
    return Found(at, at + 1, skeleton.spans[at], False)


def _behind(skeleton: Skeleton, words: re.Pattern[str], start: int, end: int, *, places: bool = False) -> Found | None:
    for match in reversed(list(words.finditer(skeleton.text, start, end))):
        if wording().party.match(skeleton.text, match.end(), end):
            found = chain(skeleton, parties_in(skeleton, match.end(), end))
            return None if skeleton.text[found.end : found.end + 1] == "的" else found
        if places and match.group() != "于" and match.end() < end and skeleton.text[match.end()] == PLACE:
            following = parties_in(skeleton, match.end(), end)
            if following and following[0].start - match.end() <= 3:
                return chain(skeleton, following)
            return place_as_party(skeleton, match.end())
    return None


def _masked(text: str, start: int, end: int) -> str:
    """The text with phrases blotted out in which a party is no subject: 在…时, 任…时, 从…."""
    return text[:start] + _MASKED.sub(lambda match: _SIGN * len(match.group()), text[start:end]) + text[end:]


def _owner_only(text: str, one: Found, end: int) -> bool:
    """Whether something of a party's, and not the party, is the subject (周某的怀表), or the party only tells of it."""
    return one.end < end - 1 and re.match("的|说|讲|称|回忆|告诉", text[one.end : end]) is not None


def chain(skeleton: Skeleton, found: Sequence[Found]) -> Found:
    """From a body with an office to the person who has it (第二师师长罗某)."""
    last = found[0]
    for one in found[1:]:
        gap = skeleton.text[last.end : one.start]
        if not _leads_on(gap):
            break
        last = one
    return last


def _group(found: Sequence[Found], text: str) -> list[Found]:
    """The first party with those joined to it by 、 and 和."""
    if not found:
        return []
    group = [found[0]]
    for one in found[1:]:
        gap = text[group[-1].end : one.start]
        joined = _AND.match(gap)
        rest = gap[joined.end() :] if joined else gap
        if joined and (not rest or _leads_on(rest)):
            group.append(one)
        elif not joined and _leads_on(gap):
            group[-1] = one
        else:
            break
    return group


def _leads_on(gap: str) -> bool:
    """Whether words between two parties are an office: 师长, 司令员兼…."""
    return not gap or (len(gap) <= 16 and gap[-1] in _OFFICE and re.search("[给向从自将把被由在，·]", gap[:-1]) is None)
