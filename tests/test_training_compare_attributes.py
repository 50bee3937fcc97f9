"""The attribute table in miniature: every row trains, is judged, is kept and read again."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import tiny
from biaotu.records.gold import read_gold
from biaotu.taxonomy import bio_tags
from biaotu.text.segment import Segmenter
from biaotu.training.attributes.data import gold_tags
from biaotu.training.attributes.network import padded_lstm
from biaotu.training.attributes.train import StageConfig
from biaotu.training.compare import attributes as table
from biaotu.training.compare.ambiguity import ambiguity_page, ambiguity_table, find_cases, save_cases, share_right
from biaotu.training.compare.crf import PlainCRF, features
from biaotu.training.compare.judged import Answer, JudgedSet
from biaotu.training.config import AttributeConfig, load_config
from biaotu.training.museum import write_museum
from conftest import TinyRun


@pytest.fixture
def ground(tiny_run: TinyRun, tmp_path: Path) -> tuple[AttributeConfig, Path, Path]:
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(tiny_run.data, data)
    shutil.copy(data / "corpus/dev.jsonl", data / "real/dev.jsonl")
    shutil.copytree(tiny_run.run, out)
    golds = list(read_gold(data / "corpus/train.jsonl"))
    write_museum(golds, data / "notes.jsonl")
    tiny.lines(
        data / "texts.jsonl",
        [{"id": g.record.id, "title": g.record.title, "description": g.record.description} for g in golds],
    )
    config = load_config(tiny_run.run.parent / "attributes.toml", AttributeConfig)
    return (
        replace(config, data=replace(config.data, museum="texts.jsonl", annotations="notes.jsonl", unlabelled="")),
        data,
        out,
    )


def test_all_rows(ground: tuple[AttributeConfig, Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    config, data, out = ground
    short = StageConfig(epochs=1, batch=4)
    for name in ("STAGE", "CHARACTER_STAGE", "ENCODER_STAGE"):
        monkeypatch.setattr(table, name, short)
    told: list[str] = []
    found = table.compare_attributes(config, data, out, told.append, seeds=(1, 2))
    keys = {"plain-crf", *(method.key for method in table.methods(config))}
    assert len(found.rows) == len(keys)
    assert [len(row.runs) for row in found.rows] == [1] + [2] * (len(keys) - 1)
    for row in found.rows:
        assert {"museum F1", "museum macro F1", "own F1", "银铜红"} <= set(row.runs[0])
    shown = {row.name for row in found.rows if "own with photo F1" in row.runs[0]}
    assert "the paper's network" in shown and "- without picture" not in shown
    found.save(out)
    with (out / "attributes.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert {line["row"] for line in lines} == {row.name for row in found.rows}
    assert f"| {found.rows[0].name} |" in (out / "attributes.md").read_text(encoding="utf-8")
    page = ambiguity_page(out / "attributes" / "cases", table.LISTED)
    assert "the paper's network, with photo" in page and "BERT-CRF" in page and "all 1 cases" in page
    told.clear()
    again = table.compare_attributes(config, data, out, told.append, seeds=(1, 2))
    assert not told and again.rows == found.rows
    one = table.compare_attributes(config, data, out, told.append, seeds=(1,), only=("paper",))
    assert [row.name for row in one.rows] == ["the paper's network"]


def test_gold_answers_score_one_and_none_score_nothing(tiny_run: TinyRun) -> None:
    golds = list(read_gold(tiny_run.data / "corpus/train.jsonl"))
    judged = JudgedSet("own", golds)
    right = [Answer(gold_tags(gold, reading)) for gold, reading in zip(golds, judged.readings, strict=True)]
    assert judged.scores(right)["own F1"] == judged.scores(right)["own 时间"] == 1
    empty = [Answer(np.zeros(len(reading.text), np.int64)) for reading in judged.readings]
    assert judged.scores(empty)["own F1"] == 0
    assert "own names F1" not in judged.scores(empty)


def test_ambiguous_characters_case_by_case(tiny_run: TinyRun, tmp_path: Path) -> None:
    golds = list(read_gold(tiny_run.data / "corpus/dev.jsonl"))
    judged = JudgedSet("own", golds)
    right = [Answer(gold_tags(gold, reading)) for gold, reading in zip(golds, judged.readings, strict=True)]
    cases = find_cases(judged, right)
    assert [(case.record, case.gold, case.found) for case in cases] == [("dev-1", "材质", "材质")]
    assert "[铜]" in cases[0].context and share_right(cases) == 1
    wrong = find_cases(judged, [Answer(np.zeros(len(reading.text), np.int64)) for reading in judged.readings])
    save_cases(cases, tmp_path / "right.json")
    save_cases(wrong, tmp_path / "wrong.json")
    shown = ambiguity_table({"one": tmp_path / "right.json", "other": tmp_path / "wrong.json"})
    assert "| dev-1 |" in shown and "| right | - |" in shown and "| 1/1 | 0/1 |" in shown


def test_the_plain_crf_learns_what_it_is_shown() -> None:
    texts = ["铜壶一把，木箱一只。", "铁壶两把，竹箱三只。"]
    tags = bio_tags()
    path = [tags.index("B-材质") if char in "铜铁木竹" else 0 for char in texts[0]]
    other = [tags.index("B-材质") if char in "铜铁木竹" else 0 for char in texts[1]]
    crf = PlainCRF(tags)
    crf.fit(texts, [np.array(path), np.array(other)])
    assert crf.path(texts[0]).tolist() == path
    assert crf.path("").tolist() == []
    rows = features("铜壶", Segmenter())
    assert len(rows) == 2 and "c0=铜" in rows[0] and "b0=铜壶" in rows[0] and "c1=#" in rows[1]


def test_padded_rows_read_like_packed_ones() -> None:
    torch.manual_seed(0)
    lstm = nn.LSTM(6, 4, batch_first=True, bidirectional=True)
    rows, lengths = torch.randn(3, 7, 6), torch.tensor([7, 2, 5])
    packed = nn.utils.rnn.pack_padded_sequence(rows, lengths, batch_first=True, enforce_sorted=False)
    wanted, _ = nn.utils.rnn.pad_packed_sequence(lstm(packed)[0], batch_first=True, total_length=7)
    found = padded_lstm(lstm, rows, lengths)
    real = torch.arange(7)[None, :] < lengths[:, None]
    assert torch.allclose(found[real], wanted[real], atol=1e-6)


def test_the_plain_crf_answers_after_its_model_file_is_gone() -> None:
    # Once the tagger read memory that had been freed: right as long as nothing else took it.
    tags = bio_tags()
    text = "铜壶一把，木箱一只。"
    path = np.array([tags.index("B-材质") if char in "铜木" else 0 for char in text])
    crf = PlainCRF(tags)
    crf.fit([text], [path])
    litter = [bytes(size) for size in range(1_000, 60_000, 50)] * 3
    for _ in range(200):
        assert crf.path(text).tolist() == path.tolist()
    assert litter
