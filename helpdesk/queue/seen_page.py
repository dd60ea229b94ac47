"""The page of a form that is written for a version of a case: what has happened since, where it was refused for that."""

from typing import Any

from flask import render_template

from ..cases import queries as cases
from ..cases.models import UNFINISHED, Case
from ..cases.wording import event_sentence
from .move_forms import SeenForm


def seen_page(template: str, case: Case, form: SeenForm, *, stale_since: int | None, **more: Any) -> str:
    """The page with the form; one that was written for an older version is offered again for the present one."""
    if stale_since is not None or not form.version.data:
        form.version.data = str(case.version)
    return render_template(
        template,
        case=case,
        form=form,
        changes=cases.events_since(case, stale_since) if stale_since is not None else [],
        event_sentence=event_sentence,
        is_open=case.status in UNFINISHED,
        **more,
    )
