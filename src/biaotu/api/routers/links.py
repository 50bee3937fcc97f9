"""Which entries of the authorities the values of a record name."""

from __future__ import annotations

from biaotu.api import entries
from biaotu.api.access import Reader
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.authorities import Links
from biaotu.api.schemas.common import PathId
from biaotu.api.services import Parts
from biaotu.knowledge.linking import Authorities, links_of

router = api_router("/records", "authorities")


@router.get(
    "/{record_id}/links",
    operation_id="list_links",
    summary="Whom and what the values of a record name",
    response_model=Links,
    responses=problems("not-found"),
)
def list_links(record_id: PathId, _caller: Reader, parts: Parts) -> Links:
    """What people said, and where nobody did, what is likely and why.

    Judge by deciding on `link:ENTRY:SPAN` (accept, reject, withdraw) or accepting `link:none:SPAN`. Accepting a link
    accepts the value with it and takes back another link of the value.
    """
    with parts.store.reading() as unit:
        view, authorities = unit.decisions.view(record_id), Authorities.of(unit)
    return entries.links(view, links_of(view, authorities), authorities)
