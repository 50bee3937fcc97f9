from __future__ import annotations

from pathlib import Path

from biaotu.evaluation import pair_up
from biaotu.records import Annotation, Source
from biaotu.records.gold import GoldRecord, parse_gold


def gold(name: str, **fields: object) -> GoldRecord:
    document = {"id": name, "title": "一把木梳", **fields}
    return parse_gold(document, root=Path(), source=Source("gold.jsonl", 1))


def empty(name: str, title: str = "") -> Annotation:
    return Annotation(name, title, "", (), (), (), (), (), (), (), (), "m", "1")


def test_pairs_keep_gold_order_and_name_what_did_not_match() -> None:
    pairing = pair_up([gold("b"), gold("a"), gold("c")], [empty("a"), empty("x"), empty("b")])
    assert [(pair.gold.record.id, pair.prediction and pair.prediction.id) for pair in pairing.pairs] == [
        ("b", "b"),
        ("a", "a"),
        ("c", None),
    ]
    assert pairing.missing == ("c",)
    assert pairing.unknown == ("x",)


def test_a_repeated_id_is_matched_in_order() -> None:
    pairing = pair_up([gold("a"), gold("a"), gold("a")], [empty("a", "first"), empty("a", "second")])
    assert [pair.prediction.title if pair.prediction else None for pair in pairing.pairs] == ["first", "second", None]
    assert pairing.missing == ("a",)
