"""Looking at a record: its text read and encoded, its photos decoded and encoded, the words on them read."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from biaotu import images, ocr, text
from biaotu.errors import InputError
from biaotu.evidence import Observed, Seen, box_of
from biaotu.models import Models
from biaotu.ocr import Reader
from biaotu.pipeline.types import Floats
from biaotu.records import Notice, OcrLine, OcrReading, Record


class Observer:
    """All that the encoders, and the reader of words on photos, say of a record.

    Args:
        models: the loaded bundle.
        reader: reads the words on photos; None does not look for any.
        without_images: see the words alone.
        without_text: see the photos alone.
    """

    def __init__(self, models: Models, reader: Reader | None, *, without_images: bool, without_text: bool) -> None:
        self._models = models
        self._reader = reader
        self._without_images = without_images
        self._without_text = without_text

    def observe(self, record: Record, notices: list[Notice]) -> Observed:
        """Read the text and look at the photos: all that the encoders say of a record."""
        photos = self._look(record, notices)
        reading = text.read("", "") if self._without_text else read_text(record, notices)
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

    def inscriptions(self, record: Record, photos: Sequence[Seen], notices: list[Notice]) -> OcrReading | None:
        """The words on the photos that can be used; None if nobody wants to know."""
        if self._reader is None or self._without_images:
            return None
        lines: list[OcrLine] = []
        for index in (seen.index for seen in photos):
            try:
                photo = images.load_upright(record.image_paths()[index], ocr.LONGEST)
                lines += self._reader.read(photo.pixels, photo=index, size=(photo.width, photo.height))
            except (ocr.OcrError, images.PhotoError) as error:
                reason = error.reason if isinstance(error, InputError) else str(error)
                message = f"{record.images[index]}: its words could not be read ({reason}); the rest was annotated"
                notices.append(Notice("ocr-failed", message))
        return OcrReading(tuple(map(self._forward, lines)), self._reader.engine)

    def _forward(self, line: OcrLine) -> OcrLine:
        """A line as it is to be read: one that was written from right to left is turned round."""
        if ocr.is_column(line.box) or not text.runs_backward(line.text, self._models.segmenter):
            return line
        return replace(line, text=line.text[::-1])

    def as_text(self, inscribed: OcrReading, photos: Sequence[Seen]) -> Observed:
        """What was read on the photos as a text that the encoders say something of: its ``description``."""
        reading = text.read_passages(inscribed.text, ocr.passages(inscribed))
        windows = self._models.pieces.windows(reading.text)
        return Observed(reading, windows, [self._models.states(window) for window in windows], photos)

    def text_mean(self, query: str) -> Floats | None:
        """The states of a query, averaged [E]; None if it says nothing."""
        windows = self._models.pieces.windows(read_text(Record("", query), []).text)
        return self._models.text_mean(windows, [self._models.states(window) for window in windows])

    def photo_mean(self, photo: Path | str | bytes) -> Floats:
        """The regions of a photo, by its path or its file's bytes, averaged [R].

        Raises:
            InputError: if it cannot be used; says why.
        """
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


def read_text(record: Record, notices: list[Notice]) -> text.Reading:
    """The text as the models read it; what is odd about it becomes a notice."""
    found = text.phenomena(record.title, record.description)
    notices.extend(found)
    if any(notice.code == text.EMPTY for notice in found):
        return text.read("", "")  # from a lone full stop the models would read something, but nothing stands there
    return text.read(record.title, record.description)
