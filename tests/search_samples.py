"""Records with annotations for the tests of search: small, real in shape, in any store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from biaotu.records import Annotation, FieldName, Label, RankedTag, Span
from biaotu.store import Actor, NewAnnotation, NewRecord, Store

ME = Actor.system("test")


def span(kind: str, value: str, title: str, description: str = "") -> Span:
    """The first place of a value, in the title or else in the description."""
    field: FieldName = "title" if value in title else "description"
    start = (title if field == "title" else description).index(value)
    return Span(kind, value, field, start, start + len(value), 0.9)


def annotation(
    title: str,
    description: str = "",
    *,
    material: Sequence[str] = (),
    use: Sequence[str] = (),
    primary: Sequence[str] = (),
    secondary: Sequence[str] = (),
    spans: Iterable[tuple[str, str]] = (),
) -> Annotation:
    """An annotation whose every label, tag and span is proposed."""
    return Annotation(
        id="x",
        title=title,
        description=description,
        images=(),
        material=tuple(Label(name, 0.9, True) for name in material),
        use=tuple(Label(name, 0.9, True) for name in use),
        text_tags=(),
        primary=tuple(RankedTag(tag, 0.8, None) for tag in primary),
        secondary=tuple(RankedTag(tag, 0.2, None) for tag in secondary),
        attribute_names=(),
        attributes=tuple(span(kind, value, title, description) for kind, value in spans),
        model_name="test",
        model_version="1",
    )


def add_records(store: Store, texts: Sequence[tuple[str, str]], museum: str = "馆", first: int = 0) -> list[int]:
    """Records of (title, description), numbered from ``first``, indexed, without annotations."""
    fresh = [NewRecord(str(first + place), title, text, museum) for place, (title, text) in enumerate(texts)]
    with store.writing(ME) as unit:
        ids = unit.records.add_many(fresh)
        unit.search.index(ids)
    return ids


def annotate(store: Store, annotations: Iterable[tuple[int, Annotation]]) -> None:
    """Add annotations of the first words of records."""
    with store.writing(ME) as unit:
        unit.annotations.add_many([NewAnnotation(record_id, 1, one) for record_id, one in annotations])


CORPUS: tuple[tuple[str, str], ...] = (
    ("红军八角军帽", "灰布缝制，帽檐有“红军”二字，1934年10月长征出发前配发。"),
    ("八路军115师汉阳造步枪", "枪托刻“抗战到底”，平型关战斗中使用。"),
    ("紅軍第四方面軍 石刻標語", "刻於四川通江，高1.2米，內容為“赤化全川”。"),
    ("新四军搪瓷口杯", "白色搪瓷，杯身印红色五角星；1941年皖南事变后由房东保存。"),
    ("陕甘宁边区 光华商店代价券（伍角）", "纸质，民国二十七年发行，延安光华印刷厂印制。"),
    ("《新华日报》1945年8月15日号外", "刊登日本投降的消息，红色套印。"),
    ("解放军战士张德全的军用水壶", "铝制，壶身刻“打过长江去”，渡江战役立功奖品。"),
    ("中华苏维埃共和国国家银行壹元纸币", "瑞金印制，正面有列宁像；一九三三年发行，红军用它向群众购粮。"),
    ("ＣＡ１０型解放牌汽车模型", "1956年长春第一汽车制造厂赠给Soviet expert的纪念品。"),
    ("C-2型 收音机", "胶木外壳，南京无线电厂制造；红军老战士李某捐赠。"),
    ("草鞋", "红军长征途中穿过的草鞋，红军战士用布条编成，红军纪念馆收藏。"),
    ("乾隆年款铜印𠮷", "传世品，看著像後仿。"),
)
"""Titles and descriptions in many spellings."""

ANNOTATED = (
    annotation(*CORPUS[0], material=["纤维织物"], use=["服装饰品"], primary=["军帽"], secondary=["长征"],
               spans=[("组织", "红军"), ("时间", "1934年10月"), ("事件", "长征"), ("材质", "灰布")]),
    annotation(*CORPUS[1], material=["金属制品", "竹木制品"], use=["武器装备"], primary=["步枪", "汉阳造"],
               spans=[("组织", "八路军115师"), ("型号", "汉阳造"), ("地点", "平型关")]),
    annotation(*CORPUS[2], material=["石制品"], use=["图书宣传品"], primary=["石刻標語"],
               spans=[("组织", "紅軍第四方面軍"), ("长度", "1.2米"), ("地点", "四川通江")]),
    annotation(*CORPUS[3], material=["金属制品"], use=["容器", "家具炊具"], primary=["搪瓷口杯"],
               spans=[("组织", "新四军"), ("材质", "搪瓷"), ("时间", "1941年"), ("颜色", "白色")]),
    annotation(*CORPUS[4], material=["其他材质"], use=["货币票据"], primary=["代价券"],
               spans=[("组织", "光华商店"), ("时间", "民国二十七年"), ("货币", "伍角")]),
    annotation(*CORPUS[5], material=["其他材质"], use=["图书宣传品"], primary=["号外"],
               spans=[("书名", "新华日报"), ("时间", "1945年8月15日")]),
    annotation(*CORPUS[6], material=["金属制品"], use=["容器"], primary=["水壶"],
               spans=[("人物", "张德全"), ("材质", "铝"), ("事件", "渡江战役")]),
    annotation(*CORPUS[7], material=["其他材质"], use=["货币票据"], primary=["纸币"], secondary=["瑞金"],
               spans=[("组织", "红军"), ("时间", "一九三三年"), ("地点", "瑞金")]),
)  # fmt: skip
"""What a model might say of the first of them."""


def fill(store: Store) -> list[int]:
    """``CORPUS`` with ``ANNOTATED`` in a store; two museums."""
    ids = add_records(store, CORPUS[:6], "甲馆") + add_records(store, CORPUS[6:], "乙馆", 6)
    annotate(store, zip(ids, ANNOTATED, strict=False))
    return ids
