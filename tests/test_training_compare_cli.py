"""``biaotu-train compare`` as a person calls it: the table is printed, and saved beside the kept figures."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner

from biaotu.training.cli import cli
from biaotu.training.compare.similarity import SETS
from biaotu.training.compare.tables import Row, Runs, Table


def test_similarity_from_the_command_line(tmp_path: Path, tiny_bundle: Path) -> None:
    for name in SETS.values():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("水壶 竹篮 4\n大刀 武器 3\n铜锁 大刀 2\n水壶 金属 1\n", encoding="utf-8")
    arguments = ["compare", "similarity", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(cli, [*arguments, "--bundle", str(tiny_bundle)], catch_exceptions=False)
    assert result.exit_code == 0
    saved = (tmp_path / "out/similarity.md").read_text(encoding="utf-8")
    assert saved.strip() in result.output
    with (tmp_path / "out/similarity.csv").open(encoding="utf-8") as file:
        assert {"row", "score", "mean", "spread", "run 1"} == set(next(csv.DictReader(file)))


def test_mean_and_spread(tmp_path: Path) -> None:
    rows = (Row("random", ({"F1": 0.5}, {"F1": 0.7})), Row("fixed", ({"F1": 0.25, "other": 1.0},)))
    table = Table("demo", "Demo", ("F1", "none"), rows, "biaotu-train demo", (1, 2), ("A note.",))
    text = table.markdown()
    assert "| random | 0.600 ± 0.141 | - |" in text and "| fixed | 0.250 | - |" in text
    assert "A note." in text and "`biaotu-train demo`" in text and "seeds 1, 2" in text and "Python 3" in text
    table.save(tmp_path)
    with (tmp_path / "demo.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [(line["row"], line["score"], line["mean"], line["spread"]) for line in lines] == [
        ("random", "F1", "0.6000", "0.1414"),
        ("fixed", "F1", "0.2500", ""),
        ("fixed", "other", "1.0000", ""),
    ]


def test_finished_runs_are_kept_and_other_knobs_run_anew(tmp_path: Path) -> None:
    ran: list[int] = []

    def compute(seed: int) -> dict[str, float]:
        ran.append(seed)
        return {"F1": seed / 10}

    runs = Runs(tmp_path, lambda _: None)
    first = runs.row("a row", "row", {"epochs": 2}, compute, (1, 2))
    assert first.figures("F1") == [0.1, 0.2] and ran == [1, 2]
    assert runs.row("a row", "row", {"epochs": 2}, compute, (1, 2, 3)).figures("F1") == [0.1, 0.2, 0.3]
    assert ran == [1, 2, 3]
    runs.row("a row", "row", {"epochs": 3}, compute, (1,))
    assert ran == [1, 2, 3, 1]
