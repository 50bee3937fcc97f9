"""``biaotu store`` and ``biaotu annotate --store`` as they are typed, on SQLite."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import tiny
from biaotu.cli.annotate import annotate as annotate_command
from biaotu.cli.main import cli
from biaotu.records.gold import read_gold, unmark
from biaotu.review import Item, StateItem, Verdict, label_named, parse_item, span_item
from biaotu.review.items import TagItem
from biaotu.store import Actor, Store, StorePlace
from conftest import TinyRun
from intake_lists import make, photo
from test_intake_annotating import Quick


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder; named by the environment."""
    monkeypatch.delenv("BIAOTU_DATABASE_URL", raising=False)
    monkeypatch.setenv("BIAOTU_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Quick:
    made = Quick()
    monkeypatch.setitem(annotate_command.callback.__globals__, "_load", lambda _options: made)  # type: ignore[union-attr]
    return made


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def filled(tmp_path: Path, count: int = 5, photos: int = 2) -> None:
    request = make(tmp_path, count, photos=photos)
    assert run("import", request.file, "--images", request.images or "", "--museum", "某馆", "-q").exit_code == 0


def decide(store: Store, number: str, verdicts: list[tuple[Item, Verdict]], *, museum: str = "某馆") -> None:
    """What one person accepts and submits, and another approves."""
    acts: list[tuple[str, list[tuple[Item, Verdict]]]] = [
        ("甲", verdicts),
        ("甲", [(StateItem(), "submit")]),
        ("乙", [(StateItem(), "approve")]),
    ]
    for place, (name, changes) in enumerate(acts):
        with store.writing(Actor.system("test")) as unit:
            user = unit.users.named(name) or unit.users.add(name, "reviewer")
        with store.writing(Actor(user.id, user.name)) as unit:
            record = unit.records.by_number(museum, number)
            unit.decisions.decide(record.id, changes, base=record.revision, key=f"{place}-{number}")


def test_init_makes_a_store_and_keeps_what_is_there(folder: Path, tmp_path: Path) -> None:
    assert run("store", "imports").exit_code == 2
    assert "no store in" in run("store", "imports").stderr
    made = run("store", "init")
    assert made.exit_code == 0
    assert str(folder) in made.stdout
    filled(tmp_path)
    assert run("store", "init").exit_code == 0
    with Store.open(StorePlace.settle(folder)) as store, store.reading() as unit:
        assert unit.records.counts()["new"] == 5


def test_imports_are_listed_with_what_went_wrong(tmp_path: Path) -> None:
    request = make(tmp_path, 3, photos=0)
    with request.file.open("a", encoding="utf-8") as file:
        file.write("9,,,\n0001,再来,,\n")
    run("import", request.file, "--museum", "某馆", "-q")
    listed = run("store", "imports").stdout
    assert "done" in listed
    assert "单.csv, 某馆 (cli): " in listed
    assert "3 new" in listed
    rows = run("store", "imports", "1").stdout.splitlines()
    assert [row.split()[:4] for row in rows[1:]] == [["row", "5", "failed", "9"], ["row", "6", "duplicate", "0001"]]
    assert len(run("store", "imports", "1", "--all").stdout.splitlines()) == 6
    missing = run("store", "imports", "7")
    assert (missing.exit_code, missing.stderr) == (2, "biaotu: there is no import 7\n")


def test_rollback_hides_and_refuses_what_was_decided(tmp_path: Path, folder: Path) -> None:
    filled(tmp_path)
    with Store.open(StorePlace.settle(folder)) as store:
        decide(store, "0002", [(label_named("金属制品"), "accept")])
    refused = run("store", "rollback", "1")
    assert refused.exit_code == 2
    assert "people have decided on 1 of its records (0002)" in refused.stderr
    forced = run("store", "rollback", "1", "--force")
    assert forced.exit_code == 0
    assert "5 records hidden" in forced.stdout
    assert "their decisions stay in the history" in forced.stderr
    assert "rolled_back" in run("store", "imports").stdout
    assert run("store", "rollback", "1").exit_code == 2


def test_check_finds_a_lost_photo(tmp_path: Path, folder: Path) -> None:
    filled(tmp_path)
    whole = run("store", "check", "--deep")
    assert (whole.exit_code, whole.stdout) == (0, "")
    assert "the store is whole" in whole.stderr
    lost = next((folder / "photos").rglob("*.jpg"))
    lost.unlink()
    result = run("store", "check")
    assert result.exit_code == 1
    assert f"photo-missing: {lost.stem}" in result.stdout


def test_a_backup_is_a_store(tmp_path: Path) -> None:
    filled(tmp_path)
    result = run("store", "backup", tmp_path / "副本")
    assert result.exit_code == 0, result.output
    assert "2 photos copied" in result.stderr
    assert "单.csv" in run("store", "imports", "--store", tmp_path / "副本").stdout
    assert run("store", "check", "--deep", "--store", tmp_path / "副本").exit_code == 0


def test_reindex_leaves_the_store_whole(tmp_path: Path) -> None:
    filled(tmp_path)
    assert "5 records indexed" in run("store", "reindex").stderr
    assert run("store", "check", "--deep").exit_code == 0


def test_annotate_goes_over_the_store(tmp_path: Path, folder: Path, model: Quick) -> None:
    filled(tmp_path)
    first = run("annotate", "--store", "--limit", "2")
    assert first.exit_code == 0, first.output
    assert "2 records annotated, 0 failed, 3 left" in first.stderr
    second = run("annotate", "--store", folder)
    assert "3 records annotated, 0 failed, 0 left" in second.stderr
    assert model.seen == ["0000", "0001", "0002", "0003", "0004"]


def test_a_record_that_fails_is_named(tmp_path: Path, model: Quick) -> None:
    filled(tmp_path)
    model.fail = "3"
    result = run("annotate", "--store")
    assert result.exit_code == 1
    assert "4 records annotated, 1 failed" in result.stderr
    assert "0003: made to fail" in result.stderr


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("{in}", "--store", "{data}"), "IN names a file"),
        (("--store", "{data}", "-o", "x.jsonl"), "-o goes with IN"),
        (("--store", "{data}", "--resume"), "--resume goes with -o"),
        (("--store", "{data}", "--force"), "--force goes with -o"),
        (("--store", "{data}", "--images", "."), "--images goes with IN"),
        (("--store", "{data}", "--sheet", "1"), "--sheet goes with IN"),
        (("--store", "{data}", "--without-images"), "--without-images goes with IN"),
        ((), "name what is to be annotated"),
        (("--store",), "no store in"),
    ],
)
def test_what_does_not_go_with_the_store_is_refused(args: tuple[str, ...], told: str, tmp_path: Path) -> None:
    source = make(tmp_path, 1, photos=0).file
    result = run("annotate", *[arg.format(**{"in": source, "data": tmp_path / "data"}) for arg in args])
    assert result.exit_code == 2
    assert told in result.stderr


def approved_tiny(tmp_path: Path, folder: Path) -> None:
    """The records of the training in miniature, imported bare and approved with their marks, labels and tags."""
    rows: list[dict[str, Any]] = []
    for place, gold in enumerate(tiny.RECORDS):
        photo(tmp_path / "照片" / f"{gold['id']}.png", place)
        rows.append({"id": gold["id"], **{name: unmark(gold[name])[0] for name in ("title", "description")}})
    tiny.lines(tmp_path / "tiny.jsonl", rows)
    imported = run("import", tmp_path / "tiny.jsonl", "--images", tmp_path / "照片", "--museum", "某馆", "-q")
    assert imported.exit_code == 0, imported.output
    with Store.open(StorePlace.settle(folder)) as store:
        for gold in tiny.RECORDS:
            spans = [*unmark(gold["title"], "title")[1], *unmark(gold["description"], "description")[1]]
            verdicts: list[tuple[Item, Verdict]] = [(span_item(span), "accept") for span in spans]
            verdicts += [(label_named(name), "accept") for name in (*gold["material"], *gold["use"])]
            verdicts += [(TagItem(tag), "primary") for tag in gold["tags"]]
            decide(store, gold["id"], verdicts)


def test_the_corpus_export_trains(tmp_path: Path, folder: Path, tiny_run: TinyRun) -> None:
    """What people approved comes out as the corpus it could have been, and ``biaotu-train`` takes it as it is."""
    from biaotu.training.attributes.run import run as train_attributes
    from biaotu.training.config import AttributeConfig, LabelConfig, load_config
    from biaotu.training.labels.run import run as train_labels

    approved_tiny(tmp_path, folder)
    data = tmp_path / "training"
    shutil.copytree(tiny_run.data, data)
    out = data / "corpus" / "train.jsonl"
    assert run("store", "export", out).exit_code == 2  # it is there already
    result = run("store", "export", out, "--force", "--copy-photos", data / "corpus" / "photos")
    assert result.exit_code == 0, result.output
    assert "6 records in" in result.stderr
    assert "6 photos in" in result.stderr
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    for line, gold in zip(lines, tiny.RECORDS, strict=True):
        assert (line["title"], line["description"]) == (gold["title"], gold["description"])
        assert (line["material"], line["use"]) == (gold["material"], gold["use"])
        assert sorted(line["tags"]) == sorted(gold["tags"])
        assert (out.parent / line["images"][0]).is_file()
    assert all(path.is_file() for gold in read_gold(out) for path in gold.record.image_paths())
    told: list[str] = []
    for name in ("attributes", "labels"):
        config = (tiny_run.data.parent / f"{name}.toml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.toml").write_text(config.replace("epochs = 2", "epochs = 1"), encoding="utf-8")
    attributes = load_config(tmp_path / "attributes.toml", AttributeConfig)
    train_attributes(attributes, data, tmp_path / "run", told.append)
    labels = load_config(tmp_path / "labels.toml", LabelConfig)
    scores = train_labels(labels, data, tmp_path / "run", told.append)
    assert all(0 <= score <= 1 for score in scores.values())


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_tables_show_what_counts(suffix: str, tmp_path: Path, folder: Path, model: Quick) -> None:
    filled(tmp_path)
    assert run("annotate", "--store", "-q").exit_code == 0
    with Store.open(StorePlace.settle(folder)) as store:
        decide(store, "0002", [(parse_item("label:material:metal"), "reject")])
    out = tmp_path / f"表{suffix}"
    result = run("store", "export", out, "--state", "approved", "--state", "annotated")
    assert result.exit_code == 0, result.output
    assert "5 records in" in result.stderr
    rows = read_table(out)
    header = rows[0]
    found = {row[0]: dict(zip(header, row, strict=True)) for row in rows[1:]}
    assert list(found) == ["0000", "0001", "0003", "0004", "0002"]
    assert found["0001"]["材质标签"] == "金属制品"
    assert found["0002"]["材质标签"] == ""
    assert (found["0002"]["审核状态"], found["0001"]["审核状态"]) == ("approved", "annotated")
    assert found["0001"]["收藏单位"] == "某馆"
    assert model.seen


def read_table(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    import openpyxl

    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("x.pdf",), "an export is written as .jsonl"),
        (("x.jsonl", "--state", "annotated"), "approved and submitted records only"),
        (("no/x.jsonl",), "no such folder"),
        (("x.jsonl", "--state", "nonsense"), "nonsense"),
    ],
)
def test_an_export_that_cannot_be_is_refused(
    args: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    filled(tmp_path, 1, 0)
    result = run("store", "export", *args)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not list(tmp_path.glob("*x.*"))


def test_a_record_that_the_corpus_cannot_hold_is_named(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "单.jsonl"
    tiny.lines(source, [{"id": "1", "title": "写着<组织>的牌子"}, {"id": "2", "title": "铁壶"}])
    assert run("import", source, "--museum", "某馆", "-q").exit_code == 0
    with Store.open(StorePlace.settle(folder)) as store:
        for number in ("1", "2"):
            decide(store, number, [(label_named("金属制品"), "accept")])
    out = tmp_path / "出.jsonl"
    result = run("store", "export", out)
    assert result.exit_code == 1
    assert "record 1: the title itself holds an inline mark" in result.stderr
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == ["某馆/2"]
