"""How large and heavy the object is, and what it is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from biaotu.export.exchange import Holding, Site, accepted, values
from biaotu.export.lido.elements import TERMS, add, concept, number
from biaotu.export.measures import Kind, Measure, measures
from biaotu.taxonomy import MATERIALS

_MATERIAL: Final = f"{TERMS}lido00132"
_KINDS: Final[dict[Kind, str]] = {
    "length": "长",
    "width": "宽",
    "height": "高",
    "thickness": "厚",
    "diameter": "直径",
    "weight": "质量",
    "size": "尺寸",
}
_ABOUT: Final = {"about": "约", "over": "余"}


def measurements(parent: ET.Element, holding: Holding) -> None:
    """The object's own sizes and weights: as they stand, and as numbers where they are told for sure."""
    found = list(measures(holding.annotation))
    if not found:
        return
    wrap = add(parent, "objectMeasurementsWrap")
    for measure in found:
        entry = add(wrap, "objectMeasurementsSet")
        add(entry, "displayObjectMeasurements", measure.literal, lang="zh")
        if measure.numbers or measure.fold:
            _numbers(add(entry, "objectMeasurements"), measure)


def _numbers(parent: ET.Element, measure: Measure) -> None:
    for side, value in enumerate(measure.numbers):
        kind = _KINDS[measure.kind]
        if measure.most:
            _number(parent, f"{kind}（下限）", value, measure.unit)
            _number(parent, f"{kind}（上限）", measure.most[side], measure.unit)
        else:
            _number(parent, kind, value, measure.unit)
    qualities = [_ABOUT.get(measure.about, ""), measure.basis]
    for quality in filter(None, qualities):
        add(add(parent, "qualifierMeasurements"), "term", quality, lang="zh")
    if measure.fold:
        add(add(parent, "formatMeasurements"), "term", measure.literal, lang="zh")


def _number(parent: ET.Element, kind: str, value: Decimal, unit: str) -> None:
    one = add(parent, "measurementsSet")
    add(add(one, "measurementType"), "term", kind, lang="zh")
    add(add(one, "measurementUnit"), "term", unit, lang="en")
    add(one, "measurementValue", number(value))


def materials(parent: ET.Element, holding: Holding, site: Site) -> None:
    """The words for materials as they stand, and the accepted labels as concepts."""
    labels = accepted(holding.annotation.material)
    literals = values(holding.annotation.attributes, "材质")
    if not labels and not literals:
        return
    entry = add(add(parent, "objectMaterialsTechWrap"), "objectMaterialsTechSet")
    if literals:
        add(entry, "displayMaterialsTech", "、".join(literals), lang="zh")
    if labels:
        node = add(entry, "materialsTech")
        for label in labels:
            concept(add(node, "termMaterialsTech", type=_MATERIAL), MATERIALS, MATERIALS.named(label.name), site)
