"""What in a record answers each intent: values with their proofs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from biaotu.interpret.phrases import phrase, term
from biaotu.interpret.questions import Asked
from biaotu.interpret.readings import (
    LEFTOVERS,
    dating,
    distinct,
    holder,
    inscriptions,
    materials,
    measures,
    owners,
    passage,
)
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Event, Language, Party, Passage, Proof, Provenance, Role
from biaotu.interpret.wording import wording
from biaotu.records import Span

_SPANS: Final[Mapping[str, str]] = {
    "colour": "颜色", "shape": "形状", "event": "事件", "model": "型号", "book": "书名", "value": "货币",
    "person": "人物", "organisation": "组织", "place": "地点",
}  # fmt: skip
_SIDES: Final = ("length", "width", "height", "thickness", "diameter", "depth")
_ROLES: Final[Mapping[str, Role]] = {"who": "agent", "to": "recipient", "from": "source"}
_SOURCES: Final = ("found", "captured", "awarded", "donated", "purchased", "collected", "transferred")
_PURPOSE = re.compile(r"(?:用来|用于|用以|专供|供)([^，。；、！？\n]{2,20})")
_SOURCE = re.compile(r"来源(?:于|[:： ])\s*[^，。；、！？\n]{1,30}(?<!\s)")
_ONLY_A_CLASS: Final[Mapping[Language, str]] = {
    "zh": "（只是分类，记录没有写明）",
    "en": " (only a class; the record does not say)",
}
_SAID = re.compile(r"^来源(?:于|[:： ])\s*")
_PICTURE = re.compile("头像|图案|图样|画像|像|牌|号|为|之")


@dataclass(frozen=True, slots=True)
class Found:
    """A value with what it rests on; ``shown`` is how a sentence says it."""

    value: str
    proof: Proof | None
    shown: str = ""
    event: Event | None = None
    sure: bool | None = None
    """For values without a proof: whether people or the museum said it."""


def find(subject: Subject, asked: Asked, chain: Provenance) -> Iterable[Found]:
    """What answers an intent, in the order of the text."""
    intent = asked.intent
    if "." in intent:
        kind, _, aspect = intent.partition(".")
        return _of_events(subject, chain.of_kind(kind), aspect, asked.lang)
    if intent in _SPANS:
        spans = [span for span in subject.of_type(_SPANS[intent]) if span.field != "ocr" or intent != "person"]
        return _of_spans(subject, distinct(spans), asked.lang)
    if intent in (*_SIDES, "size"):
        return _of_measures(subject, intent, asked.lang)
    finders: Mapping[str, Callable[[Subject, Asked, Provenance], Iterable[Found]]] = {
        "date": _dates, "material": _materials, "use": _uses, "owner": _owners, "source": _sources,
        "weight": _weights, "count": _counts, "holder": _holders, "inscription": _words_on_it, "name": _names,
    }  # fmt: skip
    return finders[intent](subject, asked, chain)


def _of_spans(subject: Subject, spans: Sequence[Span], lang: Language, event: Event | None = None) -> list[Found]:
    return [
        Found(
            "".join(span.value.split()) if lang == "zh" else span.value,
            _proof(subject, span),
            phrase(subject, span, lang),
            event,
        )
        for span in spans
    ]


def _of_parties(subject: Subject, parties: Sequence[Party], event: Event) -> list[Found]:
    return [
        Found("".join(one.text.split()), Proof(one.passage, one.span, _confirmed(subject, one.span)), "", event)
        for one in parties
    ]


def _of_events(subject: Subject, events: Sequence[Event], aspect: str, lang: Language) -> list[Found]:
    found: list[Found] = []
    for event in events:
        if aspect == "when" and event.date is not None:
            found += _of_spans(subject, [event.date], lang, event)
        elif aspect == "where" and event.place is not None:
            found += _of_spans(subject, [event.place], lang, event)
        elif aspect in _ROLES:
            found += _of_parties(subject, event.by_role(_ROLES[aspect]), event)
    return found


def _of_measures(subject: Subject, side: str, lang: Language) -> list[Found]:
    return [
        Found(
            "".join(one.span.value.split()),
            Proof(one.words, one.span, subject.is_confirmed(one.span)),
            re.sub(r"\s+", "", one.words.text[: -len(one.span.value)]) + phrase(subject, one.span, lang),
        )
        for one in measures(subject)
        if side in ("size", one.side)
    ]


def _dates(subject: Subject, asked: Asked, chain: Provenance) -> list[Found]:
    found = dating(subject, chain)
    return _of_spans(subject, found.spans, asked.lang, found.event)


def _materials(subject: Subject, asked: Asked, _chain: Provenance) -> list[Found]:
    spans = materials(subject)
    return _of_spans(subject, spans, asked.lang) if spans else _of_labels(subject, subject.material, asked.lang)


def _uses(subject: Subject, asked: Asked, _chain: Provenance) -> list[Found]:
    text = subject.description
    told = [passage(subject, "description", *match.span(1)) for match in _PURPOSE.finditer(text)]
    if told:
        return [Found(one.text.strip(), Proof(one, None, False)) for one in told[:1]]
    return _of_labels(subject, subject.use, asked.lang)


def _of_labels(subject: Subject, names: Sequence[str], lang: Language) -> list[Found]:
    return [
        Found(
            name,
            None,
            term(name, lang) + (_ONLY_A_CLASS[lang] if name in LEFTOVERS else ""),
            sure=name in subject.confirmed_labels,
        )
        for name in names
    ]


def _owners(subject: Subject, asked: Asked, chain: Provenance) -> list[Found]:
    if titled := owners(subject):
        return _of_spans(subject, titled, asked.lang)
    return _of_events(subject, chain.of_kind("used"), "who", asked.lang) or _of_events(
        subject, chain.of_kind("held"), "who", asked.lang
    )


def _sources(subject: Subject, asked: Asked, chain: Provenance) -> list[Found]:
    names = wording().names
    told = [
        Found(
            names[event.kind][0],
            Proof(event.proof, None, event.confirmed),
            " ".join(event.proof.text.split()) if asked.lang == "zh" else names[event.kind][1],
            event,
        )
        for event in chain.of_kind(*_SOURCES)
        if event.kind != "awarded"
    ]
    written = [passage(subject, "description", *match.span()) for match in _SOURCE.finditer(subject.description)]
    return told + [
        Found(" ".join(one.text.split()), Proof(one, None, False), _SAID.sub("", one.text)) for one in written[:1]
    ]


def _weights(subject: Subject, asked: Asked, _chain: Provenance) -> list[Found]:
    """Weights of which the text says that something weighs them; loads and rations are none."""
    spans = [
        span
        for span in subject.of_type("重量")
        if re.search(r"(?:重|重量)[约为是达\s:：]*$", subject.text(span.field)[: span.start])
    ]
    return _of_spans(subject, spans[:1], asked.lang)


def _counts(subject: Subject, asked: Asked, _chain: Provenance) -> list[Found]:
    """How many there are: numbers with the measure word that was asked for, else those of the relic as a whole."""
    spans = []
    for span in subject.of_type("数字"):
        before = subject.text(span.field)[: span.start]
        whole = span.field == "title" or re.search(r"(?:共|存|计|共计|一共|全套|[这此该])[有为\s]*$", before)
        if asked.measure:
            if span.value.strip().endswith(asked.measure):
                spans.append(span)
        elif whole and not re.search("第|[号期级等]", span.value):
            spans.append(span)
    return _of_spans(subject, distinct(spans), asked.lang)


def _holders(subject: Subject, _asked: Asked, chain: Provenance) -> list[Found]:
    if subject.museum:
        return [Found(subject.museum, None, sure=True)]
    told = holder(chain)
    return [] if told is None else _of_parties(subject, [told[0]], told[1])


def _words_on_it(subject: Subject, _asked: Asked, _chain: Provenance) -> list[Found]:
    found = [
        Found(one.text, Proof(one, None, False), one.text.strip().rstrip("。；，"))
        for one in inscriptions(subject)
        if not _PICTURE.match(subject.description[one.end + 1 : one.end + 3])
    ]
    start = 0
    for line in subject.ocr.split("\n"):
        if line.strip():
            found.append(
                Found(
                    line,
                    Proof(Passage("ocr", start, start + len(line), line), None, False),
                    line.strip().rstrip("。；，"),
                )
            )
        start += len(line) + 1
    return found


def _names(subject: Subject, _asked: Asked, _chain: Provenance) -> list[Found]:
    title = subject.title.strip()
    start = subject.title.find(title)
    proof = Proof(passage(subject, "title", start, start + len(title)), None, True)
    return [Found(title, proof)] if title else []


def _proof(subject: Subject, span: Span) -> Proof:
    return Proof(passage(subject, span.field, span.start, span.end), span, subject.is_confirmed(span))


def _confirmed(subject: Subject, span: Span | None) -> bool:
    return span is not None and subject.is_confirmed(span)
