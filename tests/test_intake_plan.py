from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import openpyxl
import pytest

from biaotu.errors import InputError, UsageError
from biaotu.intake.decide import Key, Known, decide, plain_extra
from biaotu.intake.photos import PhotoFacts, PhotoReader
from biaotu.intake.plan import Cancelled, dry_run
from biaotu.intake.planned import DryRun
from biaotu.intake.report import write_report
from biaotu.intake.request import ImportRequest, ItemStream, fingerprint
from biaotu.records import Failure, Record
from intake_lists import photo, table


@pytest.fixture
def reader() -> Iterator[PhotoReader]:
    with PhotoReader(2) as made:
        yield made


def plan(
    request: ImportRequest,
    reader: PhotoReader,
    known: Mapping[Key, Known] | None = None,
    stored: Iterable[tuple[str, int | None]] = (),
) -> DryRun:
    return dry_run(
        request, lambda keys: {key: known[key] for key in keys if known and key in known}, stored=stored, reader=reader
    )


def outcomes(made: DryRun) -> list[tuple[str, str]]:
    return [(row.number, row.outcome) for row in made.rows]


def test_every_row_has_an_outcome(tmp_path: Path, reader: PhotoReader) -> None:
    source = table(
        tmp_path / "单.csv",
        "1,铁壶,高20厘米,",
        "2,马灯,新的说明,",
        "3,布鞋,一双,",
        "1,铁壶,高20厘米,",
        "1,铜壶,别的,",
        "4,,,",
        header="编号,名称,描述,图片",
    )
    known = {
        ("某馆", "2"): Known(2, "马灯", "旧的说明"),
        ("某馆", "3"): Known(3, "布鞋", "一双"),
        ("别馆", "1"): Known(9, "别馆的铁壶", ""),
    }
    made = plan(ImportRequest(source, museum="某馆"), reader, known)
    assert outcomes(made) == [
        ("1", "new"),
        ("2", "conflict"),
        ("3", "same"),
        ("1", "duplicate"),
        ("1", "duplicate"),
        ("4", "failed"),
    ]
    assert made.counts["new"] == 1
    assert made.counts["failed"] == 1
    reasons = [row.decision.reason for row in made.rows]
    assert "description: “旧的说明” -> “新的说明”" in reasons[1]
    assert "--update" in reasons[1]
    assert reasons[3] == "the number 1 stands in row 2 already, with the same contents; that row counts"
    assert "with other contents" in reasons[4]
    assert "neither a title nor a description nor a photo" in reasons[5]
    assert [row.row for row in made.rows] == [2, 3, 4, 5, 6, 7]
    assert [row.number for row in made.telling()] == ["2", "1", "1", "4"]
    updated = plan(ImportRequest(source, museum="某馆", update=True), reader, known)
    assert updated.counts["updated"] == 1
    assert updated.counts["conflict"] == 0


def test_photos_are_told_by_name(tmp_path: Path, reader: PhotoReader) -> None:
    folder = tmp_path / "照片"
    photo(folder / "1.jpg", 1)
    photo(folder / "1-2.png", 2)
    photo(folder / "多余.jpg", 3)
    (folder / "2.jpg").write_bytes(b"not a picture")
    source = table(tmp_path / "单.csv", "1,甲,,", "2,乙,,", "3,丙,,没有.jpg")
    made = plan(ImportRequest(source, images=folder), reader)
    assert [[(seen.name, seen.state) for seen in row.photos] for row in made.rows] == [
        [("1.jpg", "found"), ("1-2.png", "found")],
        [("2.jpg", "unreadable")],
        [("没有.jpg", "missing")],
    ]
    assert all(row.outcome == "new" for row in made.rows)
    assert [[notice.code for notice in row.notices] for row in made.rows] == [
        [],
        ["image-unreadable"],
        ["image-missing"],
    ]
    assert made.unmatched == ("多余.jpg",)
    counts = made.counts
    assert (counts["photos"], counts["photos_missing"], counts["photos_unreadable"], counts["photos_unmatched"]) == (
        2,
        1,
        1,
        1,
    )
    facts = made.rows[0].photos[1]
    assert (facts.width, facts.height, facts.media_type) == (90, 70, "image/png")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_names_that_lead_out_of_the_folder_are_refused(tmp_path: Path, reader: PhotoReader) -> None:
    folder = tmp_path / "照片"
    secret = photo(tmp_path / "secret.jpg", 1)
    photo(folder / "有.jpg", 2)
    (folder / "link.jpg").symlink_to(secret)
    (folder / "sub").symlink_to(tmp_path, target_is_directory=True)
    (folder / "fine.jpg").symlink_to(folder / "有.jpg")
    names = [
        "../secret.jpg",
        str(secret),
        "link.jpg",
        "sub/secret.jpg",
        "fine.jpg",
        "..\\secret.jpg",
        "D:\\旧盘\\有.jpg",
    ]
    source = table(tmp_path / "单.csv", *[f"号{place},名,,{name}" for place, name in enumerate(names)])
    made = plan(ImportRequest(source, images=folder), reader)
    assert [[seen.state for seen in row.photos] for row in made.rows] == [[], [], [], [], ["found"], [], ["found"]]
    assert [row.photos[0].digest for row in made.rows if row.photos] == [made.rows[4].photos[0].digest] * 2
    assert [[notice.code for notice in row.notices] for row in made.rows] == [
        *[["image-outside"]] * 4,
        [],
        ["image-outside"],
        [],
    ]
    assert made.counts["photos_outside"] == 5


def test_a_number_as_file_name_does_not_follow_a_link_out(tmp_path: Path, reader: PhotoReader) -> None:
    folder = tmp_path / "照片"
    folder.mkdir()
    (folder / "7.jpg").symlink_to(photo(tmp_path / "secret.jpg", 1))
    made = plan(ImportRequest(table(tmp_path / "单.csv", "7,甲,,"), images=folder), reader)
    assert made.rows[0].photos == ()
    assert made.unmatched == ()


def test_alike_photos_are_paired_once(tmp_path: Path, reader: PhotoReader) -> None:
    folder = tmp_path / "照片"
    photo(folder / "1.png", 1)
    photo(folder / "2.jpg", 1, size=(45, 35), quality=70)
    (folder / "3.png").write_bytes((folder / "1.png").read_bytes())
    photo(folder / "4.jpg", 9)
    old = photo(tmp_path / "old.jpg", 9, size=(180, 140))
    with PhotoReader(1) as other:
        facts = other.look([Record("旧", images=("old.jpg",), image_root=tmp_path)])[0][0]
    source = table(tmp_path / "单.csv", "1,甲,,", "2,乙,,", "3,丙,,", "4,丁,,")
    made = plan(ImportRequest(source, images=folder), reader, stored=[(facts.digest, facts.likeness)])
    assert old.exists()
    pairs = [(pair.kind, pair.photo.number, pair.other.number, pair.other.in_store) for pair in made.pairs]
    assert pairs == [("near", "2", "1", False), ("identical", "3", "1", False), ("near", "4", "", True)]
    assert made.counts["photos_near"] == 2


def test_a_photo_that_its_own_record_has_makes_no_pair(tmp_path: Path, reader: PhotoReader) -> None:
    folder = tmp_path / "照片"
    photo(folder / "1.png", 1)
    with PhotoReader(1) as other:
        facts = other.look([Record("1", images=("1.png",), image_root=folder)])[0][0]
    known = {("", "1"): Known(1, "甲", "", photos=frozenset([facts.digest]))}
    source = table(tmp_path / "单.csv", "1,甲,,")
    made = plan(ImportRequest(source, images=folder), reader, known, [(facts.digest, facts.likeness)])
    assert outcomes(made) == [("1", "same")]
    assert made.pairs == ()


def test_new_photos_alone_are_a_change_and_lost_ones_none() -> None:
    found = PhotoFacts("a.jpg", Path("a.jpg"), "found", digest="d1")
    again = PhotoFacts("b.jpg", Path("b.jpg"), "found", digest="d1")
    gone = PhotoFacts("c.jpg", Path("c.jpg"), "missing")
    known = Known(1, "甲", "", photos=frozenset(["d0"]))
    record = Record("1", "甲")
    assert decide(record, [found, again, gone], known, update=True).new_photos == (found,)
    assert decide(record, [found], known, update=False).outcome == "conflict"
    assert decide(record, [gone], known, update=False).outcome == "same"
    assert decide(record, [found, again], None, update=False).new_photos == (found,)


def test_other_columns_count_as_contents() -> None:
    known = Known(1, "甲", "", {"年代": "1935", "级别": "一级"})
    changed = decide(Record("1", "甲", extra={"年代": "1936", "来源": "捐"}), [], known, update=False)
    assert "columns: 年代, 来源" in changed.reason
    assert decide(Record("1", "甲", extra={"级别": "一级", "年代": "1935"}), [], known, update=False).outcome == "same"
    assert plain_extra({"n": float("inf"), "l": (1, 2)}) == {"n": "Infinity", "l": [1, 2]}


def test_the_museum_may_stand_in_a_column(tmp_path: Path, reader: PhotoReader) -> None:
    source = table(tmp_path / "单.csv", "1,甲, 东馆 ", "1,乙,西馆", "1,丙,", header="编号,名称,收藏单位")
    made = plan(ImportRequest(source), reader)
    assert [(row.museum, row.outcome) for row in made.rows] == [("东馆", "new"), ("西馆", "new"), ("", "new")]
    assert [row.outcome for row in plan(ImportRequest(source, museum="总馆"), reader).rows] == [
        "new",
        "duplicate",
        "duplicate",
    ]


def test_texts_that_no_database_takes_are_mended(tmp_path: Path) -> None:
    source = tmp_path / "单.jsonl"
    source.write_text('{"id": "a\\u0000b", "title": "甲\\u0000乙", "k\\u0000": ["x\\u0000"]}\n', encoding="utf-8")
    with source.open("a", encoding="utf-8") as file:
        file.write('{"id": "' + "长" * 300 + '", "title": "丙"}\n')
    items = list(ItemStream(ImportRequest(source)))
    first, second = items[0].read, items[1].read
    assert isinstance(first, Record)
    assert (first.id, first.title, first.extra) == ("a\ufffdb", "甲\ufffd乙", {"k\ufffd": ["x\ufffd"]})
    assert "text-damaged" in [notice.code for notice in first.notices]
    assert isinstance(second, Failure)
    assert "300 characters" in second.reason


def test_a_dry_run_can_be_cancelled(tmp_path: Path, reader: PhotoReader) -> None:
    source = table(tmp_path / "单.csv", *[f"{place},甲{place},," for place in range(500)])
    seen: list[int] = []
    with pytest.raises(Cancelled):
        dry_run(
            ImportRequest(source), lambda _: {}, reader=reader, on_progress=seen.append, cancelled=lambda: bool(seen)
        )
    assert seen == [200]


def test_a_plan_as_json_names_the_telling_rows_first(tmp_path: Path, reader: PhotoReader) -> None:
    source = table(
        tmp_path / "单.csv", *[f"{place},甲{place},,{'没有.jpg' if place == 40 else ''}" for place in range(50)]
    )
    document = plan(ImportRequest(source), reader).to_dict(limit=3)
    assert [row["number"] for row in document["rows"]] == ["0", "1", "40"]
    assert document["total"] == 50
    assert document["rows"][2]["notices"][0]["code"] == "image-missing"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_report_holds_every_row(suffix: str, tmp_path: Path, reader: PhotoReader) -> None:
    folder = tmp_path / "照片"
    photo(folder / "1.png", 1)
    (folder / "2.png").write_bytes((folder / "1.png").read_bytes())
    photo(folder / "剩.png", 5)
    source = table(tmp_path / "单.csv", "1,=HYPERLINK(1),,", "2,乙,,", ",,,")
    out = tmp_path / f"报告{suffix}"
    write_report(plan(ImportRequest(source, images=folder), reader), out)
    if suffix == ".csv":
        rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    else:
        book = openpyxl.load_workbook(out)
        assert book.sheetnames == ["逐行结果", "相似照片", "未匹配照片"]
        rows = [["" if cell is None else str(cell) for cell in row] for sheet in book for row in sheet.values]
    assert rows[0][:5] == ["行", "编号", "名称", "收藏单位", "结果"]
    assert rows[1][1:5] == ["1", "'=HYPERLINK(1)", "", "新增"]
    assert any(row[:5] == ["完全相同", "2", "2.png", "1", "1.png"] for row in rows)
    assert any(row[:1] == ["剩.png"] for row in rows)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_report_that_cannot_be_written_is_refused(tmp_path: Path, reader: PhotoReader) -> None:
    made = plan(ImportRequest(table(tmp_path / "单.csv", "1,甲,,")), reader)
    for path in (tmp_path / "a.pdf", tmp_path / "no" / "a.csv", tmp_path):
        with pytest.raises(UsageError, match=r"report is written as|no such folder|is a folder|name it so"):
            write_report(made, path)


def test_the_fingerprint_of_a_folder_follows_its_photos(tmp_path: Path) -> None:
    photo(tmp_path / "f" / "1.png", 1)
    before = fingerprint(tmp_path / "f")
    assert fingerprint(tmp_path / "f") == before
    photo(tmp_path / "f" / "2.png", 2)
    assert fingerprint(tmp_path / "f") != before
    source = table(tmp_path / "单.csv", "1,甲,,")
    first = fingerprint(source)
    os.utime(source, (1, 1))
    assert fingerprint(source) == first
    with pytest.raises(UsageError, match="cannot be read"):
        fingerprint(tmp_path / "none.csv")


def test_numbers_that_differ_in_zeros_or_width_are_told(tmp_path: Path, reader: PhotoReader) -> None:
    source = table(
        tmp_path / "单.csv", "358,甲", "0358,乙", "３５８,丙", "7,丁", "007,戊", "G01,己", "0,庚", header="编号,名称"
    )
    known = {("", "0007"): Known(1, "丁", ""), ("", "007"): Known(2, "戊", "")}
    made = plan(ImportRequest(source), reader, known)
    told = {row.number: [str(notice) for notice in row.notices if notice.code == "id-alike"] for row in made.rows}
    assert {number for number, notices in told.items() if notices} == {"0358", "３５８", "7"}
    assert "in row 2 stands 358" in told["0358"][0]
    assert "in the store stands 007" in told["7"][0]


def test_one_museum_is_one_whatever_the_white_space(tmp_path: Path, reader: PhotoReader) -> None:
    source = table(tmp_path / "单.csv", "1,甲, 东  馆", "1,乙,东 馆 ", header="编号,名称,收藏单位")
    assert [row.museum for row in plan(ImportRequest(source), reader).rows] == ["东 馆", "东 馆"]
    assert ImportRequest(source, museum=" 总馆 ") == ImportRequest(source, museum="总馆")


def test_a_museum_that_cannot_be_kept_fails_its_row_alone(tmp_path: Path, reader: PhotoReader) -> None:
    source = table(tmp_path / "单.csv", "1,甲,东馆", f"2,乙,{'馆' * 201}", header="编号,名称,收藏单位")
    rows = plan(ImportRequest(source), reader).rows
    assert [row.outcome for row in rows] == ["new", "failed"]
    assert "the museum has 201 characters" in rows[1].decision.reason
    for name in ("馆" * 201, "\udcff"):
        with pytest.raises(InputError, match="the museum has"):
            ImportRequest(source, museum=name)
        with pytest.raises(InputError, match="the collection has"):
            ImportRequest(source, collection=name)
