"""The pages of the workbench: templates of ``biaotu.web`` with who is logged in, and static files."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.staticfiles import StaticFiles

from biaotu.api.access import COOKIE, Caller, caller_of
from biaotu.api.services import services
from biaotu.api.thumbnails import SIZES
from biaotu.review import Role, covers
from biaotu.web import FORBIDDEN, PAGES, STATIC, TEMPLATES, Page

LANGUAGES = ("zh", "en")


class _Static(StaticFiles):
    """Static files that browsers ask for anew each time: modules import each other without a version in the name."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Add the header."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def install(app: FastAPI) -> None:
    """Add the pages and static files to an application."""
    templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True))
    for page in PAGES:
        app.add_api_route(page.path, _route(page, templates), include_in_schema=False, name=page.name)
    app.mount("/static", _Static(directory=STATIC), name="static")


def _route(page: Page, templates: Environment) -> Callable[[Request], Response]:
    def show(request: Request) -> Response:
        caller = caller_of(services(request), request.cookies.get(COOKIE), "session")
        if caller is None and page.role is not None:
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(asked, safe='/')}", 303)
        allowed = page.role is None or (caller is not None and covers(caller.user.role, _role(page.role)))
        shown, status = (page, 200) if allowed else (FORBIDDEN, 403)
        boot = _boot(shown, request, caller)
        return HTMLResponse(templates.get_template(shown.template).render(boot=boot), status)

    return show


def _role(name: str) -> Role:
    roles: dict[str, Role] = {"reader": "reader", "annotator": "annotator", "reviewer": "reviewer", "admin": "admin"}
    return roles[name]


def _boot(page: Page, request: Request, caller: Caller | None) -> dict[str, Any]:
    """What the page's scripts start from."""
    language = request.cookies.get("biaotu_lang", LANGUAGES[0])
    record = request.path_params.get("record_id", "")
    user = None
    if caller is not None:
        user = {
            "id": caller.user.id,
            "name": caller.user.name,
            "display": caller.user.display,
            "role": caller.user.role,
        }
    return {
        "page": page.name,
        "user": user,
        "csrf": None if caller is None else caller.token.csrf,
        "lang": language if language in LANGUAGES else LANGUAGES[0],
        "record": int(record) if record.isdecimal() and len(record) < 16 else None,
        "version": version("biaotu"),
        "thumbnail_sizes": list(SIZES),
    }
