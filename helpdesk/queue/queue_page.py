"""The queue as a page: who asks for it gets its rows, what narrows it, what could, and what stands beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .. import clock
from ..accounts.anybody import anybody_like
from ..accounts.models import User
from ..accounts.sessions import the_user
from ..cases import queries as cases
from ..cases.models import Case
from ..cases.numbers import id_of, number_of
from ..cases.wording import label
from ..extensions import db
from ..permissions import Permission, may, requires
from ..search import index as search_index
from ..search import query
from ..search.ranking import MOST_RANKED
from . import asked as asking
from . import bulk_wording, counting, narrowing, queries, wording
from .asked import AFTER, PAGE_SIZES, Asked, Facet, Filter
from .blueprint import bp
from .paging import place
from .queries import Look
from .rows import written
from .saving import may_save_for
from .shelf import Shelf, read_for

Answer = str | Response | tuple[str, int]
IN_ONE_ROW = (Facet.TEAM, Facet.STATUS, Facet.PRIORITY, Facet.ASSIGNEE)
CHOSEN = (Facet.TOPIC, Facet.SYSTEM, Facet.DUE, Facet.FLAG)
TYPED = (Facet.TAG, Facet.ORGANIZATION, Facet.LOCATION)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@bp.get("/queue")
@requires(Permission.SEE_QUEUE)
def index() -> Answer:
    """The queue: one page of what is asked for, most urgent first. A number in place of a text opens its case."""
    given = request.args.to_dict()
    telling = {name: value for name, value in given.items() if value.strip()}
    if telling != given:  # as a form sends it
        return redirect(f"{url_for('.index')}?{urlencode(telling)}")
    user, asked = the_user(), asking.read(given)
    number = asked.values.get(Facet.TEXT, "")
    if id_of(number) and db.session.scalar(cases.numbered(user, number).with_only_columns(Case.id)):
        return redirect(url_for(".case", number=number_of(id_of(number))))
    shelf = read_for(user, asked)
    problems = narrowing.problems(asked, shelf)
    content = _around(user, asked, shelf) if problems else _rows(user, asked, shelf)
    page = render_template("queue/index.html", problems=problems, narrowing=narrowing, label=label, wording=wording, **content)
    return (page, 422) if problems else page


def _rows(user: User, asked: Asked, shelf: Shelf) -> dict[str, Any]:
    """A page of the cases, with what stands around it."""
    drawn_at, look, after = clock.now(), _look(user, asked, shelf), place(request.args.get(AFTER, ""))
    found: tuple[int, ...] = ()
    has_older = False
    if text := asked.values.get(Facet.TEXT):
        visible = cases.visible_to(user).with_only_columns(Case.id)
        matching = search_index.find(query.read(text), visible=visible)
        look, found, has_older = replace(look, is_found=True), matching.ids, matching.has_older
    rows, following = queries.page(look, user, found=found, after=after)
    wider = [] if rows or after else [_without(look, facet) for facet in asked.values]
    return {
        **_around(user, asked, shelf, wider=wider, found=found),
        "rows": rows,
        "written": written(rows),
        "after": after,
        "following": following,
        "most_ranked": MOST_RANKED if has_older else None,
        "since": (drawn_at - _EPOCH) // timedelta(microseconds=1),
    }


def _around(user: User, asked: Asked, shelf: Shelf, *, wider: Sequence[Look] = (), found: tuple[int, ...] = ()) -> dict[str, Any]:
    """What stands around the rows, and how many there would be without each part of what narrows them."""
    shown = [*map(Asked, Filter), *(kept.asked for kept in shelf.saved)]
    counts = counting.counts([*(_look(user, one, shelf) for one in shown), *wider], user, found=found)
    return {
        "asked": asked,
        "shelf": shelf,
        "chips": narrowing.chips(asked, shelf),
        "counts": dict(zip(Filter, counts, strict=False)),
        "saved": list(zip(shelf.saved, counts, strict=False)),
        "without": list(zip(asked.values, counts, strict=False)) if wider else [],
        "in_one_row": IN_ONE_ROW,
        "chosen": CHOSEN,
        "typed": TYPED,
        "sizes": PAGE_SIZES,
        "may_save_for": may_save_for(shelf),
        "alarms": shelf.alarms,
        "bulk": bulk_wording,
        "leads": may(user, Permission.LEAD_PEOPLE),
        "giving_out": shelf.giving_out,
    }


def _look(user: User, asked: Asked, shelf: Shelf) -> Look:
    return Look(anybody_like(user), tuple((team.code, team.id) for team in shelf.teams), asked)


def _without(look: Look, facet: Facet) -> Look:
    """The same look, less narrow."""
    return replace(look, asked=look.asked.without(facet), is_found=look.is_found and facet is not Facet.TEXT)
