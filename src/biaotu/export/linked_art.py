"""One record as Linked Art JSON-LD (CIDOC CRM), profile 1.0.

What the texts only mention is kept as what the text is *about*; nothing is asserted of the object, of its making or of
a person that the museum itself did not give. Labels are asserted, with a note that says who did.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from biaotu.export.exchange import Holding, Site, accepted, values
from biaotu.export.measures import Kind, measures
from biaotu.records import FieldName
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES, Term
from biaotu.taxonomy.crosswalk import AAT, matches

CONTEXT: Final = "https://linked.art/ns/v1/linked-art.json"

Node = dict[str, Any]

_CHINESE: Final = {"id": f"{AAT}300388113", "type": "Language", "_label": "Chinese"}
_DIMENSIONS: Final[dict[Kind, tuple[str, str]]] = {
    "length": ("300055645", "Length"),
    "width": ("300055647", "Width"),
    "height": ("300055644", "Height"),
    "thickness": ("300055646", "Thickness"),
    "diameter": ("300055624", "Diameter"),
    "weight": ("300056240", "Weight"),
    "size": ("300055642", "Unknown physical dimension"),
}
_UNITS: Final = {"cm": ("300379098", "centimeters"), "kg": ("300379226", "kilograms")}
_CLASSES: Final = {"人物": "Person", "组织": "Group", "地点": "Place", "事件": "Event", "时间": "Period"}
"""The CRM class of what a text mentions; colours, shapes and models are types, works are linguistic objects."""
_TYPES: Final = ("颜色", "材质", "形状", "型号")


def linked_art(holding: Holding, site: Site) -> Node:
    """The object's document; plain JSON types.

    The museum's own column 年代 becomes the production's time span, by name only; nothing else is said of the making.
    """
    annotation = holding.annotation
    document: Node = {
        "@context": CONTEXT,
        "id": site.uri("object", holding.id),
        "type": "HumanMadeObject",
        "_label": holding.name,
        "classified_as": [_term(site, "use", USES.named(label.name)) for label in accepted(annotation.use)],
        "identified_by": list(_names(holding)),
        "referred_to_by": list(_statements(holding, site)),
        "made_of": [node for label in accepted(annotation.material) for node in _materials(site, label.name)],
        "dimension": list(_dimensions(holding)),
        "representation": [_picture(photo.url, photo.media_type) for photo in holding.photos],
    }
    age = annotation.extra.get("年代")
    if isinstance(age, str) and age.strip():
        span = {"type": "TimeSpan", "_label": age, "identified_by": [_name(age)]}
        document["produced_by"] = {"type": "Production", "_label": f"{age}（馆方所记年代）", "timespan": span}
    if holding.museum:
        names = [_name(holding.museum)]
        document["current_custodian"] = [{"type": "Group", "_label": holding.museum, "identified_by": names}]
    if holding.photos:
        document["subject_of"] = [_manifest(site.uri("iiif", holding.id, "manifest.json"))]
    return {key: value for key, value in document.items() if value != []}


def _names(holding: Holding) -> Iterator[Node]:
    yield {
        "type": "Identifier",
        "content": holding.id,
        "classified_as": [_aat("300312355", "Accession Number")],
    }
    if holding.annotation.title:
        yield {**_name(holding.annotation.title), "classified_as": [_aat("300404670", "Primary Name")]}


def _statements(holding: Holding, site: Site) -> Iterator[Node]:
    annotation = holding.annotation
    fields: tuple[FieldName, FieldName] = ("title", "description")
    for field in fields:
        text = annotation.title if field == "title" else annotation.description
        about = list(_mentions(holding, site, field))
        if field == "title":
            # The title is a name already; it is a text only for what it mentions.
            if about:
                yield _statement(text, _own(site, "title", "名称"), about)
        elif text:
            yield _statement(text, _aat("300435416", "Description"), about)
    if tags := [tag.tag for tag in (*annotation.primary, *annotation.secondary)]:
        yield _statement("、".join(tags), _own(site, "tags", "标签"))
    if materials := values(annotation.attributes, "材质"):
        yield _statement("、".join(materials), _aat("300435429", "Material Statement"))
    if sizes := [measure.literal for measure in measures(annotation)]:
        yield _statement("，".join(sizes), _aat("300435430", "Dimension Statement"))
    yield _statement(holding.said_by, _aat("300404764", "Source Statement"))


def _mentions(holding: Holding, site: Site, field: FieldName) -> Iterator[Node]:
    seen: set[tuple[str, str]] = set()
    for span in holding.annotation.attributes:
        if span.field != field or (span.type, span.value) in seen:
            continue
        seen.add((span.type, span.value))
        if span.type in _CLASSES:
            yield {"type": _CLASSES[span.type], "_label": span.value, "identified_by": [_name(span.value)]}
        elif span.type == "书名":
            yield {"type": "LinguisticObject", "_label": span.value, "identified_by": [_name(span.value)]}
        elif span.type in _TYPES:
            kind = _term(site, "attribute", ATTRIBUTES.named(span.type))
            name = [_name(span.value)]
            yield {"type": "Type", "_label": span.value, "classified_as": [kind], "identified_by": name}


def _dimensions(holding: Holding) -> Iterator[Node]:
    for measure in measures(holding.annotation):
        for number in measure.numbers:
            unit, unit_label = _UNITS[measure.unit]
            yield {
                "type": "Dimension",
                "_label": measure.literal,
                "classified_as": [_aat(*_DIMENSIONS[measure.kind])],
                "value": _number(number),
                "unit": {"id": AAT + unit, "type": "MeasurementUnit", "_label": unit_label},
                "identified_by": [_name(measure.literal)],
            }


def _materials(site: Site, name: str) -> Iterator[Node]:
    """Our own term, and beside it the concept of the Art & Architecture Thesaurus where one is as good as the same."""
    term = MATERIALS.named(name)
    yield {**_term(site, "material", term), "type": "Material"}
    for match in matches("material", term.id, "aat"):
        if match.relation in {"exactMatch", "closeMatch"}:
            yield {"id": AAT + match.target, "type": "Material", "_label": term.en}


def _term(site: Site, scheme: str, term: Term) -> Node:
    return {"id": site.term(scheme, term.id), "type": "Type", "_label": term.zh}


def _own(site: Site, step: str, label: str) -> Node:
    return {"id": site.term("field", step), "type": "Type", "_label": label}


def _picture(url: str, media_type: str) -> Node:
    image = {
        "type": "DigitalObject",
        "classified_as": [_aat("300215302", "Digital Image")],
        "format": media_type,
        "access_point": [{"id": url, "type": "DigitalObject"}],
    }
    return {"type": "VisualItem", "digitally_shown_by": [image]}


def _manifest(where: str) -> Node:
    carrier = {
        "type": "DigitalObject",
        "access_point": [{"id": where, "type": "DigitalObject"}],
        "conforms_to": [{"id": "http://iiif.io/api/presentation", "type": "InformationObject"}],
        "format": 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"',
    }
    return {"type": "LinguisticObject", "digitally_carried_by": [carrier]}


def _statement(text: str, kind: Node, about: list[Node] | None = None) -> Node:
    node = {"type": "LinguisticObject", "classified_as": [kind], "content": text, "language": [_CHINESE]}
    return {**node, "about": about} if about else node


def _name(text: str) -> Node:
    return {"type": "Name", "content": text, "language": [_CHINESE]}


def _aat(number: str, label: str) -> Node:
    return {"id": AAT + number, "type": "Type", "_label": label}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
