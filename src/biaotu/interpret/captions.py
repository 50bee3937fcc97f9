"""Captions (说明牌) put together from attributes by the templates of ``captions.toml``; nothing in them is made up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from biaotu.interpret.events import provenance
from biaotu.interpret.phrases import closed_up, phrase, term
from biaotu.interpret.readings import LEFTOVERS, dating, distinct, holder, materials, measures
from biaotu.interpret.sentences import telling_sentences
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Caption, Event, Form, Language, Part, Party, Provenance
from biaotu.records import Span

_GRADE = re.compile(r"\s*[【（(〔][一二三]级(?:文物)?[】）)〕]\s*$")
_ENDS: Final = "，。；：、,;: \t"
_PIECE = re.compile(r"\[([^\[\]]*)\]|\{(\w+)\}|([^\[\]{}]+)")
_FOUND_WORDS: Final = ("出土", "发掘", "采集")
_SOURCES: Final = ("captured", "awarded", "found", "donated", "purchased", "collected", "transferred")


def caption(subject: Subject, lang: Language = "zh", form: Form = "label", *, marks: bool = True) -> Caption:
    """A caption of one relic.

    Args:
        subject: the relic.
        lang: the language of the words around the values; values and sentences stay as the record has them.
        form: ``short`` is one line, ``label`` the card beside an exhibit, ``panel`` tells everything.
        marks: say which values nobody has confirmed.

    Returns:
        The caption; its parts are the pieces of its text, each with the values in it.
    """
    chain = provenance(subject)
    words = _templates()[lang]
    writer = _Writer(subject, chain, lang, words, words[form])
    return writer.write(form, marks)


class _Writer:
    """Fills the slots of one form."""

    def __init__(
        self, subject: Subject, chain: Provenance, lang: Language, words: dict[str, Any], form: dict[str, Any]
    ) -> None:
        self._subject = subject
        self._chain = chain
        self._lang = lang
        self._words = words
        self._form = form

    def write(self, form: Form, marks: bool) -> Caption:
        slots = [slot for line in self._form["lines"] for slot in line if slot != "mark"]
        parts = {slot: part for slot in slots if (part := self._part(slot)) is not None}
        unsure = [slot for slot, part in parts.items() if not part.confirmed]
        facts = [slot for slot, part in parts.items() if part.spans or slot in ("material", "source")]
        each = marks and bool(unsure) and len(unsure) < len(facts)
        lines = []
        written: list[Part] = []
        for line in self._form["lines"]:
            texts = []
            for slot in line:
                if slot == "mark" and marks and unsure and not each:
                    parts["mark"] = Part("mark", self._words["mark"], (), False)
                part = parts.get(slot)
                if part is None:
                    continue
                text = part.text + (self._words["mark"] if each and not part.confirmed else "")
                written.append(part)
                texts.append(text)
            if texts:
                lines.append(self._joined(texts))
        return Caption("\n".join(lines), tuple(written), self._lang, form)

    def _joined(self, texts: Sequence[str]) -> str:
        """Slots of a line; the mark of the whole follows without a comma."""
        join, mark = str(self._words["join"]), str(self._words["mark"])
        if len(texts) > 1 and texts[-1] == mark:
            return join.join(texts[:-1]) + ("" if self._lang == "zh" else " ") + mark
        return join.join(texts)

    def _part(self, slot: str) -> Part | None:
        text, spans, confirmed = getattr(self, f"_{slot}")()
        if not text:
            return None
        frame = str(self._form.get("frame", {}).get(slot, "{}"))
        return Part(slot, frame.format(text), tuple(spans), confirmed)

    def _confirmed(self, spans: Sequence[Span]) -> bool:
        return all(self._subject.is_confirmed(span) for span in spans)

    def _values(self, spans: Sequence[Span]) -> tuple[str, Sequence[Span], bool]:
        kept = distinct(spans)
        text = self._words["list"].join(phrase(self._subject, span, self._lang) for span in kept)
        return text, kept, self._confirmed(kept)

    def _name(self) -> tuple[str, Sequence[Span], bool]:
        name = _GRADE.sub("", closed_up(self._subject.title))
        if self._form["lines"][0] != ["name"]:  # more follows on the line
            name = name.rstrip(_ENDS)
        return name or self._subject.id, (), True

    def _number(self) -> tuple[str, Sequence[Span], bool]:
        return self._subject.id, (), True

    def _date(self) -> tuple[str, Sequence[Span], bool]:
        found = dating(self._subject, self._chain)
        return self._values(found.spans if found.told else ())

    def _material(self) -> tuple[str, Sequence[Span], bool]:
        spans = materials(self._subject)
        if spans:
            return self._values(spans)
        names = [name for name in self._subject.material if name not in LEFTOVERS]
        text = self._words["list"].join(term(name, self._lang) for name in names)
        return text, (), set(names) <= self._subject.confirmed_labels

    def _size(self) -> tuple[str, Sequence[Span], bool]:
        found = measures(self._subject)[: self._form["measures"]]
        texts = []
        for one in {measure.words.text: measure for measure in found}.values():
            label = one.words.text[: len(one.words.text) - len(one.span.value)].strip()
            texts.append(re.sub(r"\s+", "", label) + phrase(self._subject, one.span, self._lang))
        spans = [one.span for one in found]
        return self._words["list"].join(texts), spans, self._confirmed(spans)

    def _weight(self) -> tuple[str, Sequence[Span], bool]:
        spans = [
            span
            for span in self._subject.of_type("重量")
            if re.search(r"(?:重|重量)[约为是\s:：]*$", self._subject.text(span.field)[: span.start])
        ][:1]
        text, kept, confirmed = self._values(spans)
        bare = "weight" in self._form.get("frame", {}) or self._lang == "en"
        return (text if bare or not text else f"重{text}"), kept, confirmed

    def _source(self) -> tuple[str, Sequence[Span], bool]:
        events = [event for event in self._chain.events if event.kind in _SOURCES][-self._form["sources"] :]
        texts = [self._told(event) for event in events]
        spans = [span for event in events for span in event.spans]
        between = "；" if self._lang == "zh" else "; "
        return between.join(dict.fromkeys(texts)), spans, bool(events) and self._confirmed(spans) and bool(spans)

    def _told(self, event: Event) -> str:
        """One event by its pattern; pieces whose value is missing fall away."""
        values = {
            role: self._words["list"].join(" ".join(party.text.split()) for party in event.by_role(role))
            for role in ("agent", "recipient", "source")
        }
        values["date"] = phrase(self._subject, event.date, self._lang) if event.date else ""
        values["place"] = phrase(self._subject, event.place, self._lang) if event.place else ""
        if not self._form.get("bodies") and not any(_is_person(party) for party in event.by_role("recipient")):
            values["recipient"] = ""
        values["verb"] = self._verb(event)
        told = ""
        for optional, name, plain in _PIECE.findall(self._words["source"][event.kind]):
            piece = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], optional)
            wanted = re.findall(r"\{(\w+)\}", optional)
            told += (piece if all(values[one] for one in wanted) else "") + (values[name] if name else "") + plain
        return told

    def _verb(self, event: Event) -> str:
        """The word for it, where the record's own says more than the kind."""
        if event.kind == "donated":
            return "捐赠" if re.search("[捐献]", event.trigger.text) else "赠送"
        if event.kind == "transferred":
            return re.sub(r"\s|^[后并](?=.)|(?<=.)[给于至予到]$", "", event.trigger.text)
        return event.trigger.text if event.trigger.text in _FOUND_WORDS else "发现"

    def _why(self) -> tuple[str, Sequence[Span], bool]:
        found = telling_sentences(self._subject, self._chain, self._form["sentences"])
        return "".join(closed_up(one.text) for one in found), (), True

    def _holder(self) -> tuple[str, Sequence[Span], bool]:
        if self._subject.museum:
            return self._subject.museum, (), True
        told = holder(self._chain)
        if told is None or told[1].kind != "held":
            return "", (), True
        spans = () if told[0].span is None else (told[0].span,)
        return told[0].text, spans, self._confirmed(spans) and bool(spans)


def _is_person(party: Party) -> bool:
    return party.span is None or party.span.type == "人物"


@lru_cache(maxsize=1)
def _templates() -> dict[str, Any]:
    document: dict[str, Any] = tomllib.loads(
        files("biaotu.interpret").joinpath("captions.toml").read_text(encoding="utf-8")
    )
    return document
