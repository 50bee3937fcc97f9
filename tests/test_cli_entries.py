"""``biaotu store authorities`` as it is typed, on SQLite."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from biaotu.authorities import shipped_entries
from biaotu.cli.main import cli
from biaotu.store import Actor, Store, StorePlace

CSV = (
    "类型,名称,异名,起,止,种类,上级,参见,说明,来源\n"
    "组织,青石沟独立营,独立营=short；县独立营,1938,1941,other,body:8ra,,,县志\n"
    "人物,张得胜,,1915,,soldier,,body:own-x,侦察员,捐赠人口述\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("BIAOTU_DATABASE_URL", raising=False)
    monkeypatch.setenv("BIAOTU_DATA", str(tmp_path / "data"))
    Store.open(StorePlace(tmp_path / "data"), create=True).close()
    return tmp_path / "data"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, ["store", "authorities", *map(str, args)])


def ids(folder: Path) -> dict[str, str]:
    """Own entries: name -> id."""
    with Store.open(StorePlace(folder)) as store, store.reading() as unit:
        return {entry.name: entry_id for entry_id, entry in unit.authorities.overlay().items()}


def test_entries_are_counted_and_found_by_any_spelling() -> None:
    result = run()
    assert result.exit_code == 0
    assert f"{len(shipped_entries())} entries, 0 checked" in result.stderr
    assert "person  326\n" in result.stdout
    assert run("115师").stdout.startswith("body:8ra-115  八路军第115师  ")
    assert run("115师", "--type", "person").stdout == ""
    assert "0 entries" in run("115师", "--own").stderr


def test_a_file_is_taken_whole_or_not_at_all(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(CSV, encoding="gb18030")
    result = run("--import", file)
    assert result.exit_code == 2
    assert "see leads to body:own-x, which is no entry" in result.stderr and "own.csv" in result.stderr
    assert ids(folder) == {}
    file.write_text(CSV.replace("body:own-x", ""), encoding="gb18030")
    assert "2 added, 0 changed, 0 there already" in run("--import", file).stderr
    assert set(ids(folder)) == {"青石沟独立营", "张得胜"}
    assert "0 added, 0 changed, 2 there already" in run("--import", file).stderr


def test_what_stands_otherwise_is_changed_only_if_asked_for(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(CSV.replace("body:own-x", ""), encoding="utf-8")
    run("--import", file)
    own = ids(folder)
    with Store.open(StorePlace(folder)) as store, store.writing(Actor.system("registrar")) as unit:
        entry = unit.authorities.get(own["张得胜"])
        unit.authorities.change(replace(entry, checked=True))
    file.write_text(CSV.replace("body:own-x", "").replace("1915", "1916"), encoding="utf-8")
    result = run("--import", file)
    assert result.exit_code == 2
    assert "(begin) stand otherwise in the store; --update" in result.stderr
    assert "0 added, 1 changed, 1 there already" in run("--import", file, "--update").stderr
    shown = run("张得胜").stdout
    assert "1916-" in shown and shown.endswith("  checked\n"), "a file does not take back that an entry was checked"


def test_own_entries_go_to_another_museum_and_two_are_merged(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = tmp_path / "own.csv", tmp_path / "out.jsonl"
    file.write_text(CSV.replace("body:own-x", ""), encoding="utf-8")
    run("--import", file)
    own = ids(folder)
    merged = run("--merge", own["青石沟独立营"], "body:8ra")
    assert "is body:8ra 国民革命军第八路军 from now on" in merged.stderr
    assert run("--merge", "body:none", "body:8ra").exit_code == 2
    assert "3 entries in" in run("--export", out, "--own").stderr
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == sorted(
        [*own.values(), "body:8ra"]
    )
    assert run("--export", out).exit_code == 2
    assert f"{len(shipped_entries()) + 2} entries in" in run("--export", out, "--force").stderr
    other = tmp_path / "other"
    monkeypatch.setenv("BIAOTU_DATA", str(other))
    Store.open(StorePlace(other), create=True).close()
    taken = run("--import", out, "--update")
    assert "2 added, 1 changed" in taken.stderr, taken.stderr
    with Store.open(StorePlace(other)) as store, store.reading() as unit:
        assert unit.authorities.resolve(own["青石沟独立营"]).id == "body:8ra"
        assert "青石沟独立营" in {variant.form for variant in unit.authorities.get("body:8ra").variants}


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--import", "a.csv", "--export", "b.jsonl"), "one at a time"),
        (("--update",), "goes with --import"),
        (("--export", "b.csv"), "name a new .jsonl file"),
        (("--import", "none.csv"), "none.csv"),
    ],
)
def test_a_wrong_call_is_told(args: tuple[str, ...], told: str) -> None:
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert told in result.stderr


def test_what_a_row_lacks_and_what_stands_twice_is_named_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("类型,名称,来源\n组织,,县志\n", encoding="utf-8")
    assert "own.csv, row 2: the field 'name' is missing or empty" in run("--import", file).stderr
    file.write_text("类型,名称,来源\n" + "组织,青石沟独立营,县志\n" * 2, encoding="utf-8")
    told = run("--import", file)
    assert told.exit_code == 2 and "own.csv: the id " in told.stderr and "stands twice" in told.stderr
