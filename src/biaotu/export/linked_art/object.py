"""The document of the object itself.

What the texts only mention is kept as what the text is *about*, in the text's own document; nothing is asserted of the
object, of its making or of a person that the museum itself did not give. Labels are asserted, with a note that says who
did.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from biaotu.export.exchange import Holding, Site, accepted, values
from biaotu.export.linked_art.nodes import (
    CONTEXT,
    Node,
    aat,
    identifier,
    name,
    number,
    object_uri,
    own,
    primary,
    source_statement,
    statement,
    term,
    text_uri,
    timespan,
)
from biaotu.export.linked_art.texts import fields_with_values
from biaotu.export.meaning import dated
from biaotu.export.measures import Kind, Measure, measures
from biaotu.taxonomy import MATERIALS, USES
from biaotu.taxonomy.crosswalk import AAT, matches

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


def linked_art(holding: Holding, site: Site) -> Node:
    """The object's document; plain JSON types.

    The museum's own column 年代 becomes the production's time span; nothing else is said of the making.
    """
    annotation = holding.annotation
    document: Node = {
        "@context": CONTEXT,
        "id": object_uri(holding, site),
        "type": "HumanMadeObject",
        "_label": holding.name,
        "classified_as": [term(site, "use", USES.named(label.name)) for label in accepted(annotation.use)],
        "identified_by": list(_names(holding)),
        "referred_to_by": list(_statements(holding, site)),
        "made_of": [node for label in accepted(annotation.material) for node in _materials(site, label.name)],
        "dimension": list(_dimensions(holding)),
        "representation": [_picture(photo.url, photo.media_type) for photo in holding.photos],
    }
    age = annotation.extra.get("年代")
    if isinstance(age, str) and age.strip():
        span = timespan(age, dated(age), site)
        document["produced_by"] = {"type": "Production", "_label": f"{age}（馆方所记年代）", "timespan": span}
    if holding.museum:
        museum = {"id": site.uri("group", holding.museum), "type": "Group", "_label": holding.museum}
        document["current_custodian"] = [museum]
    if holding.photos:
        document["subject_of"] = [_manifest(site.uri("iiif", holding.id, "manifest.json"))]
    return {key: value for key, value in document.items() if value != []}


def _names(holding: Holding) -> Iterator[Node]:
    yield identifier(holding.id, aat("300312355", "Accession Number"))
    if holding.annotation.title:
        yield primary(holding.annotation.title)


def _statements(holding: Holding, site: Site) -> Iterator[Node]:
    annotation = holding.annotation
    if annotation.description:
        yield statement(annotation.description, aat("300435416", "Description"))
    if tags := [tag.tag for tag in (*annotation.primary, *annotation.secondary)]:
        yield statement("、".join(tags), own(site, "tags", "标签"))
    if materials := values(annotation.attributes, "材质"):
        yield statement("、".join(materials), aat("300435429", "Material Statement"))
    if sizes := [measure.literal for measure in measures(annotation)]:
        yield statement("，".join(sizes), aat("300435430", "Dimension Statement"))
    yield source_statement(holding.said_by)
    for field in fields_with_values(holding):
        label = f"{holding.name}：{field}"
        yield {"id": text_uri(holding, site, field), "type": "LinguisticObject", "_label": label}


def _dimensions(holding: Holding) -> Iterator[Node]:
    for measure in measures(holding.annotation):
        if measure.unit not in _UNITS:
            continue
        unit, unit_label = _UNITS[measure.unit]
        for side, value in enumerate(measure.numbers):
            node: Node = {
                "type": "Dimension",
                "_label": _told(measure),
                "classified_as": [aat(*_DIMENSIONS[measure.kind])],
                "value": number(value),
                "unit": {"id": AAT + unit, "type": "MeasurementUnit", "_label": unit_label},
                "identified_by": [name(measure.literal)],
            }
            if measure.most:  # a value there must be; the limits say that it is no more than the lower one
                node["lower_value_limit"], node["upper_value_limit"] = number(value), number(measure.most[side])
            yield node


def _told(measure: Measure) -> str:
    """The literal, and what was taken for granted to make a number of it."""
    return f"{measure.literal}（{measure.basis}）" if measure.basis else measure.literal


def _materials(site: Site, label: str) -> Iterator[Node]:
    """Our own term, and beside it the concept of the Art & Architecture Thesaurus where one is as good as the same."""
    entry = MATERIALS.named(label)
    yield {**term(site, "material", entry), "type": "Material"}
    for match in matches("material", entry.id, "aat"):
        if match.relation in {"exactMatch", "closeMatch"}:
            yield {"id": AAT + match.target, "type": "Material", "_label": entry.en}


def _picture(url: str, media_type: str) -> Node:
    image = {
        "type": "DigitalObject",
        "classified_as": [aat("300215302", "Digital Image")],
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
