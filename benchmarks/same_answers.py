"""Whether a change of code changed no answer: the JSON Lines of two commits compared to the last byte.

    python benchmarks/same_answers.py --against COMMIT
    python benchmarks/same_answers.py --against COMMIT --input TEXTS.jsonl --input PHOTOS.jsonl --limit 200

Both run ``biaotu annotate`` with one bundle, that of the other commit, over the shipped examples and over each further
input.
Exit status 1 if a line differs; the first differing ones are shown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path
from typing import Any

from commit import ROOT, command, sources

SHOWN = 3


def annotate(source: Path, given: Path, out: Path, options: argparse.Namespace) -> list[bytes]:
    """The lines that a source folder's command writes for an input."""
    limit = ["--limit", str(options.limit)] if options.limit else []
    bundle = str(options.bundle)
    program, environment = command(
        source, "annotate", str(given), "-o", str(out), "--bundle", bundle, "--quiet", "--force", *limit
    )
    status = subprocess.run(program, env=environment, check=False).returncode
    if status not in (0, 1):  # 1: some records failed, which an example does on purpose
        raise SystemExit(f"{given}: status {status}")
    errors = out.with_name(f"{out.name}.errors.jsonl")
    return [*out.read_bytes().splitlines(), *(errors.read_bytes().splitlines() if errors.exists() else [])]


def differences(old: bytes | None, new: bytes | None) -> str:
    """What is not the same in two lines, key by key."""
    if old is None or new is None:
        return "a line is missing"
    before, after = (json.loads(line) for line in (old, new))
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    parts: list[Any] = [(key, before.get(key), after.get(key)) for key in keys]
    return f"id {after.get('id')}: {json.dumps(parts, ensure_ascii=False)[:2000]}"


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", default="HEAD", help="the commit to compare this tree with")
    parser.add_argument("--input", type=Path, action="append", default=[], help="further records; may be repeated")
    parser.add_argument("--limit", type=int, help="the first so many records of each input")
    parser.add_argument("--bundle", type=Path, help="the bundle for both, if not that of the other commit")
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = sources(options.against, folder)
        options.bundle = options.bundle or old / "biaotu" / "bundle"
        for given in [ROOT / "examples" / "records.jsonl", ROOT / "examples" / "records.csv", *options.input]:
            lines = [annotate(one, given, folder / "out.jsonl", options) for one in (old, sources(None, folder))]
            unlike = [pair for pair in zip_longest(*lines) if pair[0] != pair[1]]
            print(f"{given.name}: {len(lines[1])} lines, {len(unlike)} differ", flush=True)  # noqa: T201
            for pair in unlike[:SHOWN]:
                print(" ", differences(*pair))  # noqa: T201
            failed |= bool(unlike)
    sys.exit(failed)


if __name__ == "__main__":
    main()
