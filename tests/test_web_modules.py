"""The pure modules of the pages, run in Chromium: offsets, painting, what decisions do to a record, undo and redo."""

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from biaotu.normal import normalise
from biaotu.review import LinkItem, SpanItem
from biaotu.web import STATIC

SITE = "http://pages.test"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page that can import the static modules; nothing is served over a network."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert chromium is not None, "install Chromium, so that `chromium` is found"

    def answer(route: Route) -> None:
        path = STATIC / route.request.url.removeprefix(f"{SITE}/")
        if path.is_file():
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", answer)
        page.goto(f"{SITE}/page")
        yield page
        browser.close()


def run(page: Page, module: str, body: str, *values: object) -> Any:
    """The value of an expression over the exports ``m`` of a module and the values ``v``."""
    return page.evaluate(f"async (v) => {{ const m = await import('/js/{module}'); return {body}; }}", list(values))


RARE = "𠮷字👩‍🌾陶罐"  # two units a character, and a joined emoji: 7 code points, 10 units


def test_offsets_there_and_back(page: Page) -> None:
    assert run(page, "offsets.js", "m.lengthOf(v[0])", RARE) == len(RARE)
    for points in range(len(RARE) + 1):
        units = len(RARE[:points].encode("utf-16-le")) // 2
        assert run(page, "offsets.js", "m.toUnits(v[0], v[1])", RARE, points) == units
        assert run(page, "offsets.js", "m.toPoints(v[0], v[1])", RARE, units) == points


def test_offsets_inside_a_pair_and_beyond_the_ends(page: Page) -> None:
    assert run(page, "offsets.js", "m.toPoints(v[0], 1)", RARE) == 0
    assert run(page, "offsets.js", "m.toUnits(v[0], 99)", RARE) == len(RARE.encode("utf-16-le")) // 2
    assert run(page, "offsets.js", "m.toUnits(v[0], -1)", RARE) == 0


def test_slices_are_those_of_python(page: Page) -> None:
    for start in range(len(RARE)):
        for end in range(start, len(RARE) + 1):
            assert run(page, "offsets.js", "m.slicePoints(...v)", RARE, start, end) == RARE[start:end]


@pytest.mark.parametrize(
    ("text", "start", "end", "kept"),
    [
        ("红军 草鞋", 0, 3, (0, 2)),
        ("\u3000红军\n", 0, 4, (1, 3)),
        (" 　\n", 0, 3, None),
        ("红军", 0, 9, (0, 2)),
        ("红", 1, 1, None),
    ],
)
def test_spans_lose_white_space_at_their_ends(
    page: Page, text: str, start: int, end: int, kept: tuple[int, int] | None
) -> None:
    expected = None if kept is None else {"start": kept[0], "end": kept[1]}
    assert run(page, "offsets.js", "m.trimmed(...v)", text, start, end) == expected


def test_marks_cut_a_text_without_losing_any_of_it(page: Page) -> None:
    parts = run(page, "offsets.js", "m.parts(...v)", RARE, [[4, 6], [0, 2], [1, 3]])
    assert "".join(part["text"] for part in parts) == RARE
    assert [part["text"] for part in parts if part["marked"]] == [RARE[0:2], RARE[2:3], RARE[4:6]]


def test_segments_keep_the_text_and_the_first_of_overlapping_spans(page: Page) -> None:
    spans = [
        {"item": "a", "start": 0, "end": 2},
        {"item": "b", "start": 1, "end": 4},
        {"item": "c", "start": 4, "end": 5},
    ]
    words = [{"start": 1, "end": 3, "weight": -0.5}, {"start": 2, "end": 3, "weight": 0.2}]
    parts = run(page, "workbench/segments.js", "m.segments(...v)", RARE, spans, words, {"start": 3, "end": 5}, 6)
    pieces = [piece for part in parts for piece in part["pieces"]]
    assert "".join(piece["text"] for piece in pieces) == RARE
    assert [part["span"]["item"] for part in parts if part["span"]] == ["a", "c"]
    assert [(piece["start"], piece["end"]) for piece in pieces] == [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (4, 5),
        (5, 6),
        (6, 7),
    ]
    assert {piece["start"]: piece["weight"] for piece in pieces if piece["weight"]} == {1: -0.5, 2: -0.5}
    assert [piece["start"] for piece in pieces if piece["selected"]] == [3, 4]


def attribute(start: int, end: int, status: str, suggested: bool = True) -> dict[str, object]:
    key = f"span:title:{start}:{end}:place"
    span = {"item": key, "type": "地点", "type_id": "place", "value": "", "field": "title", "start": start, "end": end}
    return {**span, "confidence": 0.5, "suggested": suggested, "status": status, "by": None, "at": None}


def view() -> dict[str, Any]:
    label = {"item": "label:use:weapon", "id": "weapon", "name": "武器装备", "confidence": 0.9, "suggested": True}
    tag = {"item": "tag:草鞋", "tag": "草鞋", "suggested": "primary", "status": "suggested", "place": "primary"}
    return {
        "title": "𠮷水红军草鞋",
        "description": "",
        "state": "annotated",
        "labels": {"material": [], "use": [{**label, "status": "suggested", "by": None, "at": None}]},
        "tags": [tag],
        "attributes": [attribute(0, 2, "suggested"), attribute(2, 4, "accepted")],
    }


def applied(page: Page, *changes: tuple[str, str]) -> Any:
    named = [{"item": item, "verdict": verdict} for item, verdict in changes]
    return run(page, "review.js", "m.applied(v[0], v[1], 'li')", view(), named)


def test_label_decisions(page: Page) -> None:
    for verdict, status in (("accept", "accepted"), ("reject", "rejected"), ("withdraw", "suggested")):
        row = applied(page, ("label:use:weapon", verdict))["labels"]["use"][0]
        assert (row["status"], row["by"]) == (status, None if verdict == "withdraw" else "li")


def test_tag_decisions_move_and_add(page: Page) -> None:
    tags = applied(page, ("tag:草鞋", "secondary"), ("tag:红军", "primary"))["tags"]
    assert [(row["tag"], row["place"], row["status"]) for row in tags] == [
        ("草鞋", "secondary", "accepted"),
        ("红军", "primary", "accepted"),
    ]
    back = applied(
        page, ("tag:草鞋", "secondary"), ("tag:草鞋", "withdraw"), ("tag:红军", "primary"), ("tag:红军", "withdraw")
    )
    assert [(row["tag"], row["place"], row["status"]) for row in back["tags"]] == [("草鞋", "primary", "suggested")]


def test_a_new_span_hides_suggestions_under_it(page: Page) -> None:
    rows = applied(page, ("span:title:1:3:person", "accept"))["attributes"]
    new = next(row for row in rows if row["item"] == "span:title:1:3:person")
    assert new["value"] == "水红"
    assert [row["item"] for row in rows if row is not new] == ["span:title:2:4:place"]
    assert run(page, "review.js", "m.inTheWay(v[0], m.parseKey(v[1])).map(row => row.item)", view(), new["item"]) == [
        "span:title:2:4:place"
    ]


def test_the_view_given_is_left_as_it_was(page: Page) -> None:
    body = "[JSON.stringify(v[0]), m.applied(...v, 'li'), JSON.stringify(v[0])]"
    changes = [{"item": key, "verdict": "reject"} for key in ("label:use:weapon", "tag:草鞋", "span:title:0:2:place")]
    before, decided, after = run(page, "review.js", body, view(), changes)
    assert before == after
    assert decided["attributes"][0]["status"] == "rejected"


def undoing(page: Page, *acts: tuple[str, str | None] | str) -> tuple[str | None, str | None]:
    """Undo and redo after acts told oldest first: a name, or a name with what it undoes; ``other:`` is another's."""
    rows = [(act, None) if isinstance(act, str) else act for act in acts]
    history = [{"batch": name, "undoes": undoes, "mine": not name.startswith("other:")} for name, undoes in rows]
    told = run(page, "review.js", "m.undoing(v[0])", history[::-1])
    return told["undo"], told["redo"]


def test_undo_goes_back_act_by_act_and_redo_forward(page: Page) -> None:
    assert undoing(page) == (None, None)
    assert undoing(page, "a", "b") == ("b", None)
    assert undoing(page, "a", "b", ("u1", "b")) == ("a", "u1")
    assert undoing(page, "a", "b", ("u1", "b"), ("u2", "a")) == (None, "u2")
    assert undoing(page, "a", "b", ("u1", "b"), ("u2", "a"), ("r2", "u2")) == ("r2", "u1")
    assert undoing(page, "a", "b", ("u1", "b"), ("r1", "u1")) == ("r1", None)
    assert undoing(page, "a", "b", ("u1", "b"), ("r1", "u1"), ("u3", "r1")) == ("a", "u3")


def test_a_new_act_ends_redo_and_others_do_not_count(page: Page) -> None:
    assert undoing(page, "a", ("u1", "a"), "b") == ("b", None)
    assert undoing(page, "a", "other:b") == ("a", None)


def test_uuids_without_a_secure_context(page: Page) -> None:
    found = run(page, "ids.js", "[typeof crypto.randomUUID, ...Array.from({length: 50}, m.uuid)]")
    assert found[0] == "undefined"  # plain http on another host: the way round is what is tested here
    assert len(set(found[1:])) == 50
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in found[1:]
    )


SAY = """{
  t: (key, values = {}) => `${key}(${Object.entries(values).map(([name, value]) => `${name}=${value}`).join(",")})`,
  has: () => true, term: (list, id) => `${list}/${id}`, en: false,
}"""


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("时间", "民国三十二年", "meaning.year(year=1943)"),
        ("时间", "1934年10月", "meaning.month(year=1934,month=10)"),
        ("时间", "1962年春", "meaning.season.21(year=1962)"),
        ("时间", "1937年至1945年", "meaning.range(low=meaning.year(year=1937),high=meaning.year(year=1945))"),
        ("时间", "辛亥年", "meaning.year(year=1851) / meaning.year(year=1911)"),
        ("时间", "上午7时", "part.morning() 07:00"),
        ("时长", "三四天", "meaning.range(low=long.days(n=3),high=long.days(n=4))"),
        ("长度", "18×12厘米", "0.18 × 0.12 unit.m()"),
        ("货币", "法币八十元", "80 元 · currency/fabi"),
        ("数字", "三百余人", "meaning.over(text=300) 人"),
        ("颜色", "浅灰绿色", "colour/green＋colour/grey (tone.light())"),
        ("材质", "粗棉布", "material/cotton · class/textile"),
        ("型号", "汉阳造", "汉阳兵工厂 八八式步枪"),
    ],
)
def test_meanings_are_told_in_words(page: Page, type_: str, value: str, text: str) -> None:
    meant = normalise(type_, value)
    assert meant is not None
    told = run(page, "meaning.js", f"m.meaningOf(v[0], {SAY})", meant.to_dict())
    assert (told["text"], told["sure"]) == (text, meant.to_dict()["sure"])


def test_a_measure_with_several_readings_names_each(page: Page) -> None:
    meant = normalise("重量", "三斤六两")
    assert meant is not None
    told = run(page, "meaning.js", f"m.meaningOf(v[0], {SAY})", meant.to_dict())
    assert told["text"].split(" / ") == [
        "2.0143 unit.kg() (measure.kuping())",
        "1.6875 unit.kg() (measure.market-16())",
        "1.8 unit.kg() (measure.market-10())",
    ]
    assert told["notes"] == ["note.system-unknown()"]
    assert run(page, "meaning.js", f"m.meaningOf(null, {SAY})") is None


def test_keys_of_links_and_of_words_on_photos(page: Page) -> None:
    span = "span:ocr-1a2b3c4d:0:5:person"
    part = run(page, "review.js", "m.parseKey(v[0])", span)
    assert part == {"kind": "span", "field": "ocr", "mark": "1a2b3c4d", "start": 0, "end": 5, "type": "person"}
    seen = {"ocr": {"text": "甲\n乙", "mark": "1a2b3c4d"}, "title": "丙"}
    assert run(page, "review.js", "m.spanKey(m.parseKey(v[0]), v[1])", span, seen) == span
    assert run(page, "review.js", "[m.textOf(...v, 'ocr'), m.textOf(...v, 'description')]", seen) == ["甲\n乙", ""]
    for entry in ("body:8ra-115", "none"):
        key = run(page, "review.js", "m.linkKey(...v)", span, entry)
        assert key == LinkItem(SpanItem("ocr", 0, 5, "person", "1a2b3c4d"), entry).key
        assert run(page, "review.js", "m.parseKey(v[0])", key) == {"kind": "link", "entry": entry, "span": span}


def test_accepting_a_link_accepts_its_value(page: Page) -> None:
    linked = applied(page, ("link:place:x:span:title:0:2:place", "accept"))
    assert [(row["item"], row["status"]) for row in linked["attributes"]] == [
        ("span:title:0:2:place", "accepted"),
        ("span:title:2:4:place", "accepted"),
    ]
    rejected = applied(page, ("link:place:x:span:title:0:2:place", "reject"))
    assert rejected["attributes"][0]["status"] == "suggested"


def test_links_on_the_screen_before_the_server_answers(page: Page) -> None:
    here = {"entry": {"id": "person:a", "name": "甲"}, "confidence": 0.9, "reason": "", "rejected": False}
    there = {"entry": {"id": "person:b", "name": "乙"}, "confidence": 0.1, "reason": "", "rejected": False}
    link = {"span": "span:title:0:2:person", "status": "suggested", "entry": here["entry"], "confidence": 0.9}
    link |= {"candidates": [here, there], "none_of_these": 0.0}

    def after(*changes: tuple[str, str]) -> tuple[str, str | None]:
        named = [{"item": f"link:{entry}:{link['span']}", "verdict": verdict} for entry, verdict in changes]
        body = "m.linksApplied(new Map([[v[0].span, v[0]]]), v[1]).get(v[0].span)"
        now = run(page, "linked.js", body, link, named)
        return now["status"], now["entry"] and now["entry"]["id"]

    assert after(("person:b", "accept")) == ("accepted", "person:b")
    assert after(("none", "accept")) == ("accepted", None)
    assert after(("none", "accept"), ("none", "withdraw")) == ("suggested", "person:a")
    assert after(("person:a", "reject")) == ("none", None)
    assert after(("person:b", "reject")) == ("suggested", "person:a")


def test_segments_are_cut_at_proofs_and_lines(page: Page) -> None:
    parts = run(
        page, "workbench/segments.js", "m.segments(...v)", RARE, [], [], None, None, [{"start": 1, "end": 3}], [5]
    )
    pieces = [piece for part in parts for piece in part["pieces"]]
    assert "".join(piece["text"] for piece in pieces) == RARE
    assert [piece["start"] for piece in pieces] == [0, 1, 3, 5]
    assert [piece["start"] for piece in pieces if piece["proof"]] == [1]
