"""``biaotu ask`` and ``biaotu caption`` as they are typed, on the shipped examples and on a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

from click.testing import CliRunner, Result

import samples
from biaotu.cli.caption import FORMS as TYPED_FORMS
from biaotu.cli.caption import STATES
from biaotu.cli.main import cli
from biaotu.interpret import FORMS
from biaotu.review import State
from biaotu.store import Store
from store_fixtures import add_records, annotate

pytest_plugins = ("store_fixtures",)

EXAMPLES = Path(__file__).parent / "data" / "formats" / "annotations.jsonl"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def test_the_choices_are_those_of_the_rooms() -> None:
    assert TYPED_FORMS == FORMS
    assert get_args(State) == STATES


def test_questions_to_a_file() -> None:
    result = run("ask", "soviet-0042", "材质？", "谁用过？", "谁捐赠的？", "What colour is it?", "--in", EXAMPLES)
    assert result.exit_code == 0, result.output
    assert "材质：核桃木、钢、牛皮。  [机器标注，待核]" in result.output
    assert "使用者：红三军。" in result.output
    assert "记录里没有写明捐赠者。" in result.output
    assert "描述" in result.output
    asked = run("ask", "soviet-0042", "谁用过？", "--in", EXAMPLES, "--json")
    assert json.loads(asked.output)["values"] == ["红三军"]


def test_without_a_question_the_way_is_told() -> None:
    result = run("ask", "soviet-0042", "--in", EXAMPLES)
    assert "使用 红三军" in result.output
    assert "谁用过？" in result.output
    assert json.loads(run("ask", "soviet-0042", "--in", EXAMPLES, "--json").output)["events"][0]["kind"] == "used"


def test_wrong_use_is_told_in_a_line(tmp_path: Path) -> None:
    for args, words in (
        (("ask", "nobody", "--in", EXAMPLES), "'nobody'"),
        (("ask", "1", "--in", EXAMPLES, "--store", tmp_path), "--in"),
        (("ask", "1", "--store", tmp_path), "no store"),
        (("caption", "--in", EXAMPLES, "--state", "new"), "--state"),
        (("caption", "--in", EXAMPLES, "--force"), "-o"),
        (("caption", "--in", EXAMPLES, "-o", tmp_path / "a.docx"), ".xlsx"),
    ):
        result = run(*args)
        assert result.exit_code == 2
        assert words in result.output
        assert len(result.output.strip().splitlines()) == 1


def test_questions_to_the_store(sqlite_store: Store) -> None:
    annotate(sqlite_store, add_records(sqlite_store, 1, "石门馆"))
    folder = sqlite_store.place.folder
    assert "年代" in run("ask", "0001", "什么年代？", "--store", folder).output
    assert "收藏单位：石门馆。  [已确认]" in run("ask", "0001", "现藏何处？", "--store", folder).output
    assert run("ask", "0001", "--store", folder, "--museum", "别馆").exit_code == 2


def test_captions_of_a_file(tmp_path: Path) -> None:
    shown = run("caption", "--in", EXAMPLES)
    assert shown.exit_code == 0
    assert "三八式步枪\n" in shown.output
    assert "24 captions; 0 lines failed" in shown.output
    out = tmp_path / "牌.html"
    assert run("caption", "--in", EXAMPLES, "-o", out, "--form", "panel", "--lang", "en", "-q").output == ""
    assert out.read_text(encoding="utf-8").count("<article") == 24
    assert run("caption", "--in", EXAMPLES, "-o", out).exit_code == 2
    again = run("caption", "--in", EXAMPLES, "-o", out, "--force", "--no-marks", "--museum", "石门馆")
    assert again.exit_code == 0
    assert "待核" not in out.read_text(encoding="utf-8")
    assert "石门馆藏" in out.read_text(encoding="utf-8")


def test_a_line_that_is_no_annotation_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(samples.annotation(attributes=()).to_dict()) + "\n{}\n", encoding="utf-8")
    result = run("caption", "--in", path, "-o", tmp_path / "a.txt", "-q")
    assert result.exit_code == 1
    assert "row 2" in result.output
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith(samples.annotation().title)


def test_captions_of_the_store_are_those_of_approved_records(sqlite_store: Store, tmp_path: Path) -> None:
    annotate(sqlite_store, add_records(sqlite_store, 2, "石门馆"))
    folder = sqlite_store.place.folder
    none = run("caption", "--store", folder, "-o", tmp_path / "a.txt")
    assert (none.exit_code, (tmp_path / "a.txt").exists()) == (0, False)
    assert "nothing was written" in none.output
    some = run("caption", "--store", folder, "--state", "annotated", "--form", "short", "-q")
    assert some.output.count("青石沟游击队使用的铁水壶，") == 2
