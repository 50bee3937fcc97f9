"""Answers to questions about one relic: its own words with their places, or that the record does not tell."""

from __future__ import annotations

from biaotu.interpret.events import provenance
from biaotu.interpret.finders import find
from biaotu.interpret.questions import Asked, data, understand
from biaotu.interpret.readings import dating
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Answer, Language, Provenance, Sure
from biaotu.interpret.wording import wording


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
    topic = _topic(asked.intent, asked.lang, chain)
    if asked.intent == "unknown":
        return Answer(question, "unknown", words["unknown"], (), (), None, "unknown", asked.lang)
    found = list(find(subject, asked, chain))
    shown = list(dict.fromkeys(one.shown or one.value for one in found))
    told = words["between" if asked.intent == "source" else "join"].join(shown)
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


def _topic(intent: str, lang: Language, chain: Provenance) -> str:
    topics = data()["topic"][lang]
    kind, _, aspect = intent.partition(".")
    if not aspect:
        return str(topics.get(intent, intent))
    name = wording().names[kind][lang != "zh"]
    events = chain.of_kind(kind)
    if events and all(event.present for event in events):
        name = "赠送" if lang == "zh" else "given"
    return str(topics[aspect].format(kind=name))
