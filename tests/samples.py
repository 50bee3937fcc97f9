"""Annotations for the tests of export, batch and command line: built from the dataclasses, wording of our own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from biaotu.records import (
    Annotation,
    AttributeName,
    Failure,
    Label,
    Notice,
    RankedTag,
    Record,
    Source,
    Span,
    TextTag,
)
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES


def annotation(**changes: Any) -> Annotation:
    """A full annotation of an invented relic."""
    title = "青石沟游击队使用的铁水壶"
    description = "铁质，椭圆形，高21厘米。1943年冬，队员老柳用它给伤员送水，壶底刻“青石沟”三字。"
    values: dict[str, Any] = {
        "id": "样-001",
        "title": title,
        "description": description,
        "images": (),
        "material": (Label("金属制品", 0.98, True), Label("其他材质", 0.02, False)),
        "use": (Label("容器", 0.91, True), Label("家具炊具", 0.55, True)),
        "text_tags": (TextTag("铁水壶", 0.41), TextTag("老柳", 0.2)),
        "primary": (RankedTag("铁水壶", 0.83, "容器"),),
        "secondary": (RankedTag("老柳", 0.21, None),),
        "attribute_names": (AttributeName("组织", 0.97), AttributeName("人物", 0.9)),
        "attributes": (
            Span("组织", "青石沟游击队", "title", 0, 6, 0.97),
            Span("材质", "铁", "title", 9, 10, 0.9),
            Span("材质", "铁", "description", 0, 1, 0.95),
            Span("形状", "椭圆形", "description", 3, 6, 0.95),
            Span("长度", "高21厘米", "description", 7, 12, 0.95),
            Span("时间", "1943年冬", "description", 13, 19, 0.99),
            Span("人物", "老柳", "description", 22, 24, 0.88),
            Span("地点", "青石沟", "description", 35, 38, 0.8),
        ),
        "model_name": "test-model",
        "model_version": "1",
        "warnings": (),
        "extra": {},
    }
    return Annotation(**{**values, **changes})


class Echo:
    """A deterministic stand-in for the slow models: tags the first two characters; ids with ``坏`` fail."""

    def annotate_many(self, records: Iterable[Record | Failure]) -> Iterator[Annotation | Failure]:
        """Annotate one by one."""
        for record in records:
            if isinstance(record, Failure):
                yield record
            elif "坏" in record.id:
                yield Failure(record.source or Source("", None), "made to fail", record.id)
            else:
                yield annotation(
                    id=record.id,
                    title=record.title,
                    description=record.description,
                    images=record.images,
                    attributes=(Span("组织", record.title[:2], "title", 0, 2, 0.9),) if len(record.title) >= 2 else (),
                    warnings=record.notices,
                    extra=record.extra,
                )


def records(count: int, *, bad: frozenset[int] = frozenset(), file: str = "入.jsonl") -> list[Record | Failure]:
    """Records with rows from 1; those in ``bad`` are rows the reader could not read. Every id stands twice."""
    return [
        Failure(Source(file, row), "not valid JSON", None, "{")
        if row in bad
        else Record(
            id=f"号{row // 2}",
            title=f"第{row}件文物",
            description="说明\n第二行\u2028第三行",
            image_root=Path("照片"),
            source=Source(file, row),
            notices=(Notice("text-short", "short"),) if row % 5 == 0 else (),
        )
        for row in range(1, count + 1)
    ]


texts = st.text(max_size=60)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
confidences = st.integers(0, 10_000).map(lambda number: number / 10_000)


@st.composite
def any_annotations(draw: st.DrawFn) -> Annotation:
    """Any annotation: hostile texts, spans that fit their text."""
    title, description = draw(texts), draw(texts)
    spans = []
    for name, text in (("title", title), ("description", description)):
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False):
            if start < end:
                kind = draw(st.sampled_from(ATTRIBUTES.names))
                spans.append(Span(kind, text[start:end], name, start, end, draw(confidences)))  # type: ignore[arg-type]
    tag = st.builds(RankedTag, texts, confidences, st.none() | texts)
    return Annotation(
        id=draw(texts),
        title=title,
        description=description,
        images=tuple(draw(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=12), max_size=2))),
        material=tuple(
            draw(st.lists(st.builds(Label, st.sampled_from(MATERIALS.names), confidences, st.booleans()), max_size=2))
        ),
        use=tuple(
            draw(st.lists(st.builds(Label, st.sampled_from(USES.names), confidences, st.booleans()), max_size=2))
        ),
        text_tags=tuple(draw(st.lists(st.builds(TextTag, texts, confidences), max_size=2))),
        primary=tuple(draw(st.lists(tag, max_size=2))),
        secondary=tuple(draw(st.lists(tag, max_size=2))),
        attribute_names=tuple(
            draw(st.lists(st.builds(AttributeName, st.sampled_from(ATTRIBUTES.names), confidences), max_size=2))
        ),
        attributes=tuple(spans),
        model_name=draw(texts),
        model_version=draw(texts),
        warnings=tuple(draw(st.lists(st.builds(Notice, texts, texts), max_size=2))),
        extra=draw(st.dictionaries(texts, json_values, max_size=3)),
    )
