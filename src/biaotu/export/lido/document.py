"""The document, record by record: what the object is, who holds it, how large it is, what was said of it by whom.

As in Linked Art, what a text only mentions is a *subject* of the record; an event of production is written only where
the museum itself gave an age (年代).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from biaotu.export.exchange import Holding, Site, accepted
from biaotu.export.lido.elements import LOCAL, TERMS, URI, XSI, add, concept, dates, tag
from biaotu.export.lido.materials import materials, measurements
from biaotu.export.lido.subjects import subjects
from biaotu.export.meaning import dated
from biaotu.taxonomy import USES

SCHEMA: Final = "http://www.lido-schema.org http://lido-schema.org/schema/v1.1/lido-v1.1.xsd"

_ITEM: Final = f"{TERMS}lido00141"
_PRODUCTION: Final = f"{TERMS}lido00007"


def lido(holdings: Iterable[Holding], site: Site) -> bytes:
    """One LIDO document of many records, UTF-8 with its declaration.

    What XML 1.0 cannot hold (control characters, halves of surrogate pairs) becomes U+FFFD, one to one.
    """
    root = ET.Element(tag("lidoWrap"), {f"{{{XSI}}}schemaLocation": SCHEMA})
    for holding in holdings:
        root.append(_record(holding, site))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _record(holding: Holding, site: Site) -> ET.Element:
    where = site.uri("object", holding.id)
    record = ET.Element(tag("lido"))
    add(record, "lidoRecID", f"{where}/lido", type=URI)
    add(record, "objectPublishedID", where, type=URI)
    category = add(record, "category")
    add(category, "conceptID", "http://www.cidoc-crm.org/cidoc-crm/E22_Human-Made_Object", type=URI)
    add(category, "term", "Human-Made Object", lang="en")
    description = add(record, "descriptiveMetadata", lang="zh")
    _classification(description, holding, site)
    _identification(description, holding, site)
    _events(description, holding)
    subjects(description, holding, site)
    _administration(add(record, "administrativeMetadata", lang="zh"), holding, where)
    return record


def _classification(parent: ET.Element, holding: Holding, site: Site) -> None:
    wrap = add(parent, "objectClassificationWrap")
    work_types = add(wrap, "objectWorkTypeWrap")
    uses = accepted(holding.annotation.use)
    for label in uses:
        concept(add(work_types, "objectWorkType"), USES, USES.named(label.name), site)
    if not uses:
        add(add(work_types, "objectWorkType"), "term", "未分类", lang="zh")
    tags = [tag.tag for tag in (*holding.annotation.primary, *holding.annotation.secondary)]
    if tags:
        classes = add(wrap, "classificationWrap")
        for word in tags:
            add(add(classes, "classification", type="标签"), "term", word, lang="zh")


def _identification(parent: ET.Element, holding: Holding, site: Site) -> None:
    annotation = holding.annotation
    wrap = add(parent, "objectIdentificationWrap")
    title = add(add(wrap, "titleWrap"), "titleSet")
    add(title, "appellationValue", holding.name, lang="zh")
    repository = add(add(wrap, "repositoryWrap"), "repositorySet", type="current")
    if holding.museum:
        name = add(add(repository, "repositoryName"), "legalBodyName")
        add(name, "appellationValue", holding.museum, lang="zh")
    add(repository, "workID", holding.id, type=LOCAL)
    if annotation.description:
        text = add(add(wrap, "objectDescriptionWrap"), "objectDescriptionSet")
        add(text, "descriptiveNoteValue", annotation.description, lang="zh")
    measurements(wrap, holding)
    materials(wrap, holding, site)


def _events(parent: ET.Element, holding: Holding) -> None:
    age = holding.annotation.extra.get("年代")
    if not isinstance(age, str) or not age.strip():
        return
    event = add(add(add(parent, "eventWrap"), "eventSet"), "event")
    kind = add(event, "eventType")
    add(kind, "conceptID", _PRODUCTION, type=URI)
    add(kind, "term", "制作", lang="zh")
    dates(add(event, "eventDate"), age, dated(age))


def _administration(parent: ET.Element, holding: Holding, where: str) -> None:
    wrap = add(parent, "recordWrap")
    add(wrap, "recordID", holding.id, type=LOCAL)
    kind = add(wrap, "recordType")
    add(kind, "conceptID", _ITEM, type=URI)
    add(kind, "term", "item-level record", lang="en")
    for source in (holding.museum, holding.said_by):
        if source:
            name = add(add(wrap, "recordSource"), "legalBodyName")
            add(name, "appellationValue", source, lang="zh")
    add(add(wrap, "recordInfoSet"), "recordInfoLink", where)
    if holding.photos:
        resources = add(parent, "resourceWrap")
        for place in range(len(holding.photos)):
            _resource(resources, holding, place)


def _resource(parent: ET.Element, holding: Holding, place: int) -> None:
    """A photo, its size, and the words that were read on it: they are on the photo, perhaps not on the object."""
    photo = holding.photos[place]
    resource = add(parent, "resourceSet")
    shown = add(resource, "resourceRepresentation")
    add(shown, "linkResource", photo.url, formatResource=photo.media_type)
    for size, pixels in (("width", photo.width), ("height", photo.height)):
        one = add(shown, "resourceMeasurementsSet")
        add(add(one, "measurementType"), "term", size, lang="en")
        add(add(one, "measurementUnit"), "term", "pixel", lang="en")
        add(one, "measurementValue", str(pixels))
    reading = holding.annotation.ocr
    if reading and (lines := [line.text for line in reading.lines if holding.shows(line.photo) == place]):
        add(resource, "resourceDescription", "\n".join(lines), lang="zh", type=f"照片上识读的文字（{reading.engine}）")
