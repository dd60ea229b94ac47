"""The mail of a case, for its agents: one message with all that is known of it, and whether the provider was told."""

import sqlalchemy as sa
from flask import render_template
from sqlalchemy.orm import selectinload

from ..cases import told as told_of_cases
from ..extensions import db
from ..notifications.dossier import dossier
from ..notifications.models import OutboxMessage
from ..permissions import Permission, requires
from .blueprint import bp
from .mail_acts import case_of


@bp.get("/cases/<number>/mail/<int(max=2147483647):mail_id>")
@requires(Permission.SEE_QUEUE)
def mail(number: str, mail_id: int) -> str:
    """One message about the case; that of another case does not exist here."""
    case = case_of(number)
    found = sa.select(OutboxMessage).where(OutboxMessage.id == mail_id, OutboxMessage.case_id == case.id)
    history = (selectinload(OutboxMessage.attempts), selectinload(OutboxMessage.events))
    message = db.one_or_404(found.options(*history))
    return render_template("queue/mail.html", case=case, mail=dossier(message))


@bp.get("/cases/<number>/told")
@requires(Permission.SEE_QUEUE)
def told(number: str) -> str:
    """Whether the provider of the case was told, and the evidence."""
    return render_template("queue/told.html", told=told_of_cases.told(case_of(number)))
