"""How the cost of a record grows, or does not, with the number of records: time and memory along one long run.

    python benchmarks/growth.py long         # all of it as docs/growth.md has it: an hour of one quiet core
    python benchmarks/growth.py words --records 10000 --characters 20 --every 500
    python benchmarks/growth.py photos --records 3000
    python benchmarks/growth.py read --records 100000
    python benchmarks/growth.py store --records 30000
    python benchmarks/growth.py statistics --records 1000000 --every 10000
    python benchmarks/growth.py --plot

Each measure runs the real command on a list of ``growth_data.py`` and looks at it from outside (``growth_watch.py``):
CPU seconds, resident memory and its peak every so many records. One run of 100,000 holds those of 1,000, 3,000, 10,000
and 30,000; their cost is told as the slope between samples. Ctrl-C ends a measure and keeps what it saw. Results are
kept in ``docs/results/growth.json``, from which ``--plot`` (``pip install matplotlib``, which nothing else needs) draws
the pictures of ``docs/growth.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from growth_data import Coiner, write_list, write_photos
from growth_watch import Lines, watch

HERE: Final = Path(__file__).resolve().parent
RESULTS: Final = HERE.parent / "docs" / "results" / "growth.json"
STEPS: Final = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)


READ: Final = """
import sys
from pathlib import Path
from biaotu.records import read_records
with open(sys.argv[2], "wb", 0) as told:
    for number, _ in enumerate(read_records(Path(sys.argv[1])), 1):
        if number % 100 == 0:
            told.write(b"\\n" * 100)
"""
"""What every command does with a list, by itself."""

Found = dict[str, Any]


def program(name: str) -> str:
    """The installed command beside this Python."""
    return str(Path(sys.executable).with_name(name))


def coiner(options: argparse.Namespace) -> Coiner:
    """What throws the records of this call."""
    return Coiner(1, options.corpus, options.characters)


def words(options: argparse.Namespace, folder: Path) -> Found:
    """``biaotu annotate`` without photos, on one thread."""
    return _annotate(options, folder)


def photos(options: argparse.Namespace, folder: Path) -> Found:
    """``biaotu annotate --images``: each record finds its photo by its number."""
    write_photos(folder / "photos", options.records)
    return _annotate(options, folder, "--images", str(folder / "photos"))


def _annotate(options: argparse.Namespace, folder: Path, *more: str) -> Found:
    source, out = folder / "list.jsonl", folder / "out.jsonl"
    write_list(source, options.records, coiner(options))
    command = [program("biaotu"), "annotate", str(source), "-o", str(out), "--quiet", "--threads", "1", *more]
    if options.bundle:
        command += ["--bundle", str(options.bundle)]
    curve = watch(command, Lines(out), every=options.every)
    found = {"bundle": _bundle(options.bundle), **curve.to_dict(), "bytes": out.stat().st_size}
    if curve.status == 0:  # gone through again with --resume, as after a stop: how long until new work would begin?
        again = watch([*command, "--resume"], Lines(out), every=options.every).samples[-1]
        found["resume"] = {"records": Lines(out)(), "cpu": again.cpu, "peak": again.peak}
    return found


def _bundle(folder: Path | None) -> str:
    import biaotu

    found = json.loads(((folder or Path(biaotu.__file__).parent / "bundle") / "manifest.json").read_text("utf-8"))
    return f"{found['name']} {found['version']}"


def read(options: argparse.Namespace, folder: Path) -> Found:
    """Reading a list, which every command does: JSON Lines, CSV, XLSX."""
    found: Found = {}
    for ending in ("jsonl", "csv", "xlsx"):
        source, told = folder / f"list.{ending}", folder / f"{ending}.told"
        write_list(source, options.records, coiner(options))
        command = [sys.executable, "-c", READ, str(source), str(told)]
        found[ending] = watch(command, Lines(told), every=options.every, poll=0.02).to_dict()
    return found


def store(options: argparse.Namespace, folder: Path) -> Found:
    """``biaotu import`` into a store on SQLite, search and reading in it, at each size."""
    from growth_store import grow

    steps = [step for step in STEPS if step <= options.records]
    return {"steps": grow(program("biaotu"), coiner(options), folder, steps)}


def statistics(options: argparse.Namespace, folder: Path) -> Found:
    """``biaotu-train statistics``: words counted in bounded memory."""
    source, out, told = folder / "list.jsonl", folder / "words.tsv.gz", folder / "told"
    write_list(source, options.records, coiner(options), short=True)
    command = [program("biaotu-train"), "statistics", str(source), "-o", str(out)]
    command += ["--memory", str(options.memory), "--processes", str(options.processes)]
    with told.open("wb") as errors:
        curve = watch(command, lambda: _told(told, options.records), every=options.every, stderr=errors)
    return {"bytes_in": source.stat().st_size, "bytes_out": out.stat().st_size, **curve.to_dict()}


def _told(path: Path, every: int) -> int:
    """How many texts the command's last line of progress tells; at its end, when it merges, all of them."""
    found = re.findall(rb"counting: (\d+)", path.read_bytes())
    return min(int(found[-1]), every) if found else 0


MEASURES: Final[dict[str, Callable[[argparse.Namespace, Path], Found]]] = {
    measure.__name__: measure for measure in (words, photos, read, store, statistics)
}


LONG: Final[dict[str, list[str]]] = {
    "words": ["--records", "100000", "--characters", "20"],
    "photos": ["--records", "5000", "--characters", "20"],
    "read": ["--records", "100000", "--characters", "20"],
    "store": ["--records", "100000", "--characters", "20"],
    "statistics": ["--records", "1000000", "--every", "10000", "--characters", "20"],
}
"""The runs behind the pictures of ``docs/growth.md``."""


def slopes(samples: list[dict[str, float]]) -> list[dict[str, float]]:
    """CPU ms a record, memory and its growth in bytes a record, between the steps of ``STEPS`` that a run went past."""
    reached = [next((one for one in samples if one["records"] >= step), None) for step in STEPS]
    marks = [one for one in reached if one is not None]
    # A sample may have gone past two steps at once.
    marks = [one for number, one in enumerate(marks) if not number or one["records"] > marks[number - 1]["records"]]
    rows = []
    for before, after in pairwise(marks):
        new = after["records"] - before["records"]
        rows.append(
            {
                "from": before["records"],
                "to": after["records"],
                "cpu_ms_a_record": round(1000 * (after["cpu"] - before["cpu"]) / new, 3),
                "rss_mb": round(after["rss"], 1),
                "bytes_a_record": round((after["rss"] - before["rss"]) * 2**20 / new),
                "peak_mb": round(after["peak"], 1),
            }
        )
    return rows


def keep(path: Path, name: str, found: dict[str, Any]) -> None:
    """Put a measure into the results, in place of an earlier one of its name."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[name] = found
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(json.dumps(kept, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    draft.replace(path)


def measure(options: argparse.Namespace) -> None:
    """Do one measure, keep and print what it found."""
    begun = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        found = MEASURES[options.measure](options, Path(name))
    told = {key: value for key, value in vars(options).items() if isinstance(value, (int, str)) and key != "plot"}
    machine = f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.release()}"
    found = {"begun": begun, "machine": machine, "options": told, **found}
    keep(options.results, options.measure, found)
    for name, part in [(options.measure, found), *found.items()]:
        if isinstance(part, dict) and "samples" in part:
            print(name, json.dumps(slopes(part["samples"]), indent=1), flush=True)  # noqa: T201


def _processor() -> str:
    """What the processor calls itself (Linux)."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    told = dict(line.split(":", 1) for line in lines if ":" in line)
    named = {name.strip(): value.strip() for name, value in told.items()}
    return f"{named.get('model name', platform.machine())} family {named.get('cpu family')} model {named.get('model')}"


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", nargs="?", choices=[*MEASURES, "long"])
    parser.add_argument("--plot", action="store_true", help="draw the pictures from the results")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=150, help="most characters of a record")
    parser.add_argument("--every", type=int, default=1000, help="records between two samples")
    parser.add_argument("--memory", type=int, default=64, help="MB that the counts of statistics may take")
    parser.add_argument("--processes", type=int, default=1, help="of statistics")
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--corpus", type=Path, nargs="*", default=[], help="JSON Lines whose clauses are used too")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--work", type=Path, help="folder for lists and outputs; the system's temporary one without it")
    options = parser.parse_args()
    if options.measure == "long":
        for name, sizes in LONG.items():
            measure(parser.parse_args([name, *sys.argv[2:], *sizes]))
    elif options.measure:
        measure(options)
    if options.plot:
        from growth_plot import draw

        draw(options.results)


if __name__ == "__main__":
    main()
