"""Whom and what the values of a stored record name, for exports: what people linked, and what is likely elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biaotu.export.exchange import Link
    from biaotu.intake.publishing import Namer
    from biaotu.records import Annotation
    from biaotu.review import RecordView
    from biaotu.store import Unit


def store_namer(unit: Unit) -> Namer:
    """Links by the authority file as the store has it."""
    from biaotu.batch.naming import named
    from biaotu.export.exchange import Link
    from biaotu.knowledge.linking import Authorities, links_of

    authorities = Authorities.of(unit)

    def links(view: RecordView, annotation: Annotation) -> tuple[Link | None, ...]:
        found = links_of(view, authorities)
        places: dict[tuple[str, str, int, int], Link] = {}
        for one, span in view.shown_spans():
            link = found.get(one.item.key)
            if link is not None and link.entry is not None:
                where = (span.type, span.field, span.start, span.end)
                places[where] = Link(named(link.entry), link.status == "accepted", link.confidence)
        return tuple(places.get((each.type, each.field, each.start, each.end)) for each in annotation.attributes)

    return links
