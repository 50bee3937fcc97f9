"""Terms and vocabularies, loaded once from ``vocabulary.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary: stable ASCII ``id``, Chinese and English names, scope note."""

    id: str
    zh: str
    en: str
    note: str


class Vocabulary:
    """An ordered set of terms, found by id or by Chinese name.

    Raises:
        ValueError: if an id or a Chinese name stands twice.
    """

    def __init__(self, name: str, terms: tuple[Term, ...]) -> None:
        self.name = name
        self.terms = terms
        self._by_id = {term.id: term for term in terms}
        self._by_zh = {term.zh: term for term in terms}
        self._index = {term.zh: place for place, term in enumerate(terms)}
        if len(self._by_id) != len(terms) or len(self._by_zh) != len(terms):
            raise ValueError(f"vocabulary {name}: an id or a name stands twice")

    def __len__(self) -> int:
        return len(self.terms)

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __contains__(self, zh: object) -> bool:
        return zh in self._by_zh

    @property
    def names(self) -> tuple[str, ...]:
        """The Chinese names in order."""
        return tuple(term.zh for term in self.terms)

    def __getitem__(self, term_id: str) -> Term:
        """The term of an id; KeyError if there is none."""
        return self._by_id[term_id]

    def named(self, zh: str) -> Term:
        """The term of a Chinese name; KeyError if there is none."""
        return self._by_zh[zh]

    def index(self, zh: str) -> int:
        """The place of a Chinese name, the same as its column in the networks' outputs; KeyError if there is none."""
        return self._index[zh]


def _load() -> tuple[Vocabulary, Vocabulary, Vocabulary]:
    document = tomllib.loads(files("biaotu.taxonomy").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    material, use, attribute = (
        Vocabulary(name, tuple(Term(**entry) for entry in document[name])) for name in ("material", "use", "attribute")
    )
    return material, use, attribute


MATERIALS, USES, ATTRIBUTES = _load()

LABELS: Final = MATERIALS.names + USES.names
"""The 24 picture labels in the order of the label network's outputs: materials, then uses."""


def bio_tags(types: Iterable[str] = ATTRIBUTES.names) -> tuple[str, ...]:
    """BIO tags in the order of a tagger's outputs: O, then B-x and I-x for each type; 31 for the 15 attributes."""
    return ("O", *(f"{prefix}-{name}" for name in types for prefix in "BI"))
