"""Targets that are files: lists, annotations, files of other tools, word lists, parts of a bundle, photos."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable, Iterable
from pathlib import Path

from fuzz import seeds
from fuzz.running import Target


def _all(items: Iterable[object]) -> int:
    return sum(1 for _ in items)


def _converting(kind: str) -> Callable[[Path], object]:
    from biaotu.batch.converting import convert

    return lambda path: convert(path, kind, path.with_name("out.jsonl"), force=True)  # type: ignore[arg-type]


def lists() -> dict[str, Target]:
    """Lists of records, annotations, gold files, and what a stopped run left."""
    from biaotu.batch.annotated import read_annotations
    from biaotu.batch.journal import mend, read_lines
    from biaotu.batch.leftovers import left_behind
    from biaotu.batch.resume import compare_settings, read_failures
    from biaotu.cli.evaluate import _read_predictions
    from biaotu.intake.annotated import annotated_records
    from biaotu.records.gold import read_gold
    from biaotu.records.read import read_records

    def records(path: Path) -> int:
        return _all(read_records(path))

    def journal(path: Path) -> None:
        compare_settings(path, {"ocr": False})
        mend(path)
        _all(read_failures(path))
        _all(read_lines(path))

    annotated = (b"\n".join(seeds.annotations()),)
    whole = {
        "xlsx": Target(".xlsx", (seeds.workbook(),), records, 0.25),
        "csv": Target(".csv", seeds.CSV, records),
        "jsonl": Target(".jsonl", (seeds.lines(seeds.RECORD, seeds.RECORD), b"[]"), records),
        "json": Target(".json", (seeds.lines([seeds.RECORD] * 2), seeds.lines({"records": [seeds.RECORD]})), records),
        "gold": Target(".jsonl", (seeds.lines(seeds.GOLD),), lambda path: _all(read_gold(path))),
        "annotations": Target(".jsonl", annotated, lambda path: _all(read_annotations(path))),
        "loaded": Target(".jsonl", annotated, lambda path: _all(annotated_records(path))),
        "predictions": Target(".jsonl", annotated, lambda path: _all(_read_predictions(path))),
        "journal": Target(".jsonl", (*annotated, seeds.lines({"ocr": False}), seeds.lines({"error": "x"})), journal),
        "leftovers": Target(
            ".json",
            (seeds.lines(seeds.LABEL_STUDIO),),
            lambda path: [left_behind(kind, path) for kind in ("label-studio", "doccano", "iiif")],
        ),
    }
    if importlib.util.find_spec("pyarrow") is not None:
        whole["parquet"] = Target(".parquet", (seeds.parquet(),), records)
    return whole


def interchange() -> dict[str, Target]:
    """What ``biaotu convert`` reads."""
    iiif = {"type": "Manifest", "id": "https://a/m", "label": {"zh": ["水壶"]}, "items": []}
    doccano = {"id": 1, "text": "红军水壶", "label": [[0, 2, "组织"]]}
    conll = "# id = 1\n红\tB-组织\n军\tI-组织\n\n水\tO\n".encode()
    return {
        "label-studio": Target(".json", (seeds.lines(seeds.LABEL_STUDIO),), _converting("label-studio")),
        "doccano": Target(".jsonl", (seeds.lines(doccano),), _converting("doccano")),
        "conll": Target(".conll", (conll,), _converting("conll")),
        "iiif": Target(".json", (seeds.lines(iiif),), _converting("iiif")),
        "census": Target(".xlsx", (seeds.workbook(census=True),), _converting("census"), 0.25),
    }


def resources() -> dict[str, Target]:
    """Word lists, entries of authorities, and the parts of a bundle."""
    from biaotu.authorities.reading import read_entries
    from biaotu.ranking import Cilin, WordVectors
    from biaotu.ranking.terms import LabelTerms
    from biaotu.runtime.bundle import Bundle
    from biaotu.runtime.session import Network
    from biaotu.runtime.signing import signer
    from biaotu.search.space import RetrievalSpace
    from biaotu.text.lexicon import read_user_file
    from biaotu.text.statistics import WordStatistics

    def bundle(path: Path) -> None:
        folder = path.with_name("bundle")
        folder.mkdir(exist_ok=True)
        (folder / "manifest.json").write_bytes(path.read_bytes())
        Bundle(folder)

    def signature(path: Path) -> None:
        (path.with_name("manifest.sig")).write_bytes(path.read_bytes())
        signer(path.parent, {}, ("A" * 43 + "=",))

    vectors = seeds.vectors()
    space = (seeds.BUNDLE / "retrieval.npz").read_bytes()[:4000]
    network = (seeds.BUNDLE / "labels.onnx").read_bytes()[:60000]
    return {
        "lexicon": Target(".csv", ("word,type\n水壶,object\n".encode(), "水壶\n朱德\n".encode()), read_user_file),
        "authorities": Target(".jsonl", (seeds.lines(seeds.ENTRY),), read_entries),
        "authorities-csv": Target(".csv", ("id,type,name\nperson:a,person,朱德\n".encode(),), read_entries),
        "statistics": Target(".tsv.gz", (seeds.statistics(),), WordStatistics.load),
        "cilin": Target(".txt.gz", (gzip.compress("Aa01A01= 人 士\n".encode()),), Cilin.load),
        "vectors": Target(".npz", (vectors,), WordVectors.load),
        "space": Target(".npz", (space, vectors), RetrievalSpace.load),
        "terms": Target(".json", (seeds.terms(),), LabelTerms.load),
        "manifest": Target(".json", (seeds.manifest(), seeds.lines({"format": 1, "files": {}})), bundle),
        "signature": Target(".txt", (b"A" * 43 + b"= " + b"A" * 86 + b"==\n",), signature),
        "network": Target(".onnx", (network,), Network, 0.1),
    }


def photos() -> dict[str, Target]:
    """Every way that a photo goes: to the networks, upright to OCR, into the store, onto the web, made small."""
    from biaotu.api.thumbnails import _write
    from biaotu.batch.shots import _jpeg
    from biaotu.export.packages.bare import bare
    from biaotu.images.decode import load_photo, load_upright
    from biaotu.intake.photos import look_at
    from biaotu.records import Record

    def stripped(path: Path) -> None:
        content = path.read_bytes()
        kind = {b"\x89P": "PNG", b"RI": "WEBP", b"GI": "GIF"}.get(content[:2], "JPEG")
        bare(content, kind, 6)

    pictures = seeds.pictures()
    return {
        "photo": Target(".jpg", pictures, load_photo, 0.5),
        "photo-ocr": Target(".jpg", pictures, lambda path: load_upright(path, 960), 0.25),
        "photo-import": Target(
            ".jpg",
            pictures,
            lambda path: look_at(Record("1", images=(path.name,), image_root=path.parent), path.name),
            0.25,
        ),
        "photo-bare": Target(".jpg", pictures, stripped),
        "photo-jpeg": Target(".jpg", pictures, lambda path: _jpeg(path, path.name), 0.25),
        "thumbnail": Target(".jpg", pictures, lambda path: _write(path.with_name("small.jpg"), path, 256), 0.25),
    }
