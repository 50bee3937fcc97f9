"""Whatever people do, in whatever order: the view stays lawful, and every act can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

import samples
from biaotu.errors import Conflict, Refused
from biaotu.records import Annotation, OcrLine, OcrReading, Span
from biaotu.review import Judge, SpanItem, StateItem, ocr_mark, redoable
from biaotu.review.ledger import Ledger
from reviewing import ADA, ANNA, BO, READER, RUI, START, Desk, statuses, without_revision

BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 4.0), (0.0, 4.0))
READINGS = [OcrReading((OcrLine(0, text, BOX, 0.9),), "reader") for text in ("柳河农会之印", "柳河农会")]
MARK = ocr_mark(READINGS[0].text)
KEYS = {
    "accept reject withdraw": [
        "label:material:metal",
        "label:use:container",
        "label:use:weapon",
        "span:title:0:6:organisation",
        "span:title:0:3:place",
        "span:title:2:8:person",
        "span:title:9:10:material",
        "span:description:0:1:material",
        "span:description:0:40:event",
        "span:description:22:24:person",
        f"span:ocr-{MARK}:0:4:organisation",
        f"span:ocr-{MARK}:2:5:person",
        "span:ocr-00000000:0:4:organisation",
        "link:body:one:span:title:0:6:organisation",
        "link:body:two:span:title:0:6:organisation",
        "link:none:span:title:0:6:organisation",
        "link:place:one:span:title:0:3:place",
        f"link:body:one:span:ocr-{MARK}:0:4:organisation",
        f"link:none:span:ocr-{MARK}:0:4:organisation",
    ],
    "primary secondary reject withdraw": ["tag:铁水壶", "tag:老柳", "tag:送水"],
}
changes = st.one_of(
    *(
        st.builds("{} {}".format, st.sampled_from(keys), st.sampled_from(verdicts.split()))
        for verdicts, keys in KEYS.items()
    )
)
people = st.sampled_from([ANNA, BO, RUI, ADA])
judges = st.one_of(people, people, people, st.just(READER))
NEXT = {"submitted": ("approve", "return"), "approved": ("reopen", "reopen")}
Deed = Callable[[Desk], tuple[Judge, str]]


def decide(judge: Judge, chosen: Sequence[str]) -> Deed:
    return lambda desk: (judge, desk.decide(judge, *chosen))


def undo(judge: Judge, back: int | None) -> Deed:
    def deed(desk: Desk) -> tuple[Judge, str]:
        batches = list(dict.fromkeys(row.batch for row in desk.decisions))
        named = batches[-1 - back] if back is not None and back < len(batches) else None
        return judge, desk.undo(judge, named)

    return deed


def redo(judge: Judge) -> Deed:
    return lambda desk: (judge, desk.undo(judge, redoable(desk.decisions, judge)))


def restore(judge: Judge, back: int) -> Deed:
    def deed(desk: Desk) -> tuple[Judge, str]:
        times: list[datetime] = sorted({START, *(row.at for row in desk.decisions)}, reverse=True)
        return judge, desk.restore(judge, times[min(back, len(times) - 1)])

    return deed


def revise(title: str) -> Deed:
    def deed(desk: Desk) -> tuple[Judge, str]:
        desk.revise(title=title)
        return ADA, ""

    return deed


def reread(reading: OcrReading | None) -> Deed:
    """The model is run anew, and reads the photos otherwise or not at all."""

    def deed(desk: Desk) -> tuple[Judge, str]:
        if desk.annotation is not None:
            desk.annotation = told(reading)
        return ADA, ""

    return deed


def told(reading: OcrReading | None) -> Annotation:
    read = (Span("组织", "柳河农会", "ocr", 0, 4, 0.7),) if reading else ()
    return samples.annotation(attributes=(*samples.annotation().attributes, *read), ocr=reading)


def desk_of(*, suggested: bool = True) -> Desk:
    return Desk(told(READINGS[0]), suggested=suggested)


def advance(judge: Judge, favour: bool) -> Deed:
    """The next step of a record on its way."""
    return lambda desk: (judge, desk.decide(judge, f"state {NEXT.get(desk.view.state, ('submit',) * 2)[favour]}"))


items_judged = st.builds(decide, judges, st.lists(changes, min_size=1, max_size=3))
wild_states = st.builds(
    decide, judges, st.sampled_from(["submit", "approve", "return", "reopen"]).map(lambda verdict: [f"state {verdict}"])
)
advances = st.builds(advance, people, st.booleans())
undone = st.builds(undo, judges, st.none() | st.integers(0, 4))
deeds = st.one_of(
    items_judged,
    items_judged,
    advances,
    advances,
    wild_states,
    undone,
    undone,
    st.builds(redo, people),
    st.builds(restore, people, st.integers(0, 6)),
)
texts = st.builds(revise, st.sampled_from([samples.annotation().title, "壶", "青石沟游击队使用的水壶一只"]))
stories = st.lists(deeds, min_size=1, max_size=16)
readings = st.builds(reread, st.sampled_from([*READINGS, None]))
stories_with_texts = st.lists(deeds | texts | readings, min_size=1, max_size=16)


def done(desk: Desk, deed: Deed) -> tuple[Judge, str] | None:
    """Who did what; None if it was refused, and then nothing was written."""
    before = len(desk.decisions)
    try:
        return deed(desk)
    except (Refused, Conflict) as error:
        assert str(error)
        assert len(desk.decisions) == before
        return None


def check_lawful(desk: Desk) -> None:
    view = desk.view
    facts = view.facts
    assert (len(view.material), len(view.use)) == (10, 14)
    for kind in (view.tags, view.attributes):
        assert len({one.item for one in kind}) == len(kind)
    for span in view.attributes:
        assert span.value == facts.text(span.item.field)[span.item.start : span.item.end] != ""
    counted: list[SpanItem] = [span.item for span in view.attributes if span.status != "rejected"]
    assert not any(one.overlaps(other) for place, one in enumerate(counted) for other in counted[:place])
    shown = {span.item for span in view.attributes if span.status != "rejected"}
    assert {link.item.span for link in view.links} <= shown
    linked = [link.item.span for link in view.links if link.status == "accepted"]
    assert len(linked) == len(set(linked)), "a value names one entry at most"
    assert 0 <= view.uncertainty <= 1
    if view.submitted:
        assert view.shown() == view.confirmed()
        open_ones = [key for key, status in statuses(view).items() if status.startswith("suggested")]
        assert not [key for key in open_ones if not key.startswith("span:ocr")], (
            "the photos may be read anew at any time"
        )
    if view.state == "approved":
        approval = Ledger(desk.decisions).standing(StateItem())
        assert approval is not None
        assert approval.user_id != view.submitter
    if view.state == "new":
        assert desk.annotation is None
    assert (view.revision == 0) == (not desk.decisions)


@settings(max_examples=150, deadline=None)
@given(stories_with_texts, st.booleans())
def test_every_story_folds_to_a_lawful_view(story: list[Deed], suggested: bool) -> None:
    desk = desk_of(suggested=suggested)
    for deed in story:
        done(desk, deed)
        check_lawful(desk)


@settings(max_examples=150, deadline=None)
@given(stories_with_texts, deeds)
def test_an_undo_right_after_an_act_gives_back_the_view_before(story: list[Deed], last: Deed) -> None:
    desk = desk_of()
    for deed in story:
        done(desk, deed)
    before = desk.view
    act = done(desk, last)
    if act is not None:
        after = desk.view
        judge, batch = act
        undo = desk.undo(judge, batch)
        assert without_revision(desk.view) == without_revision(before)
        desk.undo(judge, undo)
        assert without_revision(desk.view) == without_revision(after)


@settings(max_examples=150, deadline=None)
@given(stories, st.integers(0, 15))
def test_restore_gives_the_view_of_that_time(story: list[Deed], moment: int) -> None:
    desk = desk_of()
    at, then = START, statuses(desk.view)
    for place, deed in enumerate(story):
        done(desk, deed)
        if place <= moment:
            at, then = desk.now, statuses(desk.view)
    if desk.view.submitted or statuses(desk.view) == then:
        return
    desk.restore(ADA, at)
    assert statuses(desk.view) == then
    check_lawful(desk)


@settings(max_examples=100, deadline=None)
@given(stories)
def test_the_reviewers_alone_decide_what_is_approved(story: list[Deed]) -> None:
    desk = desk_of()
    for deed in story:
        done(desk, deed)
    for row in desk.decisions:
        if isinstance(row.item, StateItem) and row.verdict in ("approve", "return", "reopen") and row.undoes is None:
            assert row.user_id in (RUI.user_id, ADA.user_id)
        assert row.user_id != READER.user_id
