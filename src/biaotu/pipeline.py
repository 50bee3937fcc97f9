"""The story on one page: what happens to a record, step by step.

    photos ──decode──> regions ──────────────┐
    title, description ──read──> windows ──> states ──┬──> labels (fusion of text and photos)
                                                      └──> attributes ──> text tags ──ranked by labels──> Annotation
    photos ──words read on them──> windows ──> states ──> attributes and tags of their own ──┘ (only if asked for)

The same states and regions give the vectors that a search compares (``examine``) and the material on which evidence is
weighed (``explain``). This is the only module that calls the steps in order; the steps do not know each other.
"""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from biaotu import attributes, fusion, images, normal, ocr, text
from biaotu.errors import BiaotuError, InputError
from biaotu.evidence import Evidence, Explainer, Observed, Seen, box_of
from biaotu.models import Models
from biaotu.ocr import Reader
from biaotu.records import (
    Annotation,
    AttributeName,
    Failure,
    Label,
    Notice,
    OcrLine,
    OcrReading,
    Record,
    Source,
    Span,
    TextTag,
)
from biaotu.records.mapping import as_record
from biaotu.review import SpanItem, TagItem, parse_item
from biaotu.runtime import Bundle, Manifest

Floats = npt.NDArray[np.float32]

READ_AHEAD = 4
"""Records that wait for each thread: enough to keep cores busy, few enough to keep memory flat."""

LEAST_SURE = 0.75
"""A value of the words on a photo is left out below this confidence; see ``docs/ocr.md`` for what it was chosen on."""


@dataclass(frozen=True, slots=True, eq=False)
class PhotoVector:
    """One photo as a unit vector [V]; ``index`` is the photo's place in ``record.images``."""

    index: int
    vector: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """A record's annotation with what a search by meaning needs, made in the same pass of the encoders.

    Attributes:
        annotation: what the models say.
        text_vector: the text as a unit vector [W]; None if there is none that says anything.
        photo_vectors: one for each photo that could be used.
        shared_text: the text in the space [d] that words and photos share; None without text or without such a space.
        shared_photos: the photos in that space; empty without one.
    """

    annotation: Annotation
    text_vector: Floats | None = None
    photo_vectors: tuple[PhotoVector, ...] = ()
    shared_text: Floats | None = None
    shared_photos: tuple[PhotoVector, ...] = ()


class Annotator:
    """Annotates records with one bundle. Safe to share between threads; loading it takes about two seconds.

    Args:
        models: the loaded bundle.
        threads: records worked on side by side; all cores by default.
        without_images: let the models see the words alone.
        without_text: let the models see the photos alone.
        ocr: reads the words on the photos, which then are a text of their own beside title and description; None does
            not look for any.
    """

    def __init__(
        self,
        models: Models,
        *,
        threads: int | None = None,
        without_images: bool = False,
        without_text: bool = False,
        ocr: Reader | None = None,
    ) -> None:
        self._models = models
        self._threads = threads or os.cpu_count() or 1
        self._without_images = without_images
        self._without_text = without_text
        self._ocr = ocr
        self._explainer = Explainer(models)

    @property
    def manifest(self) -> Manifest:
        """What the bundle holds: labels, settings, training data, scores, files."""
        return self._models.manifest

    @property
    def version(self) -> str:
        """The model version that annotations bear: the bundle's, with ``+ocr`` where words on photos are read too."""
        return self.manifest.version + ("+ocr" if self._ocr else "")

    def annotate(self, record: Record | Mapping[str, Any]) -> Annotation:
        """Annotate one record.

        Args:
            record: a ``Record``, or a mapping with ``id``, ``title``, ``description``, ``images`` (paths); anything
                else is handed through as ``extra``.

        Raises:
            InputError: if it is neither, or a mapping has none of title, description, images or images that are no
                paths.
        """
        return self.examine(record).annotation

    def examine(self, record: Record | Mapping[str, Any]) -> Examined:
        """Annotate one record as ``annotate`` does and hand out its vectors too.

        Raises:
            InputError: as ``annotate``.
        """
        record = as_record(record)
        models = self._models
        notices = list(record.notices)
        observed = self._observe(record, notices)
        if not observed.windows and not observed.photos:
            notices.append(Notice("nothing-usable", "no words and no usable photo: nothing could be annotated"))

        material, use = self._labels(observed)
        spans, names = self._attributes(observed)
        text_tags = models.tagger.tags(observed.reading, spans)
        inscribed = self._read_photos(record, observed.photos, notices)
        if inscribed is not None:
            shown = self._as_text(inscribed, observed.photos)
            found = _read_surely(inscribed, self._attributes(shown)[0])
            text_tags += _further(text_tags, models.tagger.tags(shown.reading, found), models.tagger.settings.threshold)
            spans += tuple(replace(span, field="ocr") for span in found)
        primary, secondary = models.ranker.rank(text_tags, (*material, *use))
        annotation = Annotation(
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
            model_version=self.version,
            warnings=tuple(notices),
            extra=record.extra,
            normals=_normals(record, spans, inscribed),
            ocr=inscribed,
        )
        words = models.text_mean(observed.windows, observed.states)
        photos = [(photo.index, models.photo_mean(photo.regions)) for photo in observed.photos]
        space = models.space
        return Examined(
            annotation,
            text_vector=None if words is None else models.text_vector(words),
            photo_vectors=tuple(PhotoVector(index, models.photo_vector(mean)) for index, mean in photos),
            shared_text=None if words is None or space is None else space.text(words),
            shared_photos=tuple(PhotoVector(index, space.photo(mean)) for index, mean in photos) if space else (),
        )

    def explain(self, record: Record | Mapping[str, Any], item: str, inscribed: OcrReading | None = None) -> Evidence:
        """Which words and which regions of the photos speak for an item of a record.

        Args:
            record: as for ``annotate``.
            item: ``label:material:metal``, ``tag:手榴弹`` or ``span:title:0:2:organisation``, whether or not the models
                suggested it; offsets are code points of the original text.
            inscribed: the words on the photos as an annotation of the record has them. Without them the photos are read
                anew for an item that may stand there, if words on photos are read at all.

        Raises:
            InputError: if the key names nothing there is evidence for, or a value that is not in the text; as
                ``annotate`` for the record.
        """
        try:
            asked = parse_item(item)
        except ValueError as error:
            raise InputError(f"{item}: {error}") from error
        record = as_record(record)
        observed = self._observe(record, [])
        if inscribed is None and isinstance(asked, (SpanItem, TagItem)) and not _is_in(asked, observed.reading):
            inscribed = self._read_photos(record, observed.photos, [])
        shown = self._as_text(inscribed, observed.photos) if inscribed else None
        material, use = self._labels(observed)
        return self._explainer.explain(asked, observed, (*material, *use), shown)

    def text_vector(self, query: str) -> Floats | None:
        """A query as a unit vector [W], comparable with ``Examined.text_vector``; None if it says nothing."""
        mean = self._text_mean(query)
        return None if mean is None else self._models.text_vector(mean, query=True)

    def shared_text(self, query: str) -> Floats | None:
        """A text in the space [d] shared with photos; None if it says nothing or the bundle has no such space."""
        space, mean = self._models.space, self._text_mean(query)
        return None if mean is None or space is None else space.text(mean)

    def photo_vector(self, photo: Path | str | bytes) -> Floats:
        """A photo, by its path or its file's bytes, as a unit vector [V], comparable with ``Examined.photo_vectors``.

        Raises:
            InputError: if it cannot be used; says why.
        """
        return self._models.photo_vector(self._photo_mean(photo))

    def shared_photo(self, photo: Path | str | bytes) -> Floats | None:
        """A photo in the space [d] shared with words; None if the bundle has no such space.

        Raises:
            InputError: as ``photo_vector``.
        """
        space, mean = self._models.space, self._photo_mean(photo)
        return None if space is None else space.photo(mean)

    def _text_mean(self, query: str) -> Floats | None:
        windows = self._models.pieces.windows(_reading(Record("", query), []).text)
        return self._models.text_mean(windows, [self._models.states(window) for window in windows])

    def _photo_mean(self, photo: Path | str | bytes) -> Floats:
        models = self._models
        if not isinstance(photo, bytes):
            return models.photo_mean(models.regions(images.load_photo(Path(photo), models.preprocessing).pixels))
        # Photos are read from files only, where every kind of damage is met; an upload becomes one for a moment.
        with tempfile.TemporaryDirectory(prefix="biaotu-") as folder:
            (Path(folder) / "photo").write_bytes(photo)
            upload = Record("", images=("photo",), image_root=Path(folder))
            found, troubles = images.load_photos(upload, models.preprocessing)
        if not found:
            raise InputError(troubles[0].message)
        return models.photo_mean(models.regions(found[0].pixels))

    def annotate_many(self, records: Iterable[Record | Mapping[str, Any] | Failure]) -> Iterator[Annotation | Failure]:
        """Annotate a stream, in order, several records side by side, reading ahead a little.

        What cannot be annotated comes out as a ``Failure`` in its place; what went in as one is passed on. ``row`` of
        such a failure counts the stream from 1 where the record does not say which file it came from.
        """
        for answer in self.examine_many(records):
            yield answer if isinstance(answer, Failure) else answer.annotation

    def examine_many(self, records: Iterable[Record | Mapping[str, Any] | Failure]) -> Iterator[Examined | Failure]:
        """As ``annotate_many``, with the vectors of each record."""
        waiting: deque[Future[Examined | Failure]] = deque()
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

    def _answer(self, record: Record | Mapping[str, Any] | Failure, number: int) -> Examined | Failure:
        if isinstance(record, Failure):
            return record
        try:
            return self.examine(record)
        except Exception as error:  # one record's fault, whatever it is, must not stop the others
            reason = str(error) if isinstance(error, BiaotuError) else f"unexpected {type(error).__name__}: {error}"
            source, name = Source("records", number), None
            if isinstance(record, Record):
                source, name = record.source or source, record.id
            elif isinstance(record, Mapping):
                name = str(record.get("id") or "") or None
            return Failure(source, reason, name, None if isinstance(record, Record) else record)

    def _observe(self, record: Record, notices: list[Notice]) -> Observed:
        """Read the text and look at the photos: all that the encoders say of a record."""
        photos = self._look(record, notices)
        reading = text.read("", "") if self._without_text else _reading(record, notices)
        windows = self._models.pieces.windows(reading.text)
        return Observed(reading, windows, [self._models.states(window) for window in windows], photos)

    def _look(self, record: Record, notices: list[Notice]) -> list[Seen]:
        """Each photo that can be used with its regions."""
        if self._without_images or not record.images:
            return []
        models = self._models
        known = {(notice.code, notice.message) for notice in notices}
        seen = []
        for index, name in enumerate(record.images):  # one by one, so that each keeps its place
            photos, troubles = images.load_photos(replace(record, images=(name,)), models.preprocessing)
            notices.extend(notice for notice in troubles if (notice.code, notice.message) not in known)
            for photo in photos:
                box = box_of(models.preprocessing, photo.width, photo.height)
                seen.append(Seen(index, photo.pixels, models.regions(photo.pixels), box))
        return seen

    def _read_photos(self, record: Record, photos: Sequence[Seen], notices: list[Notice]) -> OcrReading | None:
        """The words on the photos that can be used; None if nobody wants to know."""
        if self._ocr is None or self._without_images:
            return None
        lines: list[OcrLine] = []
        for index in (seen.index for seen in photos):
            try:
                photo = images.load_upright(record.image_paths()[index], ocr.LONGEST)
                lines += self._ocr.read(photo.pixels, photo=index, size=(photo.width, photo.height))
            except (ocr.OcrError, images.PhotoError) as error:
                reason = error.reason if isinstance(error, InputError) else str(error)
                message = f"{record.images[index]}: its words could not be read ({reason}); the rest was annotated"
                notices.append(Notice("ocr-failed", message))
        return OcrReading(tuple(map(self._forward, lines)), self._ocr.engine)

    def _forward(self, line: OcrLine) -> OcrLine:
        """A line as it is to be read: one that was written from right to left is turned round."""
        if ocr.is_column(line.box) or not text.runs_backward(line.text, self._models.segmenter):
            return line
        return replace(line, text=line.text[::-1])

    def _as_text(self, inscribed: OcrReading, photos: Sequence[Seen]) -> Observed:
        """What was read on the photos as a text that the encoders say something of: its ``description``."""
        reading = text.read_passages(inscribed.text, ocr.passages(inscribed))
        windows = self._models.pieces.windows(reading.text)
        return Observed(reading, windows, [self._models.states(window) for window in windows], photos)

    def _labels(self, observed: Observed) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
        """Picture labels: the fused network once for each photo, the mean of its opinions."""
        if not observed.windows and not observed.photos:
            return (), ()
        window, state = (observed.windows[0], observed.states[0]) if observed.windows else (None, None)
        views: list[Floats | None] = [photo.regions for photo in observed.photos] or [None]
        logits = fusion.average([self._models.label_logits(window, state, view) for view in views])
        return fusion.decide(fusion.sigmoid(logits), self._models.label_thresholds)

    def _attributes(self, observed: Observed) -> tuple[tuple[Span, ...], tuple[AttributeName, ...]]:
        """Attribute values in their place and attribute names; long texts by windows, each character judged once."""
        if not observed.windows:
            return (), ()
        models, reading = self._models, observed.reading
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


def load(
    bundle: Path | str | None = None,
    *,
    lexicon: Sequence[Path | str] = (),
    statistics: Path | str | None = None,
    threads: int | None = None,
    without_images: bool = False,
    without_text: bool = False,
    ocr: bool = False,
) -> Annotator:
    """Load a model bundle and make an annotator of it.

    Args:
        bundle: folder of the bundle; the one shipped with the package by default.
        lexicon: word lists of the user's own.
        statistics: word statistics of the user's own corpus, made by ``biaotu-train statistics``.
        threads: records worked on side by side; all cores by default.
        without_images: let the models see the words alone.
        without_text: let the models see the photos alone.
        ocr: read the words on the photos too, as a text of their own; needs the extra ``ocr``.

    Raises:
        UsageError: if ``ocr`` is asked for and not installed.
        BundleError: if the bundle is missing or damaged.
        InputError: if a word list cannot be read.
        ValueError: if both sides are left out.
    """
    if without_images and without_text:
        raise ValueError("without_images and without_text leave nothing to look at; give one of them")
    reader = Reader() if ocr else None
    models = Models(
        Bundle(Path(bundle) if bundle else None),
        lexicon=[Path(path) for path in lexicon],
        statistics=Path(statistics) if statistics else None,
    )
    return Annotator(models, threads=threads, without_images=without_images, without_text=without_text, ocr=reader)


def _is_in(item: SpanItem | TagItem, reading: text.Reading) -> bool:
    """Whether an item stands in the museum's own text."""
    if isinstance(item, SpanItem):
        return item.field != "ocr"
    return item.tag in reading.title or item.tag in reading.description


def _read_surely(inscribed: OcrReading, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Values of the words on the photos; each as sure as that it was read so and that it is one, if that is enough."""
    weighed = (
        replace(span, confidence=span.confidence * ocr.reading_confidence(inscribed, span.start, span.end))
        for span in spans
    )
    return tuple(span for span in weighed if span.confidence >= LEAST_SURE)


def _further(known: Sequence[TextTag], found: Sequence[TextTag], least: float) -> tuple[TextTag, ...]:
    """Tags of the words on the photos that are likely enough and that the museum's own text has not given already."""
    said = {text.simplified(tag.tag) for tag in known}
    fresh = (tag for tag in found if tag.score >= least and "\n" not in tag.tag)
    return tuple(tag for tag in fresh if text.simplified(tag.tag) not in said)


def _normals(
    record: Record, spans: Sequence[Span], inscribed: OcrReading | None
) -> tuple[Mapping[str, Any] | None, ...]:
    """What each value means as plain JSON types; empty if none means anything."""
    words = inscribed.text if inscribed else ""
    found = normal.normalise_all(record.title, record.description, spans, ocr=words)
    return tuple(None if one is None else one.to_dict() for one in found) if any(found) else ()


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


def _reading(record: Record, notices: list[Notice]) -> text.Reading:
    """The text as the models read it; what is odd about it becomes a notice."""
    found = text.phenomena(record.title, record.description)
    notices.extend(found)
    if any(notice.code == text.EMPTY for notice in found):
        return text.read("", "")  # from a lone full stop the models would read something, but nothing stands there
    return text.read(record.title, record.description)
