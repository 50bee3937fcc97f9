"""Answers to questions about one relic: its own words with their places, or that the record does not tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from biaotu.interpret.events import provenance
from biaotu.interpret.phrases import phrase, term
from biaotu.interpret.questions import Asked, data, understand
from biaotu.interpret.readings import dating, distinct, holder, inscriptions, measures, owners, passage
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Answer, Event, Language, Party, Passage, Proof, Provenance, Role, Sure
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
_PICTURE = re.compile("头像|图案|图样|画像|像|牌|号|为|之")


@dataclass(frozen=True, slots=True)
class _Found:
    """A value with what it rests on; ``shown`` is how a sentence says it."""

    value: str
    proof: Proof | None
    shown: str = ""
    event: Event | None = None
    sure: bool | None = None
    """For values without a proof: whether people or the museum said it."""


def answer(subject: Subject, question: str) -> Answer:
    """Answer a question from what the record tells; nothing is guessed.

    Args:
        subject: the relic.
        question: in Chinese or simple English.

    Returns:
        The answer with its proofs. ``sure`` is ``unknown``, and there are no values, if the question asks for
        something else than attributes or the record does not tell.
    """
    asked = understand(question)
    return _answered(subject, question, asked, provenance(subject))


def offered(subject: Subject, lang: Language = "zh") -> tuple[tuple[str, str], ...]:
    """The questions that this record can answer, each with its intent."""
    chain = provenance(subject)
    return tuple(
        (intent, question)
        for intent, question in data()["offer"][lang].items()
        if _answered(subject, question, Asked(intent, lang), chain).values
    )


def _answered(subject: Subject, question: str, asked: Asked, chain: Provenance) -> Answer:
    words = data()["answer"][asked.lang]
    topic = _topic(asked.intent, asked.lang)
    if asked.intent == "unknown":
        return Answer(question, "unknown", words["unknown"], (), (), None, "unknown", asked.lang)
    found = list(_find(subject, asked, chain))
    told = words["join"].join(dict.fromkeys(one.shown or one.value for one in found))
    frame = words["told"]
    if asked.name and found:
        meant = [one for one in found if asked.name in one.value or one.value in asked.name]
        if not meant:
            text = words["not_he"].format(topic=topic, values=told)
            return Answer(question, asked.intent, text, (), (), None, "unknown", asked.lang)
        found, frame = meant, words["yes"]
    if not found:
        return Answer(question, asked.intent, words["untold"].format(topic=topic), (), (), None, "unknown", asked.lang)
    if asked.intent == "date" and not dating(subject, chain).told:
        frame = words["dates_named"]
    proofs = tuple(dict.fromkeys(one.proof for one in found if one.proof is not None))
    confirmed = all(one.proof.confirmed if one.proof else bool(one.sure) for one in found)
    sure: Sure = "confirmed" if confirmed else "machine"
    events = [one.event for one in found if one.event is not None]
    values = tuple(dict.fromkeys(one.value for one in found))
    text = frame.format(topic=topic, values=told)
    return Answer(question, asked.intent, text, values, proofs, events[0] if events else None, sure, asked.lang)


def _topic(intent: str, lang: Language) -> str:
    topics = data()["topic"][lang]
    kind, _, aspect = intent.partition(".")
    if not aspect:
        return str(topics.get(intent, intent))
    names = wording().names[kind]
    return str(topics[aspect].format(kind=names[0] if lang == "zh" else names[1]))


def _find(subject: Subject, asked: Asked, chain: Provenance) -> Iterable[_Found]:
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
    finders: Mapping[str, Callable[[Subject, Asked, Provenance], Iterable[_Found]]] = {
        "date": _dates, "material": _materials, "use": _uses, "owner": _owners, "source": _sources,
        "weight": _weights, "count": _counts, "holder": _holders, "inscription": _words_on_it, "name": _names,
    }  # fmt: skip
    return finders[intent](subject, asked, chain)


def _of_spans(subject: Subject, spans: Sequence[Span], lang: Language, event: Event | None = None) -> list[_Found]:
    return [
        _Found(
            "".join(span.value.split()) if lang == "zh" else span.value,
            _proof(subject, span),
            phrase(subject, span, lang),
            event,
        )
        for span in spans
    ]


def _of_parties(subject: Subject, parties: Sequence[Party], event: Event) -> list[_Found]:
    return [
        _Found("".join(one.text.split()), Proof(one.passage, one.span, _confirmed(subject, one.span)), "", event)
        for one in parties
    ]


def _of_events(subject: Subject, events: Sequence[Event], aspect: str, lang: Language) -> list[_Found]:
    found: list[_Found] = []
    for event in events:
        if aspect == "when" and event.date is not None:
            found += _of_spans(subject, [event.date], lang, event)
        elif aspect == "where" and event.place is not None:
            found += _of_spans(subject, [event.place], lang, event)
        elif aspect in _ROLES:
            found += _of_parties(subject, event.by_role(_ROLES[aspect]), event)
    return found


def _of_measures(subject: Subject, side: str, lang: Language) -> list[_Found]:
    return [
        _Found(
            "".join(one.span.value.split()),
            Proof(one.words, one.span, subject.is_confirmed(one.span)),
            re.sub(r"\s+", "", one.words.text[: -len(one.span.value)]) + phrase(subject, one.span, lang),
        )
        for one in measures(subject)
        if side in ("size", one.side)
    ]


def _dates(subject: Subject, asked: Asked, chain: Provenance) -> list[_Found]:
    found = dating(subject, chain)
    return _of_spans(subject, found.spans, asked.lang, found.event)


def _materials(subject: Subject, asked: Asked, _chain: Provenance) -> list[_Found]:
    spans = distinct(subject.of_type("材质"))
    return _of_spans(subject, spans, asked.lang) if spans else _of_labels(subject, subject.material, asked.lang)


def _uses(subject: Subject, asked: Asked, _chain: Provenance) -> list[_Found]:
    text = subject.description
    told = [passage(subject, "description", *match.span(1)) for match in _PURPOSE.finditer(text)]
    if told:
        return [_Found(one.text.strip(), Proof(one, None, False)) for one in told[:1]]
    return _of_labels(subject, subject.use, asked.lang)


def _of_labels(subject: Subject, names: Sequence[str], lang: Language) -> list[_Found]:
    return [_Found(name, None, term(name, lang), sure=name in subject.confirmed_labels) for name in names]


def _owners(subject: Subject, asked: Asked, chain: Provenance) -> list[_Found]:
    if titled := owners(subject):
        return _of_spans(subject, titled, asked.lang)
    return _of_events(subject, chain.of_kind("used"), "who", asked.lang) or _of_events(
        subject, chain.of_kind("held"), "who", asked.lang
    )


def _sources(subject: Subject, asked: Asked, chain: Provenance) -> list[_Found]:
    names = wording().names
    return [
        _Found(
            names[event.kind][0],
            Proof(event.proof, None, event.confirmed),
            " ".join(event.proof.text.split()) if asked.lang == "zh" else names[event.kind][1],
            event,
        )
        for event in chain.of_kind(*_SOURCES)
        if event.kind != "awarded"
    ]


def _weights(subject: Subject, asked: Asked, _chain: Provenance) -> list[_Found]:
    """Weights of which the text says that something weighs them; loads and rations are none."""
    spans = [
        span
        for span in subject.of_type("重量")
        if re.search(r"(?:重|重量)[约为是达\s:：]*$", subject.text(span.field)[: span.start])
    ]
    return _of_spans(subject, spans[:1], asked.lang)


def _counts(subject: Subject, asked: Asked, _chain: Provenance) -> list[_Found]:
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


def _holders(subject: Subject, _asked: Asked, chain: Provenance) -> list[_Found]:
    if subject.museum:
        return [_Found(subject.museum, None, sure=True)]
    told = holder(subject, chain)
    if told is None:
        return []
    (words, span), event = told
    return [_Found("".join(words.text.split()), Proof(words, span, _confirmed(subject, span)), "", event)]


def _words_on_it(subject: Subject, _asked: Asked, _chain: Provenance) -> list[_Found]:
    found = [
        _Found(one.text, Proof(one, None, False))
        for one in inscriptions(subject)
        if not _PICTURE.match(subject.description[one.end + 1 : one.end + 3])
    ]
    start = 0
    for line in subject.ocr.split("\n"):
        if line.strip():
            found.append(_Found(line, Proof(Passage("ocr", start, start + len(line), line), None, False)))
        start += len(line) + 1
    return found


def _names(subject: Subject, _asked: Asked, _chain: Provenance) -> list[_Found]:
    title = subject.title.strip()
    start = subject.title.find(title)
    proof = Proof(passage(subject, "title", start, start + len(title)), None, True)
    return [_Found(title, proof)] if title else []


def _proof(subject: Subject, span: Span) -> Proof:
    return Proof(passage(subject, span.field, span.start, span.end), span, subject.is_confirmed(span))


def _confirmed(subject: Subject, span: Span | None) -> bool:
    return span is not None and subject.is_confirmed(span)
