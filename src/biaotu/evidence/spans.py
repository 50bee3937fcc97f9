"""Evidence for an attribute value: the words of and around it made unreadable, the photo covered in part."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np

from biaotu import text
from biaotu.errors import InputError
from biaotu.evidence.labels import region_weights, word_weights
from biaotu.evidence.observed import Floats, Observed
from biaotu.evidence.regions import covered
from biaotu.evidence.types import Evidence
from biaotu.evidence.weighing import Mask, by_leaving_out, by_masks
from biaotu.evidence.words import Word, words_of
from biaotu.models import Models
from biaotu.records import FieldName
from biaotu.taxonomy import bio_tags
from biaotu.text.pieces import UNKNOWN

AROUND: Final = 12
"""Words before and behind a value that are looked at."""
ROUNDS: Final = 8
"""Rounds of masks for the photo; a run of the attribute network costs more than one of the label network."""
LEAST: Final = 0.05
"""A photo that moves the log-odds of a value by less says nothing about it, and its regions are not looked into."""
METHOD: Final = "occlusion: words of and around the value made unreadable; random quarters of the photo covered"


class SpanEvidence:
    """Weighs what speaks for an attribute value. Threads may share it."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def of(self, observed: Observed, field: FieldName, start: int, end: int, kind: str, key: str) -> Evidence:
        """Evidence for the value ``start..end`` of a field being of the attribute ``kind`` (its Chinese name).

        Raises:
            InputError: if the models read no character of it.
        """
        models, reading = self._models, observed.reading
        places = [
            place
            for place in range(len(reading.text))
            if (found := reading.locate(place, place + 1)) and found[0] == field and start <= found[1] < end
        ]
        if not places:
            raise InputError(f"{key}: the {field} has no readable character there; give a span of the record's text")
        number = next(i for i, one in enumerate(observed.windows) if places[0] - one.start in one.keep)
        window, states = observed.windows[number], observed.states[number]
        marks = models.marks.of(reading.text)
        inside = [place - window.start for place in places if place - window.start < window.chars.shape[1]]
        regions = observed.photos[0].regions if observed.photos else None

        def odds(window: text.Window, states: Floats, marks: text.Marks, view: Floats | None) -> Floats:
            emissions, _ = models.attribute_scores(window, states, marks, view)
            return np.array([_log_odds(emissions[inside], kind)], np.float32)

        words = _near(words_of(reading, window, models.segmenter), inside)

        def unread(kept: Mask) -> Floats:
            return odds(*_hidden(window, states, marks, words, kept), regions)

        score = float(odds(window, states, marks, regions)[0])
        blind = score if regions is None else float(odds(window, states, marks, None)[0])
        effects = []
        for photo in observed.photos[:1]:  # attributes are read beside the first photo alone

            def part(kept: Mask) -> Floats:
                return odds(window, states, marks, models.regions(covered(photo.pixels, kept)))  # noqa: B023

            count = photo.regions.shape[1]
            speaks = abs(score - blind) >= LEAST
            effects.append((by_masks(part, count, ROUNDS) if speaks else np.zeros((count, 1)))[:, 0])
        return Evidence(
            item=key,
            words=word_weights(words, by_leaving_out(unread, len(words))[:, 0]) if words else (),
            regions=region_weights(observed.photos[:1], effects),
            text_weight=blind,
            photo_weight=None if regions is None else score - blind,
            score=score,
            method=METHOD,
        )


def _log_odds(emissions: Floats, kind: str) -> float:
    """Log-odds, a mean over the value's characters [n, 31], of beginning with B and going on with I."""
    tags = bio_tags()
    wanted = [tags.index(f"{'I' if place else 'B'}-{kind}") for place in range(len(emissions))]
    scores = emissions.astype(np.float64)
    rows = np.arange(len(scores))
    own = scores[rows, wanted]
    scores[rows, wanted] = -np.inf
    return float((own - np.logaddexp.reduce(scores, axis=1)).mean())


def _near(words: Sequence[Word], inside: Sequence[int]) -> list[Word]:
    """The words that hold characters ``inside``, and ``AROUND`` on either side."""
    held = [number for number, word in enumerate(words) if word.end > inside[0] and word.start <= inside[-1]]
    if not held:
        later = [number for number, word in enumerate(words) if word.start > inside[-1]]
        held = [min(later, default=len(words))]
    return list(words[max(0, held[0] - AROUND) : held[-1] + AROUND + 1])


def _hidden(
    window: text.Window, states: Floats, marks: text.Marks, words: Sequence[Word], kept: Mask
) -> tuple[text.Window, Floats, text.Marks]:
    """A window with some words unreadable in their place, so that offsets hold: unknown characters, the mean state."""
    gone = [word for word, keep in zip(words, kept, strict=True) if not keep]
    if not gone:
        return window, states, marks
    chars, bigrams, states, marks = window.chars.copy(), window.bigrams.copy(), states.copy(), marks.copy()
    mean = states[0].mean(axis=0)
    for word in gone:
        chars[0, word.start : word.end] = UNKNOWN
        bigrams[0, max(0, word.start - 1) : word.end] = UNKNOWN  # a bigram reaches over its right neighbour
        states[0, list(word.rows)] = mean
        marks[window.start + word.start : window.start + word.end] = 0
    return dataclasses.replace(window, chars=chars, bigrams=bigrams), states, marks
