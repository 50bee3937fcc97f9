"""Whether a verb in its clause tells something of the relic, or of something else in the story around it."""

from __future__ import annotations

import re
from typing import Final

from biaotu.interpret.clause import Clause, Sentence
from biaotu.interpret.relic import Relic
from biaotu.interpret.skeleton import BODY, PERSON, PLACE, TIME, TITLE, Skeleton
from biaotu.interpret.wording import one_of, wording

FREE: Final = re.compile(
    "(?:了|过|起来|下来|至今|到|完成|一直|以来|入馆|收藏|保存|保管|珍藏|使用|留念|纪念|存放|陈列|展出|展览|作|以|用于|供|并|后|整理|在此|在|于|为|，|且|、|等)"
)
"""What may follow a verb without being what it is done to."""
ADVERBS: Final = re.compile(
    "(?:先后|曾经|曾|一直|始终|现在|现|原先|原|又|再|并|均|都|至今|当时|后来|后|随即|解放后|新中国成立后)+"
)
_FOLLOWED: Final = re.compile("[的于给成自在]|就|而成")
_BEHIND: Final = re.compile("(?:[\ue000-\ue004]|时|中|期间|里|上|手|笔|曾|一直|共同|集体|员|人|兵|生|们|民|工)$")
"""Who, when or where right before a short verb that 的, 于 or 成 follow; 在布里缝的 is none."""
_LIKE: Final = re.compile("者?的?(?:同类|同式|相同|同款|同型|同样|一样|类似)")
"""A thing like the one that was used is not that one."""


class About:
    """Answers for one folded text and its relic."""

    def __init__(self, skeleton: Skeleton, relic: Relic) -> None:
        self._skeleton = skeleton
        self._relic = relic
        self._words = wording()

    def inside(self, start: int, end: int) -> bool:
        """Whether a word is a part of a value or of the relic's own name (油印 in 油印机)."""
        text, name = self._skeleton.text, self._relic.name
        around = max(0, start - len(name) + 1)
        own = text.find(name, around, end + len(name)) if name else -1
        named = -1 < own < end and own + len(name) > start
        return named or any(at in self._skeleton.covered for at in range(start, end))

    def negated(self, clause: Clause) -> bool:
        """Whether the clause says that it did not happen, or that it was only meant to."""
        before = self._skeleton.text[max(clause.start, clause.at - 8) : clause.at]
        long = [word for word in self._words.words["not_so"] if len(word) > 1]
        return re.search(f"{one_of(long)}|[未没不谁的]$", before) is not None

    def strong(self, clause: Clause) -> bool:
        """Whether a short verb is really one."""
        text = self._skeleton.text
        before, after = text[clause.start : clause.at], text[clause.behind : clause.end]
        if clause.verb.letter:
            ends = self._relic.name[-1:] in self._words.words["letters"] and self._relic.name != ""
            given = re.match(f"[^{PERSON}{BODY}，]{{0,8}}[{PERSON}{BODY}]的", after)
            return self._skeleton.field == "title" and ends and before[-1:] in (PERSON, BODY) and given is not None
        if not clause.verb.weak:
            return True
        if before.endswith("所"):
            return True
        if _FOLLOWED.match(after) and before:
            return self._skeleton.field == "title" or _BEHIND.search(before) is not None
        pointed = re.match("[此该这它]", after) is not None and clause.verb.word[-1] in "用着"
        if pointed and self._relic.meant_by(after, self._skeleton, clause.behind):
            return True
        if before[-1:] == PERSON and re.match(f"《?{TITLE}", after):
            return True
        dated = before[-1:] == TIME and re.search(f"[{PERSON}{BODY}]", before) is not None
        stands = (
            dated or before[-1:] in (PERSON, BODY) or (bool(after == "") and re.search("[由系]", before) is not None)
        )
        return after == "" and stands

    def speaks_of_relic(self, clause: Clause, rest: int, sentence: Sentence) -> bool:
        """Whether it is the relic that something happens to."""
        text = self._skeleton.text
        moved = re.search("(?:将|把)([^\ue000-\ue003，]*)", text[clause.start : clause.at])
        if moved:
            words = re.sub("(?:又|再|无偿|一并|亲手|全部|送|交|转|捐|献|赠)*$", "", moved[1])
            place = clause.start + moved.start(1)
            if not words and place < clause.at and text[place] in "\ue000\ue001":
                return True
            return self._relic.meant_by(words or text[place : clause.at], self._skeleton, place)
        after = text[rest : clause.end]
        own = re.sub("^(?:了|过|得|下|出|起|到(?![^，]*解放))+", "", after)
        if _LIKE.match(own):
            return False
        if own.startswith("的"):
            return self._attribute(clause, own[1:], rest + len(after) - len(own) + 1, sentence)
        if clause.verb.kind == "captured" and (match := re.match(f"[{PERSON}{BODY}](?:的)", own)):
            own = own[match.end() :]
        if own and not clause.verb.ahead and not FREE.match(own) and not self._place_follows(clause, own):
            return self._relic.meant_by(own, self._skeleton, rest + len(after) - len(own))
        if self._skeleton.field == "title":
            return True
        return not self._other_subject(clause, sentence)

    def named_in(self, clause: Clause) -> bool:
        """Whether the relic stands in the clause as what the verb is done to."""
        text = self._skeleton.text
        behind, before = text[clause.behind : clause.end], text[clause.start : clause.at]
        moved = re.search("(?:将|把|用)(.*)", before)
        return self._relic.meant_by(behind, self._skeleton, clause.behind) or (
            moved is not None and self._relic.meant_by(moved[1], self._skeleton, clause.start + moved.start(1))
        )

    def foreign(self, start: int, end: int) -> bool:
        """Whether a sentence is about another thing from its first words on."""
        head = re.match(
            f"[{TIME}，]*([^\ue000-\ue004由被将把系为是，]{{2,14}})(?:是|为|系)", self._skeleton.text[start:end]
        )
        return head is not None and not self._relic.meant_by(head[1]) and not self._words.party.search(head[1])

    def _place_follows(self, clause: Clause, own: str) -> bool:
        if clause.verb.word[-1] in "自于在" or (clause.verb.kind == "held" and own[0] in "到至"):
            return True
        return own[0] in "自于在给" or re.match(f"[{PERSON}{BODY}{TIME}{PLACE}]$", own) is not None

    def _attribute(self, clause: Clause, noun: str, place: int, sentence: Sentence) -> bool:
        """Whether what is called after the event (缴获的步枪) is the relic."""
        if self._skeleton.field == "title":
            return True
        if not noun:
            return not self._other_subject(clause, sentence)
        return self._relic.meant_by(noun, self._skeleton, place)

    def _other_subject(self, clause: Clause, sentence: Sentence) -> bool:
        """Whether another thing than the relic is the subject."""
        before = self._skeleton.text[clause.start : clause.at]
        head = re.match("([^\ue000-\ue006由被将把系为是]{2,10})(?:由|被|为|系|是)", before)
        if head and ADVERBS.fullmatch(head[1]):
            return sentence.foreign
        if head and not self._relic.meant_by(head[1]) and not self._words.party.search(head[1]):
            return re.match(one_of(self._words.words["reset"]), head[1]) is None
        return sentence.foreign and not self._relic.meant_by(before)
