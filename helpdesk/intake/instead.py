"""A help ticket about what its requester has asked before: added to that case, rather than sent as another one."""

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from ..accounts.models import User
from ..cases import commands as cases
from ..cases import copying
from ..cases.errors import CannotCopy
from ..cases.models import UNFINISHED, Case, Message
from ..cases.wording import label
from ..extensions import db
from .forms import TicketForm

MOST_OFFERED = 2
# What the case knows already, or what says nothing to whoever reads the reply.
KNOWN_THERE = frozenset(
    {"for_self", "role", "provider_pin", "subject", "description"}
    | {"reach_by", "reach_phone", "reach_times", "reply_language", "no_patient_data"}
)


def open_cases_about(form: TicketForm, *, requester: User) -> list[Case]:
    """Their own open cases about the topic of a valid ticket, or its group of topics at the same place; newest first."""
    place = form.chosen_place
    location = place.location_id if place else None
    group = Case.topic_code.startswith(f"{form.the_group.code}-", autoescape=True)
    same_place = (Case.location_id == location) if location is not None else sa.false()
    about_this = sa.or_(Case.topic_code == form.the_topic.code, sa.and_(group, same_place))
    mine = sa.select(Case).where(Case.requester_id == requester.id, Case.status.in_(UNFINISHED), about_this)
    return list(db.session.scalars(mine.order_by(Case.id.desc()).limit(MOST_OFFERED).options(load_only(Case.subject))))


def add_to(case: Case, form: TicketForm, *, requester: User) -> Message:
    """Say what the ticket says as a reply on a case; once, however often it is pressed. Raises CaseClosed and CaseResolved.

    Whom it names to copy, the case is copied to; that stands in the text where it cannot be.
    """
    there = frozenset({case.topic_name, case.organization, case.location, label(case.system)})
    body = as_text(form, there)
    try:
        if form.colleagues and form.chosen_place and form.chosen_place.organization_id == case.organization_id:
            case.hold()
            copying.add(case, form.colleagues, by=requester)
            body = as_text(form, there, known=KNOWN_THERE | form.naming_colleagues)
    except CannotCopy:
        pass
    return cases.reply(case, by=requester, body=body)


def as_text(form: TicketForm, there: frozenset[str], *, known: frozenset[str] = KNOWN_THERE) -> str:
    """The ticket as a text: subject and description, and the answers that the case does not know, or not so (`there`)."""
    answers = [f"{a.question} {a.answer}" for a in form.answered() if a.key not in known and a.answer and a.answer not in there]
    return "\n\n".join(filter(None, (form.subject.data, form.description.data, "\n".join(answers))))
