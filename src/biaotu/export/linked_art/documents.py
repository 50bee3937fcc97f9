"""All documents of a record: the object, its texts, and what has an address of its own beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from biaotu.export.exchange import ENTRY_STEPS, Holding, Named, Site
from biaotu.export.linked_art.nodes import (
    CLASSES,
    CONTEXT,
    Node,
    identifier,
    name,
    own,
    primary,
    source_statement,
    timespan,
)
from biaotu.export.linked_art.object import linked_art
from biaotu.export.linked_art.texts import fields_with_values, text_document
from biaotu.export.meaning import Stretch, meanings, stretch

Steps = tuple[str, ...]


def documents(holding: Holding, site: Site) -> Iterator[tuple[Steps, Node]]:
    """Each document with the steps of its address under the base; those of other records may come again the same."""
    yield ("object", holding.id), linked_art(holding, site)
    for field in fields_with_values(holding):
        yield ("text", holding.id, field), text_document(holding, site, field)
    if holding.museum:
        yield ("group", holding.museum), _group(holding.museum, site)
    for link in holding.links:
        if link is not None:
            yield (ENTRY_STEPS[link.named.kind], link.named.id), _entry(link.named, site)
    for meaning in meanings(holding.annotation):
        if days := stretch(meaning):
            yield ("period", days.edtf), _period(days, site)


def _entry(named: Named, site: Site) -> Node:
    """An authority entry: its names and number; what else the authority file says of it is not told on."""
    checked = "已与来源核对" if named.checked else "待登记人员核对"
    return {
        "@context": CONTEXT,
        "id": site.entry(named),
        "type": CLASSES[named.kind],
        "_label": named.name,
        "identified_by": [
            primary(named.name),
            *(name(other) for other in named.others),
            identifier(named.id, own(site, "entry", "标图规范档编号")),
        ],
        "referred_to_by": [source_statement(f"标图规范档（{checked}）")],
    }


def _group(museum: str, site: Site) -> Node:
    return {
        "@context": CONTEXT,
        "id": site.uri("group", museum),
        "type": "Group",
        "_label": museum,
        "identified_by": [primary(museum)],
    }


def _period(days: Stretch, site: Site) -> Node:
    return {
        "@context": CONTEXT,
        "id": site.uri("period", days.edtf),
        "type": "Period",
        "_label": days.edtf,
        "identified_by": [name(days.edtf)],
        "timespan": timespan(days.edtf, replace(days, assumed=False), site),  # of itself; what assumed it is the text's
    }
