"""IIIF manifests, Presentation 3 and 2, as records: label, summary, metadata and the photos' addresses.

Nothing is fetched. A manifest that biaotu wrote has the number, the texts, the photos' names and the user's own columns
in a file beside it, ``record.json``, and comes back whole with it (older ones carry them in ``biaotu:record``); of
others, and of ours alone, the addresses stand in ``extra`` under ``图片地址``, and ``images`` are the files' names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from biaotu.errors import InputError
from biaotu.records.interchange.golden import load, source
from biaotu.records.types import Record

ADDRESSES: Final = "图片地址"
OWN: Final = "biaotu:record"
RECORD_FILE: Final = "record.json"
RECORD_PROFILE: Final = "urn:biaotu:record:1"
"""The profile by which a manifest's ``seeAlso`` names that file."""

_LANGUAGES: Final = ("zh", "zh-Hans", "zh-CN", "zh-Hant", "zh-TW", "none", "en")


def read_manifest(path: Path) -> Record:
    """The record of a manifest's file.

    Raises:
        InputError: if it cannot be read or is no manifest.
    """
    document = load(path)
    try:
        if not isinstance(document, dict):
            raise TypeError("not an object")
        return manifest_record(document, path)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(f"is no IIIF manifest ({error!r})", file=str(path)) from error


def manifest_record(document: Mapping[str, Any], path: Path) -> Record:
    """The record of a manifest; KeyError, TypeError or AttributeError if it is not of that shape."""
    kind = document.get("type") or document.get("@type")
    if kind not in {"Manifest", "sc:Manifest"}:
        raise InputError(f"is no IIIF manifest but {kind or 'something else'}", file=str(path))
    own = document.get(OWN) or _beside(document, path)
    if own is not None:
        label = document["label"]
        return Record(
            own["id"],
            own["title"] if "title" in own else label["zh"][0] if "zh" in label else "",
            own["description"] if "description" in own else document.get("summary", {"zh": [""]})["zh"][0],
            tuple(own["images"]),
            path.parent,
            own["extra"],
            source(path, 1),
        )
    where = str(document.get("id") or document["@id"])
    photos = list(_photos(document))
    extra: dict[str, Any] = dict(_metadata(document))
    extra[ADDRESSES] = photos
    return Record(
        where,
        _text(document["label"]),
        _text(document.get("summary") or document.get("description") or ""),
        tuple(_file_name(address) for address in photos),
        path.parent,
        extra,
        source(path, 1),
    )


def _beside(document: Mapping[str, Any], path: Path) -> Mapping[str, Any] | None:
    """What ``record.json`` beside the manifest holds; None if the manifest names none, or it was not copied along."""
    named = any(
        isinstance(each, dict) and each.get("profile") == RECORD_PROFILE for each in document.get("seeAlso", ())
    )
    file = path.with_name(RECORD_FILE)
    if not named or not file.is_file():
        return None
    own: Mapping[str, Any] = load(file)
    return own


def _photos(document: Mapping[str, Any]) -> Iterator[str]:
    for canvas in document.get("items", ()):
        for page in canvas.get("items", ()):
            for annotation in page.get("items", ()):
                body = annotation.get("body")
                for each in body if isinstance(body, list) else [body]:
                    if isinstance(each, dict) and (each.get("items") or each.get("id")):
                        # A choice of several: the first is what a viewer shows.
                        yield str(each["items"][0]["id"] if each.get("items") else each["id"])
    for sequence in document.get("sequences", ()):
        for canvas in sequence.get("canvases", ()):
            for image in canvas.get("images", ()):
                yield str(image["resource"]["@id"])


def _metadata(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Label and value of each pair; several values as a list, a label that comes again with its number."""
    seen: dict[str, int] = {}
    for pair in document.get("metadata", ()):
        label = _text(pair["label"])
        seen[label] = seen.get(label, 0) + 1
        values = _texts(pair["value"])
        name = label if seen[label] == 1 else f"{label} ({seen[label]})"
        yield name, values[0] if len(values) == 1 else values
    rights = document.get("rights") or document.get("license")
    if rights:
        yield "rights", rights


def _texts(value: Any) -> list[str]:
    """The texts of a language map, Chinese first, then those of no language, English, any; of IIIF 2 the same."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        maps = {str(each.get("@language", "none")): each["@value"] for each in value if isinstance(each, dict)}
        return _texts({key: [text] for key, text in maps.items()}) if maps else [str(each) for each in value]
    if "@value" in value:
        return [str(value["@value"])]
    language = next((each for each in _LANGUAGES if each in value), next(iter(value), None))
    return [] if language is None else [str(each) for each in value[language]]


def _text(value: Any) -> str:
    return "\n".join(_texts(value))


def _file_name(address: str) -> str:
    """The file's name; of an image service's address the image's identifier, with the format's ending."""
    steps = [unquote(step) for step in urlsplit(address).path.split("/") if step]
    if len(steps) >= 5 and steps[-1].partition(".")[0] in {"default", "native", "color", "gray", "bitonal"}:
        identifier = steps[-5].rpartition("/")[2]
        ending = "." + steps[-1].partition(".")[2]
        return identifier if identifier.lower().endswith(ending.lower()) else identifier + ending
    return steps[-1].rpartition("/")[2] if steps else address
