"""Examples, photos and batches of both trainings."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
from PIL import Image

import tiny
from biaotu.records import Record, Source
from biaotu.records.gold import GoldRecord, parse_gold
from biaotu.taxonomy import ATTRIBUTES, LABELS, bio_tags
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import read
from biaotu.training.attributes.data import Example, PhotoBank, batches, collate, examples, lawful
from biaotu.training.attributes.ground import photo_bank, text_marks
from biaotu.training.attributes.pseudo import _certain_sentences
from biaotu.training.features import EncodedText, Half
from biaotu.training.labels.batches import Draw, LabelExample
from biaotu.training.labels.batches import collate as collate_labels
from biaotu.training.labels.data import Lender, text_only
from biaotu.training.labels.network import LabelNetwork, LabelNetworkConfig
from biaotu.training.labels.objects import LabelledNoun, labelled_nouns, object_cases
from biaotu.training.labels.train import LabelStageConfig, draw_texts, fit, logits_of
from conftest import TinyRun

TAGS = bio_tags()
GOLD = [parse_gold(record, root=Path(), source=Source("train.jsonl", 1)) for record in tiny.RECORDS]
IRON_BOTTLE = (("金属制品",), ("容器",))


@pytest.fixture(scope="module")
def made(tiny_run: TinyRun) -> list[Example]:
    torch.set_num_threads(1)
    text = EncodedText(tiny_run.run)
    return examples(GOLD, text, text.reader({"铁": 2, "壶": 3}, {"铁壶": 2}), text_marks(Lexicon.load()))


def test_records_without_a_photo_lend_none(tiny_run: TinyRun, tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), (90, 60, 30)).save(tmp_path / "a.png")
    judged = {"title": "铁水壶", "material": ["金属制品"], "use": ["容器"]}
    lines = [judged | {"id": "bare"}, judged | {"id": "shown", "images": ["a.png"]}]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    found = photo_bank(gold, tiny_run.run, random.Random(1))
    assert len(found.regions) == 1


def bank(count: int = 3) -> PhotoBank:
    regions = np.arange(count * 4 * 32, dtype=np.float16).reshape(count, 4, 32) + 1
    return PhotoBank(regions, [IRON_BOTTLE] * (count - 1) + [(("纤维织物", "金属制品"), ("服装饰品",))])


def test_examples_mark_what_people_marked(made: list[Example]) -> None:
    for gold, example in zip(GOLD, made, strict=True):
        reading = read(gold.record.title, gold.record.description)
        assert len(example.tags) == len(reading.text) == len(example.marks)
        begun = [TAGS[tag][2:] for tag in example.tags if TAGS[tag].startswith("B-")]
        assert begun == [span.type for span in gold.spans or ()]
        assert {ATTRIBUTES.names[place] for place in np.flatnonzero(example.names)} == set(begun)
        assert example.labels == (gold.material, gold.use)


def test_a_window_that_opens_inside_a_span_begins_it() -> None:
    inside, begun = TAGS.index("I-人物"), TAGS.index("B-人物")
    assert lawful(np.array([inside, inside, 0])).tolist() == [begun, inside, 0]
    assert lawful(np.array([begun, inside])).tolist() == [begun, inside]
    assert lawful(np.array([0, begun])).tolist() == [0, begun]
    assert lawful(np.zeros(0, np.int64)).tolist() == []


def test_a_borrowed_photo_agrees_in_material_and_use() -> None:
    rng = random.Random(0)
    assert {bank().draw(IRON_BOTTLE, rng) for _ in range(40)} == {0, 1}
    assert bank().draw((("金属制品",), ("服装饰品",)), rng) == 2
    assert bank().draw((("石制品",), ("容器",)), rng) is None
    assert bank().draw(((), ("容器",)), rng) is None


def test_a_batch_is_padded_and_draws_photos(made: list[Example]) -> None:
    batch = collate(made, bank(), random.Random(0), drop_photo=0.0, drop_char=0.0, regions_width=32)
    lengths = [len(example.tags) for example in made]
    assert batch.mask.sum(1).tolist() == lengths == batch.feeds["lengths"].tolist()
    assert batch.feeds["has_image"].tolist() == [1, 1, 0, 0, 0, 0]
    assert batch.feeds["regions"].shape == (6, 4, 32)
    assert batch.feeds["regions"][2:].abs().sum() == 0
    for row, example in enumerate(made):
        assert batch.tags[row, : lengths[row]].tolist() == example.tags.tolist()
        assert batch.tags[row, lengths[row] :].sum() == 0
        assert batch.feeds["chars"][row, : lengths[row]].tolist() == example.feature.window.chars[0].tolist()


def test_photos_and_characters_can_be_left_out(made: list[Example]) -> None:
    blind = collate(made, bank(), random.Random(0), drop_photo=1.0, drop_char=1.0, regions_width=32)
    assert blind.feeds["has_image"].sum() == 0
    assert set(blind.feeds["chars"].flatten().tolist()) == {0, 1}
    none = collate(made, None, random.Random(0), drop_photo=0.0, drop_char=0.0, regions_width=32)
    assert none.feeds["regions"].shape == (6, 1, 32) and none.feeds["has_image"].sum() == 0


def test_every_example_is_in_one_batch() -> None:
    lengths = [random.Random(place).randint(1, 90) for place in range(53)]
    groups = batches(53, lengths, 8, random.Random(1))
    assert sorted(place for group in groups for place in group) == list(range(53))
    assert [len(group) for group in groups].count(8) == 6


def test_certain_sentences_become_records() -> None:
    record = Record("a", "铁壶", "由老柳在石桥村打铁铺里面制成。后来他去了很远的县城里面。再没有回来。")
    reading = read(record.title, record.description)
    path = np.zeros(len(reading.text), np.int64)
    first = reading.text.index("老柳")
    path[first : first + 2] = TAGS.index("B-人物"), TAGS.index("I-人物")
    sure = np.ones(len(reading.text))
    sure[reading.text.index("很远")] = 0.5
    found = _certain_sentences(record, reading, 0, path, sure, 0.9)
    assert [one.record.description for one in found] == ["铁壶。由老柳在石桥村打铁铺里面制成。"]
    (span,) = found[0].spans or ()
    assert (span.type, span.value) == ("人物", "老柳")
    assert found[0].record.description[span.start : span.end] == "老柳"
    whole = _certain_sentences(record, reading, 0, path, np.ones(len(path)), 0.9)
    assert [one.record.description for one in whole] == [reading.text]


def case(texts: int, photos: tuple[int, ...]) -> LabelExample:
    states = tuple(np.full((2 + place, 6), 1 + place, np.float16) for place in range(texts))
    target = np.zeros(len(LABELS), np.float32)
    return LabelExample(states, photos, target, np.ones(len(LABELS), np.float32), 0.5)


CONFIG = LabelNetworkConfig(states_width=6, regions_width=5, regions=4)


def test_texts_are_drawn_alone_with_a_photo_of_theirs_or_with_a_strangers() -> None:
    cases = [case(2, (0, 1)), case(1, ())]
    stage = LabelStageConfig(texts=400, with_photo=0.5, strangers=0.4)
    draws = draw_texts(cases, 9, random.Random(1), stage)
    assert len(draws) == 400 and all(draw.text is not None for draw in draws)
    shown = [draw for draw in draws if draw.case is cases[0] and draw.photo is not None]
    strangers = [draw for draw in shown if draw.photo not in (0, 1)]
    assert 60 < len(shown) < 140 and 0.2 < len(strangers) / len(shown) < 0.5
    # A text without a photo of its own meets strangers only.
    lent = {draw.photo for draw in draws if draw.case is cases[1]}
    assert None in lent and len(lent) > 5
    assert all(draw.photo is None for draw in draw_texts(cases, 0, random.Random(1), stage))
    assert draw_texts([], 9, random.Random(1), stage) == []


def test_a_batch_holds_what_was_drawn() -> None:
    views = [np.full((3, 4, 5), 1 + number, np.float16) for number in range(2)]
    views[0][2, :, 0] = [10, 11, 12, 13]
    views[1][2, :, 0] = [10, 11, 12, 13]
    one, two, three = case(2, (2,)), case(1, ()), case(0, (2,))
    draws = [Draw(one.states[1], 2, one), Draw(two.states[0], None, two), Draw(None, 2, three)]
    batch = collate_labels(draws, views, random.Random(0), CONFIG, regions_kept=0.5)
    feeds = batch.feeds
    assert feeds["has_text"].tolist() == [1, 1, 0] and feeds["has_image"].tolist() == [1, 0, 1]
    assert (~feeds["pad"]).sum(1).tolist() == [3, 2, 0]
    assert feeds["regions"].shape == (3, 2, 5)
    for row in (0, 2):
        assert (feeds["regions"][row, :, 0] - 10).tolist() == feeds["places"][row].tolist()
    assert feeds["regions"][1].abs().sum() == 0
    assert bool((batch.judged == 1).all())


def test_a_side_that_no_case_has_takes_no_room() -> None:
    views = [np.ones((1, 4, 5), np.float16)]
    words = collate_labels([Draw(case(1, ()).states[0], None, case(1, ()))], views, random.Random(0), CONFIG)
    assert words.feeds["regions"].shape == (1, 0, 5)
    photos = collate_labels([Draw(None, 0, case(0, (0,)))], views, random.Random(0), CONFIG)
    assert photos.feeds["states"].shape == (1, 2, 6) and photos.feeds["regions"].shape == (1, 4, 5)


class Lengths:
    """A text source that gives the lengths of title and description in the place of states."""

    def of(self, pairs: Iterable[tuple[str, str]]) -> list[Half | None]:
        return [np.array([[len(title), len(body)]], np.float16) for title, body in pairs]


def test_every_labelled_noun_is_of_known_classes() -> None:
    nouns = labelled_nouns()
    assert len(nouns) == len({noun.noun for noun in nouns}) > 3_000
    assert {name for noun in nouns for name in (*noun.material, *noun.use)} == set(LABELS)


@pytest.mark.parametrize("corpus", [GOLD, []])
def test_nouns_become_texts_with_their_labels(corpus: list[GoldRecord]) -> None:
    nouns = [LabelledNoun("铁锚", ("金属制品",), ("交通运输",)), LabelledNoun("东西", (), ())]
    (found,) = object_cases(nouns, corpus, Lengths(), Lender([]), random.Random(0), copies=5)
    assert len(found.states) == 5 and found.photos == ()
    assert all(state[0, 0] >= 2 for state in found.states)
    assert {LABELS[place] for place in np.flatnonzero(found.target)} == {"金属制品", "交通运输"}
    assert found.judged[LABELS.index("金属制品")] == 1
    assert found.judged[LABELS.index("竹木制品")] == 0.5


def test_text_only_leaves_bare_photos_out() -> None:
    found = text_only([case(1, (0,)), case(0, (1,)), case(2, ())])
    assert [(len(one.states), one.photos, one.weight) for one in found] == [(1, (), 0.5), (2, (), 0.5)]


def test_photos_are_lent_to_texts_with_the_same_labels() -> None:
    metal = GoldRecord(Record("a", images=("a.jpg",)), None, material=("金属制品", "竹木制品"), use=("武器装备",))
    half = GoldRecord(Record("b", images=("b.jpg",)), None, material=("金属制品",))
    lender = Lender([half, metal, metal])
    assert lender.rows(("竹木制品", "金属制品"), ("武器装备",)) == (1, 2)
    assert lender.rows(("金属制品",), ("武器装备",)) == ()
    assert lender.rows(("金属制品",), ()) == ()  # a side that is not known agrees with nothing


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_label_network_learns_in_either_precision(precision: Literal["float32", "bfloat16"]) -> None:
    rng = np.random.default_rng(0)
    regions = rng.normal(size=(2, 4, 5)).astype(np.float16)
    cases = []
    for row in range(2):
        target = np.zeros(len(LABELS), np.float32)
        target[[row, 12 + row]] = 1
        words = (rng.normal(size=(3, 6)).astype(np.float16),)
        cases.append(LabelExample(words, (row,), target, np.ones(len(LABELS), np.float32)))
    torch.manual_seed(0)
    network = LabelNetwork(replace(CONFIG, hidden=16, heads=2, inner=16, dropout=0.0))
    stage = LabelStageConfig(epochs=30, rate=0.02, batch=4, texts=8, strangers=0.0, precision=precision)
    alone = [LabelExample((), case.photos, case.target, case.judged) for case in cases]
    fit(network, cases, alone, [regions], stage, seed=1)
    for sides in ({}, {"text": False}, {"photo": False}):
        found = logits_of(network, cases, regions, **sides) > 0
        assert found.tolist() == [(case.target > 0).tolist() for case in cases]
