"""What the readers of annotated texts share: attribute names resolved, spans checked, gold records put together."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from biaotu.errors import InputError
from biaotu.records.gold import GoldRecord
from biaotu.records.types import FieldName, Record, Source, Span
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES, Vocabulary

_BY_ID = {term.id: term.zh for term in ATTRIBUTES}
_BY_EN = {term.en.casefold(): term.zh for term in ATTRIBUTES}


def attribute(name: str) -> str:
    """The attribute that a tool's label means: by our Chinese name, id or English name.

    Raises:
        ValueError: if it is none of the fifteen, naming them.
    """
    found = name if name in ATTRIBUTES else _BY_ID.get(name) or _BY_EN.get(name.casefold())
    if found is None:
        raise ValueError(f"the label {name!r} is no attribute; the attributes are {' '.join(ATTRIBUTES.names)}")
    return found


def span(text: str, field: FieldName, start: int, end: int, label: str) -> Span:
    """A span of a text by its place; ``label`` as ``attribute`` takes it."""
    return Span(attribute(label), text[start:end], field, start, end)


def apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in the order of the texts, each once.

    Raises:
        ValueError: if two overlap; our annotation has one layer.
    """
    ordered = sorted(set(spans), key=lambda each: (each.field != "title", each.start, each.end))
    for first, second in itertools.pairwise(ordered):
        if first.field == second.field and second.start < first.end:
            raise ValueError(f"{first.type} {first.value!r} and {second.type} {second.value!r} overlap; keep one")
    return tuple(ordered)


def gold(
    record: Record,
    spans: Sequence[Span] | None,
    *,
    material: Sequence[str] = (),
    use: Sequence[str] = (),
    tags: Sequence[str] = (),
) -> GoldRecord:
    """A gold record; no span at all means "not judged", as in the corpus format.

    Raises:
        ValueError: if two spans overlap or a label is no class.
    """
    return GoldRecord(
        record,
        apart(spans) if spans else None,
        _classes(material, MATERIALS),
        _classes(use, USES),
        tuple(dict.fromkeys(tags)),
    )


def kind_of(label: str) -> str:
    """``material``, ``use`` or ``tags``: what a choice of a whole record means."""
    return "material" if label in MATERIALS else "use" if label in USES else "tags"


def load(path: Path) -> Any:
    """A JSON document, UTF-8.

    Raises:
        InputError: if it cannot be read or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", file=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON in UTF-8 ({error})", file=str(path)) from error


def text_of(data: Mapping[str, Any], key: str | None) -> str:
    """A text of a task's data; empty if there is none."""
    value = data.get(key) if key is not None else None
    return "" if value is None else str(value)


def names_of(value: Any) -> list[str]:
    """Photo names: a list's, or one; nothing as none."""
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def source(path: Path, row: int) -> Source:
    """Where an item was read."""
    return Source(str(path), row)


def _classes(names: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    for name in names:
        if name not in vocabulary:
            raise ValueError(f"{vocabulary.name} {name!r} is no class; the classes are {' '.join(vocabulary.names)}")
    return tuple(dict.fromkeys(names))
