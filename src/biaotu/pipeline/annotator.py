"""The story on one page: what happens to a record, step by step.

    photos ──decode──> regions ──────────────┐
    title, description ──read──> windows ──> states ──┬──> labels (fusion of text and photos)
                                                      └──> attributes ──> text tags ──ranked by labels──> Annotation
    photos ──words read on them──> windows ──> states ──> attributes and tags of their own ──┘ (only if asked for)

The same states and regions give the vectors that a search compares (``examine``) and the material on which evidence is
weighed (``explain``). Only this room calls the steps in order; the steps do not know each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from biaotu import text
from biaotu.errors import InputError
from biaotu.evidence import Evidence, Explainer, Observed
from biaotu.models import Models
from biaotu.ocr import Reader
from biaotu.pipeline.deciding import attribute_values, further, labels, meanings, read_surely
from biaotu.pipeline.observing import Observer
from biaotu.pipeline.stream import in_order
from biaotu.pipeline.types import Examined, Floats, PhotoVector
from biaotu.records import WITH_OCR, Annotation, Failure, Notice, OcrReading, Record
from biaotu.records.mapping import as_record
from biaotu.review import SpanItem, TagItem, parse_item
from biaotu.runtime import Bundle, Manifest


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
        self._reads_photos = ocr is not None
        self._observer = Observer(models, ocr, without_images=without_images, without_text=without_text)
        self._explainer = Explainer(models)

    @property
    def manifest(self) -> Manifest:
        """What the bundle holds: labels, settings, training data, scores, files."""
        return self._models.manifest

    @property
    def version(self) -> str:
        """The model version that annotations bear: the bundle's, with ``+ocr`` where words on photos are read too."""
        return self.manifest.version + (WITH_OCR if self._reads_photos else "")

    def annotate(self, record: Record | Mapping[str, Any]) -> Annotation:
        """Annotate one record.

        Args:
            record: a ``Record``, or a mapping with ``id``, ``title``, ``description``, ``images`` (paths); anything
                else is handed through as ``extra``.

        Raises:
            InputError: if it is neither, or a mapping has none of title, description, images or images that are no
                paths.
        """
        return self._annotated(as_record(record))[0]

    def examine(self, record: Record | Mapping[str, Any]) -> Examined:
        """Annotate one record as ``annotate`` does and hand out its vectors too.

        Raises:
            InputError: as ``annotate``.
        """
        models, space = self._models, self._models.space
        annotation, observed = self._annotated(as_record(record))
        words = models.text_mean(observed.windows, observed.states)
        photos = [(photo.index, models.photo_mean(photo.regions)) for photo in observed.photos]
        return Examined(
            annotation,
            text_vector=None if words is None else models.text_vector(words),
            photo_vectors=tuple(PhotoVector(index, models.photo_vector(mean)) for index, mean in photos),
            shared_text=None if words is None or space is None else space.text(words),
            shared_photos=tuple(PhotoVector(index, space.photo(mean)) for index, mean in photos) if space else (),
        )

    def _annotated(self, record: Record) -> tuple[Annotation, Observed]:
        """The story itself: a record's annotation, and all that the encoders said of it."""
        models = self._models
        notices = list(record.notices)
        observed = self._observer.observe(record, notices)
        if not observed.windows and not observed.photos:
            notices.append(Notice("nothing-usable", "no words and no usable photo: nothing could be annotated"))

        material, use = labels(models, observed)
        spans, names = attribute_values(models, observed)
        text_tags = models.tagger.tags(observed.reading, spans)
        inscribed = self._observer.inscriptions(record, observed.photos, notices)
        if inscribed is not None:
            shown = self._observer.as_text(inscribed, observed.photos)
            found = read_surely(inscribed, attribute_values(models, shown)[0])
            text_tags += further(text_tags, models.tagger.tags(shown.reading, found), models.tagger.settings.threshold)
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
            normals=meanings(record, spans, inscribed),
            ocr=inscribed,
        )
        return annotation, observed

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
        observed = self._observer.observe(record, [])
        if inscribed is None and isinstance(asked, (SpanItem, TagItem)) and not _is_in(asked, observed.reading):
            inscribed = self._observer.inscriptions(record, observed.photos, [])
        shown = self._observer.as_text(inscribed, observed.photos) if inscribed else None
        material, use = labels(self._models, observed)
        return self._explainer.explain(asked, observed, (*material, *use), shown)

    def text_vector(self, query: str) -> Floats | None:
        """A query as a unit vector [W], comparable with ``Examined.text_vector``; None if it says nothing."""
        mean = self._observer.text_mean(query)
        return None if mean is None else self._models.text_vector(mean, query=True)

    def shared_text(self, query: str) -> Floats | None:
        """A text in the space [d] shared with photos; None if it says nothing or the bundle has no such space."""
        space, mean = self._models.space, self._observer.text_mean(query)
        return None if mean is None or space is None else space.text(mean)

    def photo_vector(self, photo: Path | str | bytes) -> Floats:
        """A photo, by its path or its file's bytes, as a unit vector [V], comparable with ``Examined.photo_vectors``.

        Raises:
            InputError: if it cannot be used; says why.
        """
        return self._models.photo_vector(self._observer.photo_mean(photo))

    def shared_photo(self, photo: Path | str | bytes) -> Floats | None:
        """A photo in the space [d] shared with words; None if the bundle has no such space.

        Raises:
            InputError: as ``photo_vector``.
        """
        space, mean = self._models.space, self._observer.photo_mean(photo)
        return None if space is None else space.photo(mean)

    def annotate_many(self, records: Iterable[Record | Mapping[str, Any] | Failure]) -> Iterator[Annotation | Failure]:
        """Annotate a stream, in order, several records side by side, reading ahead a little.

        What cannot be annotated comes out as a ``Failure`` in its place; what went in as one is passed on. ``row`` of
        such a failure counts the stream from 1 where the record does not say which file it came from.
        """
        return in_order(self.annotate, records, self._threads)

    def examine_many(self, records: Iterable[Record | Mapping[str, Any] | Failure]) -> Iterator[Examined | Failure]:
        """As ``annotate_many``, with the vectors of each record, which only a store has a use for."""
        return in_order(self.examine, records, self._threads)


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
