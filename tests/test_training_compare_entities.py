"""The public sets of named entities: read, laid over pieces, scored in their own offsets."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from biaotu.errors import InputError
from biaotu.training.attributes.train import StageConfig
from biaotu.training.compare import entities
from biaotu.training.compare.entities import Sentence, read_cluener, read_dsner
from biaotu.training.config import AttributeConfig, load_config
from conftest import TinyRun

NEWS = [
    {"text": "记者田小满在石桥报道", "label": {"name": {"田小满": [[2, 4]]}, "address": {"石桥": [[6, 7]]}}},
    {"text": "柳河银行开业", "label": {"company": {"柳河银行": [[0, 3]]}}},
]
QUERIES = "要\tO\n铁\tB-yl\n锅\tB-cp\n\n竹\tB-yl\n篮\tI-yl\n"


def test_cluener_ends_are_inclusive(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in NEWS), encoding="utf-8")
    first, second = read_cluener(path)
    assert first == Sentence("记者田小满在石桥报道", ((2, 5, "name"), (6, 8, "address")))
    assert [second.text[start:end] for start, end, _ in second.entities] == ["柳河银行"]


def test_dsner_tags_become_entities(tmp_path: Path) -> None:
    path = tmp_path / "train"
    path.write_text(QUERIES, encoding="utf-8")
    assert read_dsner(path) == [
        Sentence("要铁锅", ((1, 2, "材质"), (2, 3, "product"))),
        Sentence("竹篮", ((0, 2, "材质"),)),
    ]


@pytest.mark.parametrize(
    ("reader", "text", "row"),
    [(read_cluener, '{"text": "无标"}\n', 1), (read_dsner, "铁\tO\n锅\tB-xx\n", 2)],
)
def test_another_format_is_refused(reader: object, text: str, row: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"row {row}"):
        reader(path)  # type: ignore[operator]
    with pytest.raises(InputError, match="cannot be read"):
        reader(tmp_path / "missing")  # type: ignore[operator]


def test_both_sets_are_trained_and_scored(tiny_run: TinyRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    for split in ("train", "dev"):
        path = data / "benchmarks/cluener2020" / f"{split}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in NEWS), encoding="utf-8")
    for split in ("train", "dev", "test"):
        path = data / "benchmarks/dsner_ec" / split
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(QUERIES, encoding="utf-8")
    shutil.copytree(tiny_run.run, out)
    many = StageConfig(epochs=40, batch=2, rate=1e-2, drop_char=0.0, average_last=1)
    monkeypatch.setattr(entities, "STAGE", many)
    monkeypatch.setattr(entities, "QUERY_STAGE", many)
    config = load_config(tiny_run.run.parent / "attributes.toml", AttributeConfig)
    config = replace(config, network=replace(config.network, dropout=0.0))
    table = entities.compare_entities(config, data, out, lambda _: None, seeds=(1, 2))
    news, queries = table.rows
    assert len(news.runs) == 1 and len(queries.runs) == 2
    # Trained and judged on the same two sentences: the offsets must come out exactly.
    assert news.figures("dev F1") == [1.0]
    assert queries.figures("test 材质") == [1.0, 1.0] and queries.figures("test F1") == [1.0, 1.0]
    assert queries.figures("test 型号") == [0.0, 0.0]
