"""biaotu 标图: annotates revolutionary cultural relics from their photos and their words.

    import biaotu
    annotator = biaotu.load()
    annotation = annotator.annotate({"id": "0358", "title": "红军使用的手榴弹", "images": ["0358.jpg"]})

Names are imported when they are first asked for, so that ``biaotu --help`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from biaotu.errors import BiaotuError
    from biaotu.pipeline import Annotator, load
    from biaotu.records import Annotation, Failure, Record, read_records

__version__ = "0.1.0"

__all__ = ["Annotation", "Annotator", "BiaotuError", "Failure", "Record", "__version__", "load", "read_records"]

_PLACES: Final = {
    "Annotation": "biaotu.records",
    "Annotator": "biaotu.pipeline",
    "BiaotuError": "biaotu.errors",
    "Failure": "biaotu.records",
    "Record": "biaotu.records",
    "load": "biaotu.pipeline",
    "read_records": "biaotu.records",
}


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module 'biaotu' has no attribute {name!r}")
    return getattr(import_module(place), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})
