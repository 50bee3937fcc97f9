"""Search in a real store, on both databases: what is found, in what order, counted how, highlighted where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biaotu.errors import NotFound
from biaotu.search import FACETS, Hit, QueryError, SearchPage, SearchQuery
from biaotu.search.highlight import highlights
from biaotu.search.query import parse
from biaotu.store import Store, StorePlace
from search_samples import CORPUS, ME, add_records, fill
from store_fixtures import PostgresServer

pytest_plugins = ("store_fixtures",)
REVISED = 9
"""A record whose words change after all were brought into a block."""


@dataclass(frozen=True)
class Filled:
    """The sample records on one database; half of them in a block, half fresh."""

    store: Store
    ids: list[int]

    def find(self, text: str, **filters: list[str]) -> list[int]:
        """Places in ``CORPUS`` of the records found, in the order found."""
        page = self.store.search(SearchQuery(text, filters, limit=50))
        assert page.total == len(page.hits)
        return [self.ids.index(hit.record_id) for hit in page.hits]

    def counts(self, text: str = "", **filters: list[str]) -> dict[str, dict[str, int]]:
        page = self.store.search(SearchQuery(text, filters))
        return {facet: {one.value: one.count for one in counts} for facet, counts in page.facets.items()}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[dict[str, Filled]]:
    """The same records on both databases."""
    places = {
        "sqlite": StorePlace(tmp_path_factory.mktemp("sqlite")),
        "postgresql": postgres_server.place("search_both", tmp_path_factory.mktemp("postgresql")),
    }
    postgres_server.run("CREATE DATABASE search_both")
    filled = {}
    with ExitStack() as opened:
        for name, place in places.items():
            store = opened.enter_context(Store.open(place, create=True))
            filled[name] = Filled(store, fill(store))
            with store.writing(ME) as unit:
                unit.search.tend()
                unit.records.revise(filled[name].ids[REVISED], CORPUS[REVISED][0], CORPUS[REVISED][1] + "又", {})
        yield filled
    postgres_server.run("DROP DATABASE search_both WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, both: dict[str, Filled]) -> Filled:
    return both[request.param]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("军帽", {0}),
        ("軍帽", {0}),
        ("军　帽", {0}),
        ("115师", {1}),
        ("１１５師", {1}),
        ("115", {1}),
        ("壶", {6}),
        ("帽", {0}),
        ("𠮷", {11}),
        ("红军第四方面军", {2}),
        ("石刻标语", {2}),
        ("方面军石刻", {2}),
        ("新华日报", {5}),
        ("ca10", {8}),
        ("解放牌 CA10", {8}),
        ("c2型", {9}),
        ("SOVIET", {8}),
        ("1.2米", {2}),
        ("乾隆", {11}),
        ("看着像后仿", {11}),
        ("红军 长征", {0, 10}),
        ("红军 -长征", {2, 7, 9}),
        ("-红军 -解放", {1, 3, 4, 5, 11}),
        ("军帽 OR 步枪", {0, 1}),
        ("军帽 OR 步枪 汉阳", {1}),
        ('"红军长征"', {10}),
        ("“红军长征”", {10}),
        ("帽红", set()),
        ("军帽步枪", set()),
        ("搪瓷口杯新四军", set()),
        ("没有这样的", set()),
        ("", set(range(12))),
        ("《》", set(range(12))),
    ],
)
def test_words(filled: Filled, text: str, places: set[int]) -> None:
    assert set(filled.find(text)) == places


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_any_part_of_a_title_finds_its_record(filled: Filled, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(CORPUS) - 1))
    title = CORPUS[place][0]
    start = data.draw(st.integers(0, len(title) - 1))
    part = title[start : data.draw(st.integers(start + 1, len(title)))]
    if not part.startswith("-"):  # in front of a word it says: without it
        assert place in filled.find(part)
    assert place in filled.find(f'"{part}"')


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\"“”-OR| \x00\ud800'%_*();\\红军")), max_size=300)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=HOSTILE)
def test_no_words_raise(filled: Filled, text: str) -> None:
    filled.find(text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(["红军", "军", "长征", "制", "OR", "-使用", "1", "布 制", '"军 帽"', "年", "金属"]), max_size=4
    ),
    filters=st.dictionaries(
        st.sampled_from(["material", "museum", "era", "attribute_type"]),
        st.lists(st.sampled_from(["metal", "other", "甲馆", "agrarian-war", "组织", "时间"]), min_size=1, max_size=2),
        max_size=2,
    ),
    limit=st.integers(1, 5),
)
def test_both_databases_answer_alike(
    both: dict[str, Filled], words: list[str], filters: dict[str, list[str]], limit: int
) -> None:
    query = SearchQuery(" ".join(words), filters, limit=limit)
    one, other = both["sqlite"].store.search(query), both["postgresql"].store.search(query)
    assert one == other
    assert_counted(both["sqlite"], query, one)


def assert_counted(filled: Filled, query: SearchQuery, page: SearchPage) -> None:
    """Total, facets and highlights of a page are those of the records themselves."""
    whole = filled.store.search(SearchQuery(query.text, query.filters, limit=200))
    assert page.total == len(whole.hits)
    assert page.hits == whole.hits[: query.limit]
    found = {filled.ids.index(hit.record_id) for hit in whole.hits}
    states = {one.value: one.count for one in page.facets["state"]}
    assert states.get("annotated", 0) == sum(place < 8 for place in found)
    for hit in page.hits:
        place = filled.ids.index(hit.record_id)
        text = CORPUS[place][1] + ("又" if place == REVISED else "")
        wanted = parse(query.text).wanted
        assert hit.highlights == {
            "title": highlights(CORPUS[place][0], wanted),
            "description": highlights(text, wanted),
        }


def test_title_before_tags_before_description(filled: Filled) -> None:
    assert filled.find("瑞金 OR 号外")[0] == 5
    order = filled.find("红军")
    assert set(order[:2]) == {0, 2}, "those with the word in the title"
    assert order[2] == 10, "three times in the description"


def test_highlights_are_places_in_the_original(filled: Filled) -> None:
    (hit,) = filled.store.search(SearchQuery("红军第四方面军 赤化全川")).hits
    title, description = CORPUS[2]
    ((start, end),) = hit.highlights["title"]
    assert title[start:end] == "紅軍第四方面軍"
    ((start, end),) = hit.highlights["description"]
    assert description[start:end] == "赤化全川"
    (hit,) = filled.store.search(SearchQuery("代价券伍角 商店")).hits or filled.store.search(SearchQuery("商店")).hits
    assert [CORPUS[4][0][start:end] for start, end in hit.highlights["title"]] == ["商店"]


def test_facets_are_counted(filled: Filled) -> None:
    counts = filled.counts()
    assert counts["material"] == {"metal": 3, "textile": 1, "wood-bamboo": 1, "stone": 1, "other": 3}
    assert counts["use"]["container"] == 2
    assert counts["attribute"]["组织:红军"] == 2
    assert counts["attribute"]["组织:红军第四方面军"] == 1
    assert counts["attribute_type"]["组织"] == 6
    assert counts["era"] == {"agrarian-war": 2, "resistance-war": 3}
    assert counts["museum"] == {"甲馆": 6, "乙馆": 6}
    assert counts["state"] == {"new": 4, "annotated": 8}
    assert set(counts) == set(FACETS)


def test_filters_narrow_and_their_own_facet_still_shows_the_rest(filled: Filled) -> None:
    assert set(filled.find("", material=["metal"])) == {1, 3, 6}
    assert set(filled.find("", material=["metal", "stone"])) == {1, 2, 3, 6}
    assert set(filled.find("", material=["metal"], use=["container"])) == {3, 6}
    assert set(filled.find("", attribute=["组织：紅軍"])) == {0, 7}
    assert set(filled.find("瑞金", attribute=["组织:红军"], era=["土地革命战争时期"])) == {7}
    assert filled.find("", era=["reform"]) == []
    counts = filled.counts(material=["metal"], museum=["乙馆"])
    assert counts["material"] == {"metal": 1, "other": 1}
    assert counts["museum"] == {"甲馆": 2, "乙馆": 1}
    assert counts["use"] == {"container": 1}
    counts = filled.counts("没有这样的", material=["metal"])
    assert counts["material"] == {"metal": 0}
    assert counts["use"] == {}


def test_pages_follow_each_other(filled: Filled) -> None:
    for text in ("", "红军", "红军 OR 制 OR 长征"):
        whole = filled.store.search(SearchQuery(text, limit=50))
        hits: list[Hit] = []
        cursor = None
        for _ in range(20):
            page = filled.store.search(SearchQuery(text, cursor=cursor, limit=2))
            assert (page.total, page.facets) == (whole.total, whole.facets)
            hits += page.hits
            cursor = page.cursor
            if cursor is None:
                break
        assert hits == list(whole.hits)


def test_wrong_cursors_and_records(filled: Filled) -> None:
    with pytest.raises(QueryError, match="first page"):
        filled.store.search(SearchQuery("红军", cursor="nonsense"))
    cursor = filled.store.search(SearchQuery("红军", limit=1)).cursor
    assert cursor
    with pytest.raises(QueryError, match="another search"):
        filled.store.search(SearchQuery("长征", cursor=cursor))
    with pytest.raises(NotFound, match="record"):
        filled.store.search(SearchQuery(mode="similar", record=10**9))


def test_records_that_come_in_between_do_not_disturb_the_pages(store: Store) -> None:
    texts = [(f"红军用品{number}", "红军" * (number % 5) + "长征" * (number % 3)) for number in range(30)]
    ids = add_records(store, texts)
    expected = [hit.record_id for hit in store.search(SearchQuery("红军 OR 长征", limit=50)).hits]
    found: list[int] = []
    cursor, number = None, 100
    while True:
        page = store.search(SearchQuery("红军 OR 长征", cursor=cursor, limit=4))
        found += [hit.record_id for hit in page.hits]
        cursor = page.cursor
        if cursor is None:
            break
        add_records(store, [("红军红军长征", "红军长征" * 9), ("草鞋", "长征"), ("别的", "什么")], first=number)
        number += 3
    assert [one for one in found if one in ids] == expected
    assert len(found) == len(set(found))


def test_an_empty_store_answers(store: Store) -> None:
    page = store.search(SearchQuery("红军", {"material": ["metal"]}))
    assert (page.hits, page.total, page.cursor) == ((), 0, None)
    assert [one.count for one in page.facets["material"]] == [0]
