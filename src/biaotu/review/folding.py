"""Suggestions and decisions of one record folded into its view.

The latest decision on an item wins, whoever made it; ``withdraw`` leaves the item as if nobody had judged it. Accepted
spans never overlap (``acts`` sees to that), and a suggestion that nobody judged yields to an accepted span it overlaps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from biaotu.records import Annotation
from biaotu.review.items import (
    SPAN_FIELDS,
    SYSTEMS,
    Item,
    LabelItem,
    LinkItem,
    SpanItem,
    StateItem,
    System,
    TagItem,
)
from biaotu.review.ledger import Ledger
from biaotu.review.photos import laid_on
from biaotu.review.suggest import suggestions_of
from biaotu.review.uncertainty import uncertainty
from biaotu.review.verdicts import Decision, Place, State, Suggestion
from biaotu.review.view import LabelView, LinkView, RecordFacts, RecordView, SpanView, Status, TagView

_STATES: Mapping[str, State] = {
    "submit": "submitted",
    "approve": "approved",
    "return": "returned",
    "reopen": "in_review",
}


def fold(facts: RecordFacts, annotation: Annotation | None, decisions: Iterable[Decision]) -> RecordView:
    """The view of a record.

    Args:
        facts: the record as it stands.
        annotation: what the newest model version says of it; None if none has spoken.
        decisions: all decisions on the record, in any order.

    What a person said of an older version of the text is left out of the view (``is_outdated``), and so are suggested
    spans of a field whose text has changed since the model read it. What was read on the photos is the annotation's.
    """
    facts = _read(facts, annotation)
    ledger = Ledger(decisions)
    suggestions = _suggestions(facts, annotation)
    standings = {
        item: found
        for item, rows in ledger.items.items()
        if not is_outdated(rows[-1], facts) and (found := ledger.standing(item))
    }
    spans = _spans(facts, suggestions, standings)
    hidden = {item for item in suggestions if isinstance(item, SpanItem)} - {span.item for span in spans}
    state = _state(standings, annotation)
    submission = _submission(ledger) if state in ("submitted", "approved") else None
    return RecordView(
        facts=facts,
        state=state,
        revision=ledger.revision,
        material=_labels("material", suggestions, standings),
        use=_labels("use", suggestions, standings),
        tags=_tags(suggestions, standings),
        attributes=spans,
        attribute_names=annotation.attribute_names if annotation else (),
        model=(annotation.model_name, annotation.model_version) if annotation else None,
        warnings=annotation.warnings if annotation else (),
        uncertainty=uncertainty(suggestions.values(), {*standings, *hidden}),
        submitter=None if submission is None else submission.user_id,
        submitter_name="" if submission is None else submission.user,
        proposal=_proposal(facts, suggestions),
        links=_links(standings, spans),
    )


def is_outdated(decision: Decision, facts: RecordFacts) -> bool:
    """Whether a decision is on a text that is no longer the record's: a span of it, its submission, its approval.

    A span read on the photos counts for that very reading, whatever became of title and description. A link goes with
    its span.
    """
    item, changed = decision.item, decision.text_version != facts.text_version
    if isinstance(item, LinkItem):
        item = item.span
    if isinstance(item, SpanItem):
        return (changed and item.field != "ocr") or not facts.holds(item)
    return changed and decision.verdict in ("submit", "approve")


def _suggestions(facts: RecordFacts, annotation: Annotation | None) -> dict[Item, Suggestion]:
    """What the model says of the text as it stands: spans of a field that has changed since are out of place."""
    if annotation is None:
        return {}
    same = [field for field in SPAN_FIELDS if annotation.text(field) == facts.text(field)]
    return {
        one.item: one
        for one in suggestions_of(annotation)
        if not isinstance(one.item, SpanItem) or (one.item.field in same and facts.holds(one.item))
    }


def _read(facts: RecordFacts, annotation: Annotation | None) -> RecordFacts:
    """The facts with what the annotation read on the photos, and nothing else there."""
    reading = annotation.ocr if annotation else None
    if annotation is not None and reading is not None:
        reading = laid_on(reading, annotation.images, (image.name for image in facts.images))
    return facts if reading == facts.ocr else replace(facts, ocr=reading)


def _state(standings: Mapping[Item, Decision], annotation: Annotation | None) -> State:
    standing = standings.get(StateItem())
    if standing is not None:
        return _STATES[standing.verdict]
    if standings:
        return "in_review"
    return "annotated" if annotation else "new"


def _submission(ledger: Ledger) -> Decision | None:
    """The submission that waits or was approved last; its ``user_id`` is None if the command line made it."""
    standing = ledger.standing(StateItem())
    while standing is not None and standing.verdict == "approve":
        standing = ledger.standing(StateItem(), standing.id)
    return standing if standing is not None and standing.verdict == "submit" else None


def _proposal(facts: RecordFacts, suggestions: Mapping[Item, Suggestion]) -> str:
    """A mark of what a submission would confirm if nobody judged anything: it changes with words and proposals."""
    told = sorted(f"{item.key}\t{one.verdict}" for item, one in suggestions.items() if one.verdict is not None)
    text = "\n".join((str(facts.text_version), *told))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _labels(
    system: System, suggestions: Mapping[Item, Suggestion], standings: Mapping[Item, Decision]
) -> tuple[LabelView, ...]:
    views = []
    for term in SYSTEMS[system]:
        item = LabelItem(system, term.id)
        suggestion = suggestions.get(item)
        proposed = suggestion is not None and suggestion.accepted
        status, by, at = _standing(standings.get(item), "suggested" if proposed else "none")
        views.append(LabelView(item, suggestion.confidence if suggestion else None, proposed, status, by, at))
    return tuple(views)


def _tags(suggestions: Mapping[Item, Suggestion], standings: Mapping[Item, Decision]) -> tuple[TagView, ...]:
    """Primary before secondary; in each the model's in its order, then those that people added, oldest first."""
    added = sorted((item for item in standings if item not in suggestions), key=lambda item: standings[item].id)
    views = []
    for item in (*suggestions, *added):
        if not isinstance(item, TagItem):
            continue
        suggestion, decision = suggestions.get(item), standings.get(item)
        place: Place = suggestion.place if suggestion and suggestion.place else "secondary"
        if decision is not None and decision.verdict in ("primary", "secondary"):
            place = "primary" if decision.verdict == "primary" else "secondary"
        status, by, at = _standing(decision, "suggested")
        views.append(
            TagView(
                item,
                suggestion.confidence if suggestion else None,
                suggestion.leans_on if suggestion else None,
                suggestion.place if suggestion else None,
                status,
                place,
                by,
                at,
            )
        )
    return tuple(sorted(views, key=lambda view: view.place))  # "primary" < "secondary"; the order inside each is kept


def _spans(
    facts: RecordFacts, suggestions: Mapping[Item, Suggestion], standings: Mapping[Item, Decision]
) -> tuple[SpanView, ...]:
    kept = [item for item, decision in standings.items() if isinstance(item, SpanItem)]
    taken = [item for item in kept if standings[item].verdict == "accept"]
    open_ones = [one for item, one in suggestions.items() if item not in standings]
    for suggestion in sorted(open_ones, key=lambda one: -one.confidence):  # of two that overlap the surer one is shown
        item = suggestion.item
        if isinstance(item, SpanItem) and not any(item.overlaps(other) for other in taken):
            taken.append(item)
            kept.append(item)
    views = []
    for item in sorted(kept, key=_in_text):
        found = suggestions.get(item)
        status, by, at = _standing(standings.get(item), "suggested")
        value = facts.text(item.field)[item.start : item.end]
        views.append(SpanView(item, value, found.confidence if found else None, found is not None, status, by, at))
    return tuple(views)


def _links(standings: Mapping[Item, Decision], spans: Sequence[SpanView]) -> tuple[LinkView, ...]:
    """What people said of the values that are shown; a value that was rejected names nobody any more."""
    shown = {span.item: place for place, span in enumerate(spans) if span.status != "rejected"}
    views = []
    for item, decision in standings.items():
        if isinstance(item, LinkItem) and item.span in shown:
            status, by, at = _standing(decision, "none")
            views.append(LinkView(item, status, by, at))
    return tuple(sorted(views, key=lambda view: (shown[view.item.span], view.status, view.item.entry)))


def _standing(decision: Decision | None, otherwise: Status) -> tuple[Status, str | None, datetime | None]:
    if decision is None:
        return otherwise, None, None
    return ("rejected" if decision.verdict == "reject" else "accepted"), decision.user, decision.at


def _in_text(item: SpanItem) -> tuple[int, int, int, str]:
    return SPAN_FIELDS.index(item.field), item.start, item.end, item.type


def overlapping(spans: Sequence[SpanItem], others: Collection[SpanItem] = ()) -> tuple[SpanItem, SpanItem] | None:
    """The first two spans that overlap: among ``spans``, or one of them with one of ``others``; None if none do."""
    for place, one in enumerate(spans):
        for other in (*spans[place + 1 :], *others):
            if one != other and one.overlaps(other):
                return one, other
    return None
