"""What each kind of mail tells in its preview: facts of a real case, and where there is none, facts that are plainly invented."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import format_date, ngettext

from .. import clock
from ..accounts import tokens
from ..accounts.models import Team, TokenPurpose, User
from ..cases import attachments, copies, digest, filing, mail, queries, sent_because, suspicion, untold
from ..cases.models import Case, Message, MessageKind, ResolutionCode
from ..cases.opening import answers_shown, expected_answer
from ..cases.overnight import Listed, Section
from ..cases.waits import GIVE_UP_AFTER
from ..cases.wording import label, lazy_label
from ..extensions import db
from ..hours.queries import calendar
from ..hours.wording import moment
from ..languages import gettext as _
from ..providers.models import AffiliationRole
from ..providers.wording import word
from ..sla import wording as sla
from ..sla.models import Target

Facts = dict[str, Any]
ONE_HOUR = timedelta(hours=1)


def about_an_account(kind: str, person: User) -> Facts | None:
    """The facts of a mail about one's own account, its link an invented one that opens nothing; none if this is no such mail."""
    purpose, path = _LINKS.get(kind, (None, ""))
    if not path:
        return None
    hours = tokens.LIFETIMES[purpose] // ONE_HOUR if purpose else 0
    link = current_app.config["BASE_URL"] + path
    addresses = {"old_address": "old@example.org", "new_address": person.email}
    invited = {"by": person.name, "days_valid": hours // 24}
    device = {"browser": "Firefox on Windows", "network": "192.0.2.10", "when": moment(clock.now())}
    factor = {"change": "added", "codes_left": 9}
    told = {"link": link, "path": path, "first_name": person.first_name, "hours_valid": hours}
    return {**told, **addresses, **invited, **device, **factor, **_joining()}


def _joining() -> Facts:
    """What mails about requests to join tell."""
    person = {"person": _("Example Person"), "person_email": "person@example.org"}
    return {**person, "place": _("Example Pharmacy"), "role": word(AffiliationRole.STAFF), "is_confirmed": True, "answer": ""}


def about_a_case(kind: str, case: Case) -> Facts | None:
    """The facts of a mail about this case; none for a kind that has no example."""
    example = _OF_CASES.get(kind)
    return example(case) if example else None


def _receipt(case: Case) -> Facts:
    question = next((m for m in queries.messages_of(case) if m.kind is MessageKind.QUESTION), None)
    copied = [one.name for one in copies.of(case.id, case.organization_id)]
    answers = answers_shown(case, question.body if question else "", copied=copied)
    filed = filing.receipt_facts(case, filed_by=filing.filer_of(case))
    why = sent_because.in_words(sent_because.because(case))
    return {**mail.facts(case), **filed, "expect": expected_answer(case), "answers": answers, "because": why}


def _reply(case: Case) -> Facts:
    return {**mail.facts(case), **_said(case, MessageKind.REPLY)}


def _resolution(case: Case) -> Facts:
    code = case.resolution_code or ResolutionCode.ANSWERED
    return {**mail.facts(case), **_said(case, MessageKind.RESOLUTION), "code_label": label(code), "outcome": mail.outcome(case)}


def _reminder(case: Case) -> Facts:
    return {**mail.facts(case), "answer_by": moment(calendar().add(clock.now(), GIVE_UP_AFTER))}


def _closing(case: Case) -> Facts:
    return mail.closing_facts(case, resolved_at=case.resolved_at or clock.now())


def _copy(case: Case) -> Facts:
    """Facts for each of the copies; every kind takes those it needs."""
    kind = MessageKind.RESOLUTION if case.resolution_code else MessageKind.REPLY
    code = case.resolution_code or ResolutionCode.ANSWERED
    asked = {"requester": case.requester.name, "by": case.requester.name}
    return {**mail.facts(case), **_said(case, kind), **asked, "code_label": label(code), "outcome": mail.outcome(case)}


def _empty_team(case: Case) -> Facts:
    triage = db.session.scalar(sa.select(Team.name).where(Team.code == queries.TRIAGE)) or queries.TRIAGE
    return {"number": case.number, "path": f"/agent/cases/{case.number}", "team": case.team.name, "moved_to": triage}


def _untold(case: Case) -> Facts:
    return untold.facts(
        case,
        case.requester,
        mail_subject=f"[{case.number}] {suspicion.title_for_mail(case)}",
        why="550 5.1.1 no such mailbox",
        in_doubt=False,
    )


def _staff(case: Case) -> Facts:
    """Facts for each of the notices about a case; every kind takes those it needs."""
    return {
        **mail.facts(case),
        "path": f"/agent/cases/{case.number}",
        "by": case.requester.name,
        "status": lazy_label(case.status),
        "priority": case.priority.value,
        "led": case.team.name,
        "instead": False,
        "what": _("New reply"),
        "is_rejected": False,
        "opened": moment(case.opened_at),
        "target": sla.label(Target.RESOLUTION),
        "due_by": moment(clock.now() + ONE_HOUR),
    }


def _digest(case: Case) -> Facts:
    """A morning on which this case is all there is."""
    now = clock.now()
    row = {"number": case.number, "subject": suspicion.title_for_mail(case), "priority": case.priority, "due_at": case.due_at}
    return {
        "path": digest.QUEUE,
        "day": format_date(calendar().wall(now).date(), "EEEE, MMMM d"),
        "headline": ngettext("%(num)d new case", "%(num)d new cases", 1),
        "closed_since": now - timedelta(days=1),
        "opened_at": now - ONE_HOUR,
        **{section.value: Listed() for section in Section},
        Section.NEW.value: Listed(({**row, "status": label(case.status)},), 1),
    }


def _said(case: Case, kind: MessageKind) -> Facts:
    """The latest public message of staff of this kind; an invented one where there is none."""
    spoken = [m for m in queries.messages_of(case) if m.kind is kind and m.author_id != case.requester_id]
    latest: Message | None = spoken[-1] if spoken else None
    if latest is None:
        example = _("(An example: nothing of this kind has been said on this case yet.)")
        return {"note": example, "author": _("Example Agent"), "files": 0}
    return {"note": latest.body, "author": latest.author_name, "files": attachments.number_on(latest)}


_LINKS: dict[str, tuple[TokenPurpose | None, str]] = {
    "verify_address": (TokenPurpose.VERIFY_ADDRESS, "/verify/an-example"),
    "reset_password": (TokenPurpose.RESET_PASSWORD, "/reset-password/an-example"),
    "already_registered": (None, "/login"),
    "invitation": (TokenPurpose.INVITATION, "/invitation/an-example"),
    "invitation_of_provider": (TokenPurpose.INVITATION, "/invitation/an-example"),
    "address_changed": (None, "/login"),
    "confirm_new_address": (TokenPurpose.CHANGE_ADDRESS, "/confirm-address/an-example"),
    "address_change_asked": (None, "/account"),
    "password_changed": (None, "/forgot-password"),
    "account_closed": (None, "/"),
    "new_device": (None, "/account/sessions"),
    "second_factor_changed": (None, "/account/second-factor"),
    "recovery_code_used": (None, "/account/second-factor"),
    "join_requested": (None, "/account/organizations/requests"),
    "join_decided": (None, "/account/organizations"),
}
_OF_CASES: dict[str, Callable[[Case], Facts]] = {
    "case_received": _receipt,
    "case_replied": _reply,
    "case_resolved": _resolution,
    "case_reminder": _reminder,
    "case_closed": _closing,
    "copy_received": _copy,
    "copy_replied": _copy,
    "copy_resolved": _copy,
    "could_not_be_told": _untold,
    "team_is_empty": _empty_team,
    "case_assigned": _staff,
    "case_for_leads": _staff,
    "urgent_case_for_leads": _staff,
    "urgent_case_unassigned": _staff,
    "case_came_back": _staff,
    "case_watched": _staff,
    "case_target_near": _staff,
    "case_target_missed": _staff,
    "staff_digest": _digest,
}
EXAMPLES = frozenset(_LINKS) | frozenset(_OF_CASES)
