from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import samples
from biaotu.records import Label, RankedTag, Span
from biaotu.review import ImageFacts, LabelItem, RecordFacts, SpanItem, StateItem, TagItem, fold, suggestions_of
from biaotu.taxonomy import MATERIALS, USES
from reviewing import ANNA, BO, RUI, Desk, statuses

ORGANISATION = "span:title:0:6:organisation"


def state_of(desk: Desk) -> str:
    return desk.view.state


def test_suggestions_say_what_the_annotation_says() -> None:
    found = {one.item.key: one for one in suggestions_of(samples.annotation())}
    assert len(found) == 4 + 2 + 8
    assert found["label:material:metal"].verdict == "accept"
    assert (found["label:material:other"].verdict, found["label:material:other"].confidence) == (None, 0.02)
    assert (found["tag:铁水壶"].verdict, found["tag:铁水壶"].leans_on) == ("primary", "容器")
    assert (found["tag:老柳"].verdict, found["tag:老柳"].leans_on) == ("secondary", None)
    assert found[ORGANISATION].confidence == 0.97


def test_what_the_vocabulary_no_longer_knows_is_left_out() -> None:
    old = samples.annotation(
        material=(Label("黄金", 0.9, True),),
        attributes=(Span("味道", "铁", "title", 9, 10),),
        primary=(RankedTag(" ", 0.9, None), RankedTag("水壶", 0.8, None), RankedTag("水壶", 0.7, None)),
    )
    keys = [one.item.key for one in suggestions_of(old)]
    assert keys == ["label:use:container", "label:use:furniture-kitchen", "tag:水壶", "tag:老柳"]


def test_a_record_without_a_model_is_empty_and_new() -> None:
    view = Desk(suggested=False).view
    assert (view.state, view.revision, view.uncertainty, view.model) == ("new", 0, 0.0, None)
    assert [one.item.term for one in view.material] == [term.id for term in MATERIALS]
    assert [one.item.term for one in view.use] == [term.id for term in USES]
    assert {(one.status, one.confidence) for one in (*view.material, *view.use)} == {("none", None)}
    assert not view.tags
    assert not view.attributes


def test_a_suggestion_shows_until_somebody_judges_it() -> None:
    desk = Desk()
    assert state_of(desk) == "annotated"
    assert statuses(desk.view)["label:material:metal"] == "suggested"
    assert "label:material:other" not in statuses(desk.view)  # listed by the model, not accepted: status "none"
    desk.decide(ANNA, "label:material:metal reject", "label:material:other accept", "tag:老柳 primary")
    found = statuses(desk.view)
    assert found["label:material:metal"] == "rejected"
    assert found["label:material:other"] == "accepted"
    assert found["tag:老柳"] == "accepted primary"
    assert desk.view.state == "in_review"
    metal = desk.view.material[[term.id for term in MATERIALS].index("metal")]
    assert (metal.by, metal.at, metal.confidence, metal.suggested) == ("anna", desk.now, 0.98, True)


def test_the_latest_decision_wins_whoever_made_it_and_withdraw_is_none() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} accept")
    desk.decide(BO, f"{ORGANISATION} reject")
    assert statuses(desk.view)[ORGANISATION] == "rejected"
    desk.decide(ANNA, f"{ORGANISATION} withdraw")
    assert statuses(desk.view)[ORGANISATION] == "suggested"
    assert desk.view.state == "annotated"


def test_what_people_add_appears() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:送水 primary", "tag:伤员 secondary", "span:description:0:2:material reject")
    desk.decide(BO, "span:description:28:30:person accept", "tag:冬天 reject")
    assert [tag.item.tag for tag in desk.view.tags] == ["铁水壶", "送水", "老柳", "伤员", "冬天"]
    assert [tag.place for tag in desk.view.tags] == ["primary", "primary", "secondary", "secondary", "secondary"]
    added = next(tag for tag in desk.view.tags if tag.item.tag == "送水")
    assert (added.confidence, added.suggested, added.status, added.label) == (None, None, "accepted", None)
    span = next(one for one in desk.view.attributes if one.item.start == 28)
    assert (span.value, span.suggested, span.status) == (desk.facts.description[28:30], False, "accepted")
    assert [(one.item.field != "title", one.item.start) for one in desk.view.attributes] == sorted(
        (one.item.field != "title", one.item.start) for one in desk.view.attributes
    )


def test_an_accepted_span_hides_the_suggestion_it_overlaps() -> None:
    desk = Desk()
    desk.decide(ANNA, "span:title:0:3:place accept")
    assert ORGANISATION not in statuses(desk.view)
    desk.decide(ANNA, "span:title:0:3:place reject")
    assert statuses(desk.view)[ORGANISATION] == "suggested"


def test_of_two_suggestions_that_overlap_the_surer_one_shows() -> None:
    spans = (Span("地点", "青石沟", "title", 0, 3, 0.6), Span("组织", "青石沟游击队", "title", 0, 6, 0.9))
    assert [one.item.end for one in Desk(samples.annotation(attributes=spans)).view.attributes] == [6]


def test_spans_of_an_old_text_leave_the_view_and_stay_in_the_history() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} reject", "span:description:0:1:material accept", "tag:送水 primary")
    desk.revise(title="青石沟民兵使用的铁水壶")
    found = statuses(desk.view)
    assert not [key for key in found if key.startswith("span:title")]
    assert found["span:description:0:1:material"] == "suggested"  # that field's text is the one the model read
    assert found["tag:送水"] == "accepted primary"
    assert len(desk.decisions) == 3
    assert desk.view.state == "in_review"


def test_an_approval_is_of_the_text_that_was_approved() -> None:
    desk = Desk()
    desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state approve")
    assert state_of(desk) == "approved"
    desk.revise(description="铁质。")
    assert desk.view.state == "in_review"


def test_the_order_of_the_decisions_does_not_matter() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} reject", "tag:送水 primary")
    desk.decide(BO, f"{ORGANISATION} accept")
    assert fold(desk.facts, desk.annotation, desk.decisions[::-1]) == desk.view


def test_states_follow_the_two_steps() -> None:
    desk = Desk()
    seen = [desk.view.state]
    for judge, verdict in (
        (ANNA, "submit"),
        (RUI, "return"),
        (BO, "submit"),
        (RUI, "approve"),
        (RUI, "reopen"),
    ):
        desk.decide(judge, f"state {verdict}")
        seen.append(desk.view.state)
    assert seen == ["annotated", "submitted", "returned", "submitted", "approved", "in_review"]


def test_uncertainty_falls_with_every_judgement() -> None:
    desk = Desk()
    numbers = [desk.view.uncertainty]
    for key in ("label:use:furniture-kitchen", "span:description:35:38:place", ORGANISATION):
        desk.decide(ANNA, f"{key} accept")
        numbers.append(desk.view.uncertainty)
    assert numbers == sorted(numbers, reverse=True)
    assert 0 <= numbers[-1] < numbers[0] <= 1


def test_to_dict_is_the_contract() -> None:
    desk = Desk()
    desk.facts = replace(
        desk.facts,
        museum="柳河纪念馆",
        images=(ImageFacts("ab" * 32, "0358.jpg", 900, 600),),
        extra={"级别": "二级"},
        updated_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    desk.decide(ANNA, "tag:老柳 primary", "label:material:glass accept", "span:title:0:3:place accept")
    document = desk.view.to_dict()
    assert " ".join(document) == (
        "id number museum title description extra text_version state revision images ocr labels tags "
        "attributes links attribute_names model proposal submitter warnings uncertainty updated_at"
    )
    assert document["revision"] == 103
    assert document["images"] == [
        {
            "digest": "ab" * 32,
            "name": "0358.jpg",
            "width": 900,
            "height": 600,
            "url": f"/api/v1/images/{'ab' * 32}",
            "thumbnail": f"/api/v1/images/{'ab' * 32}/thumbnail",
        }
    ]
    assert (len(document["labels"]["material"]), len(document["labels"]["use"])) == (10, 14)
    assert document["labels"]["material"][0] == {
        "item": "label:material:glass",
        "id": "glass",
        "name": "玻璃制品",
        "confidence": None,
        "suggested": False,
        "status": "accepted",
        "by": "anna",
        "at": "2026-03-01T08:01:00+00:00",
    }
    assert document["tags"][1] == {
        "item": "tag:老柳",
        "tag": "老柳",
        "confidence": 0.21,
        "label": None,
        "suggested": "secondary",
        "status": "accepted",
        "place": "primary",
        "by": "anna",
        "at": "2026-03-01T08:01:00+00:00",
    }
    assert document["attributes"][0] == {
        "item": "span:title:0:3:place",
        "type": "地点",
        "type_id": "place",
        "value": "青石沟",
        "field": "title",
        "start": 0,
        "end": 3,
        "confidence": None,
        "suggested": False,
        "status": "accepted",
        "by": "anna",
        "at": "2026-03-01T08:01:00+00:00",
        "normal": None,
        "meaning": None,
    }
    assert {one["value"]: one["meaning"] for one in document["attributes"] if one["type"] in ("时间", "长度")} == {
        "高21厘米": "0.21 m",
        "1943年冬": "1943-24",
    }
    assert (document["ocr"], document["links"]) == (None, [])
    assert document["attribute_names"] == [{"name": "组织", "confidence": 0.97}, {"name": "人物", "confidence": 0.9}]
    assert document["model"] == {"name": "test-model", "version": "1"}
    assert document["updated_at"] == "2026-03-02T00:00:00+00:00"
    assert Desk(suggested=False).view.to_dict()["model"] is None


def test_shown_and_confirmed() -> None:
    desk = Desk()
    desk.decide(ANNA, "label:use:container accept", f"{ORGANISATION} accept", "tag:老柳 reject")
    confirmed, shown = desk.view.confirmed(), desk.view.shown()
    assert (confirmed.material, confirmed.use, confirmed.primary, confirmed.secondary) == ((), ("容器",), (), ())
    assert confirmed.spans == (Span("组织", "青石沟游击队", "title", 0, 6, 0.97),)
    assert (shown.material, shown.use) == (("金属制品",), ("家具炊具", "容器"))
    assert (shown.primary, shown.secondary) == (("铁水壶",), ())
    assert len(shown.spans) == 8


def test_a_newer_model_changes_nothing_that_was_approved() -> None:
    desk = Desk()
    desk.decide(ANNA, "label:use:container reject")
    desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state approve")
    approved = desk.view.shown()
    desk.annotation = samples.annotation(
        use=(Label("容器", 1.0, True), Label("武器装备", 0.9, True)), model_version="2"
    )
    assert desk.view.state == "approved"
    assert desk.view.shown() == desk.view.confirmed()
    assert desk.view.shown().use == approved.use == ("家具炊具",)
    assert statuses(desk.view)["label:use:weapon"] == "suggested"
    desk.decide(RUI, "state reopen")
    assert "武器装备" in desk.view.shown().use


def test_facts_tell_their_texts() -> None:
    facts = RecordFacts(1, "1", "", "壶", "铁壶", 1)
    assert (facts.text("title"), facts.text("description")) == ("壶", "铁壶")


def test_items_are_values() -> None:
    assert len({LabelItem("use", "weapon"), LabelItem("use", "weapon"), TagItem("枪"), StateItem(), StateItem()}) == 3
    assert SpanItem("title", 0, 1, "time") == SpanItem("title", 0, 1, "time")
