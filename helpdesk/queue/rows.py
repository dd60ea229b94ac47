"""The rows of the queue in HTML, each written once: until its case changes, or what it says about time."""

from functools import lru_cache

from flask import current_app, url_for
from jinja2 import Template
from markupsafe import Markup

from ..hours.due_wording import Due
from . import wording
from .queries import Row

MOST_KEPT = 4096  # rows of some 2 kB


def written(rows: list[Row]) -> list[Markup]:
    """These rows as items of a list; in English, as all pages of the staff."""
    template, case_at = current_app.jinja_env.get_template("queue/_row.html"), url_for("queue.case", number="")
    return [_written(template, case_at, row, *wording.row_time(row)) for row in rows]


@lru_cache(maxsize=MOST_KEPT)
def _written(template: Template, case_at: str, row: Row, tone: Due, time: str) -> Markup:
    """A row, which says nothing of who looks at it: whatever else it says is told here."""
    return Markup(template.render(case=row, case_at=case_at, tone=tone, time=time))  # noqa: S704  # our own template
