"""What a record of the store says to the graph: its view, linked and normalised, as facts."""

from __future__ import annotations

from biaotu.graph import RelicFacts
from biaotu.graph.reading import Labelled, Said, facts_of, parties_of
from biaotu.interpret import Subject
from biaotu.knowledge.linking import Authorities, links_of
from biaotu.review import RecordView


def facts_of_view(view: RecordView, authorities: Authorities) -> RelicFacts:
    """The facts of a record as it stands: what people accepted is confirmed, what they rejected is not told."""
    subject, links = Subject.of_view(view), links_of(view, authorities)
    normals = dict(zip(subject.items, subject.normals, strict=True))
    said, keys = list[Said](), dict[str, str]()
    for one, span in view.shown_spans():
        key = one.item.key
        link = links.get(key)
        keys[key] = key.removeprefix("span:")
        said.append(
            Said(
                keys[key],
                span,
                one.status == "accepted",
                normals.get(key),
                None if link is None or link.entry is None else link.entry.id,
                link is not None and link.status == "accepted",
                None if link is None else link.confidence,
            )
        )
    statuses = ("accepted",) if view.submitted else ("accepted", "suggested")
    labels = [
        Labelled(label.item.system, label.item.term, label.item.name, label.status == "accepted", label.confidence)
        for label in (*view.material, *view.use)
        if label.status in statuses
    ]
    spans = {one.span: one.key for one in said}
    parties = parties_of(subject, spans)
    facts = view.facts
    return facts_of(str(facts.id), facts.number, facts.title, said, labels, parties, facts.museum)
