from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.evaluation.attributes import evaluate_attributes
from biaotu.evaluation.labels import evaluate_labels
from biaotu.evaluation.pairs import Pair
from biaotu.evaluation.report import render
from biaotu.evaluation.scores import Score, macro_f1, total
from biaotu.evaluation.tags import evaluate_tags
from biaotu.records import Annotation, AttributeName, Label, RankedTag, Record, Span, TextTag
from biaotu.records.gold import GoldRecord
from biaotu.taxonomy import LABELS


def annotation(
    *,
    tags: tuple[str, ...] = (),
    ranked: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    material: tuple[Label, ...] = (),
    use: tuple[Label, ...] = (),
    names: tuple[str, ...] = (),
    spans: tuple[Span, ...] = (),
) -> Annotation:
    return Annotation(
        id="r",
        title="",
        description="",
        images=(),
        material=material,
        use=use,
        text_tags=tuple(TextTag(tag, 1.0) for tag in tags),
        primary=tuple(RankedTag(tag, 0.9, "容器") for tag in ranked[0]),
        secondary=tuple(RankedTag(tag, 0.1, None) for tag in ranked[1]),
        attribute_names=tuple(AttributeName(name, 0.9) for name in names),
        attributes=spans,
        model_name="m",
        model_version="1",
    )


def gold(
    *,
    tags: tuple[str, ...] = (),
    material: tuple[str, ...] = (),
    use: tuple[str, ...] = (),
    spans: tuple[Span, ...] | None = None,
    collection: str | None = None,
) -> GoldRecord:
    extra = {} if collection is None else {"set": collection}
    return GoldRecord(Record("r", extra=extra), spans, material, use, tags)


def yes(name: str) -> Label:
    return Label(name, 0.9, True)


def no(name: str) -> Label:
    return Label(name, 0.2, False)


# Scores


def test_score_by_hand() -> None:
    score = Score(right=3, predicted=4, gold=6)
    assert score.to_dict() == {"precision": 0.75, "recall": 0.5, "f1": pytest.approx(0.6)}
    assert Score().to_dict() == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert macro_f1([]) == 0.0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))))
def test_micro_score_is_bounded_and_additive(counts: list[tuple[int, int, int]]) -> None:
    whole = total(Score(right, right + wrong, right + missed) for right, wrong, missed in counts)
    assert 0 <= min(whole.precision, whole.recall) <= whole.f1 <= max(whole.precision, whole.recall) <= 1
    if whole.right:
        assert whole.f1 == pytest.approx(2 / (1 / whole.precision + 1 / whole.recall))


# Tags


def test_tags_micro_at_two_depths() -> None:
    pairs = [
        Pair(gold(tags=("木梳", "阿莲")), annotation(tags=("木梳", "a", "b", "c", "d", "阿莲"))),
        Pair(gold(tags=("铜锁", "盐店", "刻字")), annotation(tags=("铜锁", "铜锁", "盐店"))),
    ]
    scores = evaluate_tags(pairs)
    assert scores.records == 2
    assert scores.to_dict() == {
        "top5": {"precision": 3 / 7, "recall": 3 / 5, "f1": pytest.approx(6 / 12)},
        "top10": {"precision": 4 / 8, "recall": 4 / 5, "f1": pytest.approx(8 / 13)},
    }


def test_ranked_tags_are_primary_then_secondary() -> None:
    said = annotation(tags=("x",), ranked=(("木梳",), ("阿莲",)))
    scores = evaluate_tags([Pair(gold(tags=("木梳", "阿莲")), said)], source="ranked")
    assert scores.at[5] == Score(2, 2, 2)


def test_unjudged_tags_are_left_out_and_a_missing_prediction_is_all_missed() -> None:
    pairs = [Pair(gold(), annotation(tags=("木梳",))), Pair(gold(tags=("木梳", "铜锁")), None)]
    scores = evaluate_tags(pairs)
    assert (scores.records, scores.at[5]) == (1, Score(0, 0, 2))


# Labels


def test_only_accepted_labels_of_judged_systems_count() -> None:
    pairs = [
        Pair(
            gold(material=("金属制品", "竹木制品"), use=("武器装备",)),
            annotation(material=(yes("金属制品"), no("竹木制品")), use=(yes("武器装备"), yes("容器"))),
        ),
        Pair(gold(use=("容器",)), annotation(material=(yes("石制品"),), use=(yes("容器"),))),
        Pair(gold(), annotation(use=(yes("文具"),))),
    ]
    document = evaluate_labels(pairs).to_dict()
    assert list(document) == ["micro", "macro", "material", "use", "per_label"]
    assert document["material"] == Score(1, 1, 2).to_dict()
    assert document["use"] == Score(2, 3, 2).to_dict()
    assert document["micro"] == Score(3, 4, 4).to_dict()
    assert document["per_label"]["容器"] == Score(1, 2, 1).detail()
    assert tuple(document["per_label"]) == LABELS
    # 金属制品 1, 竹木制品 0, 武器装备 1, 容器 2/3; labels that nobody mentioned are no part of the mean.
    assert document["macro"] == {"f1": pytest.approx((1 + 0 + 1 + 2 / 3) / 4)}
    assert evaluate_labels(pairs).records == 2


def test_labels_per_set() -> None:
    pairs = [
        Pair(gold(use=("容器",), collection="north"), annotation(use=(yes("容器"),))),
        Pair(gold(use=("容器",), collection="south"), None),
    ]
    document = evaluate_labels(pairs).to_dict()
    assert document["per_set"]["north"] == {"micro": Score(1, 1, 1).to_dict(), "macro": {"f1": 1.0}, "records": 1}
    assert document["per_set"]["south"]["micro"]["recall"] == 0.0


# Attributes


def test_attributes_need_field_span_and_type() -> None:
    true = (
        Span("材质", "铜", "title", 0, 1),
        Span("材质", "铜", "description", 0, 1),
        Span("人物", "阿莲", "title", 3, 5),
    )
    said = (
        Span("材质", "铜", "title", 0, 1),
        Span("地点", "阿莲", "title", 3, 5),
        Span("材质", "铜锁", "description", 0, 2),
    )
    pairs = [
        Pair(gold(spans=true), annotation(spans=said, names=("材质", "地点"))),
        Pair(gold(spans=None), annotation(spans=said, names=("数字",))),
        Pair(gold(spans=(Span("数字", "两枚", "title", 0, 2),)), None),
    ]
    scores = evaluate_attributes(pairs)
    document = scores.to_dict()
    assert list(document) == ["micro", "macro", "per_type", "names"]
    assert scores.records == 2
    assert document["micro"] == Score(1, 3, 4).to_dict()
    assert document["per_type"]["材质"] == Score(1, 2, 2).detail()
    # 材质 1/2, 人物 0, 数字 0; 地点 is not in the gold data.
    assert document["macro"] == {"f1": pytest.approx(0.5 / 3)}
    assert document["names"] == Score(1, 2, 3).to_dict()


# Report


def test_report_is_a_markdown_table_with_aligned_columns() -> None:
    pairs = [Pair(gold(use=("容器",), collection="north"), annotation(use=(yes("容器"), yes("文具"))))]
    text = render({**evaluate_labels(pairs).to_dict(), "records": 1, "seconds": 0.25})
    lines = text.splitlines()
    assert lines[0].startswith("|") and set(lines[1]) <= set("|-: ")
    assert "| 容器  |     1.000 |  1.000 | 1.000 |    1 |         1 |" in lines
    assert "| 文具  |     0.000 |  0.000 | 0.000 |    0 |         1 |" in lines
    assert not any(line.startswith("| 石制品") for line in lines)
    assert any(line.startswith("| north |") for line in lines)
    assert lines[-1] == "1 records in 0.2 s"


def test_report_of_tags_and_attributes() -> None:
    tags = render(evaluate_tags([Pair(gold(tags=("木梳",)), annotation(tags=("木梳",)))]).to_dict())
    assert "| top10 |" in tags
    spans = (Span("人物", "阿莲", "title", 3, 5),)
    attributes = render(evaluate_attributes([Pair(gold(spans=spans), annotation(spans=spans))]).to_dict())
    assert "| 人物 |" in attributes and "| names |" in attributes
