"""What the texts tell of the relic's way: made, used, captured, found, given, held; each event with its proof."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from biaotu.interpret import parties
from biaotu.interpret.about import ADVERBS, About
from biaotu.interpret.chain import in_order
from biaotu.interpret.clause import Clause, Sentence
from biaotu.interpret.parties import Found
from biaotu.interpret.relic import Relic
from biaotu.interpret.skeleton import BODY, PERSON, PLACE, TIME, Skeleton, fold
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Event, Passage, Provenance, Role
from biaotu.interpret.when import date_of, place_of
from biaotu.interpret.wording import one_of, wording

_PRONOUN = re.compile("他们|她们|他|她|人们|有人|[请让托嘱由]其")
_TAKES_FROM: Final = ("captured", "purchased", "collected", "transferred")
_TOWARDS: Final = ("donated", "awarded", "made", "transferred")
_ASKS_FOR_RELIC: Final = ("made", "used", "captured")
"""Kinds of which a story is full: the subject of an earlier clause is the agent only if the relic is named."""
_EMPTY: Final = ("made", "used", "held")
"""Kinds that say nothing without who, when or where: every relic was made."""


def provenance(subject: Subject) -> Provenance:
    """The relic's way as its title and description tell it, in time.

    Nothing is concluded: who takes part, when and where stand in the sentence that tells the event, and an event
    without any of them is still one (缴获 in 战斗中缴获的刀).
    """
    title = fold("title", subject.title, subject.spans)
    relic = Relic.of(title)
    found = [*_Reader(subject, title, relic).events()]
    found += _Reader(subject, fold("description", subject.description, subject.spans), relic).events()
    return Provenance(in_order(found, subject))


class _Reader:
    """Reads the events of one text."""

    def __init__(self, subject: Subject, skeleton: Skeleton, relic: Relic) -> None:
        self._subject = subject
        self._skeleton = skeleton
        self._relic = relic
        self._about = About(skeleton, relic)
        self._words = wording()

    def events(self) -> Iterator[Event]:
        """All events, in the order of the text."""
        for start, end in self._skeleton.sentences():
            sentence = Sentence(foreign=self._about.foreign(start, end))
            for clause_start, clause_end in self._skeleton.clauses(start, end):
                yield from self._clause(clause_start, clause_end, sentence)

    def _clause(self, start: int, end: int, sentence: Sentence) -> Iterator[Event]:
        text = self._skeleton.text
        reset = re.match(one_of(self._words.words["reset"]), text[start:end]) is not None
        if reset:
            sentence.date = None
        before: tuple[str, bool] | None = None
        last = start
        told = False
        for match in self._words.verb.finditer(text, start, end):
            if match["no"] or self._about.inside(match.start(), match.end()):
                continue
            clause = Clause(start, end, self._words.verbs[match["verb"]], match.start(), match.end(), last)
            kept = before is not None and clause.verb.kind in ("held", "collected") and before[1]
            if not kept and (event := self._event(clause, sentence)):
                told = True
                if event.parties or event.date or event.place or event.kind not in _EMPTY:
                    yield event
                before = (event.kind, bool(event.by_role("recipient")) or clause.verb.kind == "collected")
                last = match.end()
        times = [place for place in range(start, end) if text[place] == TIME]
        if times and (not told or end - start == 1):
            sentence.date = times[-1]
        if text[start:end].endswith("后"):
            sentence.date = None
        if not told:
            subject = parties.before_verb(self._skeleton, start, min(end, start + 20))
            if subject and (not sentence.agents or subject[0].start - start <= 4):
                sentence.agents, sentence.kind, sentence.passive = subject, "", False

    def _event(self, clause: Clause, sentence: Sentence) -> Event | None:
        """The event of a verb; None if it tells none of the relic."""
        verb, text = clause.verb, self._skeleton.text
        if self._about.negated(clause) or not self._about.strong(clause):
            return None
        found: list[tuple[Role, Found]] = []
        recipient = parties.behind_verb(self._skeleton, clause.behind, clause.end) if self._gives(clause) else None
        rest = clause.behind if recipient is None else recipient.end
        if not self._about.speaks_of_relic(clause, rest, sentence):
            return None
        passive = parties.behind_passive(self._skeleton, clause.since, clause.at)
        agents = passive or parties.before_verb(self._skeleton, clause.since, clause.at)
        if verb.named and not passive and recipient is None and not self._about.named_in(clause):
            return None
        if verb.nominal or verb.ahead:
            agents = self._beside(clause, agents)
            if not agents:
                return None
        elif verb.bare:
            agents = []
        source = None
        if verb.kind in _TAKES_FROM:
            source = parties.out_of(self._skeleton, clause.since, clause.at) or self._source_behind(clause)
        if recipient is None and verb.kind in _TOWARDS and not passive:
            recipient = parties.towards(self._skeleton, clause.since, clause.at)
        if verb.kind == "held" and recipient is not None and self._lies_in(clause) and _named_bare(recipient, clause):
            recipient = None  # 存于左权: a person cannot be lain in, it is a place with a person's name
        others = [one for one in (recipient, source) if one is not None]
        agents = [one for one in agents if all(one.end <= other.start or one.start >= other.end for other in others)]
        if not agents and not passive and not verb.bare and _PRONOUN.search(text, clause.since, clause.at) is None:
            agents = self._carried(clause, sentence)
        found += [(verb.role("agent"), one) for one in agents]
        found += [(verb.role("recipient"), one) for one in (recipient,) if one is not None]
        found += [(verb.role("source"), one) for one in (source,) if one is not None]
        if agents:
            sentence.agents, sentence.kind, sentence.passive = agents, verb.kind, bool(passive)
        return self._made(clause, found, sentence)

    def _beside(self, clause: Clause, before: list[Found]) -> list[Found]:
        """The party right before (周某遗物) or right behind a noun (捐赠者周某)."""
        if clause.verb.nominal:
            return [one for one in before[-1:] if one.end >= clause.at - 1]
        behind = re.compile("[是为系]?").match(self._skeleton.text, clause.behind, clause.end)
        begin = behind.end() if behind else clause.behind
        if self._words.party.match(self._skeleton.text, begin, clause.end) is None:
            return []
        return parties.parties_in(self._skeleton, begin, clause.end)[:1]

    def _made(self, clause: Clause, found: list[tuple[Role, Found]], sentence: Sentence) -> Event:
        taken = {place for _, one in found for place in range(one.start, one.end)}
        date, place = date_of(self._skeleton, clause, sentence), place_of(self._skeleton, clause, taken)
        used = [one.start for _, one in found] + [at for at in (date, place) if at is not None]
        start, end = self._skeleton.stretch(min([clause.start, *used]), clause.end)
        trigger = self._skeleton.stretch(clause.at, clause.behind)
        source = self._skeleton.source
        return Event(
            kind=clause.verb.kind,
            parties=tuple(parties.made_of(self._skeleton, one, role) for role, one in found),
            date=None if date is None else self._skeleton.spans[date],
            place=None if place is None else self._skeleton.spans[place],
            trigger=Passage(self._skeleton.field, *trigger, source[slice(*trigger)]),
            proof=Passage(self._skeleton.field, start, end, source[start:end]),
            confirmed=False,
        )

    def _gives(self, clause: Clause) -> bool:
        after = self._skeleton.text[clause.behind : clause.end]
        return clause.verb.direct or after[:1] == "给"

    def _source_behind(self, clause: Clause) -> Found | None:
        text = self._skeleton.text
        begin = clause.behind
        if clause.verb.word.endswith("自") or text[begin : begin + 1] == "自":
            begin += text[begin : begin + 1] == "自"
            if match := self._words.party.match(text, begin, clause.end):
                return parties.chain(self._skeleton, parties.parties_in(self._skeleton, match.start(), clause.end))
            found = parties.parties_in(self._skeleton, begin, clause.end)
            if found and found[0].start - begin <= 6:
                return found[0]
            if begin < clause.end and text[begin] == PLACE:
                return parties.place_as_party(self._skeleton, begin)
        if clause.verb.kind == "captured" and re.match(f"[{PERSON}{BODY}]的", text[begin : clause.end]):
            return parties.parties_in(self._skeleton, begin, clause.end)[0]
        return None

    def _lies_in(self, clause: Clause) -> bool:
        """Whether the verb says where something lies (存于, 保存在)."""
        return clause.verb.word[-1] in "于在" or self._skeleton.text[clause.behind : clause.behind + 1] in ("于", "在")

    def _carried(self, clause: Clause, sentence: Sentence) -> list[Found]:
        """The subject of the clauses before, if this one has none of its own."""
        if self._skeleton.field == "title" or clause.verb.nominal or clause.verb.ahead:
            return []
        if sentence.kind and sentence.kind not in self._words.after[clause.verb.kind]:
            return []
        before = self._skeleton.text[clause.since : clause.at]
        passive = re.search("由|被|经", before) is not None
        if sentence.passive and clause.verb.kind == "held" and self._lies_in(clause):
            return []  # 由周某使用，战后存于武乡: the relic lies there, nobody is said to keep it
        if clause.verb.kind in _ASKS_FOR_RELIC and not sentence.kind and not self._about.named_in(clause):
            return []
        somebody = re.match("([^\ue000-\ue006将把]+)[将把]", before)
        if somebody and not ADVERBS.fullmatch(somebody[1]):
            return []  # 少佐把刀交出: who it is has no value, but it is not the one before
        thing = re.match("[^\ue000-\ue006将把]{1,10}", before)
        subject = (
            thing is not None and self._relic.meant_by(thing.group()) and "将" not in before and "把" not in before
        )
        return [] if passive or subject else list(sentence.agents)


def _named_bare(party: Found, clause: Clause) -> bool:
    """Whether a person's name alone ends the clause (not 存于王某家)."""
    return (
        party.end == clause.end
        and party.end - party.start == 1
        and party.span is not None
        and party.span.type == "人物"
    )
