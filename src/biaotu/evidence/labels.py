"""Evidence for the 24 picture labels: words left out of the fused network, photos covered in part.

All labels are weighed in one go, since one run of the network tells them all; the result is kept for a while, so that
the second label of a record that somebody points at costs next to nothing.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from biaotu import fusion
from biaotu.evidence.observed import Floats, Observed, Seen
from biaotu.evidence.regions import covered, sides
from biaotu.evidence.types import RegionWeights, WordWeight
from biaotu.evidence.weighing import Effects, Mask, by_leaving_out, by_masks, by_turns, scaled
from biaotu.evidence.words import Word, rows_kept, words_of
from biaotu.models import Models

WORD_FLOOR: Final = 0.25
"""Log-odds of one word from which on it counts as strong; they move a probability by six points at most."""
REGION_FLOOR: Final = 0.05
"""The same for one region of the grid."""
ROUNDS: Final = 12
"""Rounds of masks for each photo."""
MANY_WORDS: Final = 120
"""With more words than these each is left out once and not tried alone, which halves the time."""
_REMEMBERED: Final = 32


@dataclass(frozen=True, slots=True, eq=False)
class LabelEffects:
    """Everything about the labels of one record: effects in log-odds, columns in the order of ``taxonomy.LABELS``.

    Attributes:
        words: the words that the label network reads.
        word_effects: [n, 24].
        region_effects: [k, 24] for each photo.
        together: [24], as the label is decided.
        text: [24] of the words alone; None without words.
        photos: [24] of the photos alone; None without photos.
    """

    words: Sequence[Word]
    word_effects: Effects
    region_effects: Sequence[Effects]
    together: Effects
    text: Effects | None
    photos: Effects | None


class LabelEvidence:
    """Weighs words and regions for the labels of one record after another. Threads may share it."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._kept: OrderedDict[bytes, LabelEffects] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, observed: Observed) -> LabelEffects:
        """The effects on all labels, from memory if the same record was asked for lately."""
        key = _key(observed)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = self._weigh(observed)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
        return found

    def _weigh(self, observed: Observed) -> LabelEffects:
        models = self._models
        window, states = (observed.windows[0], observed.states[0]) if observed.windows else (None, None)
        views: list[Floats | None] = [photo.regions for photo in observed.photos]
        logits = [models.label_logits(window, states, view) for view in (views or [None])]
        words: list[Word] = []
        word_effects = np.zeros((0, len(logits[0])))
        if window is not None and states is not None:
            words = words_of(observed.reading, window, models.segmenter)
            view = views[0] if views else None  # beside the first photo: each more would cost as much again

            def without(kept: Mask) -> Floats:
                rows = rows_kept(words, kept, states.shape[1])
                return models.label_logits(window, states[:, rows], view)

            if words:
                word_effects = (by_turns if len(words) <= MANY_WORDS else by_leaving_out)(without, len(words))

        def behind(photo: Seen) -> Effects:
            def score(kept: Mask) -> Floats:
                return models.label_logits(window, states, models.regions(covered(photo.pixels, kept)))

            return by_masks(score, photo.regions.shape[1], ROUNDS)

        return LabelEffects(
            words=words,
            word_effects=word_effects,
            region_effects=[behind(photo) for photo in observed.photos],
            together=fusion.average(logits),
            text=None if window is None else fusion.average([models.label_logits(window, states, None)]),
            photos=fusion.average([models.label_logits(None, None, view) for view in views]) if views else None,
        )


def word_weights(words: Sequence[Word], effects: Effects) -> tuple[WordWeight, ...]:
    """Words with their effects [n] on one item as weights."""
    weights = scaled(effects, WORD_FLOOR)
    return tuple(
        WordWeight(word.field, word.first, word.last, float(weight))
        for word, weight in zip(words, weights, strict=True)
    )


def region_weights(photos: Sequence[Seen], effects: Sequence[Effects]) -> tuple[RegionWeights, ...]:
    """Regions of the photos with their effects [k] on one item as weights; all photos on one scale."""
    if not photos:
        return ()
    rows, columns = sides(photos[0].regions.shape[1])
    weights = np.split(scaled(np.concatenate(effects), REGION_FLOOR), len(photos))
    return tuple(
        RegionWeights(photo.index, rows, columns, tuple(float(weight) for weight in row), photo.box)
        for photo, row in zip(photos, weights, strict=True)
    )


def _key(observed: Observed) -> bytes:
    """What the effects depend on."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (observed.reading.title, observed.reading.description):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    for photo in observed.photos:
        digest.update(bytes(str(photo.index), "ascii") + photo.pixels.tobytes())
    return digest.digest()
