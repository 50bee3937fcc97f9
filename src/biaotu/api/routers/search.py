"""Search: by words, by meaning, for photos by words, by a photo."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from pydantic import AfterValidator
from starlette.datastructures import FormData

from biaotu.api import finding
from biaotu.api.access import Reader
from biaotu.api.forms import form_body, one_photo, photo_form
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import Cursor, Limit, lawful
from biaotu.api.schemas.search import SearchMode, SearchPage
from biaotu.api.services import Parts

router = api_router("/search", "search")

Value = Annotated[str, AfterValidator(lawful)]
Values = Annotated[list[Value], Query(max_length=50)]


async def _filters(
    material: Values = [],  # noqa: B006 - the framework copies it
    use: Values = [],  # noqa: B006
    attribute: Annotated[list[Value], Query(max_length=50, examples=[["组织:红军"]])] = [],  # noqa: B006
    attribute_type: Values = [],  # noqa: B006
    era: Values = [],  # noqa: B006
    museum: Values = [],  # noqa: B006
    state: Values = [],  # noqa: B006
) -> dict[str, list[str]]:
    """Facets; a parameter may come several times: any of its values, and all of the facets."""
    return {
        "material": material,
        "use": use,
        "attribute": attribute,
        "attribute_type": attribute_type,
        "era": era,
        "museum": museum,
        "state": state,
    }


Filters = Annotated[dict[str, list[str]], Depends(_filters)]


@router.get(
    "", operation_id="search", summary="Search records", response_model=SearchPage, responses=problems("unavailable")
)
def search(
    _caller: Reader,
    parts: Parts,
    filters: Filters,
    q: Annotated[
        str,
        Query(max_length=2000, description='Words, all wanted; `"a phrase"`, `-not`, `a OR b`.'),
        AfterValidator(lawful),
    ] = "",
    mode: Annotated[
        SearchMode, Query(description="By the words themselves, by what they mean, or for photos that show it.")
    ] = "words",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> SearchPage:
    """Ranked records with highlights and facets; simplified and traditional characters find each other."""
    return finding.search(parts, finding.Asked(q, filters, mode, None, cursor, limit))


@router.post(
    "/photo",
    operation_id="search_by_photo",
    summary="Search by a photo",
    response_model=SearchPage,
    responses=problems("unavailable"),
    openapi_extra=form_body({"photo": "file"}, required=["photo"]),
)
def search_by_photo(
    _caller: Reader,
    parts: Parts,
    form: Annotated[FormData, Depends(photo_form)],
    filters: Filters,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> SearchPage:
    """Records whose photos are most like the one sent; the photo is not kept."""
    photo = one_photo(form, parts.settings)
    return finding.search(parts, finding.Asked("", filters, "photo", photo, cursor, limit))
