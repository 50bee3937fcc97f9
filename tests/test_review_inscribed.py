"""Values read on the photos: they count for one reading alone, whatever becomes of title and description."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import samples
from biaotu.errors import Conflict, Refused
from biaotu.records import Annotation, OcrLine, OcrReading, Span
from biaotu.review import ImageFacts, corpus_line, history, normals_of, ocr_mark, own_names
from biaotu.review.photos import GONE, laid_on
from reviewing import ANNA, BO, Desk, statuses

BOX = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))
LINES = ((0, "川陕省苏维埃政府工农", 0.98), (0, "银行", 0.98), (1, "一九三三年", 0.9))
READ = OcrReading(tuple(OcrLine(photo, text, BOX, sure) for photo, text, sure in LINES), "reader 1")
MARK = ocr_mark(READ.text)
BANK, YEAR = f"span:ocr-{MARK}:0:13:organisation", f"span:ocr-{MARK}:14:19:time"


def told(reading: OcrReading | None = READ, **changes: Any) -> Annotation:
    spans = samples.annotation().attributes
    read = (Span("组织", READ.text[:13], "ocr", 0, 13, 0.9), Span("时间", "一九三三年", "ocr", 14, 19, 0.8))
    images = ("正面.jpg", "背面.jpg")
    return samples.annotation(attributes=(*spans, *(read if reading else ())), ocr=reading, images=images, **changes)


def desk_with_photos(annotation: Annotation | None = None) -> Desk:
    desk = Desk(annotation or told())
    photos = tuple(ImageFacts(f"{n:064}", name, 90, 60) for n, name in enumerate(("正面.jpg", "背面.jpg")))
    desk.facts = replace(desk.facts, images=photos)
    return desk


def test_values_on_the_photos_stand_behind_the_others_and_are_judged_like_them() -> None:
    desk = desk_with_photos()
    view = desk.view
    assert [span.item.key for span in view.attributes][-2:] == [BANK, YEAR]
    assert view.attributes[-2].value == "川陕省苏维埃政府工农\n银行", "word for word, the end of the line too"
    assert (view.ocr, view.facts.text("ocr")) == (READ, READ.text)
    desk.decide(ANNA, f"{YEAR} reject", f"span:ocr-{MARK}:0:3:place accept")
    assert statuses(desk.view)[f"span:ocr-{MARK}:0:3:place"] == "accepted"
    assert statuses(desk.view)[YEAR] == "rejected"
    assert BANK not in statuses(desk.view), "a suggestion yields to an accepted value that it overlaps"


def test_the_document_tells_mark_and_places_of_lines() -> None:
    document = desk_with_photos().view.to_dict()
    assert document["ocr"] == {
        "text": READ.text,
        "mark": MARK,
        "lines": READ.to_dict()["lines"],
        "engine": "reader 1",
    }
    assert [line["photo"] for line in document["ocr"]["lines"]] == [0, 0, 1]
    last = document["attributes"][-1]
    assert (last["item"], last["field"], last["meaning"]) == (YEAR, "ocr", "1933")
    assert desk_with_photos(told(None)).view.to_dict()["ocr"] is None


def test_a_decision_holds_for_that_reading_alone() -> None:
    desk = desk_with_photos()
    link = f"link:body:csb:{BANK}"
    desk.decide(ANNA, f"{BANK} accept", f"{link} accept")
    other = OcrReading((*READ.lines[:2], OcrLine(1, "一九三四年", BOX, 0.9)), "reader 2")
    desk.annotation = told(other)
    assert BANK not in statuses(desk.view) and desk.view.links == ()
    (act,) = history(desk.view.facts, desk.decisions)
    assert all(row.stale for row in act.rows)
    with pytest.raises(Conflict, match="not those that you saw"):
        desk.decide(BO, f"{YEAR} accept")
    desk.annotation = told(None)
    assert BANK not in statuses(desk.view)
    desk.annotation = told(replace(READ, engine="reader 3"))
    assert (statuses(desk.view)[BANK], statuses(desk.view)[link]) == ("accepted", "accepted")


def test_a_new_title_leaves_them_as_they_are() -> None:
    desk = desk_with_photos()
    desk.decide(ANNA, f"{BANK} accept")
    desk.revise(title="壶")
    assert statuses(desk.view)[BANK] == "accepted"
    assert statuses(desk.view)[YEAR] == "suggested"
    assert "span:title:0:6:organisation" not in statuses(desk.view)


def test_offsets_behind_the_words_are_refused() -> None:
    desk = desk_with_photos()
    with pytest.raises(Refused, match="the ocr has 19 characters"):
        desk.decide(ANNA, f"span:ocr-{MARK}:14:20:time accept")


def test_values_on_the_photos_are_no_part_of_the_corpus() -> None:
    desk = desk_with_photos()
    desk.decide(ANNA, "state submit")
    assert statuses(desk.view)[BANK] == "accepted"
    line = corpus_line(desk.view)
    assert "苏维埃" not in line["title"] + line["description"]


def test_meanings_leave_the_end_of_a_line_out_and_keep_the_texts_apart() -> None:
    read = OcrReading((OcrLine(0, "一九三", BOX, 0.9), OcrLine(0, "三年同年", BOX, 0.9)), "reader 1")
    spans = (
        Span("时间", "一九三\n三年", "ocr", 0, 6, 0.9),
        Span("时间", "同年", "ocr", 6, 8, 0.9),
        Span("时间", "1943年冬", "description", 13, 19, 0.9),
    )
    desk = Desk(samples.annotation(attributes=spans, ocr=read))
    mark = ocr_mark(read.text)
    meanings = normals_of(desk.view)
    assert meanings[f"span:ocr-{mark}:0:6:time"]["edtf"] == "1933"
    assert meanings[f"span:ocr-{mark}:6:8:time"]["edtf"] == "1933", "counts from the date on the photo"
    assert meanings["span:description:13:19:time"]["edtf"] == "1943-24"


def test_a_value_that_a_person_added_means_something_and_a_rejected_one_lends_nothing() -> None:
    text = "1934年缴获。同年编号。"
    desk = Desk(samples.annotation(description=text, attributes=(Span("时间", "1934年", "description", 0, 5, 0.9),)))
    first, same = "span:description:0:5:time", "span:description:8:10:time"
    desk.decide(ANNA, f"{same} accept")
    assert normals_of(desk.view)[same]["edtf"] == "1934"
    desk.decide(ANNA, f"{first} reject")
    assert normals_of(desk.view) == {}
    assert {one["item"]: one["meaning"] for one in desk.view.to_dict()["attributes"]} == {first: None, same: None}


def test_lines_lie_on_the_photos_that_the_record_has_now() -> None:
    assert own_names(["a.jpg", "a.jpg", "a.jpg (2)", "b.jpg"]) == ("a.jpg", "a.jpg (2)", "a.jpg (2) (2)", "b.jpg")
    assert laid_on(READ, ("甲", "乙"), ["甲", "乙"]) is READ
    moved = laid_on(READ, ("甲", "乙"), ["乙", "丙"])
    assert [line.photo for line in moved.lines] == [GONE, GONE, 0]
    assert moved.text == READ.text
    desk = desk_with_photos()
    desk.facts = replace(desk.facts, images=desk.facts.images[1:])
    assert [line["photo"] for line in desk.view.to_dict()["ocr"]["lines"]] == [None, None, 0]
