"""How unsure a model is of a record: one number from 0 (nothing left to doubt) to 1.

It is the chance that at least one of the open suggestions is wrong if the confidences are taken at their word: with
``p_i`` the chance that suggestion i is wrong, ``1 - prod_i (1 - p_i)``. For what the model accepted p is
``1 - confidence``, for a label that it listed without accepting it p is the confidence. What a person has judged is no
longer open. Tags are left out: their confidence tells likeness to the labels, not the chance to be right.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from biaotu.review.items import Item, TagItem
from biaotu.review.verdicts import Suggestion


def uncertainty(suggestions: Iterable[Suggestion], decided: Collection[Item] = ()) -> float:
    """The uncertainty of a record, 0 to 1; 0 if nothing is open.

    Args:
        suggestions: what the model says of the record.
        decided: items that are no longer open.
    """
    right = math.prod(
        1 - doubt(one) for one in suggestions if one.item not in decided and not isinstance(one.item, TagItem)
    )
    return 1 - right


def doubt(suggestion: Suggestion) -> float:
    """The chance that one suggestion is wrong if its confidence is taken at its word, 0 to 1."""
    confidence = min(max(suggestion.confidence, 0.0), 1.0)
    return 1 - confidence if suggestion.accepted else confidence
