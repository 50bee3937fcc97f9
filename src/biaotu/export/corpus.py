"""Gold records out: the corpus format with its inline marks, and the files that Label Studio and doccano import."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from biaotu.errors import InputError
from biaotu.export.exchange import accepted
from biaotu.records import Annotation, FieldName, Record
from biaotu.records.gold import GoldRecord, mark, unmark
from biaotu.records.interchange.offsets import to_utf16

Node = dict[str, Any]

_CHOICES = (("material", "材质"), ("use", "用途"), ("tags", "标签"))


def as_gold(annotation: Annotation) -> GoldRecord:
    """A machine's annotation in the shape of a gold record, for people to check: accepted labels, tags, values.

    The words on the photos are no text of the museum's: values and tags that stand there alone are left out.
    """
    texts = (annotation.title, annotation.description)
    tags = dict.fromkeys(tag.tag for tag in (*annotation.primary, *annotation.secondary))
    return GoldRecord(
        Record(annotation.id, annotation.title, annotation.description, annotation.images, extra=annotation.extra),
        tuple(replace(span, confidence=1.0) for span in annotation.attributes if span.field != "ocr") or None,
        tuple(label.name for label in accepted(annotation.material)),
        tuple(label.name for label in accepted(annotation.use)),
        tuple(tag for tag in tags if annotation.ocr is None or any(tag in text for text in texts)),
    )


def corpus_line(gold: GoldRecord) -> Node:
    """One line of the corpus format; ``parse_gold`` reads back the same.

    Raises:
        InputError: if a text itself holds what would read as an inline mark.
    """
    record = gold.record
    line: Node = {
        **record.extra,
        "id": record.id,
        "title": _marked(gold, "title"),
        "description": _marked(gold, "description"),
        "material": list(gold.material),
        "use": list(gold.use),
        "tags": list(gold.tags),
    }
    if record.images:
        line["images"] = list(record.images)
    if gold.object:
        line["object"] = gold.object
    return line


def label_studio_task(gold: GoldRecord) -> Node:
    """One task of Label Studio with its annotation; texts are the data ``title`` and ``description``.

    Offsets count code points, as the tool's newer versions do.
    """
    record = gold.record
    results: list[Node] = [
        {
            "id": f"{span.field}-{span.start}-{span.end}",
            "from_name": f"{span.field}-label",
            "to_name": span.field,
            "type": "labels",
            "value": {"start": span.start, "end": span.end, "text": span.value, "labels": [span.type]},
        }
        for span in gold.spans or ()
    ]
    for name, _ in _CHOICES:
        chosen = list(getattr(gold, name))
        if chosen:
            value = {"choices": chosen}
            results.append({"id": name, "from_name": name, "to_name": "description", "type": "choices", "value": value})
    data: Node = {**record.extra, "id": record.id, "title": record.title, "description": record.description}
    if record.images:
        data["images"] = list(record.images)
    return {"data": data, "annotations": [{"result": results}]}


def doccano_line(gold: GoldRecord) -> Node:
    """One line of doccano: the description with its values; offsets in UTF-16 units.

    doccano has one text a line: title, number and photos travel as columns of their own, values in the title do not.
    """
    record = gold.record
    text = record.description
    label = [
        [*to_utf16(text, span.start, span.end), span.type] for span in gold.spans or () if span.field == "description"
    ]
    line: Node = {**record.extra, "编号": record.id, "title": record.title, "text": text, "label": label}
    line["cats"] = [*gold.material, *gold.use, *gold.tags]
    if record.images:
        line["images"] = list(record.images)
    return line


def _marked(gold: GoldRecord, field: FieldName) -> str:
    text = gold.record.text(field)
    try:
        plain, _ = unmark(text)
    except ValueError:
        plain = ""
    if plain != text:
        raise InputError(
            f"record {gold.record.id}: the {field} itself holds an inline mark such as <组织>; take it out"
        )
    return mark(text, tuple(span for span in gold.spans or () if span.field == field))
