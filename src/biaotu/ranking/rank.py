"""Text tags in the order of their likeness to the accepted picture labels (paper section 4.3, eq. 5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import opencc

from biaotu.ranking.similarity import HybridSimilarity
from biaotu.ranking.terms import LabelTerms
from biaotu.records import Label, RankedTag, TextTag
from biaotu.taxonomy import LABELS

_REMEMBERED: Final = 8192
"""How many tags' likenesses are kept; object nouns and place names come again and again in a museum's list."""

_COLUMN: Final = {name: column for column, name in enumerate(LABELS)}

Ranking = tuple[tuple[RankedTag, ...], tuple[RankedTag, ...]]


class Ranker:
    """Ranks the tags of one record after another. Threads may share it."""

    def __init__(self, similarity: HybridSimilarity, terms: LabelTerms) -> None:
        self.settings = similarity.settings
        self._similarity = similarity
        words = tuple(dict.fromkeys(word for label in LABELS for word in terms.terms[label]))
        place = {word: column for column, word in enumerate(words)}
        self._profile = similarity.profile(words)
        # One row a label, as long as the longest; the column behind the last term holds zero and fills the short rows.
        rows = [[place[word] for word in terms.terms[label]] for label in LABELS]
        width = max(self.settings.nearest, *map(len, rows))
        self._columns = np.array([row + [len(words)] * (width - len(row)) for row in rows], dtype=np.intp)
        self._counts = np.array([min(self.settings.nearest, len(row)) for row in rows], dtype=np.float32)
        self._converter = opencc.OpenCC("t2s")
        self.likeness = lru_cache(maxsize=_REMEMBERED)(self._likeness)

    def rank(self, tags: Sequence[TextTag], labels: Sequence[Label]) -> Ranking:
        """Primary and secondary tags of one record, each in falling order of confidence, ties in the order of ``tags``.

        A tag's likeness is that to the accepted label it is nearest to, which is the label it leans on. It is primary
        from the threshold on, where its confidence is 0.5. Labels that were not accepted are not looked at; without any
        accepted label every tag is secondary, with confidence 0, in its order, and leans on none.

        Raises:
            KeyError: if a label is none of the 24.
        """
        accepted = [label.name for label in labels if label.accepted]
        if not accepted:
            return (), tuple(RankedTag(tag.tag, 0.0, None) for tag in tags)
        columns = [_COLUMN[name] for name in accepted]
        ranked: list[RankedTag] = []
        for tag in tags:
            likeness = self.likeness(tag.tag)[columns]
            nearest = int(likeness.argmax())
            ranked.append(RankedTag(tag.tag, self._confidence(float(likeness[nearest])), accepted[nearest]))
        ranked.sort(key=lambda tag: -tag.confidence)
        primary = sum(tag.confidence >= 0.5 for tag in ranked)
        return tuple(ranked[:primary]), tuple(ranked[primary:])

    def _likeness(self, tag: str) -> npt.NDArray[np.float32]:
        """Likeness of a tag to each of the 24 labels, ``[24]``: the mean over the label's nearest terms."""
        whole = tag.encode("utf-8", "ignore").decode()  # a lone surrogate is no character, and OpenCC cannot take it
        word = "".join(self._converter.convert(whole).split())
        to_terms = np.append(self._similarity.to_word(word, self._profile), np.float32(0))[self._columns]
        cut = to_terms.shape[1] - self.settings.nearest
        likeness = np.partition(to_terms, cut, axis=1)[:, cut:].sum(axis=1) / self._counts
        likeness.flags.writeable = False
        return np.asarray(likeness)

    def _confidence(self, likeness: float) -> float:
        return 1 / (1 + math.exp(-self.settings.slope * (likeness - self.settings.threshold)))
