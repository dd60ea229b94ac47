"""The ledger of mail: what was said to whom, when, and what the mail server answered."""

import sqlalchemy as sa
from flask import Response, redirect, render_template, request, stream_with_context, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from .. import clock
from ..accounts.sessions import the_user
from ..cases import mail_queries
from ..cases import queries as cases
from ..cases import told as told_of_cases
from ..cases.models import Case
from ..cases.numbers import number_of
from ..extensions import db
from ..hours.queries import calendar
from ..notifications import ledger
from ..notifications.dossier import dossier
from ..notifications.models import OutboxMessage
from ..notifications.queries import standing
from ..notifications.wording import kind_name
from ..permissions import Permission, requires
from ..queue import mail_acts, paging
from . import mail_export
from .blueprint import bp
from .mail_search import SearchForm

Answer = str | AnyResponse | tuple[str, int]


@bp.get("/mail")
@requires(Permission.SEE_LEDGER)
def mail() -> Answer:
    """One page of the ledger."""
    form = SearchForm(request.args)
    is_valid, after = form.validate(), _place(request.args.get("after", ""))
    page = (
        ledger.page(form.search, after=after, readable=mail_queries.readable_by(the_user()))
        if is_valid
        else ledger.Page([], None)
    )
    following = paging.Place(page.following.made_at, page.following.id).token if page.following else ""
    shown = render_template(
        "admin/mail.html",
        form=form,
        rows=[(message, kind_name(message.kind), standing(message)) for message in page.rows],
        page_of_ledger=page,
        after=after,
        following=following,
        number_of=number_of,
        most_exported=ledger.MOST_EXPORTED,
        looked_at=ledger.LOOKED_AT,
    )
    return shown if is_valid else (shown, 422)


@bp.get("/mail/export")
@requires(Permission.SEE_LEDGER)
def mail_export_table() -> Answer:
    """What a search finds, as CSV; back to the search if it makes no sense."""
    form = SearchForm(request.args)
    if not form.validate():
        return redirect(f"{url_for('.mail')}?{request.query_string.decode()}")
    today = calendar().wall(clock.now()).date()
    rows = stream_with_context(mail_export.table(form.search, readable=mail_queries.readable_by(the_user())))
    headers = {"Content-Disposition": f'attachment; filename="mail-{today}.csv"', "Cache-Control": "no-store"}
    return Response(rows, content_type="text/csv; charset=utf-8", headers=headers)


@bp.get("/mail/<int(max=2147483647):mail_id>")
@requires(Permission.SEE_LEDGER)
def mail_message(mail_id: int) -> Answer:
    """One message: its copy, its decision, its tries and its history."""
    found = _readable(mail_id)
    history = (selectinload(OutboxMessage.attempts), selectinload(OutboxMessage.events))
    message = db.one_or_404(found.options(*history))
    return render_template("admin/mail_message.html", mail=dossier(message), number_of=number_of)


@bp.post("/mail/<int(max=2147483647):mail_id>/settle")
@requires(Permission.SEE_LEDGER)
def settle_mail(mail_id: int) -> Answer:
    """Decide about a mail that failed or is in doubt, about a case or about none."""
    message = db.one_or_404(_readable(mail_id))
    case = db.session.get(Case, message.case_id) if message.case_id else None
    mail_acts.decide_about(message, case, request.form.get("how", ""))
    return redirect(url_for(".mail_message", mail_id=message.id), code=303)


@bp.get("/mail/told/<number>")
@requires(Permission.SEE_LEDGER)
def mail_told(number: str) -> Answer:
    """Whether the provider of a case was told, and the evidence."""
    case = db.one_or_404(cases.numbered(the_user(), number))
    return render_template("admin/mail_told.html", told=told_of_cases.told(case))


def _readable(mail_id: int) -> sa.Select[OutboxMessage]:
    """A message, if this person may read it."""
    return sa.select(OutboxMessage).where(OutboxMessage.id == mail_id, *mail_queries.readable_by(the_user()))


def _place(token: str) -> ledger.Place | None:
    place = paging.place(token)
    return ledger.Place(place.at, place.case_id) if place and place.at else None
