"""Searches that need the models: by meaning, by photo, evidence. What needs no model loads none."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from biaotu.api import present
from biaotu.api.deciding import item_of
from biaotu.api.schemas.records import Evidence
from biaotu.api.schemas.search import FacetCount, Highlights, SearchHit, SearchMode, SearchPage
from biaotu.api.services import Services
from biaotu.errors import InputError
from biaotu.intake.annotating import shelved
from biaotu.review import SpanItem
from biaotu.search import Hit, SearchQuery
from biaotu.search import SearchPage as FoundPage
from biaotu.store import Mentions, RecordSummary


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as a client asks it; ``filters`` holds values by facet, ``photo`` the bytes of a picture to go by."""

    text: str
    filters: Mapping[str, Sequence[str]]
    mode: SearchMode = "words"
    photo: bytes | None = None
    cursor: str | None = None
    limit: int = 20


def search(parts: Services, asked: Asked) -> SearchPage:
    """Search, and tell the records found.

    Raises:
        InputError: if a facet or cursor is unlawful, or a search by meaning says nothing.
    """
    begun = time.perf_counter()
    page, records = parts.store.search_records(_query(parts, asked))
    return SearchPage(
        items=[_hit(hit, *records[hit.record_id]) for hit in page.hits if hit.record_id in records],
        total=page.total,
        facets=_facets(page),
        next=page.cursor,
        took_ms=round((time.perf_counter() - begun) * 1000, 1),
    )


def similar(
    parts: Services, record_id: int, by: Literal["text", "photo"] | None, limit: int
) -> list[tuple[Hit, RecordSummary]]:
    """Records like one, the most alike first.

    Raises:
        NotFound: if there is no such record.
    """
    page, records = parts.store.search_records(
        SearchQuery(mode="similar", record=record_id, by=("text", "photo") if by is None else (by,), limit=limit)
    )
    return [(hit, records[hit.record_id][0]) for hit in page.hits if hit.record_id in records]


def evidence(parts: Services, record_id: int, key: str) -> Evidence:
    """What in a record speaks for an item.

    Raises:
        NotFound: if there is no such record.
        InputError: if there is no evidence for such an item.
    """
    item_of(key)  # what is no item is refused before the models are loaded
    with parts.store.reading() as unit:
        record, reading = unit.records.get(record_id), unit.decisions.view(record_id).ocr
    return present.evidence(parts.annotator.get().explain(shelved(parts.store, record), key, reading), record)


def mentions(parts: Services, record_id: int, key: str, limit: int) -> Mentions:
    """Where else the words of an attribute value stand, and in how many places.

    Raises:
        NotFound: if there is no such record.
        InputError: if the key is none of an attribute value.
    """
    item = item_of(key)
    if not isinstance(item, SpanItem):
        raise InputError(f"{key}: only attribute values are mentioned elsewhere; write span:FIELD:START:END:ID")
    with parts.store.reading() as unit:
        return unit.lists.mentions(record_id, item, limit)


def _query(parts: Services, asked: Asked) -> SearchQuery:
    """The question with the vector that it needs.

    Raises:
        InputError: if there are no words to go by, or the model cannot compare words with photos.
    """
    filters = {facet: tuple(values) for facet, values in asked.filters.items() if values}
    query = SearchQuery(asked.text, filters, cursor=asked.cursor, limit=asked.limit)
    if asked.photo is not None:
        return replace(query, mode="photo", vector=parts.annotator.get().photo_vector(asked.photo), against="photo")
    if asked.mode == "words":
        return query
    annotator = parts.annotator.get()
    vector = annotator.text_vector(asked.text)
    if vector is None:
        raise InputError("a search by meaning or for photos needs words to go by (q); write some")
    if asked.mode == "meaning":
        return replace(query, mode="meaning", vector=vector, against="text")
    shared = annotator.shared_text(asked.text)
    if shared is None:
        raise InputError("this model bundle has no space that words and photos share; search by words or meaning")
    return replace(query, mode="photo", vector=shared, against="shared_photo")


def _hit(hit: Hit, record: RecordSummary, description: str) -> SearchHit:
    return SearchHit(
        **present.summary_fields(record),
        description=description,
        score=hit.score,
        highlights=Highlights(
            title=list(hit.highlights.get("title", ())), description=list(hit.highlights.get("description", ()))
        ),
    )


def _facets(page: FoundPage) -> dict[str, list[FacetCount]]:
    return {
        facet: [FacetCount(value=one.value, name=one.name, count=one.count) for one in counts]
        for facet, counts in page.facets.items()
    }
