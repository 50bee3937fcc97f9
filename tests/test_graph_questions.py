"""What the graph answers, on six invented relics whose ties can be counted by hand."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from biaotu.errors import InputError, NotFound
from biaotu.graph import (
    Graph,
    Mention,
    RelicFacts,
    Target,
    neighbours,
    node,
    nodes,
    paths,
    places,
    related,
    timeline,
    together,
)  # fmt: skip
from graph_samples import RELICS, graph, relic

ZUNYI, ZHU, LAOSHUAN = (
    "urn:biaotu:entry:event:zunyi-conf",
    "urn:biaotu:entry:person:zhu-de",
    "urn:biaotu:value:person:%E7%8E%8B%E8%80%81%E6%A0%93",
)


@pytest.fixture(scope="module")
def six() -> Graph:
    return graph()


def labels(edges: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(edge["predicate"], edge["node"]["label"]) for edge in edges]


def test_nothing_is_told_as_confirmed_and_every_answer_says_how_to_ask_for_more(six: Graph) -> None:
    for answer in (
        nodes(six),
        neighbours(six, ZUNYI, predicate="event"),
        paths(six, ZUNYI, ZHU),
        together(six, "event"),
        timeline(six),
        places(six),
        related(six, "1"),
    ):
        assert answer["note"]["code"] == "nothing-confirmed"
        assert "--machine" in answer["note"]["en"] and "--machine" in answer["note"]["zh"]
        assert not any(answer.get(part) for part in ("items", "edges", "paths", "years"))
    assert nodes(six, machine=True)["note"] is None


def test_nodes_are_found_by_name_variant_or_part_in_either_script(six: Graph) -> None:
    def found(text: str, **more: Any) -> list[str]:
        return [one["label"] for one in nodes(six, text, machine=True, **more)["items"]]

    assert found("遵义")[0] == "遵义"
    assert found("遵義會議")[0] == "遵义会议"
    assert "毛泽东" in found("润之")
    assert found("老栓") == ["王老栓"]
    assert found("手榴弹") == ["红军的手榴弹"]
    assert found("油灯", kind="person") == []
    assert found("metal") == ["金属制品"]
    assert found("不在这里的名字") == []
    assert found("")[0] == "金属制品"
    with pytest.raises(InputError, match="there is no kind 'thing'"):
        nodes(six, "", "thing")


def test_pages_of_nodes_say_that_there_are_more(six: Graph) -> None:
    assert nodes(six, machine=True, limit=2)["more"] is True
    assert nodes(six, "老栓", machine=True, limit=2)["more"] is False


def test_a_relic_is_told_with_its_rarest_neighbours_first_and_their_proofs(six: Graph) -> None:
    answer = neighbours(six, "urn:biaotu:relic:1", machine=True)
    assert labels(answer["edges"]) == [
        ("date", "1935年1月"),
        ("person", "毛泽东"),
        ("body", "中国工农红军"),
        ("event", "遵义会议"),
        ("place", "遵义"),
        ("material", "金属制品"),
        ("use", "武器装备"),
    ]
    event = answer["edges"][3]
    assert (event["confirmed"], event["direction"], event["source"], event["node"]["records"]) == (
        False, "out", "record", 2,
    )  # fmt: skip
    [proof] = event["proof"]
    text = RELICS[0].description
    assert text[proof["start"] : proof["end"]] == proof["value"] == "遵义会议"
    assert (proof["record"], proof["item"], proof["field"]) == (1, "span:description:16:20:event", "description")
    assert event["confidence"] == proof["confidence"] > 0.5
    [label] = answer["edges"][5]["proof"]
    assert (label["item"], label["field"], label["start"], label["confidence"]) == (
        "label:material:metal", None, None, 0.95,
    )  # fmt: skip


def test_a_node_is_told_with_the_entries_and_the_relics_next_to_it(six: Graph) -> None:
    answer = neighbours(six, ZUNYI, machine=True)
    entry = six.entries["event:zunyi-conf"]
    assert ("broader", six.entries[entry.broader].name) in labels(answer["edges"])
    assert [edge["node"]["record"] for edge in answer["edges"] if edge["direction"] == "in" and edge["proof"]] == [1, 2]
    broader = next(edge for edge in answer["edges"] if edge["predicate"] == "broader")
    assert (broader["source"], broader["proof"], broader["confirmed"]) == ("authority", [], False)


def test_neighbours_come_in_pages_that_cover_all_once(six: Graph) -> None:
    seen, cursor = [], None
    for _ in range(20):
        page = neighbours(six, "urn:biaotu:entry:place:zunyi", machine=True, limit=2, cursor=cursor)
        seen += [(edge["predicate"], edge["node"]["id"]) for edge in page["edges"]]
        if (cursor := page["next"]) is None:
            break
    assert len(seen) == len(set(seen)) == page["total"] > 2
    with pytest.raises(InputError, match="cursor"):
        neighbours(six, ZUNYI, cursor="-1")


def test_neighbours_of_one_kind_or_predicate_alone(six: Graph) -> None:
    assert labels(neighbours(six, "urn:biaotu:relic:2", machine=True, kind="event")["edges"]) == [("event", "遵义会议")]
    roles = labels(neighbours(six, "urn:biaotu:relic:2", machine=True, predicate="holder")["edges"])
    assert roles == [("holder", "王老栓")]
    with pytest.raises(InputError, match="there is no predicate"):
        neighbours(six, ZUNYI, predicate="likes")


def test_a_node_tells_its_other_names_and_what_is_next_to_it(six: Graph) -> None:
    answer = node(six, "urn:biaotu:entry:person:mao-zedong", machine=True)
    assert "润之" in answer["variants"]
    assert answer["kinds"]["relic"] == 1
    assert answer["node"]["begin"] == "1893"


@pytest.mark.parametrize(
    "iri",
    ["urn:biaotu:entry:event:none", "urn:biaotu:relic:99", "urn:biaotu:value:person:x", "urn:biaotu:material:air",
     "urn:biaotu:date:1800", "http://example.org/", "", "urn:biaotu:confirmed", "urn:biaotu:value:colour:x"],
)  # fmt: skip
def test_a_node_that_is_not_there_is_said_to_be_so(six: Graph, iri: str) -> None:
    with pytest.raises(NotFound, match="the graph has no node"):
        node(six, iri)


def test_paths_are_the_shortest_ones_through_rare_nodes(six: Graph) -> None:
    answer = paths(six, "urn:biaotu:entry:person:mao-zedong", ZHU, machine=True, limit=3)
    assert answer["complete"] is True
    told = [[one["label"] for one in path["nodes"]] for path in answer["paths"]]
    assert all(path[0] == "毛泽东" and path[-1] == "朱德" for path in told)
    lengths = [len(path) for path in told]
    assert lengths == sorted(lengths)
    for path in answer["paths"]:
        assert len(path["edges"]) == len(path["nodes"]) - 1
        assert path["confirmed"] is False


def test_a_path_runs_through_no_material_use_or_country(six: Graph) -> None:
    answer = paths(six, "urn:biaotu:relic:1", "urn:biaotu:relic:6", machine=True)
    assert answer["paths"] == []
    assert answer["complete"] is True
    direct = paths(six, "urn:biaotu:relic:6", "urn:biaotu:material:metal", machine=True)["paths"]
    assert [one["label"] for one in direct[0]["nodes"]] == ["水壶", "金属制品"]


def test_a_path_through_what_everybody_names_is_none() -> None:
    crowd = Graph.of([relic(str(number), "物", "[延安|地点]") for number in range(1, 60)])
    assert paths(crowd, "urn:biaotu:relic:1", "urn:biaotu:relic:2", machine=True)["paths"] == []
    few = Graph.of([relic(str(number), "物", "[延安|地点]") for number in range(1, 15)])
    assert len(paths(few, "urn:biaotu:relic:1", "urn:biaotu:relic:2", machine=True)["paths"]) == 1


def test_a_search_that_runs_out_of_time_says_so(six: Graph) -> None:
    ticks = count(0, 10)
    answer = paths(six, "urn:biaotu:relic:1", "urn:biaotu:relic:3", machine=True, clock=lambda: next(ticks))
    assert answer["complete"] is False


def test_paths_that_cannot_be_are_refused(six: Graph) -> None:
    with pytest.raises(InputError, match="the same node"):
        paths(six, ZUNYI, ZUNYI)
    with pytest.raises(InputError, match="1 to 6 edges"):
        paths(six, ZUNYI, ZHU, longest=9)


def test_what_occurs_together_is_counted_with_its_lift(six: Graph) -> None:
    answer = together(six, "person", "place", machine=True)
    told = {
        (one["a"]["label"], one["b"]["label"]): (one["count"], one["lift"], one["records"]) for one in answer["items"]
    }
    # 6 relics; 朱德 in 2, 遵义 in 3, both in 2: 2 / (2 * 3 / 6)
    assert told["朱德", "遵义"] == (2, 2.0, [2, 3])
    assert told["王老栓", "遵义"] == (2, 2.0, [2, 3])
    assert ("毛泽东", "遵义") not in told  # once is chance
    once = together(six, "person", "place", machine=True, least=1)
    assert ("毛泽东", "遵义") in {(one["a"]["label"], one["b"]["label"]) for one in once["items"]}
    pair = together(six, "person", machine=True)
    assert [(one["a"]["label"], one["b"]["label"], one["count"]) for one in pair["items"]] == [("朱德", "王老栓", 2)]
    assert together(six, "person", machine=True, iri="urn:biaotu:entry:person:mao-zedong")["items"] == []
    with pytest.raises(InputError, match="no kind that relics name"):
        together(six, "relic")


def test_pairs_in_the_order_of_lift() -> None:
    texts = ["[朱德|人物][遵义|地点]"] * 3 + ["[遵义|地点]"] * 5 + ["[毛泽东|人物][延安|地点]"] * 2
    found = Graph.of([relic(str(place), "物", text) for place, text in enumerate(texts, 1)])
    by_count, by_lift = (
        [one["a"]["label"] for one in together(found, "person", "place", machine=True, order=order)["items"]]
        for order in ("count", "lift")
    )
    assert (by_count, by_lift) == (["朱德", "毛泽东"], ["毛泽东", "朱德"])


def test_an_event_and_what_it_is_a_part_of_are_no_pair() -> None:
    found = Graph.of([relic(str(number), "物", "[长征|事件]中[遵义会议|事件]。") for number in (1, 2, 3)])
    assert found.entries["event:zunyi-conf"].broader == "event:long-march"
    assert together(found, "event", machine=True)["items"] == []


def test_the_timeline_is_in_order_with_stretches_and_years(six: Graph) -> None:
    answer = timeline(six, machine=True)
    order = [(one["begin"] or "")[:4] for one in answer["items"]]
    assert order == sorted(order)
    told = {one["label"]: one for one in answer["items"]}
    assert (told["1935年1月"]["begin"], told["1935年1月"]["end"]) == ("1935-01-01", "1935-01-31")
    assert told["遵义会议"]["count"] == 2 and told["遵义会议"]["kind"] == "event"
    era = next(one for one in answer["items"] if one["kind"] == "date" and one["edtf"].startswith("1937-07/"))
    assert era["sure"] == "assumed" and told["1935年1月"]["sure"] == "exact"
    years = {one["year"]: one for one in answer["years"]}
    assert (years[1935]["records"], years[1935]["count"]) == (2, 2.0)
    # 1937: the battle's day whole, the war's nine years a ninth
    assert (years[1937]["records"], years[1937]["count"]) == (2, 1.11)
    assert years[1944] == {"year": 1944, "count": 0.11, "records": 1, "confirmed": 0}


def test_the_timeline_of_some_years_and_kinds(six: Graph) -> None:
    answer = timeline(six, machine=True, first=1936, last=1940, what="dates")
    assert {one["kind"] for one in answer["items"]} == {"date"}
    assert [one["year"] for one in answer["years"]] == [1937, 1938, 1939, 1940]
    assert timeline(six, machine=True, limit=1)["more"] is True
    with pytest.raises(InputError, match="is empty"):
        timeline(six, first=1950, last=1940)


def test_places_stand_under_those_they_lie_in(six: Graph) -> None:
    answer = places(six, machine=True)
    [china] = [one for one in answer["items"] if one["node"]["label"] == "中国"]
    assert (china["count"], china["below"]) == (0, 4)
    below = {one["node"]["label"]: one for one in china["children"]}
    assert (below["贵州"]["count"], below["贵州"]["below"]) == (0, 3)
    assert [one["node"]["label"] for one in below["贵州"]["children"]] == ["遵义"]
    provinces = places(six, machine=True, kind="province")
    assert [(one["node"]["label"], one["children"]) for one in provinces["items"]] == [("贵州", []), ("陕西", [])]


def test_places_without_an_entry_are_listed_apart() -> None:
    answer = places(Graph.of([relic("1", "物", "[青石沟|地点]")]), machine=True)
    assert answer["items"] == []
    assert [(one["node"]["label"], one["count"]) for one in answer["unplaced"]] == [("青石沟", 1)]


def test_relics_are_related_by_what_they_share_and_say_why(six: Graph) -> None:
    answer = related(six, "1", machine=True)
    assert {one["record"] for one in answer["items"]} == {2, 3}
    reasons = {one["record"]: {reason["code"]: reason for reason in one["reasons"]} for one in answer["items"]}
    assert reasons[2]["same_event"]["text_zh"] == "同涉遵义会议（全库 2 件）"
    assert reasons[2]["same_event"]["text_en"] == "both name 遵义会议 (2 relics name it)"
    assert "same_place" in reasons[2]  # relic 2 tells no year
    assert reasons[3]["same_place_and_period"]["text_zh"] == "同涉遵义和1935年（全库 3 件）"
    assert "same_material_use" in reasons[3]
    assert not any(reason["confirmed"] for told in reasons.values() for reason in told.values())
    bare = {reason["code"]: reason for one in related(six, "2", machine=True)["items"] for reason in one["reasons"]}
    assert "未必同一人" in bare["same_person"]["text_zh"] or "朱德" in bare["same_person"]["text_zh"]


def test_what_fewer_relics_share_says_more() -> None:
    texts = ["[遵义会议|事件][长征|事件]", "[遵义会议|事件]", "[长征|事件]", "[长征|事件]", "[长征|事件]"]
    found = Graph.of([relic(str(place), "物", text, (), ()) for place, text in enumerate(texts, 1)])
    assert [one["record"] for one in related(found, "1", machine=True)["items"]] == [2, 3, 4, 5]


def test_alike_pictures_and_words_are_reasons_and_every_relic_stands_once(six: Graph) -> None:
    alike = {"photo": [("6", 0.9), ("2", 0.8)], "text": [("2", 0.7), ("77", 0.99)]}
    answer = related(six, "1", machine=True, alike=alike)
    codes = {one["record"]: [reason["code"] for reason in one["reasons"]] for one in answer["items"]}
    assert sorted(codes) == [2, 3, 6]
    assert codes[2][:2] == ["alike_picture", "same_event"]
    assert "alike_picture" in codes[6] and "same_material_use" in codes[6]
    alone = related(six, "1", alike=alike)
    assert [one["record"] for one in alone["items"]] == [6, 2] or [one["record"] for one in alone["items"]] == [2, 6]


def test_gifts_of_one_donor_belong_together() -> None:
    texts = ["[王富贵|人物]捐赠。", "1950年[王富贵|人物]捐赠。", "[王富贵|人物]在此。"]
    found = Graph.of([relic(str(place), "物", text, (), ()) for place, text in enumerate(texts, 1)])
    first, second = related(found, "1", machine=True)["items"]
    assert (first["record"], first["reasons"][0]["code"]) == (2, "same_donor")
    assert "同由王富贵捐赠" in first["reasons"][0]["text_zh"]
    assert (second["record"], second["reasons"][0]["code"]) == (3, "same_person")


def test_two_views_of_one_relic() -> None:
    """A value accepted with a link that nobody judged: words in the one view, the entry in the other."""
    bare, entry = "urn:biaotu:value:event:x", ZUNYI
    found = graph()
    fact = RelicFacts(
        "7", "N7", "灯", "",
        (Mention("title:0:1:event", "遵义会议", (Target(bare, True), Target(entry, False, 0.8))),),
        (), ((bare, "遵义会议"),),
    )  # fmt: skip
    found.put([fact], {"7": "1"})
    [sure] = neighbours(found, "urn:biaotu:relic:7")["edges"]
    assert (sure["node"]["id"], sure["confirmed"], sure["confidence"], sure["node"]["linked"]) == (
        bare,
        True,
        None,
        False,
    )
    [best] = neighbours(found, "urn:biaotu:relic:7", machine=True)["edges"]
    assert (best["node"]["id"], best["confirmed"], best["confidence"]) == (entry, False, 0.8)
    assert node(found, entry, machine=True)["node"]["records"] == 3
    assert node(found, entry)["node"]["records"] == 0


def test_an_entry_that_was_merged_answers_as_the_one_that_stays() -> None:
    from biaotu.authorities import merge

    found = graph()
    merged = merge(found.entries, "event:zunyi-conf", "event:zunyi-battle", at="2026-01-01T00:00:00Z", by="甲")
    found.put_entries(merged, "2")
    assert found.node("urn:biaotu:entry:event:zunyi-battle", machine=True).label == "遵义会议"
