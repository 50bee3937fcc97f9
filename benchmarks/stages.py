"""Where the time of a record goes: CPU milliseconds of one thread, stage by stage, and each stage's share.

    python benchmarks/stages.py --records 200
    python benchmarks/stages.py --sides both --bundle SOME/BUNDLE --json

The pipeline runs as it is; the calls that make up its stages are wrapped by a clock that counts what a call costs
without the calls inside it. ``time.thread_time`` is used, so another program on the machine disturbs little. The
records are those of ``benchmarks/speed.py``: about 150 characters and one photo of 1,000 pixels each.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any, Final

from speed import make_photos, make_records, table

import biaotu.pipeline
from biaotu import images, text
from biaotu.batch.resume import journal_line
from biaotu.pipeline import annotator as steps
from biaotu.records.read import read_records

SIDES: Final = {"both": {}, "text": {"without_images": True}, "photo": {"without_text": True}}
WARM: Final = 10
REST: Final = "everything else"


class Clock:
    """Sums the CPU time of named stages; a stage inside another is not counted twice."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def timed(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, its time entered under ``stage``."""

        @wraps(call)
        def run(*args: Any, **kwargs: Any) -> Any:
            self._inner.append(0.0)
            begun = time.thread_time()
            try:
                return call(*args, **kwargs)
            finally:
                whole = time.thread_time() - begun
                self.spent[stage] += whole - self._inner.pop()
                if self._inner:
                    self._inner[-1] += whole

        return run

    def watch(self, holder: Any, name: str, stage: str) -> None:
        """Wrap an attribute of a module or an object in place."""
        setattr(holder, name, self.timed(stage, getattr(holder, name)))


def watch_stages(clock: Clock, annotator: Any) -> None:
    """Wrap the calls that make up the stages of the pipeline."""
    models = annotator._models
    clock.watch(images, "load_photos", "decode image")
    clock.watch(models, "regions", "image encoder")
    clock.watch(text, "phenomena", "read text")
    clock.watch(text, "read", "read text")
    clock.watch(models.pieces, "windows", "tokenise")
    clock.watch(models, "states", "text encoder")
    clock.watch(models, "label_logits", "label network")
    clock.watch(models.marks, "of", "segment and mark words")
    clock.watch(models, "attribute_scores", "attribute network")
    clock.watch(models.decoder, "spans", "decode spans")
    clock.watch(steps, "meanings", "normalise values")
    clock.watch(models.tagger, "tags", "tags")
    clock.watch(models.ranker, "rank", "rank")


def read(source: Path, count: int) -> tuple[list[Any], float]:
    """The first records of a file, and what reading one of them cost in CPU milliseconds."""
    begun = time.thread_time()
    records = list(islice(read_records(source), count))
    return records, 1000 * (time.thread_time() - begun) / len(records)


def profile(records: list[Any], reading: float, bundle: Path | None, sides: dict[str, bool]) -> dict[str, float]:
    """CPU milliseconds a record of each stage; ``whole`` is their sum, ``reading`` what reading a record cost."""
    annotator = biaotu.pipeline.load(bundle, threads=1, **sides)
    clock = Clock()
    # Functions are wrapped where they live, and put back before the next kind of input.
    originals = [(holder, name, getattr(holder, name)) for holder, name in _PATCHED]
    watch_stages(clock, annotator)
    try:
        return _profiled(clock, annotator, records, reading)
    finally:
        for holder, name, original in originals:
            setattr(holder, name, original)


def _profiled(clock: Clock, annotator: Any, records: list[Any], reading: float) -> dict[str, float]:
    annotate = clock.timed(REST, annotator.annotate)
    write = clock.timed("write", lambda answer, record: journal_line(answer, record, wrapped=False))
    for record in records[:WARM]:
        write(annotate(record), record)
    clock.spent.clear()
    counted = records[WARM:]
    wholes = []
    for record in counted:
        begun = time.thread_time()
        write(annotate(record), record)
        wholes.append(time.thread_time() - begun)
    found = {stage: 1000 * spent / len(counted) for stage, spent in clock.spent.items()}
    found["read records"] = reading
    return {**found, "whole": sum(found.values()), "median": 1000 * statistics.median(wholes)}


def by_stage(columns: dict[str, dict[str, float]]) -> list[dict[str, str]]:
    """A row a stage, a column of milliseconds and one of shares for each kind of input."""
    stages = sorted({stage for column in columns.values() for stage in column} - {"whole", "median"})
    first = next(iter(columns.values()))
    stages.sort(key=lambda stage: -first.get(stage, 0.0))
    return [
        {
            "stage": stage,
            **{name: f"{found.get(stage, 0.0):.2f}" for name, found in columns.items()},
            **{f"{name}, share": f"{found.get(stage, 0.0) / found['whole']:.0%}" for name, found in columns.items()},
        }
        for stage in [*stages, "whole"]
    ]


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=150)
    parser.add_argument("--sides", choices=[*SIDES, "all"], default="all")
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--input", type=Path, help="records of your own in place of those of benchmarks/speed.py")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    columns = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = options.input or make_records(folder, options.records + WARM, make_photos(folder))
        records, reading = read(source, options.records + WARM)
        for side in SIDES if options.sides == "all" else [options.sides]:
            columns[side] = profile(records, reading, options.bundle, SIDES[side])
    print(json.dumps(columns, ensure_ascii=False, indent=1) if options.json else table(by_stage(columns)))  # noqa: T201


_PATCHED: Final = ((images, "load_photos"), (text, "phenomena"), (text, "read"), (steps, "meanings"))


if __name__ == "__main__":
    main()
