"""``biaotu import`` as it is typed, on SQLite; both databases are the subject of the modules on ``intake``."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from biaotu.cli.main import cli
from biaotu.store import Store, StorePlace
from intake_lists import make, photo, table


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder; named by the environment."""
    monkeypatch.delenv("BIAOTU_DATABASE_URL", raising=False)
    monkeypatch.setenv("BIAOTU_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def test_a_dry_run_tells_all_and_makes_nothing(tmp_path: Path, folder: Path) -> None:
    request = make(tmp_path, 4, photos=2)
    assert request.images is not None
    (request.images / "0000-2.jpg").write_bytes((request.images / "0000.jpg").read_bytes())
    photo(request.images / "谁的.jpg", 9)
    with request.file.open("a", encoding="utf-8") as file:
        file.write("0001,又一件,,\n0009,,,\n0010,缺图,,没有.jpg\n")
    report = tmp_path / "报告.csv"
    result = run("import", request.file, "--images", request.images, "--dry-run", "--report", report)
    assert result.exit_code == 1
    assert "7 rows: 5 new 新增, 1 duplicate 重号, 1 failed 失败" in result.stdout
    assert "3 photos found 照片, 1 missing 缺失, 1 match no row 未匹配, 1 identical 完全相同" in result.stdout
    text = "".join(result.stdout.split())
    assert "thenumber0001standsinrow3already" in text
    assert "image-missing" in text
    assert "photo 谁的.jpg: matches no row" in result.stdout
    assert "photo 0000-2.jpg of 0000: identical to" in result.stdout
    rows = list(csv.reader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[4] for row in rows[1:8]] == ["新增", "新增", "新增", "新增", "重号", "失败", "新增"]
    assert not folder.exists()


def test_an_import_and_the_same_again(tmp_path: Path, folder: Path) -> None:
    request = make(tmp_path, 5, photos=2)
    args = ("import", request.file, "--images", request.images or "", "--museum", "某馆", "--collection", "第一批")
    first = run(*args)
    assert first.exit_code == 0, first.output
    assert "5 rows: 5 new 新增" in first.stdout
    assert "import 1: 5 new; store: " in first.stderr
    assert "next: biaotu annotate --store; to take it back: biaotu store rollback 1\n" in first.stderr
    second = run(*args)
    assert second.exit_code == 0
    assert "5 rows: 5 same 相同" in second.stdout
    assert "import 2: 5 same" in second.stderr
    with Store.open(StorePlace.settle(folder)) as store, store.reading() as unit:
        record = unit.records.by_number("某馆", "0001")
        assert (record.collection, len(record.images)) == ("第一批", 1)


def test_a_conflict_is_told_and_update_takes_it(tmp_path: Path) -> None:
    request = make(tmp_path, 3, photos=0)
    assert run("import", request.file).exit_code == 0
    request.file.write_text(request.file.read_text(encoding="utf-8").replace("第1件", "那件"), encoding="utf-8")
    refused = run("import", request.file)
    assert refused.exit_code == 1
    assert "1 conflict 冲突" in refused.stdout
    taken = run("import", request.file, "--update")
    assert taken.exit_code == 0
    assert "1 updated" in taken.stderr


def test_store_names_another_folder(tmp_path: Path, folder: Path) -> None:
    request = make(tmp_path, 2, photos=0)
    assert run("import", request.file, "--store", tmp_path / "别处", "-q").output == ""
    assert (tmp_path / "别处" / "biaotu.sqlite").is_file()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("none.csv",), "none.csv"),
        (("单.csv", "--report", "r.pdf"), "r.pdf: a report is written as .csv or .xlsx"),
        (("单.csv", "--sheet", "1"), "has no sheets"),
        (("坏.csv",), "坏.csv"),
    ],
)
def test_wrong_use_makes_no_store(
    args: tuple[str, ...], told: str, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "单.csv", "1,甲,,")
    (tmp_path / "坏.csv").write_bytes(b"")
    result = run("import", *args)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output
    assert not folder.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path, folder: Path) -> None:
    request = make(tmp_path, 2, photos=0)
    folder.mkdir()
    folder.chmod(0o500)
    result = run("import", request.file)
    assert result.exit_code == 2
    assert "biaotu: " in result.stderr


def test_a_data_folder_that_is_a_file(tmp_path: Path, folder: Path) -> None:
    request = make(tmp_path, 2, photos=0)
    folder.write_text("no folder", encoding="utf-8")
    result = run("import", request.file)
    assert result.exit_code == 2
    assert "cannot be made" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_is_told_and_the_same_command_goes_on(tmp_path: Path, folder: Path) -> None:
    request = make(tmp_path, 4000, photos=0)
    script = (
        # A suite that was started in the background hands on an ignored Ctrl-C.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import biaotu.intake.run as r\n"
        "take = r._Run._take\n"
        "def slow(self, part):\n"
        "    take(self, part)\n"
        "    if self._done >= 400: print('now', flush=True); import time; time.sleep(20)\n"
        "r._Run._take = slow\n"
        "from biaotu.cli.main import main\nmain()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, "import", str(request.file), "-q"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGINT)
    try:
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "400 of 4000 rows are settled and stand" in said
    assert "Run the same command again" in said
    result = run("import", request.file)
    assert result.exit_code == 0
    assert "import 1: 4000 new (600 rows in an earlier run)" in result.stderr
    assert folder.is_dir()
