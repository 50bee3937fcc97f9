"""The switch: ``biaotu annotate --ocr`` with and without a store, ``biaotu serve --ocr``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import biaotu.pipeline
from biaotu.api.models import loader
from biaotu.api.server import serve
from biaotu.api.settings import Settings
from biaotu.cli.annotate import annotate as command
from biaotu.cli.main import cli
from biaotu.errors import UsageError
from biaotu.intake.annotating import annotate_store
from biaotu.pipeline import Examined
from biaotu.records import Annotation, Failure, Record
from biaotu.store import Actor, NewRecord, Store, StorePlace
from samples import Echo

DATA = Path(__file__).parent / "data" / "ocr"


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    rows = [{"id": str(place), "title": "柳河县抗日民主政府布告", "images": ["lines.png"]} for place in (1, 2)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_file_is_annotated_with_the_words_on_its_photos(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = run("annotate", source, "--images", DATA, "--ocr", "-o", out, "--limit", 1, "-q")
    assert result.exit_code == 0, result.output
    line = json.loads(out.read_text(encoding="utf-8"))
    assert line["model"]["version"].endswith("+ocr")
    assert line["ocr"]["text"].split("\n")[1] == "一九四一年五月二十日"
    assert Annotation.from_dict(line).to_dict() == line


def test_what_cannot_be_is_refused_before_anything_is_loaded(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = run("annotate", source, "--ocr", "--without-images", "-o", tmp_path / "o.jsonl")
    assert refused.exit_code == 2
    assert "--without-images" in refused.stderr
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    refused = run("annotate", source, "--ocr", "-o", tmp_path / "o.jsonl")
    assert refused.exit_code == 2
    assert "pip install 'biaotu[ocr]'" in refused.stderr
    assert not (tmp_path / "o.jsonl").exists()
    with pytest.raises(UsageError, match=r"biaotu\[ocr\]"):
        serve(Settings(store=tmp_path, ocr=True), on_ready=print, warn=print)


class Model(Echo):
    """A stand-in that stops as Ctrl-C would after ``stop`` answers."""

    manifest = SimpleNamespace(name="echo", version="1")

    def __init__(self, stop: int | None = None, version: str = "1") -> None:
        self.stop = stop
        self.version = version

    def annotate_many(self, records: Iterable[Record | Failure]) -> Iterator[Annotation | Failure]:
        for number, answer in enumerate(super().annotate_many(records)):
            if number == self.stop:
                raise KeyboardInterrupt
            yield answer


def test_a_stopped_run_does_not_go_on_with_the_switch_turned(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Model(stop=1)
    monkeypatch.setitem(command.callback.__globals__, "_load", lambda _options: model)  # type: ignore[union-attr]
    out = tmp_path / "out.jsonl"
    assert run("annotate", source, "-o", out).exit_code == 130
    model.stop = None
    refused = run("annotate", source, "-o", out, "--resume", "--ocr")
    assert refused.exit_code == 2
    assert "--ocr was False and is True" in refused.stderr
    assert run("annotate", source, "-o", out, "--resume").exit_code == 0


class Examining(Model):
    """The same for a store."""

    def examine_many(self, records: Iterable[Record]) -> Iterator[Examined | Failure]:
        for answer in self.annotate_many(records):
            if isinstance(answer, Annotation):
                yield Examined(answer_with(answer, self.version))


def answer_with(annotation: Annotation, version: str) -> Annotation:
    return replace(annotation, model_name="echo", model_version=version)


def test_a_store_is_annotated_anew_when_the_switch_is_turned_on(tmp_path: Path) -> None:
    with Store.open(StorePlace.settle(tmp_path / "data"), create=True) as store:
        with store.writing(Actor.system("test")) as unit:
            unit.records.add_many([NewRecord("1", title="柳河县抗日民主政府布告")])
        assert annotate_store(store, Examining()).done == 1
        assert annotate_store(store, Examining()).done == 0
        assert annotate_store(store, Examining(version="1+ocr")).done == 1
        assert annotate_store(store, Examining(version="1+ocr")).done == 0
        assert annotate_store(store, Examining()).done == 0


def test_a_server_hands_the_switch_to_its_models(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.from_environment({"BIAOTU_OCR": "1"}).ocr
    assert not Settings.from_environment({}).ocr
    given: list[dict[str, Any]] = []

    def load(_bundle: Path | None, **options: Any) -> None:
        given.append(options)

    monkeypatch.setattr(biaotu.pipeline, "load", load)
    loader(None, 1, ocr=True)([])
    loader(None, 1, ocr=True)([("柳河", "place")])
    loader(None, 1)([])
    assert [options["ocr"] for options in given] == [True, True, False]
