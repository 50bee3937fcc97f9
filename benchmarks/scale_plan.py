"""What a number of records takes: processors, days, disks, memory; from figures that were measured, or from your own.

    python benchmarks/scale_plan.py                                   # 1, 10 and 100 million, figures of docs/scale.md
    python benchmarks/scale_plan.py --records 3000000 --annotate-ms 25 --photo-mb 0 --machines 2 --cores 8

Everything is plain multiplication; what it leaves out is said in docs/scale.md. Measure ``--annotate-ms`` by
``benchmarks/stages.py`` on your own processor, with your own records: it decides most of the rest.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, by record unless it says otherwise.

    Attributes:
        annotate_ms: CPU milliseconds to annotate one, its photo included.
        use: share of the cores' time that goes into it (``speed.py``: two threads against twice one).
        photo_mb: megabytes of photos that are read.
        load_ms: CPU milliseconds of ``biaotu store load``.
        serve_ms: the same of the PostgreSQL server meanwhile.
        lines, parquet, rows, vector, index: bytes of JSON Lines, of Parquet, of the store's tables and indexes, of one
            text vector with its row, of pgvector's index of it.
        memory: bytes that a server process keeps for searching.
        planned: bytes that the process which loads or cuts the list keeps.
        dump: megabytes a second that a backup reads or writes.
    """

    annotate_ms: float
    use: float
    photo_mb: float
    load_ms: float
    serve_ms: float
    lines: float
    parquet: float
    rows: float
    vector: float
    index: float
    memory: float
    planned: float
    dump: float


def plan(count: int, figures: Figures, machines: int, cores: int) -> list[tuple[str, str]]:
    """Lines of a plan: what, and how much."""
    one = figures
    working = count * one.annotate_ms / 1000
    hours = working / (machines * cores * one.use) / 3600
    rate = machines * cores * one.use * 1000 / one.annotate_ms
    store = count * (one.rows + one.vector + one.index)
    loading = count * (one.load_ms + one.serve_ms) / 1000
    return [
        ("annotate, core-hours", f"{working / 3600:,.0f}"),
        ("... on all of them, hours", f"{hours:,.1f}"),
        ("... records a second meanwhile", f"{rate:,.0f}"),
        ("... photos read meanwhile, MB/s", f"{rate * one.photo_mb:,.0f}"),
        ("photos, TB", f"{count * one.photo_mb / 1e6:,.2f}"),
        ("output as JSON Lines, GB", f"{count * one.lines / 1e9:,.1f}"),
        ("output as Parquet, GB", f"{count * one.parquet / 1e9:,.1f}"),
        ("store: tables and indexes, GB", f"{count * one.rows / 1e9:,.0f}"),
        ("store: text vectors and their index, GB", f"{count * (one.vector + one.index) / 1e9:,.0f}"),
        ("load by one process, hours of CPU", f"{loading / 3600:,.1f}"),
        ("memory of the process that loads, GB", f"{count * one.planned / 1e9:,.1f}"),
        ("memory of each server process for searching, GB", f"{count * one.memory / 1e9:,.1f}"),
        ("memory that holds the vectors' index, GB", f"{count * one.index / 1e9:,.0f}"),
        ("backup of the store without photos, hours", f"{store / 1e6 / one.dump / 3600:,.1f}"),
        ("backup of the photos, hours", f"{count * one.photo_mb / one.dump / 3600:,.1f}"),
    ]


MEASURED = {
    "annotate_ms": (33.2, "docs/performance.md, words and photo, a processor with VNNI"),
    "use": (0.89, "docs/performance.md: 53.5 records a second by two threads of 33.2 ms"),
    "photo_mb": (0.2, "a JPEG of 1,000 pixels; museum photos have 2 to 20"),
    "load_ms": (5.1, "scale.py load, 2,000 and 20,000 records"),
    "serve_ms": (1.2, "the same"),
    "lines": (4914.0, "780 records, really annotated"),
    "parquet": (660.0, "the same, Zstandard inside"),
    "rows": (13015.0, "scale.py size, 1,003,040 records in PostgreSQL"),
    "vector": (820.0, "384 halves and the row's head, worked out, not measured"),
    "index": (1100.0, "vector again and its links in the graph (m = 16), worked out, not measured"),
    "memory": (600.0, "scale.py ask, stopped before its end: too low"),
    "planned": (350.0, "numbers seen, in Python objects, worked out"),
    "dump": (100.0, "a disk of 100 MB/s, assumed"),
}
"""Default of each figure, and where it comes from."""


def main() -> None:
    """Print the plan as a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--records", type=int, nargs="+", default=[1_000_000, 10_000_000, 100_000_000])
    parser.add_argument("--machines", type=int, nargs="+", default=[1, 2, 10])
    parser.add_argument("--cores", type=int, default=16, help="of each machine")
    for name, (value, source) in MEASURED.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=value, help=f"{value:g}: {source}")
    options = vars(parser.parse_args())
    figures = Figures(**{name: options[name] for name in MEASURED})
    machines = options["machines"] + options["machines"][-1:] * len(options["records"])
    columns = [
        plan(count, figures, number, options["cores"])
        for count, number in zip(options["records"], machines, strict=False)
    ]
    lines = ["| | " + " | ".join(f"{count:,}" for count in options["records"]) + " |"]
    lines.append("| --- |" + " ---: |" * len(columns))
    lines.append(f"| machines of {options['cores']} cores | " + " | ".join(map(str, machines[: len(columns)])) + " |")
    for place, (name, _) in enumerate(columns[0]):
        lines.append(f"| {name} | " + " | ".join(column[place][1] for column in columns) + " |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
