"""The pages of the workbench: thin templates and static files, served by the API and speaking to nothing but `/api/v1`.

There is no logic here, only where the files lie and which page needs which role. A template takes one variable, `boot`:
`page` (its name), `user`, `csrf`, `lang` (`zh` or `en`), `record` (id or None) and `version`.
"""

from dataclasses import dataclass
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its name, its path (as in a FastAPI route), its template and the least role that may open it.

    `role` None means open to everybody: the log-in page alone.
    """

    name: str
    path: str
    template: str
    role: str | None


PAGES = (
    Page("login", "/login", "login.html", None),
    Page("queue", "/", "queue.html", "reader"),
    Page("workbench", "/records/{record_id}", "workbench.html", "reader"),
    Page("grid", "/grid", "grid.html", "annotator"),
    Page("search", "/search", "search.html", "reader"),
    Page("graph", "/graph", "graph.html", "reader"),
    Page("timeline", "/timeline", "timeline.html", "reader"),
    Page("places", "/places", "places.html", "reader"),
    Page("authorities", "/authorities", "authorities.html", "reader"),
    Page("authority", "/authorities/{entry_id}", "authority.html", "reader"),
    Page("import", "/import", "import.html", "annotator"),
    Page("jobs", "/jobs", "jobs.html", "reader"),
    Page("agreement", "/agreement", "agreement.html", "reviewer"),
    Page("admin", "/admin", "admin.html", "admin"),
    Page("help", "/help", "help.html", "reader"),
)
FORBIDDEN = Page("forbidden", "", "forbidden.html", None)

__all__ = ["FORBIDDEN", "PAGES", "STATIC", "TEMPLATES", "Page"]
