from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given

from biaotu.export import Entry, Overview
from biaotu.export.jsonl import JsonLinesWriter, encode
from biaotu.records import Annotation, readable
from samples import annotation, any_annotations


@given(any_annotations())
def test_an_annotation_comes_back_as_it_went(made: Annotation) -> None:
    line = encode(made.to_dict())
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    # Names of files that are no UTF-8 on disk cannot be written; they come out as they can be read.
    written = replace(made, images=tuple(readable(name) for name in made.images))
    assert Annotation.from_dict(json.loads(line)) == written


def test_what_json_has_no_form_for_is_kept_in_words() -> None:
    line = encode({"when": datetime.date(1949, 10, 1), "weight": float("nan"), "half": "\ud83d"})
    assert json.loads(line) == {"when": "1949-10-01", "weight": "nan", "half": "\ud83d"}


def test_chinese_is_written_as_such() -> None:
    assert "铁水壶".encode() in encode(annotation().to_dict())


def test_the_writer_writes_one_line_an_entry(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with JsonLinesWriter(out, Overview()) as writer:
        writer.write(Entry(annotation(id="1")))
        writer.write(Entry(annotation(id="2")))
    lines = out.read_text(encoding="utf-8").splitlines()
    assert [Annotation.from_dict(json.loads(line)) for line in lines] == [annotation(id="1"), annotation(id="2")]
