"""Records as LIDO 1.1, the harvesting format of museums (ICOM CIDOC).

As in Linked Art, what a text only mentions is a *subject* of the record; an event of production is written only where
the museum itself gave an age (年代).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from biaotu.export.exchange import Holding, Site, accepted, values
from biaotu.export.measures import Kind, measures
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES, Term, Vocabulary
from biaotu.taxonomy.crosswalk import AAT, matches

NAMESPACE: Final = "http://www.lido-schema.org"
SCHEMA: Final = "http://www.lido-schema.org http://lido-schema.org/schema/v1.1/lido-v1.1.xsd"

# LIDO's own terminology: types of identifiers, of materials and of records, and the event of production.
_TERMS: Final = "http://terminology.lido-schema.org/"
_URI: Final = f"{_TERMS}lido00099"
_LOCAL: Final = f"{_TERMS}lido00100"
_MATERIAL: Final = f"{_TERMS}lido00132"
_ITEM: Final = f"{_TERMS}lido00141"
_PRODUCTION: Final = f"{_TERMS}lido00007"

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_KINDS: Final[dict[Kind, str]] = {
    "length": "长",
    "width": "宽",
    "height": "高",
    "thickness": "厚",
    "diameter": "直径",
    "weight": "质量",
    "size": "尺寸",
}
_SUBJECTS: Final = {"地点": ("subjectPlace", "place", "namePlaceSet"), "事件": ("subjectEvent", "event", "eventName")}
_CONCEPTS: Final = ("颜色", "材质", "形状", "型号", "书名")

ET.register_namespace("lido", NAMESPACE)
ET.register_namespace("xsi", _XSI)


def lido(holdings: Iterable[Holding], site: Site) -> bytes:
    """One LIDO document of many records, UTF-8 with its declaration.

    What XML 1.0 cannot hold (control characters, halves of surrogate pairs) becomes U+FFFD, one to one.
    """
    root = ET.Element(_tag("lidoWrap"), {f"{{{_XSI}}}schemaLocation": SCHEMA})
    for holding in holdings:
        root.append(_record(holding, site))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _record(holding: Holding, site: Site) -> ET.Element:
    where = site.uri("object", holding.id)
    record = ET.Element(_tag("lido"))
    _add(record, "lidoRecID", f"{where}/lido", type=_URI)
    _add(record, "objectPublishedID", where, type=_URI)
    category = _add(record, "category")
    _add(category, "conceptID", "http://www.cidoc-crm.org/cidoc-crm/E22_Human-Made_Object", type=_URI)
    _add(category, "term", "Human-Made Object", lang="en")
    description = _add(record, "descriptiveMetadata", lang="zh")
    _classification(description, holding, site)
    _identification(description, holding, site)
    _events(description, holding)
    _subjects(description, holding, site)
    _administration(_add(record, "administrativeMetadata", lang="zh"), holding, where)
    return record


def _classification(parent: ET.Element, holding: Holding, site: Site) -> None:
    wrap = _add(parent, "objectClassificationWrap")
    work_types = _add(wrap, "objectWorkTypeWrap")
    uses = accepted(holding.annotation.use)
    for label in uses:
        _concept(_add(work_types, "objectWorkType"), USES, USES.named(label.name), site)
    if not uses:
        _add(_add(work_types, "objectWorkType"), "term", "未分类", lang="zh")
    tags = [tag.tag for tag in (*holding.annotation.primary, *holding.annotation.secondary)]
    if tags:
        classes = _add(wrap, "classificationWrap")
        for tag in tags:
            _add(_add(classes, "classification", type="标签"), "term", tag, lang="zh")


def _identification(parent: ET.Element, holding: Holding, site: Site) -> None:
    annotation = holding.annotation
    wrap = _add(parent, "objectIdentificationWrap")
    title = _add(_add(wrap, "titleWrap"), "titleSet")
    _add(title, "appellationValue", holding.name, lang="zh")
    repository = _add(_add(wrap, "repositoryWrap"), "repositorySet", type="current")
    if holding.museum:
        name = _add(_add(repository, "repositoryName"), "legalBodyName")
        _add(name, "appellationValue", holding.museum, lang="zh")
    _add(repository, "workID", holding.id, type=_LOCAL)
    if annotation.description:
        text = _add(_add(wrap, "objectDescriptionWrap"), "objectDescriptionSet")
        _add(text, "descriptiveNoteValue", annotation.description, lang="zh")
    _measurements(wrap, holding)
    _materials(wrap, holding, site)


def _measurements(parent: ET.Element, holding: Holding) -> None:
    found = list(measures(holding.annotation))
    if not found:
        return
    wrap = _add(parent, "objectMeasurementsWrap")
    for measure in found:
        entry = _add(wrap, "objectMeasurementsSet")
        _add(entry, "displayObjectMeasurements", measure.literal, lang="zh")
        if measure.numbers:
            sizes = _add(entry, "objectMeasurements")
            for number in measure.numbers:
                one = _add(sizes, "measurementsSet")
                _add(_add(one, "measurementType"), "term", _KINDS[measure.kind], lang="zh")
                _add(_add(one, "measurementUnit"), "term", measure.unit, lang="en")
                _add(one, "measurementValue", _number(number))


def _materials(parent: ET.Element, holding: Holding, site: Site) -> None:
    labels = accepted(holding.annotation.material)
    literals = values(holding.annotation.attributes, "材质")
    if not labels and not literals:
        return
    entry = _add(_add(parent, "objectMaterialsTechWrap"), "objectMaterialsTechSet")
    if literals:
        _add(entry, "displayMaterialsTech", "、".join(literals), lang="zh")
    if labels:
        materials = _add(entry, "materialsTech")
        for label in labels:
            term = MATERIALS.named(label.name)
            node = _add(materials, "termMaterialsTech", type=_MATERIAL)
            _concept(node, MATERIALS, term, site)


def _events(parent: ET.Element, holding: Holding) -> None:
    age = holding.annotation.extra.get("年代")
    if not isinstance(age, str) or not age.strip():
        return
    event = _add(_add(_add(parent, "eventWrap"), "eventSet"), "event")
    kind = _add(event, "eventType")
    _add(kind, "conceptID", _PRODUCTION, type=_URI)
    _add(kind, "term", "制作", lang="zh")
    _add(_add(event, "eventDate"), "displayDate", age, lang="zh")


def _subjects(parent: ET.Element, holding: Holding, site: Site) -> None:
    kinds = [kind for kind in ATTRIBUTES.names if kind in {*_SUBJECTS, *_CONCEPTS, "人物", "组织", "时间"}]
    mentioned = [(kind, value) for kind in kinds for value in values(holding.annotation.attributes, kind)]
    if not mentioned:
        return
    wrap = _add(_add(parent, "objectRelationWrap"), "subjectWrap")
    for kind, value in mentioned:
        entry = _add(wrap, "subjectSet")
        _add(entry, "displaySubject", f"{kind}：{value}", lang="zh")
        subject = _add(entry, "subject", type=kind)
        if kind in {"人物", "组织"}:
            actor = _add(_add(subject, "subjectActor"), "actor", type="person" if kind == "人物" else "corporation")
            _add(_add(actor, "nameActorSet"), "appellationValue", value, lang="zh")
        elif kind == "时间":
            _add(_add(subject, "subjectDate"), "displayDate", value, lang="zh")
        elif kind in _SUBJECTS:
            outer, inner, name = _SUBJECTS[kind]
            node = _add(_add(subject, outer), inner)
            if kind == "事件":  # an event must have a type
                _add(_add(node, "eventType"), "term", "事件", lang="zh")
            _add(_add(node, name), "appellationValue", value, lang="zh")
        else:
            node = _add(subject, "subjectConcept")
            _add(node, "conceptID", site.term("attribute", ATTRIBUTES.named(kind).id), type=_URI, label=kind)
            _add(node, "term", value, lang="zh")


def _administration(parent: ET.Element, holding: Holding, where: str) -> None:
    wrap = _add(parent, "recordWrap")
    _add(wrap, "recordID", holding.id, type=_LOCAL)
    kind = _add(wrap, "recordType")
    _add(kind, "conceptID", _ITEM, type=_URI)
    _add(kind, "term", "item-level record", lang="en")
    for source in (holding.museum, holding.said_by):
        if source:
            name = _add(_add(wrap, "recordSource"), "legalBodyName")
            _add(name, "appellationValue", source, lang="zh")
    _add(_add(wrap, "recordInfoSet"), "recordInfoLink", where)
    if holding.photos:
        resources = _add(parent, "resourceWrap")
        for photo in holding.photos:
            shown = _add(_add(resources, "resourceSet"), "resourceRepresentation")
            _add(shown, "linkResource", photo.url, formatResource=photo.media_type)
            for size, number in (("width", photo.width), ("height", photo.height)):
                one = _add(shown, "resourceMeasurementsSet")
                _add(_add(one, "measurementType"), "term", size, lang="en")
                _add(_add(one, "measurementUnit"), "term", "pixel", lang="en")
                _add(one, "measurementValue", str(number))


def _concept(parent: ET.Element, vocabulary: Vocabulary, term: Term, site: Site) -> None:
    """Our own concept with both names, then the thesaurus's where one is as good as the same."""
    _add(parent, "conceptID", site.term(vocabulary.name, term.id), type=_URI, pref="preferred")
    for match in matches(vocabulary.name, term.id, "aat"):
        if match.relation in {"exactMatch", "closeMatch"}:
            _add(parent, "conceptID", AAT + match.target, type=_URI, pref="alternate", source="AAT")
    _add(parent, "term", term.zh, lang="zh", pref="preferred")
    _add(parent, "term", term.en, lang="en", pref="alternate")


def _add(parent: ET.Element, name: str, text: str | None = None, *, lang: str = "", **attributes: str) -> ET.Element:
    """A LIDO element under ``parent``; attributes are in LIDO's namespace, the language in XML's."""
    element = ET.SubElement(parent, _tag(name), {_tag(key): value for key, value in attributes.items()})
    if lang:
        element.set(f"{_XML}lang", lang)
    if text is not None:
        element.text = _ILLEGAL.sub("\ufffd", text)
    return element


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")
