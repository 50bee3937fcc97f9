"""The relic of an annotation and of a record under review."""

from __future__ import annotations

from dataclasses import replace

import samples
from biaotu.interpret import Subject, answer
from biaotu.interpret.present import span_dict
from biaotu.records import OcrLine, OcrReading, Span
from biaotu.review import parse_item
from reviewing import ANNA, RUI, Desk

BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
TIME = "span:description:13:19:time"


def test_an_annotation_s_relic_has_its_accepted_labels_and_nothing_confirmed() -> None:
    subject = Subject.of_annotation(samples.annotation(), "石门馆")
    assert (subject.id, subject.museum, subject.material, subject.use) == (
        "样-001",
        "石门馆",
        ("金属制品",),
        ("容器", "家具炊具"),
    )
    assert subject.confirmed == frozenset()
    assert TIME in subject.items
    date = subject.of_type("时间")[0]
    assert span_dict(subject, date)["item"] == TIME
    normal = subject.normal(date)
    assert normal is not None
    assert normal["kind"] == "date"


def test_values_stand_in_the_order_of_the_text_with_what_they_mean_beside_them() -> None:
    told = samples.annotation()
    spans = tuple(reversed(told.attributes))
    normals = tuple({"kind": "term", "sure": "exact", "at": span.start} for span in spans)
    subject = Subject.of_annotation(replace(told, attributes=spans, normals=normals))
    assert [span.start for span in subject.spans if span.field == "title"] == [0, 9]
    assert all((subject.normal(span) or {}).get("at") == span.start for span in subject.spans)


def test_values_on_the_photos_have_the_key_of_their_reading() -> None:
    reading = OcrReading((OcrLine(0, "一九三四年造", BOX, 0.9),), "test")
    told = samples.annotation()
    told = replace(told, ocr=reading, attributes=(*told.attributes, Span("时间", "一九三四年", "ocr", 0, 5)))
    subject = Subject.of_annotation(told)
    assert subject.text("ocr") == "一九三四年造"
    assert subject.spans[-1].field == "ocr"
    assert parse_item(str(subject.item(subject.spans[-1]))).kind == "span"
    assert (subject.normal(subject.spans[-1]) or {})["edtf"] == "1934"


def test_a_record_under_review_tells_what_people_accepted_and_not_what_they_rejected() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{TIME} accept", "span:description:22:24:person reject", "label:material:metal accept")
    subject = Subject.of_view(desk.view)
    assert [span.value for span in subject.spans if subject.is_confirmed(span)] == ["1943年冬"]
    assert subject.of_type("人物") == ()
    assert subject.confirmed_labels == {"金属制品"}
    assert answer(subject, "什么年代？").sure == "confirmed"
    assert answer(subject, "什么形状？").sure == "machine"
    assert subject.items[subject.spans.index(subject.of_type("时间")[0])] == TIME


def test_of_an_approved_record_only_what_people_accepted_is_told() -> None:
    desk = Desk()
    others = [one.item.key for one in desk.view.attributes if one.item.key != TIME]
    desk.decide(ANNA, f"{TIME} accept", *(f"{key} reject" for key in others))
    desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state approve")
    subject = Subject.of_view(desk.view)
    assert [span.value for span in subject.spans] == ["1943年冬"]
    assert answer(subject, "什么形状？").sure == "unknown"


def test_what_is_no_value_of_the_relic_has_no_meaning_and_no_key() -> None:
    subject = Subject.of_annotation(samples.annotation())
    other = Span("时间", "1900年", "title", 0, 5)
    assert (subject.normal(other), subject.item(other), subject.is_confirmed(other)) == (None, None, False)
