"""What each kind of mail tells in its preview: facts of a real case, and where there is none, facts that are plainly invented."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from ..accounts import tokens
from ..accounts.models import Team, TokenPurpose, User
from ..cases import mail, queries, untold
from ..cases.models import Case, Message, MessageKind, ResolutionCode
from ..cases.opening import answers_shown, expected_answer
from ..cases.wording import label
from ..extensions import db

Facts = dict[str, Any]
ONE_HOUR = timedelta(hours=1)


def about_an_account(kind: str, person: User) -> Facts | None:
    """The facts of a mail about one's own account, its link an invented one that opens nothing; none if this is no such mail."""
    purpose, path = _LINKS.get(kind, (None, ""))
    if not path:
        return None
    hours = tokens.LIFETIMES[purpose] // ONE_HOUR if purpose else 0
    link = current_app.config["BASE_URL"] + path
    return {"link": link, "first_name": person.first_name, "hours_valid": hours, "old": "old@example.org", "new": person.email}


def about_a_case(kind: str, case: Case) -> Facts | None:
    """The facts of a mail about this case; none for a kind that has no example."""
    example = _OF_CASES.get(kind)
    return example(case) if example else None


def _receipt(case: Case) -> Facts:
    question = next((m for m in queries.messages_of(case) if m.kind is MessageKind.QUESTION), None)
    answers = answers_shown(case, question.body if question else "")
    return {**mail.facts(case), "expect": expected_answer(case), "answers": answers}


def _reply(case: Case) -> Facts:
    return {**mail.facts(case), **_said(case, MessageKind.REPLY)}


def _resolution(case: Case) -> Facts:
    code = case.resolution_code or ResolutionCode.ANSWERED
    return {**mail.facts(case), **_said(case, MessageKind.RESOLUTION), "code_label": label(code)}


def _empty_team(case: Case) -> Facts:
    triage = db.session.scalar(sa.select(Team.name).where(Team.code == queries.TRIAGE)) or queries.TRIAGE
    return {"number": case.number, "path": f"/agent/cases/{case.number}", "team": case.team.name, "moved_to": triage}


def _untold(case: Case) -> Facts:
    return untold.facts(case, mail_subject=f"[{case.number}] {case.subject}", why="550 5.1.1 no such mailbox", in_doubt=False)


def _said(case: Case, kind: MessageKind) -> Facts:
    """The latest public message of staff of this kind; an invented one where there is none."""
    spoken = [m for m in queries.messages_of(case) if m.kind is kind and m.author_id != case.requester_id]
    latest: Message | None = spoken[-1] if spoken else None
    if latest is None:
        return {"note": _("(An example: nothing of this kind has been said on this case yet.)"), "author": _("Example Agent")}
    return {"note": latest.body, "author": latest.author.name}


_LINKS: dict[str, tuple[TokenPurpose | None, str]] = {
    "verify_address": (TokenPurpose.VERIFY_ADDRESS, "/verify/an-example"),
    "reset_password": (TokenPurpose.RESET_PASSWORD, "/reset-password/an-example"),
    "already_registered": (None, "/login"),
    "address_changed": (None, "/login"),
}
_OF_CASES: dict[str, Callable[[Case], Facts]] = {
    "case_received": _receipt,
    "case_replied": _reply,
    "case_resolved": _resolution,
    "could_not_be_told": _untold,
    "team_is_empty": _empty_team,
}
EXAMPLES = frozenset(_LINKS) | frozenset(_OF_CASES)
