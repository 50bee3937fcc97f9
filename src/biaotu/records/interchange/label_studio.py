"""Label Studio's JSON export: values marked in texts, choices on whole records, as gold records.

The task's data are columns like any list's; the texts are those under a header of ours (title, 名称, description,
描述), or the one that regions point to. Newer versions of the tool count code points, older ones UTF-16 units:
whichever agrees with the region's own copy of the text is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from biaotu.errors import InputError
from biaotu.records.gold import GoldRecord
from biaotu.records.headers import match_headers
from biaotu.records.interchange.golden import gold, kind_of, load, names_of, source, span, text_of
from biaotu.records.interchange.offsets import Units, to_code_points
from biaotu.records.types import FieldName, Record, Span

_CANCELLED: Final = "was_cancelled"


def read_label_studio(path: Path) -> Iterator[GoldRecord]:
    """The tasks of an export in the full JSON form, in their order.

    Of several annotations of a task the last that was not cancelled counts. Regions of kinds that we have no place for
    (boxes, relations) are passed over.

    Raises:
        InputError: if it is no such export, a label is no attribute, an offset fits no text, or values overlap; names
            the task by its place in the file.
    """
    tasks = load(path)
    if not isinstance(tasks, list):
        raise InputError("is no Label Studio export: not a list of tasks; export as JSON", file=str(path))
    for row, task in enumerate(tasks, 1):
        try:
            yield _task(task, path, row)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = str(error) if isinstance(error, ValueError) else f"is no Label Studio task ({error!r})"
            raise InputError(reason, file=str(path), row=row) from error


def _task(task: Mapping[str, Any], path: Path, row: int) -> GoldRecord:
    data: Mapping[str, Any] = task["data"]
    results = _results(task)
    fields = _fields(data, results)
    roles = match_headers(data)
    images = [name for header in roles.images for name in names_of(data[header])]
    number = text_of(data, roles.id) or str(task.get("id", f"row-{row}"))
    record = Record(
        number,
        text_of(data, fields.get("title")),
        text_of(data, fields.get("description")),
        tuple(images),
        image_root=path.parent,
        extra={key: value for key, value in data.items() if key not in {*fields.values(), *roles.images, roles.id}},
        source=source(path, row),
    )
    by_control = {header: name for name, header in fields.items()}
    spans: list[Span] = []
    choices: dict[str, list[str]] = {"material": [], "use": [], "tags": []}
    for result in results:
        value = result["value"]
        if result["type"] == "labels":
            name = by_control.get(result["to_name"]) or "description"
            spans.append(_span(record, name, value))
        elif result["type"] in {"choices", "taxonomy"}:
            for choice in value[result["type"]]:
                label = choice[-1] if isinstance(choice, list) else choice
                choices[kind_of(label)].append(label)
    return gold(record, spans, **choices)


def _results(task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    kept = [entry for entry in task.get("annotations", ()) if not entry.get(_CANCELLED)]
    results: list[Mapping[str, Any]] = kept[-1]["result"] if kept else []
    return results


def _fields(data: Mapping[str, Any], results: list[Mapping[str, Any]]) -> dict[FieldName, str]:
    """Which of the data is the title and which the description."""
    roles = match_headers(data)
    found: dict[FieldName, str] = {}
    if roles.title is not None:
        found["title"] = roles.title
    if roles.description is not None:
        found["description"] = roles.description
    pointed = {str(result["to_name"]) for result in results if result["type"] == "labels"} & set(data)
    for name in sorted(pointed - set(found.values())):
        found.setdefault("description", name)
    return found


def _span(record: Record, field: FieldName, value: Mapping[str, Any]) -> Span:
    text = record.text(field)
    labels = value["labels"]
    if len(labels) != 1:
        raise ValueError(f"the region {value.get('text')!r} has {len(labels)} labels; give it one")
    for units in get_args(Units):
        try:
            start, end = to_code_points(text, value["start"], value["end"], units)
        except ValueError:
            continue
        if "text" not in value or text[start:end] == value["text"]:
            return span(text, field, start, end, labels[0])
    place = f"{value['start']} to {value['end']}"
    raise ValueError(f"the region {value.get('text')!r} does not stand at {place} of the {field}")
