"""Import through the page: choose, dry run row by row, run, result, roll back; background work and its progress."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser_fixtures import EXAMPLES, Site, Visit, Visitor

pytest_plugins = ("browser_fixtures",)

MUSEUM = "柳河纪念馆"
ROWS = (
    "编号,名称,描述,图片",
    "L-1,长征路上的搪瓷缸,白底红字，高9厘米。,缸.jpg",
    "L-2,五星红旗,绸质，1949年10月制。,旗.jpg",
    "L-3,照片不见了的腰鼓,椴木，长34厘米。,不见.jpg",
    "L-1,号码重复的怀表,银壳，直径4.5厘米。,",
    "L-4,,,",
    "L-5,没有照片的手令,毛笔竖写。,",
    "L-6,照片坏了的皮带,牛皮，长92厘米。,坏.jpg",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A list and a folder of photos, as on a registrar's desk."""
    (tmp_path / "照片").mkdir()
    (tmp_path / "馆藏.csv").write_text("\n".join(ROWS), encoding="utf-8-sig")
    for name, source in (
        ("缸.jpg", "liberation-0070.jpg"),
        ("旗.jpg", "liberation-0125.jpg"),
        ("多余.jpg", "war-0020.jpg"),
    ):
        shutil.copy(EXAMPLES / "photos" / source, tmp_path / "照片" / name)
    (tmp_path / "照片" / "坏.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    (tmp_path / "照片" / "Thumbs.db").write_bytes(b"not a picture")
    return tmp_path


def plan(visitor: Visitor, folder: Path, museum: str) -> None:
    """Fill in the page and ask for the dry run."""
    visitor.open("/import")
    visitor.find("import-file").set_input_files(folder / "馆藏.csv")
    visitor.find("import-museum").fill(museum)
    visitor.find("import-plan-button").click()
    expect(visitor.find("import-plan")).to_be_visible()


def museum_records(site: Site, museum: str) -> dict[str, int]:
    with site.store.reading() as unit:
        return {record.number: record.id for record in unit.lists.records(museum=museum, limit=100).items}


def test_dry_run_run_and_roll_back(visit: Visit, site: Site, folder: Path) -> None:
    anna = visit("anna", "/import")
    anna.find("import-photos").set_input_files(sorted((folder / "照片").glob("*.jpg")))
    anna.find("import-file").set_input_files(folder / "馆藏.csv")
    anna.find("import-museum").fill(MUSEUM)
    anna.find("import-plan-button").click()
    rows = anna.find("plan-row")
    expect(rows).to_have_count(7)
    assert museum_records(site, MUSEUM) == {}, "a dry run writes no record"
    for outcome, count in (("new", 5), ("duplicate", 1), ("failed", 1)):
        expect(anna.find("import-plan").get_by_test_id(f"count-{outcome}")).to_contain_text(str(count))
        expect(anna.find("plan-row", outcome=outcome)).to_have_count(count)
    cup, drum = rows.filter(has_text="搪瓷缸"), rows.filter(has_text="腰鼓")
    expect(cup).to_contain_text("缸.jpg")
    expect(cup).not_to_contain_text("没有找到")
    expect(drum).to_contain_text("不见.jpg – 没有找到")
    expect(rows.filter(has_text="皮带")).to_contain_text("坏.jpg – 无法读取")
    expect(rows.filter(has_text="怀表")).to_contain_text("重号")
    expect(anna.find("import-plan").locator("summary").filter(has_text="没有对应记录的照片 1 张")).to_be_visible()
    expect(anna.find("pair").filter(has_text="L-1 缸.jpg")).to_contain_text("已在库中")
    shown = anna.page.locator("main").inner_text()
    assert str(site.place.folder) not in shown and "--images" not in shown

    anna.find("import-run").click()
    expect(anna.find("import-job", state="done")).to_be_visible()
    there = museum_records(site, MUSEUM)
    assert sorted(there) == ["L-1", "L-2", "L-3", "L-5", "L-6"]
    assert [image.name for image in site.view(there["L-1"]).facts.images] == ["缸.jpg"]
    item = anna.find("import-item", state="done").first
    expect(item).to_contain_text("馆藏.csv")
    item.get_by_test_id("import-show").click()
    expect(anna.find("import-rows").locator("a")).to_have_count(5)
    anna.page.keyboard.press("Escape")

    # Once more: nothing changes, and the page says so.
    anna.open("/import")
    anna.find("import-photos").set_input_files(sorted((folder / "照片").glob("*.jpg")))
    anna.find("import-file").set_input_files(folder / "馆藏.csv")
    anna.find("import-museum").fill(MUSEUM)
    anna.find("import-plan-button").click()
    expect(anna.find("plan-row", outcome="same")).to_have_count(5)
    expect(anna.find("plan-row", outcome="new")).to_have_count(0)

    expect(anna.find("import-rollback")).to_have_count(0)  # that takes a reviewer
    rita = visit("rita", "/import")
    done = rita.find("import-item", state="done").first
    done.get_by_test_id("import-rollback").click()
    rita.find("rollback-confirm").click()
    expect(rita.find("toast-good").last).to_contain_text("移出 5")
    expect(rita.find("import-item", state="rolled_back").first).to_be_visible()
    assert museum_records(site, MUSEUM) == {}


def test_a_folder_of_photos_is_chosen_as_a_whole(visit: Visit, site: Site, folder: Path) -> None:
    anna = visit("anna", "/import")
    anna.find("import-folder").set_input_files(folder / "照片")
    anna.find("import-file").set_input_files(folder / "馆藏.csv")
    anna.find("import-museum").fill("青石馆")
    anna.find("import-plan-button").click()
    expect(anna.find("plan-row").filter(has_text="五星红旗")).to_contain_text("旗.jpg")
    expect(anna.find("plan-row").filter(has_text="五星红旗")).not_to_contain_text("没有找到")
    anna.find("import-run").click()
    expect(anna.find("import-job", state="done")).to_be_visible()
    assert sorted(museum_records(site, "青石馆")) == ["L-1", "L-2", "L-3", "L-5", "L-6"]


def test_a_roll_back_of_decided_records_is_refused_until_forced(visit: Visit, site: Site, folder: Path) -> None:
    rita = visit("rita")
    plan(rita, folder, "白杨馆")
    rita.find("import-run").click()
    expect(rita.find("import-job", state="done")).to_be_visible()
    record = museum_records(site, "白杨馆")["L-5"]
    token = rita.api("/session")["csrf"]
    body = {"base": 0, "key": "decided-on", "decisions": [{"item": "tag:手令", "verdict": "primary"}]}
    url = f"{site.address}api/v1/records/{record}/decisions"
    assert rita.context.request.post(url, data=body, headers={"X-CSRF-Token": token}).status == 201

    rita.announced = {409, 422}
    item = rita.find("import-item", state="done").filter(has_text="白杨馆")
    item.get_by_test_id("import-rollback").click()
    rita.find("rollback-confirm").click()
    expect(rita.find("rollback-error")).to_contain_text("L-5")
    assert len(museum_records(site, "白杨馆")) == 5
    rita.find("rollback-force").check()
    rita.find("rollback-confirm").click()
    expect(rita.find("toast-good").last).to_contain_text("移出 5")
    assert museum_records(site, "白杨馆") == {}


def test_a_file_that_is_no_list_is_told(visit: Visit, tmp_path: Path) -> None:
    anna = visit("anna", "/import")
    anna.announced = {422}
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    anna.find("import-file").set_input_files(broken)
    anna.find("import-plan-button").click()
    expect(anna.find("toast-bad")).to_contain_text("坏.xlsx")
    expect(anna.find("import-plan")).to_have_count(0)
    expect(anna.find("import-plan-button")).to_be_enabled()


def test_annotating_in_the_background_with_progress(visit: Visit, site: Site) -> None:
    anna = visit("anna", "/jobs")
    with site.store.reading() as unit:
        waiting = unit.records.counts()["new"]
    assert waiting > 3
    anna.find("annotate-limit").fill("3")
    anna.find("annotate-start").click()
    expect(anna.find("job", kind="annotate", state="done").first).to_be_visible()
    with site.store.reading() as unit:
        assert unit.records.counts()["new"] == waiting - 3
    anna.open("/")
    anna.find("queue-state-annotated").click()
    expect(anna.find("queue-row").filter(has_text="草鞋第").first).to_be_visible()
