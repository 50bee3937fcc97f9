"""A record as the index keeps it: one folded text of four fields, and the facet values that count for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from biaotu import normal
from biaotu.records.types import Span
from biaotu.search.era import eras_of
from biaotu.search.folding import fold, spelling
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES

BREAK = "\n"
"""Stands after every field and every tag; folding drops white space, so no query can reach across it."""


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The four fields in one string; a position before ``title_end`` is in the title, and so on to the values."""

    text: str
    title_end: int
    description_end: int
    tags_end: int


def indexed_text(
    title: str, description: str, tags: Iterable[str], values: Iterable[str], photos: Iterable[str] = ()
) -> IndexedText:
    """Fold and join the fields. Tags and attribute values count once each, however often they stand.

    The words read on each of ``photos`` stand with the values: over the ends of its lines a photo reads on.
    """
    text = fold(title) + BREAK
    title_end = len(text)
    text += fold(description) + BREAK
    description_end = len(text)
    text += "".join(dict.fromkeys(fold(tag) + BREAK for tag in tags))
    tags_end = len(text)
    text += "".join(dict.fromkeys(fold(value) + BREAK for value in (*values, *photos)))
    return IndexedText(text, title_end, description_end, tags_end)


def facet_values(
    *,
    material: Iterable[str],
    use: Iterable[str],
    spans: Iterable[Span],
    museum: str,
    state: str,
    title: str = "",
    description: str = "",
) -> tuple[str, ...]:
    """The record's facet values as ``facet:value``, each once.

    Args:
        material: Chinese names of the materials that count.
        use: Chinese names of the uses that count.
        spans: the attribute values that count. A date on a photographed banknote dates no relic: those of the field
            ``ocr`` give no era.
        museum: as imported; none if empty.
        state: review state.
        title: the text in which spans of the title stand; dates are read in the light of those before them (同年).
        description: the text in which spans of the description stand.
    """
    spans = tuple(spans)
    values = [f"material:{MATERIALS.named(name).id}" for name in material]
    values += [f"use:{USES.named(name).id}" for name in use]
    values += [f"attribute_type:{span.type}" for span in spans]
    values += [f"attribute:{attribute(span.type, span.value)}" for span in spans]
    dates = tuple(span for span in spans if span.type == ATTRIBUTES["time"].zh and span.field != "ocr")
    told = eras_of((span.value for span in dates), normal.normalise_all(title, description, dates))
    values += [f"era:{era}" for era in told]
    if museum := " ".join(museum.split()):
        values.append(f"museum:{museum}")
    values.append(f"state:{state}")
    return tuple(dict.fromkeys(values))


def attribute(kind: str, value: str) -> str:
    """The facet value of an attribute value: ``组织:红军``, in normal spelling."""
    return f"{kind}:{spelling(value)}"
