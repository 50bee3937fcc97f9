"""What reading the words on photos costs and what it adds to annotations.

Usage (from the repository's root):

    python benchmarks/ocr.py ../shared/images/dev.jsonl --found found.jsonl
    python benchmarks/ocr.py ../shared/images/dev.jsonl --limit 200 --without

Prints seconds a photo of reading alone (one thread), how many photos hold words, how many values and tags these add,
and the peak of memory; ``--without`` annotates the same records without reading, for the difference. ``--found`` writes
what was found, one record a line, for a person to judge.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

import numpy as np
import numpy.typing as npt

from biaotu.models import Models
from biaotu.ocr import Reader
from biaotu.pipeline import Annotator
from biaotu.records import Annotation, Failure, OcrLine, Record, read_records
from biaotu.runtime import Bundle


class Timed(Reader):
    """A reader that notes how long each photo took."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def read(
        self, pixels: npt.NDArray[np.uint8], *, photo: int = 0, size: tuple[int, int] | None = None
    ) -> tuple[OcrLine, ...]:
        """As ``Reader.read``."""
        begun = time.perf_counter()
        lines = super().read(pixels, photo=photo, size=size)
        self.seconds.append(time.perf_counter() - begun)
        return lines


def added(annotation: Annotation) -> dict[str, Any]:
    """What the words on the photos add to a record."""
    told = annotation.title + "\n" + annotation.description
    return {
        "id": annotation.id,
        "title": annotation.title,
        "photos": list(annotation.images),
        "words": annotation.text("ocr"),
        "values": [[span.type, span.value, round(span.confidence, 3)] for span in annotation.attributes
                   if span.field == "ocr"],
        "tags": [tag.tag for tag in annotation.text_tags if tag.tag not in told],
    }  # fmt: skip


def main() -> None:
    """Parse the command line, annotate, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("--bundle", type=Path, help="the model bundle; the shipped one by default")
    parser.add_argument("--limit", type=int, help="only the first N records")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--without", action="store_true", help="do not read the photos")
    parser.add_argument("--found", type=Path, help="write what was found as JSON Lines")
    options = parser.parse_args()
    reader = None if options.without else Timed()
    annotator = Annotator(Models(Bundle(options.bundle)), threads=options.threads, ocr=reader)
    records = [one for one in islice(read_records(options.records), options.limit) if isinstance(one, Record)]
    begun = time.perf_counter()
    answers = [one for one in annotator.annotate_many(records) if not isinstance(one, Failure)]
    spent = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{len(answers)} records, {spent / len(answers):.2f} s each, peak of memory {memory} MB\n")
    if reader is None:
        return
    cuts = quantiles(reader.seconds[1:], n=20)
    sys.stdout.write(
        f"reading: {len(reader.seconds)} photos, mean {mean(reader.seconds[1:]):.2f} s, median {cuts[9]:.2f} s, "
        f"95 % within {cuts[18]:.2f} s\n"
    )
    found = [added(one) for one in answers]
    kinds = Counter(kind for one in found for kind, *_ in one["values"])
    sys.stdout.write(
        f"records with words {sum(bool(one['words']) for one in found)}, with values "
        f"{sum(bool(one['values']) for one in found)}, with new tags {sum(bool(one['tags']) for one in found)}\n"
        f"values {sum(kinds.values())} ({', '.join(f'{kind} {n}' for kind, n in kinds.most_common())}), "
        f"new tags {sum(len(one['tags']) for one in found)}\n"
    )
    if options.found:
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in found if one["words"])
        options.found.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
