"""From what is known of a record to its facts: which nodes its values name, and which of that a person confirmed.

A value that a person accepted is confirmed; that it names a certain entry is a statement of its own. So an accepted
value whose link nobody judged names the bare words in the confirmed graph and the entry in the machine's. A date
follows its value: it is worked out by rule and shown beside the value that people accept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from biaotu.authorities import Linker, RecordContext, key
from biaotu.authorities.dates import years_in
from biaotu.graph import names
from biaotu.graph.facts import Mention, Period, RelicFacts, Sure, Target
from biaotu.interpret import Subject, provenance
from biaotu.records import Annotation, Span
from biaotu.review import ocr_mark, span_item
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES

ROLE_OF: Final = {"donated": "donor", "found": "finder", "held": "holder", "made": "maker", "used": "user"}
"""Kinds of events in a provenance whose agent is an edge of the graph, and the edge."""


@dataclass(frozen=True, slots=True)
class Said:
    """An attribute value with what is known of it.

    Attributes:
        key: its item's key, without ``span:``.
        span: the value.
        confirmed: whether a person accepted it.
        normal: what it means (docs/normal.md), None if nothing can be said.
        entry: id of the entry that it names, None if none or nobody knows.
        linked: whether a person said which entry it names, or that it names none.
        confidence: of the link, if the machine made it.
    """

    key: str
    span: Span
    confirmed: bool
    normal: Mapping[str, Any] | None = None
    entry: str | None = None
    linked: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A material or use that a record is labelled with; ``confidence`` is None if a person added it."""

    system: str
    term: str
    name: str
    confirmed: bool
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Party:
    """A role in a relic's provenance and the value that names who had it."""

    role: str
    key: str


def facts_of(
    record: str,
    number: str,
    title: str,
    said: Sequence[Said],
    labels: Iterable[Labelled] = (),
    parties: Iterable[Party] = (),
    museum: str = "",
) -> RelicFacts:
    """The facts of a record. Values that name nothing (colours, numbers, 同年 without a year) say none."""
    mentions, periods, words = list[Mention](), dict[str, Period](), dict[str, str]()
    by_key: dict[str, Mention] = {}
    for one in said:
        targets = _targets(one, periods, words)
        if targets:
            by_key[one.key] = Mention(one.key, one.span.value, targets)
    mentions += by_key.values()
    for label in labels:
        node = names.concept_iri(label.system, label.term)
        target = Target(node, label.confirmed, None if label.confirmed else label.confidence)
        mentions.append(Mention(f"label:{label.system}:{label.term}", label.name, (target,)))
    for party in parties:
        if (mention := by_key.get(party.key)) is not None:
            # Who had a role is read by rule: nobody confirmed it, even where the name is confirmed.
            best = mention.targets[-1]
            role = Target(best.node, False, best.confidence)
            mentions.append(Mention(f"role:{party.role}:{party.key}", mention.value, (role,)))
    unique = {mention.key: mention for mention in mentions}
    return RelicFacts(
        record, number, title, museum, tuple(unique.values()), tuple(periods.values()), tuple(words.items())
    )


def facts_of_annotation(annotation: Annotation, linker: Linker) -> RelicFacts:
    """The facts of an annotation as a file holds it: all of them the machine's."""
    subject = Subject.of_annotation(annotation)
    spans = annotation.attributes
    normals = dict(zip(subject.spans, subject.normals, strict=True))
    links = link_all(linker, spans, {name: annotation.text(name) for name in ("title", "description", "ocr")})
    mark = ocr_mark(annotation.ocr.text) if annotation.ocr else ""
    said = []
    for span in spans:
        entry, confidence = links.get(span, (None, None))
        item = span_item(span, mark)
        said.append(Said(item.key.removeprefix("span:"), span, False, normals.get(span), entry, False, confidence))
    labels = [
        Labelled(system, vocabulary.named(label.name).id, label.name, False, label.confidence)
        for system, vocabulary, found in (
            ("material", MATERIALS, annotation.material),
            ("use", USES, annotation.use),
        )
        for label in found
        if label.accepted and label.name in vocabulary
    ]
    parties = parties_of(subject, {one.span: one.key for one in said})
    return facts_of(annotation.id, annotation.id, annotation.title, said, labels, parties)


def parties_of(subject: Subject, keys: Mapping[Span, str]) -> list[Party]:
    """Who had a part in a relic's provenance: parties named by a value, not the relatives of one (朱德之女)."""
    return [
        Party(ROLE_OF[event.kind], keys[party.span])
        for event in provenance(subject).events
        if event.kind in ROLE_OF and not event.present
        for party in event.parties
        if party.role == "agent" and not party.relative and party.span is not None and party.span in keys
    ]


def link_all(
    linker: Linker, spans: Sequence[Span], texts: Mapping[str, str]
) -> dict[Span, tuple[str | None, float | None]]:
    """The entry that each value names by the machine's best guess, with its confidence.

    What is written on the photos says nothing of who is meant in title and description; the other way round it does.
    """
    own = tuple(span for span in spans if span.field != "ocr")
    found: dict[Span, tuple[str | None, float | None]] = {}
    for among, ocr in ((own, False), (tuple(spans), True)):
        if not ocr or len(own) < len(spans):
            years = years_in(span.value for span in among if span.type == "时间")
            for span, links in linker.link_record(RecordContext(among, years, dict(texts))):
                if (span.field == "ocr") is ocr and links.best is not None:
                    found[span] = links.best.entry_id, links.best.confidence
    return found


def _targets(one: Said, periods: dict[str, Period], words: dict[str, str]) -> tuple[Target, ...]:
    attribute = ATTRIBUTES.named(one.span.type).id
    if attribute not in names.ATTRIBUTE_KINDS:
        return ()
    confidence = None if one.confirmed else one.span.confidence
    found = list[Target]()
    if (date := _date(one)) is not None:
        period, sure = date
        periods[period.edtf] = period
        found.append(Target(names.date_iri(period.edtf), one.confirmed, confidence, sure))
    entry_confirmed = one.confirmed and one.linked
    bare = one.entry is None or (one.confirmed and not entry_confirmed)
    if bare and not found and (attribute != "time" or one.entry is not None):
        plain = _key(attribute, one)
        if plain:
            node = names.value_iri(attribute, plain)
            words[node] = one.span.value
            found.append(Target(node, one.confirmed, confidence))
    if one.entry is not None:
        sure_of_it = None if entry_confirmed else one.confidence
        found.append(Target(names.entry_iri(one.entry), entry_confirmed, sure_of_it))
    return tuple(found)


def _key(attribute: str, one: Said) -> str:
    if attribute == "model" and one.normal and one.normal.get("id"):
        return str(one.normal["id"])
    return key(one.span.value)


def _date(one: Said) -> tuple[Period, Sure] | None:
    """The date of a value, if it lies somewhere in time: not 10月10日 of no year, not one of several years."""
    normal = one.normal
    if normal is None or normal.get("kind") != "date" or normal["sure"] == "ambiguous":
        return None
    begin, end = normal.get("begin"), normal.get("end")
    if begin is None and end is None:
        return None
    return Period(normal["edtf"], begin, end), "assumed" if normal["sure"] == "assumed" else "exact"
