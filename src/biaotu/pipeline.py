"""The story on one page: what happens to a record, step by step.

    photos ──decode──> regions ──────────────┐
    title, description ──read──> windows ──> states ──┬──> labels (fusion of text and photos)
                                                      └──> attributes ──> text tags ──ranked by labels──> Annotation

This is the only module that calls the steps in order; the steps do not know each other.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from biaotu import attributes, fusion, images, text
from biaotu.errors import BiaotuError, InputError
from biaotu.models import Models
from biaotu.records import Annotation, AttributeName, Failure, Label, Notice, Record, Source, Span
from biaotu.records.maker import as_text
from biaotu.runtime import Bundle, Manifest

Floats = npt.NDArray[np.float32]
READ_AHEAD = 4
"""Records that wait for each thread: enough to keep cores busy, few enough to keep memory flat."""


class Annotator:
    """Annotates records with one bundle. Safe to share between threads; loading it takes about two seconds.

    Args:
        models: the loaded bundle.
        threads: records worked on side by side; all cores by default.
        without_images: let the models see the words alone.
        without_text: let the models see the photos alone.
    """

    def __init__(
        self, models: Models, *, threads: int | None = None, without_images: bool = False, without_text: bool = False
    ) -> None:
        self._models = models
        self._threads = threads or os.cpu_count() or 1
        self._without_images = without_images
        self._without_text = without_text

    @property
    def manifest(self) -> Manifest:
        """What the bundle holds: labels, settings, training data, scores, files."""
        return self._models.manifest

    def annotate(self, record: Record | Mapping[str, Any]) -> Annotation:
        """Annotate one record.

        Args:
            record: a ``Record``, or a mapping with ``id``, ``title``, ``description``, ``images`` (paths); anything
                else is handed through as ``extra``.

        Raises:
            InputError: if it is neither, or a mapping has none of title, description, images or images that are no
                paths.
        """
        if not isinstance(record, Record):
            record = _as_record(record)
        models = self._models
        notices = list(record.notices)
        regions = self._look(record, notices)
        reading = self._read(record, notices)
        windows = models.pieces.windows(reading.text)
        states = [models.states(window) for window in windows]
        if not windows and not regions:
            notices.append(Notice("nothing-usable", "no words and no usable photo: nothing could be annotated"))

        material, use = self._labels(windows, states, regions)
        spans, names = self._attributes(reading, windows, states, regions)
        text_tags = models.tagger.tags(reading, spans)
        primary, secondary = models.ranker.rank(text_tags, (*material, *use))
        return Annotation(
            id=record.id,
            title=record.title,
            description=record.description,
            images=record.images,
            material=material,
            use=use,
            text_tags=text_tags,
            primary=primary,
            secondary=secondary,
            attribute_names=names,
            attributes=spans,
            model_name=models.manifest.name,
            model_version=models.manifest.version,
            warnings=tuple(notices),
            extra=record.extra,
        )

    def annotate_many(self, records: Iterable[Record | Mapping[str, Any] | Failure]) -> Iterator[Annotation | Failure]:
        """Annotate a stream, in order, several records side by side, reading ahead a little.

        What cannot be annotated comes out as a ``Failure`` in its place; what went in as one is passed on. ``row`` of
        such a failure counts the stream from 1 where the record does not say which file it came from.
        """
        waiting: deque[Future[Annotation | Failure]] = deque()
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="annotate")
        try:
            for number, record in enumerate(records, 1):
                waiting.append(pool.submit(self._answer, record, number))
                if len(waiting) >= self._threads * READ_AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _answer(self, record: Record | Mapping[str, Any] | Failure, number: int) -> Annotation | Failure:
        if isinstance(record, Failure):
            return record
        try:
            return self.annotate(record)
        except Exception as error:  # one record's fault, whatever it is, must not stop the others
            reason = str(error) if isinstance(error, BiaotuError) else f"unexpected {type(error).__name__}: {error}"
            source, name = Source("records", number), None
            if isinstance(record, Record):
                source, name = record.source or source, record.id
            elif isinstance(record, Mapping):
                name = str(record.get("id") or "") or None
            return Failure(source, reason, name, None if isinstance(record, Record) else record)

    def _look(self, record: Record, notices: list[Notice]) -> list[Floats]:
        """Regions [1, k, V] of each photo that can be used."""
        if self._without_images or not record.images:
            return []
        photos, troubles = images.load_photos(record, self._models.preprocessing)
        known = {(notice.code, notice.message) for notice in notices}
        notices.extend(notice for notice in troubles if (notice.code, notice.message) not in known)
        return [self._models.regions(photo.pixels) for photo in photos]

    def _read(self, record: Record, notices: list[Notice]) -> text.Reading:
        if self._without_text:
            return text.read("", "")
        found = text.phenomena(record.title, record.description)
        notices.extend(found)
        if any(notice.code == text.EMPTY for notice in found):
            return text.read("", "")  # from a lone full stop the models would read something, but nothing stands there
        return text.read(record.title, record.description)

    def _labels(
        self, windows: Sequence[text.Window], states: Sequence[Floats], regions: Sequence[Floats]
    ) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
        """Picture labels: the fused network once for each photo, the mean of its opinions."""
        if not states and not regions:
            return (), ()
        window, state = (windows[0], states[0]) if windows else (None, None)
        views: list[Floats | None] = [*regions] if regions else [None]
        logits = fusion.average([self._models.label_logits(window, state, view) for view in views])
        return fusion.decide(fusion.sigmoid(logits), self._models.label_thresholds)

    def _attributes(
        self, reading: text.Reading, windows: Sequence[text.Window], states: Sequence[Floats], regions: Sequence[Floats]
    ) -> tuple[tuple[Span, ...], tuple[AttributeName, ...]]:
        """Attribute values in their place and attribute names; long texts by windows, each character judged once."""
        if not windows:
            return (), ()
        models = self._models
        view = regions[0] if regions else None
        marks = models.marks.of(reading.text)
        parts, logits = [], []
        for window, state in zip(windows, states, strict=True):
            emissions, names = models.attribute_scores(window, state, marks, view)
            parts.append(emissions[window.keep.start : window.keep.stop])
            logits.append(names)
        found = models.decoder.spans(np.concatenate(parts))
        spans = [placed for span in found if (placed := placed_span(reading, span)) is not None]
        return tuple(spans), attributes.attribute_names(np.max(logits, axis=0), models.name_thresholds)


def load(
    bundle: Path | str | None = None,
    *,
    lexicon: Sequence[Path | str] = (),
    statistics: Path | str | None = None,
    threads: int | None = None,
    without_images: bool = False,
    without_text: bool = False,
) -> Annotator:
    """Load a model bundle and make an annotator of it.

    Args:
        bundle: folder of the bundle; the one shipped with the package by default.
        lexicon: word lists of the user's own.
        statistics: word statistics of the user's own corpus, made by ``biaotu-train statistics``.
        threads: records worked on side by side; all cores by default.
        without_images: let the models see the words alone.
        without_text: let the models see the photos alone.

    Raises:
        BundleError: if the bundle is missing or damaged.
        InputError: if a word list cannot be read.
        ValueError: if both sides are left out.
    """
    if without_images and without_text:
        raise ValueError("without_images and without_text leave nothing to look at; give one of them")
    models = Models(
        Bundle(Path(bundle) if bundle else None),
        lexicon=[Path(path) for path in lexicon],
        statistics=Path(statistics) if statistics else None,
    )
    return Annotator(models, threads=threads, without_images=without_images, without_text=without_text)


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


def _as_record(document: Mapping[str, Any]) -> Record:
    if not isinstance(document, Mapping):
        raise InputError(f"a record is a Record or a mapping, not {type(document).__name__}")
    known = {"id", "title", "description", "images"}
    photos = () if _is_missing(document.get("images")) else document["images"] or ()
    if isinstance(photos, (str, os.PathLike)):
        photos = (photos,)
    if not isinstance(photos, Iterable) or not all(isinstance(photo, (str, os.PathLike)) for photo in photos):
        raise InputError(f"images is a path or a list of paths, not {photos!r}")
    record = Record(
        id=_part(document, "id"),
        title=_part(document, "title"),
        description=_part(document, "description"),
        images=tuple(os.fspath(photo) for photo in photos),
        extra={key: value for key, value in document.items() if key not in known},
    )
    if not (record.title or record.description or record.images):
        raise InputError("the record has none of title, description, images; give at least one of them")
    return record


def _part(document: Mapping[str, Any], name: str) -> str:
    """One part of a mapping as text; InputError if it is a list or an object."""
    value = document.get(name)
    if _is_missing(value):
        return ""
    try:
        return as_text(value, name)
    except ValueError as error:
        raise InputError(str(error)) from error


def _is_missing(value: object) -> bool:
    """Whether it is what JSON (null) or a data frame (NaN) holds for nothing."""
    return value is None or (isinstance(value, float) and math.isnan(value))
