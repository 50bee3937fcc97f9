"""Evidence for whatever can be judged on a record: a label, a tag or an attribute value."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from biaotu.errors import InputError
from biaotu.evidence.labels import LabelEvidence, region_weights, word_weights
from biaotu.evidence.observed import Observed
from biaotu.evidence.spans import SpanEvidence
from biaotu.evidence.types import Evidence, WordWeight
from biaotu.models import Models
from biaotu.ranking import Ranker
from biaotu.records import Label, SpanField, TextTag
from biaotu.review import Item, LabelItem, SpanItem, TagItem, ocr_mark
from biaotu.taxonomy import LABELS

METHOD: Final = "occlusion: words left out and left alone; random quarters of the photo covered"


class Explainer:
    """Finds what speaks for an item. Threads may share it."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._labels = LabelEvidence(models)
        self._spans = SpanEvidence(models)
        self._lock = threading.Lock()
        self._part_rankers: Mapping[str, Ranker] | None = None

    def explain(
        self, item: Item, observed: Observed, labels: Sequence[Label], inscribed: Observed | None = None
    ) -> Evidence:
        """Evidence for an item.

        Args:
            item: what somebody asks about.
            observed: what was read and seen of the record.
            labels: the record's labels as decided; a tag leans on the accepted ones.
            inscribed: the words on its photos, read as a description; None if nobody looked for any.

        Raises:
            InputError: if the item is none for which there is evidence, or a value that is not in the text.
        """
        if isinstance(item, LabelItem):
            return self._label(item.name, item.key, observed)
        if isinstance(item, TagItem):
            return self._tag(item, observed, labels, inscribed)
        if isinstance(item, SpanItem):
            if item.field == "ocr":
                return self._inscribed(item, inscribed)
            if item.end > len(getattr(observed.reading, item.field)):
                raise InputError(f"{item.key}: the {item.field} ends before that; name a value that stands in it")
            return self._spans.of(observed, item.field, item.start, item.end, item.name, item.key)
        raise InputError(f"{item.key}: there is evidence for labels, tags and attribute values only")

    def _label(self, name: str, key: str, observed: Observed) -> Evidence:
        if not observed.windows and not observed.photos:
            return Evidence(key, method=METHOD)
        effects = self._labels.of(observed)
        column = LABELS.index(name)
        return Evidence(
            item=key,
            words=word_weights(effects.words, effects.word_effects[:, column]),
            regions=region_weights(observed.photos, [effect[:, column] for effect in effects.region_effects]),
            text_weight=None if effects.text is None else float(effects.text[column]),
            photo_weight=None if effects.photos is None else float(effects.photos[column]),
            score=float(effects.together[column]),
            method=METHOD,
        )

    def _inscribed(self, item: SpanItem, inscribed: Observed | None) -> Evidence:
        """A value read on the photos: weighed as one of a description, told as one of the words on the photos."""
        if inscribed is None or ocr_mark(inscribed.reading.description) != item.mark:
            raise InputError(f"{item.key}: the words on the photos are not read so; annotate the record with --ocr")
        if item.end > len(inscribed.reading.description):
            raise InputError(f"{item.key}: the words on the photos end before that; name a value that stands in them")
        found = self._spans.of(inscribed, "description", item.start, item.end, item.name, item.key)
        return replace(found, words=tuple(replace(word, field="ocr") for word in found.words))

    def _tag(self, item: TagItem, observed: Observed, labels: Sequence[Label], inscribed: Observed | None) -> Evidence:
        """A tag stands for itself wherever it occurs; the photo speaks for it through the label it leans on."""
        texts: dict[SpanField, str] = {
            "title": observed.reading.title,
            "description": observed.reading.description,
            "ocr": inscribed.reading.description if inscribed else "",
        }
        words = tuple(
            WordWeight(field, start, start + len(item.tag), 1.0)
            for field, text in texts.items()
            for start in _occurrences(text, item.tag)
        )
        ranked = [tag for tags in self._models.ranker.rank([TextTag(item.tag, 1.0)], labels) for tag in tags]
        label = ranked[0].label
        if label is None:
            return Evidence(item.key, words, method=METHOD)
        own = self._label(label, item.key, observed)
        return replace(own, words=words, label=label, parts=self._likeness(item.tag, label))

    def _likeness(self, tag: str, label: str) -> dict[str, float]:
        """A tag's likeness to a label as a whole and by each measure that knows the tag."""
        column = LABELS.index(label)
        with self._lock:
            if self._part_rankers is None:
                self._part_rankers = self._rankers_of_parts()
        parts = {name: float(ranker.likeness(tag)[column]) for name, ranker in self._part_rankers.items()}
        whole = float(self._models.ranker.likeness(tag)[column])
        return {"likeness": whole} | {name: value for name, value in parts.items() if value > 0}

    def _rankers_of_parts(self) -> Mapping[str, Ranker]:
        """A ranker for each measure of likeness by itself."""
        similarity, terms = self._models.similarity, self._models.label_terms
        settings = similarity.settings
        none = replace(settings, vectors=0.0, encoded=0.0, thesaurus=0.0, characters=1.0)
        alone = {
            "vectors": replace(none, vectors=1.0, characters=0.0),
            "encoded": replace(none, encoded=1.0, characters=0.0),
            "thesaurus": replace(none, thesaurus=1.0, characters=0.0),
            "characters": none,
        }
        return {
            name: Ranker(similarity.with_settings(one), terms)
            for name, one in alone.items()
            if getattr(settings, name) > 0
        }


def _occurrences(text: str, word: str) -> list[int]:
    """Where a word stands in a text, from left to right, not overlapping."""
    found: list[int] = []
    place = text.find(word)
    while place >= 0:
        found.append(place)
        place = text.find(word, place + len(word))
    return found
