"""Configs are checked key by key, and the commands of ``biaotu-train`` tell errors in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from biaotu.errors import ConfigError
from biaotu.training import cli
from biaotu.training.config import AttributeConfig, LabelConfig, load_config

CONFIGS = Path(__file__).parents[1] / "configs"


def test_without_a_file_the_defaults_hold() -> None:
    assert load_config(None, AttributeConfig) == AttributeConfig()
    assert load_config(None, LabelConfig) == LabelConfig()


def test_the_shipped_configs_are_lawful() -> None:
    attributes = load_config(CONFIGS / "attributes.toml", AttributeConfig)
    labels = load_config(CONFIGS / "labels.toml", LabelConfig)
    assert attributes.encoders == labels.encoders  # they share one run folder


def test_what_the_file_says_is_taken_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('seed = 7\n[encoders]\nlayers = [1, 2]\n[network]\ndecoder = "softmax"\n', encoding="utf-8")
    config = load_config(path, AttributeConfig)
    assert (config.seed, config.encoders.layers, config.network.decoder) == (7, (1, 2), "softmax")
    assert config.teacher == AttributeConfig().teacher


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("sede = 1", "sede"),
        ("[network]\nlstmm = 3", "network.lstmm"),
        ("[network]\nlstm = 'wide'", "network.lstm"),
        ("[network]\ndecoder = 'beam'", "network.decoder"),
        ("[teacher]\nepoch = 3", "teacher.epoch"),
        ("[data]\ncopys = 3", "data.copys"),
        ("[encoders]\nlayers = 4", "encoders.layers"),
        ("network = 3", "network"),
        ("seed = ", "not valid TOML"),
    ],
)
def test_an_unknown_key_or_value_is_named(tmp_path: Path, text: str, culprit: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path, AttributeConfig)
    assert str(path) in str(caught.value)
    assert culprit in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read"):
        load_config(tmp_path / "none.toml", LabelConfig)


@pytest.mark.parametrize("command", ["", "attributes", "labels", "export", "statistics"])
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(cli.cli, [*command.split(), "--help"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Usage: ")


def test_errors_are_one_line_and_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.toml"
    path.write_text("sede = 1", encoding="utf-8")
    arguments = ["attributes", "--config", str(path), "--data", str(tmp_path), "--out", str(tmp_path / "run")]
    monkeypatch.setattr("sys.argv", ["biaotu-train", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("biaotu-train: ") and "sede" in told and told.count("\n") == 1


def test_statistics_of_a_corpus_of_ones_own(tmp_path: Path) -> None:
    texts = tmp_path / "own.jsonl"
    texts.write_text('{"title": "铁壶", "description": "铁壶铁壶，铁壶。"}\n', encoding="utf-8")
    out = tmp_path / "statistics.tsv.gz"
    result = CliRunner().invoke(cli.cli, ["statistics", str(texts), "-o", str(out), "--min-count", "1"])
    assert result.exit_code == 0, result.output
    assert "words of" in result.output and out.exists()
