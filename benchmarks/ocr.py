"""What reading the words on photos costs and what it adds to annotations.

Usage (from the repository's root):

    python benchmarks/ocr.py ../shared/images/dev.jsonl --found found.jsonl
    python benchmarks/ocr.py ../shared/images/dev.jsonl --limit 100 --without
    python benchmarks/ocr.py ../shared/corpus/dev.jsonl --drawn NotoSerifCJK-Bold.ttc --limit 60

Prints seconds a photo of reading alone (one thread), how many photos hold words, how many values and tags these add,
and the peak of memory; ``--without`` annotates the same records without reading, for the difference. ``--found`` writes
what was found, one record a line, for a person to judge.

``--drawn`` takes gold records, draws their descriptions as pages (lines and columns, worn and askew, as a camera might
have taken them) and scores the values found on them by kind and wording, beside those found in the texts themselves.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from biaotu.models import Models
from biaotu.ocr import Reader
from biaotu.pipeline import Annotator
from biaotu.records import Annotation, Failure, OcrLine, Record, read_records
from biaotu.records.gold import read_gold
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


def drawn(text: str, font: ImageFont.FreeTypeFont, *, columns: bool, seed: int) -> Image.Image:
    """A page with a text on it, 18 characters a line, worn, askew and a little out of focus."""
    step = round(1.2 * font.size)
    rows = [text[place : place + 18] for place in range(0, len(text), 18)]
    along, across = 80 + 18 * step, 80 + round(1.8 * font.size) * len(rows)
    page = Image.new("L", (across, along) if columns else (along, across), 225)
    brush = ImageDraw.Draw(page)
    for number, row in enumerate(rows):
        lane = 40 + round(1.8 * font.size) * number
        for place, char in enumerate(row):
            spot = (page.width - lane - step, 40 + place * step) if columns else (40 + place * step, lane)
            brush.text(spot, char, font=font, fill=55)
    generator = np.random.default_rng(seed)
    page = page.rotate(generator.uniform(-2, 2), Image.Resampling.BICUBIC, expand=True, fillcolor=225)
    page = page.filter(ImageFilter.GaussianBlur(0.8))
    worn = np.asarray(page, np.float32) + generator.normal(0, 12, (page.height, page.width))
    return Image.fromarray(np.clip(worn, 0, 255).astype(np.uint8)).convert("RGB")


def score_drawn(annotator: Annotator, path: Path, font: Path, limit: int | None) -> None:
    """Precision, recall and F1 of values on drawn pages, and of those in the texts, against the gold values."""
    face = ImageFont.truetype(str(font), 30)
    tallies = {name: Counter[str]() for name in ("text", "lines", "columns")}
    right = total = 0
    with tempfile.TemporaryDirectory() as folder:
        for gold in islice((one for one in read_gold(path) if one.spans), limit):
            text = "".join(gold.record.description.split())
            wanted = Counter((span.type, "".join(span.value.split())) for span in gold.spans or ()
                             if span.field == "description")  # fmt: skip
            tally(tallies["text"], wanted, annotator.annotate(Record("", description=text)))
            for name in ("lines", "columns"):
                drawn(text, face, columns=name == "columns", seed=total).save(Path(folder) / "a.jpg", quality=70)
                answer = annotator.annotate(Record("", images=("a.jpg",), image_root=Path(folder)))
                tally(tallies[name], wanted, answer)
                total += len(text)
                matcher = SequenceMatcher(None, text, "".join(answer.text("ocr").split()), autojunk=False)
                right += sum(block.size for block in matcher.get_matching_blocks())
    sys.stdout.write(f"characters read right and in order {right / total:.3f}\n")
    for name, found in tallies.items():
        precision, recall = found["right"] / max(1, found["found"]), found["right"] / max(1, found["wanted"])
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        sys.stdout.write(f"{name}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} ({found['wanted']})\n")


def tally(into: Counter[str], wanted: Counter[tuple[str, str]], answer: Annotation) -> None:
    """Count values of an answer and those of them that are wanted."""
    found = Counter((span.type, "".join(span.value.split())) for span in answer.attributes)
    into.update(wanted=wanted.total(), found=found.total(), right=(wanted & found).total())


def main() -> None:
    """Parse the command line, annotate, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("--bundle", type=Path, help="the model bundle; the shipped one by default")
    parser.add_argument("--limit", type=int, help="only the first N records")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--without", action="store_true", help="do not read the photos")
    parser.add_argument("--found", type=Path, help="write what was found as JSON Lines")
    parser.add_argument("--drawn", type=Path, metavar="FONT", help="draw gold records' texts with this font")
    options = parser.parse_args()
    reader = None if options.without else Timed()
    annotator = Annotator(Models(Bundle(options.bundle)), threads=options.threads, ocr=reader)
    if options.drawn:
        score_drawn(annotator, options.records, options.drawn, options.limit)
        return
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
