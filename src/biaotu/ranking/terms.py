"""The words that stand for a picture label when a tag is held against it.

A label's name alone says little (nobody writes 家具炊具 in a description). It is represented by the parts of its
name, the examples of its scope note, and nouns of objects that bear it in the training corpus.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from biaotu.errors import BundleError
from biaotu.taxonomy import LABELS, MATERIALS, USES

NAME_PARTS: Final = {
    "玻璃制品": ("玻璃",),
    "皮革制品": ("皮革",),
    "金属制品": ("金属",),
    "塑料制品": ("塑料",),
    "纤维织物": ("纤维", "织物"),
    "石制品": ("石",),
    "竹木制品": ("竹", "木"),
    "宝玉石制品": ("宝石", "玉石"),
    "陶瓷制品": ("陶瓷", "陶", "瓷"),
    "其他材质": (),
    "图书宣传品": ("图书", "宣传品"),
    "服装饰品": ("服装", "饰品"),
    "档案文书": ("档案", "文书"),
    "家具炊具": ("家具", "炊具"),
    "书法绘画": ("书法", "绘画"),
    "奖章印章": ("奖章", "印章"),
    "货币票据": ("货币", "票据"),
    "工艺品": ("工艺品",),
    "武器装备": ("武器", "装备"),
    "容器": ("容器",),
    "交通运输": ("交通", "运输"),
    "文具": ("文具",),
    "机械装置": ("机械", "装置"),
    "其他杂类": (),
}
"""The nouns a label's name is made of; 其他 (other) and 制品 (products) say nothing."""

_NOTE_SPLIT: Final = re.compile("[、，；。：]")
_LONGEST_EXAMPLE: Final = 3
"""Longer pieces of a scope note are clauses, not examples."""


class LabelTerms:
    """Label -> its terms, each once, in order.

    Raises:
        ValueError: if a label is unknown or has no term.
    """

    def __init__(self, terms: Mapping[str, tuple[str, ...]]) -> None:
        if set(terms) != set(LABELS):
            raise ValueError(f"terms must be given for the {len(LABELS)} labels, no more and no fewer")
        empty = [label for label in LABELS if not terms[label]]
        if empty:
            raise ValueError(f"no terms for {' '.join(empty)}")
        self.terms = {label: tuple(dict.fromkeys(terms[label])) for label in LABELS}

    @classmethod
    def load(cls, path: Path) -> LabelTerms:
        """Read what ``save`` wrote.

        Raises:
            BundleError: if the file cannot be read or is of another shape.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            return cls({label: tuple(map(str, words)) for label, words in document.items()})
        except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
            raise BundleError(f"{path}: no file of label terms ({error})") from error

    def save(self, path: Path) -> None:
        """Write one JSON object, label -> list of terms."""
        document = {label: list(words) for label, words in self.terms.items()}
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def own_terms(label: str) -> tuple[str, ...]:
    """What the vocabulary itself says of a label: the parts of its name, the examples of its scope note."""
    term = MATERIALS.named(label) if label in MATERIALS else USES.named(label)
    examples = (piece for piece in _NOTE_SPLIT.split(term.note) if 0 < len(piece) <= _LONGEST_EXAMPLE)
    return tuple(dict.fromkeys((*NAME_PARTS[label], *examples)))
