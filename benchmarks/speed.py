"""Speed and memory of ``biaotu annotate`` as a whole process.

    python benchmarks/speed.py --records 1000
    python benchmarks/speed.py --records 5000 --memory
    python benchmarks/speed.py --records 200 --all
    python benchmarks/speed.py --records 150 --against 9f72dea

Makes records of about 150 characters with one photo of 1,000 pixels each (from the shipped examples, so nothing else is
needed), runs the command, and reads memory from /proc (Linux). Prints records a second, CPU time a record, start to
first result, peak memory and size of the bundle, as tables or with ``--json`` as one object. With ``--all``: words,
photos and both, with one and two threads; how quick a program is that hands over 1, 16 or 64 records at a time (with
one, the second core is idle); and the stages of ``benchmarks/stages.py``. With ``--against COMMIT`` the code and the
bundle of another commit do the same work in turns with this tree's, and the ratios are printed: 9f72dea stands for the
time before anything was done about speed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from commit import ROOT, command, sources
from PIL import Image
from turns import WARM, compare

from biaotu.pipeline import load
from biaotu.records.read import read_records

EXAMPLES = ROOT / "examples"
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


def run(code: Path, source: Path, out: Path, *options: str) -> dict[str, Any]:
    """Run the command of a source folder; watch its memory, its CPU time and when its first result appears."""
    program, environment = command(code, "annotate", str(source), "-o", str(out), "--quiet", "--force", *options)
    begun = time.perf_counter()
    process = subprocess.Popen(program, env=environment)
    first: float | None = None
    memory: list[tuple[float, float]] = []
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        now = time.perf_counter() - begun
        if first is None and out.exists() and out.stat().st_size:
            first = now
        resident = _resident(process.pid)
        if resident and (not memory or now - memory[-1][0] >= 1):
            memory.append((now, resident))
        time.sleep(0.01)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    out.unlink(missing_ok=True)
    return {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss / 1024,
        "status": process.returncode,
        "first": first,
        "memory": memory,
    }


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


def measure(source: Path, folder: Path, side: str, threads: int | None, options: argparse.Namespace) -> dict[str, Any]:
    """Run the command once and say how quick it was."""
    extra = [*(["--bundle", str(options.bundle)] if options.bundle else []), *SIDES[side]]
    extra += ["--threads", str(threads)] if threads else []
    found = run(ROOT / "src", source, folder / "out.jsonl", *extra)
    memory = found["memory"]
    steady = options.records / (found["seconds"] - found["first"]) if found["first"] else None
    result: dict[str, Any] = {
        "side": side,
        "threads": threads or "all",
        "status": found["status"],
        "records/s, whole run": round(options.records / found["seconds"], 1),
        "records/s, after the first": steady and round(steady, 1),
        "CPU ms a record, loading included": round(1000 * found["cpu"] / options.records, 1),
        "first result, s": found["first"] and round(found["first"], 2),
        "peak memory, MB": round(found["peak"]),
    }
    if options.memory and memory:
        tenth = max(1, len(memory) // 10)
        result["memory_mb_over_time"] = [(round(when), round(size)) for when, size in memory[::tenth]]
    return result


def in_batches(source: Path, records: int, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Records a second where a program of the user's own hands over 1, 16 or 64 records at a time."""
    items = list(read_records(source))[:records]
    found = []
    for threads in (1, 2):
        annotator = load(options.bundle, threads=threads)
        list(annotator.annotate_many(items[:16]))
        row: dict[str, Any] = {"threads": threads}
        for size in BATCHES:
            begun = time.perf_counter()
            for start in range(0, len(items), size):
                list(annotator.annotate_many(items[start : start + size]))
            row[f"records/s, {size} at a time"] = round(len(items) / (time.perf_counter() - begun), 1)
        found.append(row)
    return found


def against(source: Path, one: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """This tree and another commit in turns, each with its own bundle: by CPU time of records, then the command."""
    codes = {options.against: sources(options.against, folder / "other"), "this tree": ROOT / "src"}
    sides = {option.removeprefix("--").replace("-", "_"): True for option in SIDES[options.side]}
    told = {"side": options.side, **compare(codes, source, options.records - WARM, sides)}
    return told | (_commands(codes, source, one, folder, options) if options.rounds else {})


def _commands(
    codes: dict[str, Path], source: Path, one: Path, folder: Path, options: argparse.Namespace
) -> dict[str, Any]:
    """The command of each code in turns: cost of a record, loading taken off."""
    threads = options.threads or 2
    extra = [*SIDES[options.side], "--threads", str(threads)]
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in codes}
    for turn in range(options.rounds):
        for name, code in codes.items():
            many, loading = (run(code, given, folder / "out.jsonl", *extra) for given in (source, one))
            count = options.records - 1
            rounds[name].append(
                {
                    "CPU ms a record": 1000 * (many["cpu"] - loading["cpu"]) / count,
                    "records/s": count / (many["seconds"] - loading["seconds"]),
                    "first result, s": many["first"] or 0.0,
                    "peak memory, MB": many["peak"],
                }
            )
            print(f"turn {turn + 1}, {name}: {_rounded(rounds[name][-1])}", file=sys.stderr, flush=True)  # noqa: T201
    old, new = rounds.values()
    ratios = {
        "times less CPU": [before["CPU ms a record"] / after["CPU ms a record"] for before, after in zip(old, new)],  # noqa: B905
        "times as many records/s": [after["records/s"] / before["records/s"] for before, after in zip(old, new)],  # noqa: B905
    }
    rows = [
        {"code": name, **_rounded({key: statistics.median(found[key] for found in each) for key in each[0]})}
        for name, each in rounds.items()
    ]
    told = {name: [round(value, 2) for value in values] for name, values in ratios.items()}
    medians = {f"median, {name}": round(statistics.median(values), 2) for name, values in ratios.items()}
    return {"threads": threads, "the command": rows, "ratio, round by round": told, **medians}


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 1) for key, value in values.items()}


def bundle_size(bundle: Path | None) -> int:
    """Bytes of all files of the bundle."""
    folder = bundle or ROOT / "src" / "biaotu" / "bundle"
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def table(rows: list[dict[str, Any]]) -> str:
    """Rows of one shape as a Markdown table."""
    lines = ["| " + " | ".join(rows[0]) + " |", "| " + " | ".join("---" for _ in rows[0]) + " |"]
    return "\n".join([*lines, *("| " + " | ".join(str(value) for value in row.values()) + " |" for row in rows)])


def show(result: dict[str, Any]) -> None:
    """Print a result for people: lists of rows as tables."""
    for name, value in result.items():
        rows = isinstance(value, list) and value and isinstance(value[0], dict)
        print(f"\n{name}\n\n{table(value)}" if rows else f"{name}: {value}", flush=True)  # noqa: T201


def everything(source: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All tables of ``docs/performance.md`` that need no other commit."""
    from stages import SIDES as KINDS
    from stages import by_stage, profile, read

    runs = [measure(source, folder, side, threads, options) for side in SIDES for threads in (1, 2)]
    records, reading = read(source, options.records // 2)
    columns = {kind: profile(records, reading, options.bundle, sides) for kind, sides in KINDS.items()}
    batches = in_batches(source, options.records // 2, options)
    return {"the command": runs, "handed over": batches, "stages, CPU ms": by_stage(columns)}


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--memory", action="store_true", help="tell memory at ten points of the run")
    parser.add_argument("--side", choices=SIDES, default="both")
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--all", action="store_true", help="every side with 1 and 2 threads, batches, stages")
    parser.add_argument("--against", metavar="COMMIT", help="run another commit in turns with this tree")
    parser.add_argument("--rounds", type=int, default=3, help="turns of the command in --against; 0 for CPU time only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = make_photos(folder)
        source = make_records(folder, options.records, photos)
        result: dict[str, Any] = {
            "machine": f"{platform.processor() or platform.machine()}, {platform.system()} {platform.release()}",
            "records": options.records,
            "bundle, MB": round(bundle_size(options.bundle) / 1e6, 1),
        }
        if options.against:
            (folder / "one").mkdir()
            one = make_records(folder / "one", 1, [f"../{photos[0]}"])
            result |= against(source, one, folder, options)
        elif options.all:
            result |= everything(source, folder, options)
        else:
            result |= measure(source, folder, options.side, options.threads, options)
    if options.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))  # noqa: T201
    else:
        show(result)


if __name__ == "__main__":
    main()
