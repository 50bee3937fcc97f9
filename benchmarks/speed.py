"""Speed and memory of ``biaotu annotate`` as a whole process.

    python benchmarks/speed.py --records 1000
    python benchmarks/speed.py --records 5000 --memory
    python benchmarks/speed.py --records 400 --all

Makes records of about 150 characters with one photo of 1,000 pixels each (from the shipped examples, so nothing else is
needed), runs the command, and reads memory from /proc (Linux). Prints one JSON object: records a second, start to first
result, peak memory, memory over time, size of the bundle. With ``--all``: words, photos and both, with one and two
threads, and how quick a program is that hands over 1, 16 or 64 records at a time (with one, the second core is idle).
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import biaotu
from biaotu.pipeline import load
from biaotu.records.read import read_records

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples"
CHARACTERS = 150
SIDE = 1000
PHOTOS = 60
SIDES = {"both": [], "text": ["--without-images"], "photo": ["--without-text"]}
BATCHES = (1, 16, 64)


def make_photos(folder: Path) -> list[str]:
    """Photos of 1,000 pixels, each a little different, from the example photos."""
    rng = np.random.default_rng(0)
    sources = sorted(path for path in (EXAMPLES / "photos").glob("*.jpg") if path.stat().st_size > 10_000)
    names = []
    for number in range(PHOTOS):
        try:
            with Image.open(sources[number % len(sources)]) as source:
                image = source.convert("RGB").resize((SIDE, SIDE * 3 // 4), Image.Resampling.BICUBIC)
        except OSError:
            continue  # one of the examples is broken on purpose
        pixels = np.asarray(image, np.int16) + rng.integers(-8, 9, (image.height, image.width, 3))
        name = f"{number:03}.jpg"
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / name, quality=88)
        names.append(name)
    return names


def make_records(folder: Path, count: int, photos: list[str]) -> Path:
    """A JSON Lines file of ``count`` records whose texts are stretches of the example texts."""
    with (EXAMPLES / "records.jsonl").open(encoding="utf-8") as lines:
        examples = [json.loads(line) for line in lines]
    bodies = "".join(example.get("description") or "" for example in examples)
    titles = [example["title"] for example in examples if example.get("title")]
    path = folder / "records.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            title = titles[number % len(titles)]
            start = (number * 97) % (len(bodies) - CHARACTERS)
            body = bodies[start : start + CHARACTERS - len(title)]
            photo = photos[number % len(photos)]
            record = {"id": f"{number:06}", "title": title, "description": body, "images": [photo]}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def run(source: Path, out: Path, threads: int | None, extra: list[str]) -> dict[str, Any]:
    """Run the command; watch its memory and when its first result appears."""
    program = str(Path(sys.executable).with_name("biaotu"))
    command = [program, "annotate", str(source), "-o", str(out), "--quiet", *extra]
    if threads:
        command += ["--threads", str(threads)]
    begun = time.perf_counter()
    process = subprocess.Popen(command)
    first: float | None = None
    memory: list[tuple[float, float]] = []
    while process.poll() is None:
        now = time.perf_counter() - begun
        if first is None and out.exists() and out.stat().st_size:
            first = now
        resident = _resident(process.pid)
        if resident and (not memory or now - memory[-1][0] >= 1):
            memory.append((now, resident))
        time.sleep(0.02)
    return {"seconds": time.perf_counter() - begun, "status": process.returncode, "first": first, "memory": memory}


def _resident(pid: int) -> float:
    """Resident memory of a process in MB; 0 where /proc does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(source: Path, folder: Path, records: int, options: argparse.Namespace) -> dict[str, Any]:
    """Run the command once and say how quick it was."""
    out = folder / "out.jsonl"
    extra = [*(["--bundle", str(options.bundle)] if options.bundle else []), *SIDES[options.side], "--force"]
    found = run(source, out, options.threads, extra)
    out.unlink(missing_ok=True)
    memory = found["memory"]
    steady = records / (found["seconds"] - found["first"]) if found["first"] else None
    result: dict[str, Any] = {
        "side": options.side,
        "threads": options.threads,
        "records": records,
        "status": found["status"],
        "seconds": round(found["seconds"], 2),
        "records_per_second_whole_run": round(records / found["seconds"], 1),
        "records_per_second_after_first": steady and round(steady, 1),
        "first_result_seconds": found["first"] and round(found["first"], 2),
        "peak_memory_mb": round(max((one for _, one in memory), default=0)),
    }
    if options.memory and memory:
        tenth = max(1, len(memory) // 10)
        result["memory_mb_over_time"] = [(round(when), round(size)) for when, size in memory[::tenth]]
    return result


def in_batches(source: Path, records: int, options: argparse.Namespace) -> dict[str, float]:
    """Records a second where a program of the user's own hands over 1, 16 or 64 records at a time."""
    annotator = load(options.bundle, threads=options.threads)
    items = list(read_records(source))[:records]
    list(annotator.annotate_many(items[:16]))
    found = {}
    for size in BATCHES:
        begun = time.perf_counter()
        for start in range(0, len(items), size):
            list(annotator.annotate_many(items[start : start + size]))
        found[f"batches of {size}"] = round(len(items) / (time.perf_counter() - begun), 1)
    return found


def bundle_size(bundle: Path | None) -> int:
    """Bytes of all files of the bundle."""
    folder = bundle or Path(biaotu.__file__).parent / "bundle"
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--memory", action="store_true", help="print memory at ten points of the run")
    parser.add_argument("--without-images", action="store_true", help="the same as --side text")
    parser.add_argument("--side", choices=SIDES, default="both")
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--all", action="store_true", help="each side with 1 and 2 threads, and batches of 1, 16, 64")
    options = parser.parse_args()
    if options.without_images:
        options.side = "text"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = make_records(folder, options.records, make_photos(folder))
        result: dict[str, Any] = {
            "machine": f"{platform.processor() or platform.machine()}, {platform.system()} {platform.release()}",
            "bundle_mb": round(bundle_size(options.bundle) / 1e6, 1),
        }
        if options.all:
            runs = []
            for options.side in SIDES:
                for options.threads in (1, 2):
                    runs.append(measure(source, folder, options.records, options))
            result |= {"runs": runs, "handed_over": in_batches(source, options.records // 4, options)}
        else:
            result |= measure(source, folder, options.records, options)
    print(json.dumps(result, ensure_ascii=False, indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
