"""What another system's file holds that our list has no place for, so that a conversion can say what it left behind.

The readers judge whether a file is lawful; here whatever does not have the usual shape counts as nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from biaotu.records.interchange.iiif import OWN, RECORD_PROFILE

_TAKEN: Final = ("labels", "choices", "taxonomy")
_READ: Final = frozenset(
    {"@context", "id", "@id", "type", "@type", "label", "summary", "description", "metadata", "rights", "license"}
    | {"items", "sequences", "seeAlso", "annotations"}
)
"""Properties of a manifest that are read, or counted by themselves."""


def left_behind(kind: str, path: Path) -> Counter[str]:
    """What a file of Label Studio, doccano or IIIF has beyond a list of ours -> how many of each."""
    counts = {"label-studio": _label_studio, "doccano": _doccano, "iiif": _manifest}
    try:
        return counts[kind](path) if kind in counts else Counter()
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return Counter()


def _label_studio(path: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for task in json.loads(path.read_bytes()):
        kept = [entry for entry in task.get("annotations", ()) if not entry.get("was_cancelled")]
        found["further annotations of a task"] += max(0, len(kept) - 1)
        found["predictions"] += len(task.get("predictions", ()))
        for result in kept[-1]["result"] if kept else ():
            if result.get("type") not in _TAKEN:
                found[f"{result.get('type')} regions"] += 1
    return +found


def _doccano(path: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if line.strip():
                document = json.loads(line)
                found["relations"] += len(document.get("relations") or ())
                found["comments"] += len(document.get("Comments") or ())
    return +found


def _manifest(path: Path) -> Counter[str]:
    """Annotations, structures and other properties of a manifest that is not of ours."""
    document: dict[str, Any] = json.loads(path.read_bytes())
    ours = OWN in document or any(each.get("profile") == RECORD_PROFILE for each in document.get("seeAlso", ()))
    if ours:
        return Counter()
    found: Counter[str] = Counter()
    for place in (document, *document.get("items", ())):
        found["annotations"] += sum(len(page.get("items", ())) for page in place.get("annotations", ()))
    found["see-also links"] += len(document.get("seeAlso", ()))
    found.update(_named(document.keys() - _READ, document))
    return +found


def _named(names: Iterable[str], document: dict[str, Any]) -> Counter[str]:
    """Properties that a reader of ours does not know, each counted once for a manifest; empty ones are none."""
    return Counter({name: 1 for name in names if document[name]})
