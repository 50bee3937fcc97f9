"""From what was observed to answers: labels, attribute values in their place, what they mean, tags read on photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from biaotu import attributes, fusion, normal, ocr, text
from biaotu.evidence import Observed
from biaotu.models import Models
from biaotu.pipeline.types import Floats
from biaotu.records import AttributeName, Label, OcrReading, Record, Span, TextTag

LEAST_SURE = 0.75
"""A value of the words on a photo is left out below this confidence; see ``docs/ocr.md`` for what it was chosen on."""


def labels(models: Models, observed: Observed) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """Picture labels: the fused network once for each photo, the mean of its opinions."""
    if not observed.windows and not observed.photos:
        return (), ()
    window, state = (observed.windows[0], observed.states[0]) if observed.windows else (None, None)
    views: list[Floats | None] = [photo.regions for photo in observed.photos] or [None]
    logits = fusion.average([models.label_logits(window, state, view) for view in views])
    return fusion.decide(fusion.sigmoid(logits), models.label_thresholds)


def attribute_values(models: Models, observed: Observed) -> tuple[tuple[Span, ...], tuple[AttributeName, ...]]:
    """Attribute values in their place and attribute names; long texts by windows, each character judged once."""
    if not observed.windows:
        return (), ()
    reading = observed.reading
    view = observed.photos[0].regions if observed.photos else None
    marks = models.marks.of(reading.text)
    parts, logits = [], []
    for window, state in zip(observed.windows, observed.states, strict=True):
        emissions, names = models.attribute_scores(window, state, marks, view)
        parts.append(emissions[window.keep.start : window.keep.stop])
        logits.append(names)
    found = models.decoder.spans(np.concatenate(parts))
    spans = [placed for span in found if (placed := placed_span(reading, span)) is not None]
    return tuple(spans), attributes.attribute_names(np.max(logits, axis=0), models.name_thresholds)


def placed_span(reading: text.Reading, span: attributes.CharSpan) -> Span | None:
    """A decoded span in its field of the original, bare of white space and half pairs; None if nothing is left."""
    place = reading.locate(span.start, span.end)
    if place is None:
        return None
    field, start, end = place
    original = reading.title if field == "title" else reading.description
    first, last = text.core(original[start:end])
    start, end = start + first, start + last
    return Span(span.type, original[start:end], field, start, end, span.confidence) if start < end else None


def read_surely(inscribed: OcrReading, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Values of the words on the photos; each as sure as that it was read so and that it is one, if that is enough."""
    weighed = (
        replace(span, confidence=span.confidence * ocr.reading_confidence(inscribed, span.start, span.end))
        for span in spans
    )
    return tuple(span for span in weighed if span.confidence >= LEAST_SURE)


def further(known: Sequence[TextTag], found: Sequence[TextTag], least: float) -> tuple[TextTag, ...]:
    """Tags of the words on the photos that are likely enough and that the museum's own text has not given already."""
    said = {text.simplified(tag.tag) for tag in known}
    fresh = (tag for tag in found if tag.score >= least and "\n" not in tag.tag)
    return tuple(tag for tag in fresh if text.simplified(tag.tag) not in said)


def meanings(
    record: Record, spans: Sequence[Span], inscribed: OcrReading | None
) -> tuple[Mapping[str, Any] | None, ...]:
    """What each value means as plain JSON types; empty if none means anything."""
    words = inscribed.text if inscribed else ""
    found = normal.normalise_all(record.title, record.description, spans, ocr=words)
    return tuple(None if one is None else one.to_dict() for one in found) if any(found) else ()
