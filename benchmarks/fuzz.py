"""Throw damaged files at every reader and at the image path: only errors of ours may come out, soon, in little memory.

    python benchmarks/fuzz.py                                  # 20,000 inputs for each target, hypothesis
    python benchmarks/fuzz.py --engine atheris --inputs 100000 # guided by coverage (pip install atheris)
    python benchmarks/fuzz.py --targets csv,photo --inputs 1000 --seed 7

Each target runs in a process of its own. An input fails that raises anything but a ``BiaotuError``, takes longer than
five seconds, or ends the process; its bytes are kept under ``build/fuzz``. The peak of memory of each process is told,
and more than two gigabytes is a failure as well. Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from biaotu.errors import BiaotuError

ROOT: Final = Path(__file__).resolve().parents[1]
KEPT: Final = ROOT / "build" / "fuzz"
SECONDS: Final = 5
MEMORY_MB: Final = 2048
INSERTS: Final = (
    b"",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b'"',
    b"'",
    b",",
    b"\t",
    b"\n",
    b"\r",
    b"<",
    b">",
    b"&",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"-1",
    b"1e999",
    b"NaN",
    b"null",
    b"true",
    b"[[[[",
    b"{}" * 3,
    b"PK\x03\x04",
    b"\xff\xd8",
    b"II*\0",
    b"\x89PNG\r\n\x1a\n",
    "编号,名称\n".encode(),
    "<组织>".encode(),
    "</组织>".encode(),
    b"999999999999",
    b"\xed\xa0\x80",
    "１２３".encode(),
    "\u202e\u200b".encode(),
    b"\xf0\x9f\x87\xa8\xf0\x9f\x87\xb3",
)


class HangError(BaseException):
    """An input took too long; no reader may catch it."""


@dataclass(frozen=True, slots=True)
class Target:
    """One reader.

    Attributes:
        suffix: of the file that it is given.
        seeds: what it reads, whole.
        read: reads a file to its end.
    """

    suffix: str
    seeds: tuple[bytes, ...]
    read: Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one target."""

    name: str
    inputs: int
    seconds: float
    slowest: float
    memory: int
    failures: tuple[str, ...]


def _all(items: object) -> int:
    return sum(1 for _ in items)  # type: ignore[attr-defined]


def _records(path: Path) -> int:
    from biaotu.records.read import read_records

    return _all(read_records(path))


def _converting(kind: str) -> Callable[[Path], object]:
    from biaotu.batch.converting import convert

    return lambda path: convert(path, kind, path.with_name("out.jsonl"), force=True)  # type: ignore[arg-type]


def _workbook(census: bool = False) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    head = ["名称", "编号", "质地", "数量", "尺寸"] if census else ["编号", "名称", "描述", "图片"]
    for row in (head, ["0001", "铁水壶", "1934年红军用", "0001.jpg"][: len(head)], ["=1+1", 3.5, None, True]):
        book.active.append(row)  # type: ignore[union-attr]
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def _pictures() -> tuple[bytes, ...]:
    import numpy as np
    from PIL import Image

    noise = np.random.default_rng(1).integers(0, 256, (24, 32, 4), dtype=np.uint8)
    colour = Image.fromarray(noise)
    made = []
    for form, image, options in (
        ("JPEG", colour.convert("RGB"), {}),
        ("JPEG", colour.convert("CMYK"), {"progressive": True}),
        ("PNG", colour, {}),
        ("PNG", Image.fromarray(noise[..., 0].astype(np.uint16) * 200), {}),
        ("WEBP", colour, {}),
        ("TIFF", colour.convert("RGB"), {"compression": "tiff_lzw"}),
        ("TIFF", Image.fromarray(noise[..., 0].astype(np.float32)), {}),
        ("TIFF", colour.convert("1"), {"compression": "group4"}),
        ("BMP", colour.convert("RGB"), {}),
        ("GIF", colour.convert("P"), {"save_all": True, "append_images": [colour.convert("P")]}),
    ):
        buffer = io.BytesIO()
        image.save(buffer, form, **options)
        made.append(buffer.getvalue())
    return tuple(made)


def _array() -> tuple[bytes, bytes]:
    import numpy as np

    from biaotu.ranking import WordVectors

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "a.npz"
        WordVectors.quantise(["铁", "水壶"], np.eye(2, dtype=np.float32)).save(place)
        small = place.read_bytes()
    bundle = ROOT / "src" / "biaotu" / "bundle"
    return small, (bundle / "retrieval.npz").read_bytes()[:4000]


def _json(*documents: Any) -> bytes:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in documents).encode()


def targets() -> dict[str, Target]:
    """Every reader of what a user can hand in."""
    from biaotu.authorities.reading import read_entries
    from biaotu.batch.annotated import read_annotations
    from biaotu.images.decode import load_photo
    from biaotu.normal import normalise_all
    from biaotu.ranking import Cilin, WordVectors
    from biaotu.records import Span
    from biaotu.records.gold import read_gold
    from biaotu.runtime.bundle import Manifest
    from biaotu.search.query import parse
    from biaotu.search.space import RetrievalSpace
    from biaotu.taxonomy import ATTRIBUTES
    from biaotu.text.lexicon import read_user_file
    from biaotu.text.statistics import WordStatistics

    def normal(path: Path) -> object:
        text = path.read_bytes().decode("utf-8", "replace")[:200]
        spans = tuple(Span(name, text, "title", 0, len(text), 1.0) for name in ATTRIBUTES.names) if text else ()
        return normalise_all(text, "", spans)

    def manifest(path: Path) -> object:
        try:
            return Manifest.from_dict(json.loads(path.read_bytes()))
        except (ValueError, RecursionError):
            return None

    record = {"id": "0001", "title": "红军用的铁水壶", "description": "1934年。", "images": ["a.jpg"]}
    gold = record | {"title": "<组织>红军</组织>用的铁水壶", "material": ["金属制品"], "use": [], "tags": ["水壶"]}
    annotated = (ROOT / "tests" / "data" / "formats" / "annotations.jsonl").read_bytes().splitlines()[:2]
    label_studio = [
        {
            "id": 1,
            "data": {"text": "红军水壶", "id": "1", "title": "红军", "description": "水壶"},
            "annotations": [
                {
                    "result": [
                        {
                            "type": "labels",
                            "from_name": "label",
                            "to_name": "text",
                            "value": {"start": 0, "end": 2, "labels": ["组织"]},
                        }
                    ]
                }
            ],
        }
    ]
    shipped = (ROOT / "src" / "biaotu" / "bundle" / "manifest.json").read_bytes()
    vectors, space = _array()
    entry = {
        "id": "person:a",
        "type": "person",
        "name": "朱德",
        "begin": "1886",
        "end": "1976",
        "note": "",
        "variants": [],
    }
    return {
        "xlsx": Target(".xlsx", (_workbook(),), _records),
        "csv": Target(
            ".csv",
            (
                '编号,名称,描述,图片\n1,铁水壶,"1934年, 红军",a.jpg\n'.encode(),
                "编号\t名称\n1\t水壶\n".encode("utf-16"),
                "编号;名称\n1;水壶\n".encode("gb18030"),
            ),
            _records,
        ),
        "jsonl": Target(".jsonl", (_json(record, record), b"[]"), _records),
        "json": Target(".json", (_json([record, record]), _json({"records": [record]})), _records),
        "gold": Target(".jsonl", (_json(gold),), lambda path: _all(read_gold(path))),
        "annotations": Target(".jsonl", (b"\n".join(annotated),), lambda path: _all(read_annotations(path))),
        "label-studio": Target(".json", (_json(label_studio),), _converting("label-studio")),
        "doccano": Target(
            ".jsonl", (_json({"id": 1, "text": "红军水壶", "label": [[0, 2, "组织"]]}),), _converting("doccano")
        ),
        "conll": Target(".conll", ("# id = 1\n红\tB-组织\n军\tI-组织\n\n水\tO\n".encode(),), _converting("conll")),
        "iiif": Target(
            ".json",
            (_json({"type": "Manifest", "id": "https://a/m", "label": {"zh": ["水壶"]}, "items": []}),),
            _converting("iiif"),
        ),
        "census": Target(".xlsx", (_workbook(census=True),), _converting("census")),
        "lexicon": Target(".csv", ("word,type\n水壶,object\n".encode(), "水壶\n朱德\n".encode()), read_user_file),
        "authorities": Target(".jsonl", (_json(entry),), read_entries),
        "authorities-csv": Target(".csv", ("id,type,name\nperson:a,person,朱德\n".encode(),), read_entries),
        "statistics": Target(".tsv.gz", (_statistics(),), WordStatistics.load),
        "cilin": Target(".txt.gz", (gzip.compress("Aa01A01= 人 士\n".encode()),), Cilin.load),
        "vectors": Target(".npz", (vectors,), WordVectors.load),
        "space": Target(".npz", (space, vectors), RetrievalSpace.load),
        "manifest": Target(".json", (shipped[:3000], _json({"format": 1, "files": {}})), manifest),
        "photo": Target(".jpg", _pictures(), load_photo),
        "query": Target(
            ".txt",
            ('铁 水壶 "红军 用" -枪 a OR b'.encode(),),
            lambda path: parse(path.read_bytes().decode("utf-8", "replace")),
        ),
        "normal": Target(
            ".txt",
            tuple(
                text.encode()
                for text in ("1934年10月", "民国廿三年", "长20.5厘米", "银元三百元", "光绪二十年甲午", "第115师")
            ),
            normal,
        ),
    }


def _statistics() -> bytes:
    from biaotu.text.statistics import WordStatistics

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "a.tsv.gz"
        WordStatistics({"水壶": 3}, 3, {"壶": (3, 2)}, 3, min_count=3).save(place)
        return place.read_bytes()


class Runner:
    """Reads inputs of one target, one after the other, and notes what fails."""

    def __init__(self, name: str, target: Target, folder: Path) -> None:
        self.name, self.target = name, target
        self.place = folder / f"input{target.suffix}"
        self.inputs = 0
        self.slowest = 0.0
        self.failures: dict[str, str] = {}
        signal.signal(signal.SIGALRM, self._late)

    @staticmethod
    def _late(_number: int, _frame: object) -> None:
        raise HangError

    def one(self, content: bytes) -> None:
        """Read one input."""
        self.place.write_bytes(content)
        self.inputs += 1
        began = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            self.target.read(self.place)
        except BiaotuError:
            pass
        except HangError:
            self._keep(content, f"longer than {SECONDS} s")
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"
            self._keep(content, f"{where}: {str(error)[:100]!r}", key=where)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.slowest = max(self.slowest, time.perf_counter() - began)

    def _keep(self, content: bytes, what: str, key: str | None = None) -> None:
        if (key or what) in self.failures:
            return
        KEPT.mkdir(parents=True, exist_ok=True)
        name = f"{self.name}-{hashlib.sha256(content).hexdigest()[:12]}{self.target.suffix}"
        (KEPT / name).write_bytes(content)
        self.failures[key or what] = f"{what} ({name})"

    def result(self, began: float) -> Result:
        """What came of it all."""
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        failures = [*self.failures.values(), *([f"{memory} MB of memory"] if memory > MEMORY_MB else [])]
        return Result(self.name, self.inputs, time.monotonic() - began, self.slowest, memory, tuple(failures))


def damaged(seeds: tuple[bytes, ...], chance: random.Random) -> bytes:
    """A seed after some edits: bytes changed, cut, doubled, put in, or parts of two seeds joined."""
    content = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(0, 6)):
        size = len(content)
        at = chance.randint(0, size)
        match chance.randint(0, 6):
            case 0 if size:
                content[at % size] = chance.randrange(256)
            case 1:
                content[at:at] = chance.choice(INSERTS)
            case 2:
                del content[at : at + chance.randint(1, 64)]
            case 3:
                content[at:at] = content[at : at + chance.randint(1, 200)] * chance.randint(1, 20)
            case 4:
                del content[at:]
            case 5:
                content[at:] = chance.choice(seeds)[at:]
            case _ if size:
                content[at % size] ^= 1 << chance.randrange(8)
    return bytes(content)


def by_hypothesis(runner: Runner, inputs: int, seed: int, done: Callable[[], None]) -> None:
    """Damage made by hypothesis' choices."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    seeds = runner.target.seeds

    @seeded(seed)
    @settings(
        max_examples=inputs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True), st.one_of(st.none(), st.binary(max_size=300), st.text(max_size=200)))
    def check(chance: random.Random, whole: bytes | str | None) -> None:
        if whole is None or chance.random() < 0.8:
            runner.one(damaged(seeds, chance))
        else:
            runner.one(whole if isinstance(whole, bytes) else whole.encode("utf-8", "surrogatepass"))

    check()
    done()


def by_chance(runner: Runner, inputs: int, seed: int, done: Callable[[], None]) -> None:
    """Damage by a random generator alone: most inputs a second."""
    chance = random.Random(seed)
    for _ in range(inputs):
        runner.one(damaged(runner.target.seeds, chance))
    done()


def by_atheris(runner: Runner, inputs: int, seed: int, done: Callable[[], None]) -> None:
    """Damage guided by which branches of our readers an input reaches."""
    import atheris

    for module in [one for name, one in sys.modules.items() if name.startswith("biaotu.") and one is not None]:
        for key, value in list(vars(module).items()):
            if callable(value) and getattr(value, "__module__", "") == module.__name__ and hasattr(value, "__code__"):
                setattr(module, key, atheris.instrument_func(value))
    corpus = runner.place.parent / "corpus"
    corpus.mkdir()
    for number, content in enumerate(runner.target.seeds):
        (corpus / str(number)).write_bytes(content)

    def one(content: bytes) -> None:
        runner.one(content)
        if runner.inputs >= inputs:  # libFuzzer ends the process without a word to anybody
            done()
            shutil.rmtree(runner.place.parent)
            os._exit(0)

    atheris.Setup(["fuzz", f"-seed={seed}", "-max_len=20000", "-verbosity=0", str(corpus)], one)
    atheris.Fuzz()


ENGINES: Final = {"hypothesis": by_hypothesis, "chance": by_chance, "atheris": by_atheris}


def _work(name: str, engine: str, inputs: int, seed: int, told: Any) -> None:
    """One target in a process of its own."""
    # Decoders' own complaints of damage go to standard error, a line each.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    fast = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        runner = Runner(name, targets()[name], Path(folder))
        began = time.monotonic()
        ENGINES[engine](runner, inputs, seed, lambda: told.send(runner.result(began)))


def run(names: list[str], engine: str, inputs: int, seed: int) -> Iterator[Result]:
    """The targets, one after the other."""
    context = multiprocessing.get_context("spawn")
    for name in names:
        told, sender = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(name, engine, inputs, seed, sender))
        process.start()
        sender.close()
        try:
            result: Result = told.recv()
        except EOFError:
            process.join()
            result = Result(name, 0, 0.0, 0.0, 0, (f"the process ended with {process.exitcode}",))
        process.join(30)
        yield result


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Parse, run, print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=list(ENGINES), default="hypothesis")
    parser.add_argument("--targets", default=",".join(targets()), help="names, by comma")
    parser.add_argument("--inputs", type=int, default=20_000, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    results = []
    tell("| target | inputs | seconds | slowest input, s | memory, MB | failures |")
    tell("| --- | --: | --: | --: | --: | --- |")
    for one in run(given.targets.split(","), given.engine, given.inputs, given.seed):
        results.append(one)
        failures = "; ".join(one.failures) or "none"
        tell(f"| {one.name} | {one.inputs:,} | {one.seconds:.0f} | {one.slowest:.2f} | {one.memory} | {failures} |")
    bad = sum(len(one.failures) for one in results)
    tell(f"\n{given.engine}: {sum(one.inputs for one in results):,} inputs, {bad} kinds of failure")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
