"""The home of the settings. The pages behind it stand in the modules named here, which add their routes when imported."""

from dataclasses import dataclass
from typing import Any

from flask import render_template

from .. import clock
from ..accounts.sessions import the_user
from ..hours import queries as hours
from ..languages import lazy_gettext as _l
from ..notifications import alarms
from ..permissions import Permission, may, requires
from . import (
    address_page,
    article_acts,
    article_pages,
    article_writing,
    backtest_pages,
    clock_laboratory,
    closures,
    directory_csv,
    duty_pages,
    golden_pages,
    health,
    invite_pages,
    macro_pages,
    mail,
    mail_kinds,
    misroute_pages,
    organization_forms,
    organization_people,
    organizations,
    people_acts,
    people_pages,
    rule_trials,
    rule_writing,
    rules_checks,
    rules_desk,
    rules_pages,
    rules_versions,
    second_factor_page,
    service_hours,
    session_pages,
    team_pages,
    ticket_pages,
    ticket_publishing,
    ticket_questions,
    ticket_topics,
    video_pages,
)
from .blueprint import bp

__all__ = [
    "address_page",
    "article_acts",
    "article_pages",
    "article_writing",
    "backtest_pages",
    "bp",
    "clock_laboratory",
    "closures",
    "directory_csv",
    "duty_pages",
    "golden_pages",
    "health",
    "invite_pages",
    "macro_pages",
    "mail",
    "mail_kinds",
    "misroute_pages",
    "organization_forms",
    "organization_people",
    "organizations",
    "people_acts",
    "people_pages",
    "rule_trials",
    "rule_writing",
    "rules_checks",
    "rules_desk",
    "rules_pages",
    "rules_versions",
    "second_factor_page",
    "service_hours",
    "session_pages",
    "team_pages",
    "ticket_pages",
    "ticket_publishing",
    "ticket_questions",
    "ticket_topics",
    "video_pages",
]


@dataclass(frozen=True)
class Section:
    """One line of the home page: where it leads, what is set or seen there, and who may."""

    endpoint: str
    title: Any
    text: Any
    permission: Permission


SECTIONS: tuple[Section, ...] = (
    Section(
        "admin.service_hours",
        _l("Service hours"),
        _l("When the desk is open, days on which it is closed, and who changed that."),
        Permission.CONFIGURE,
    ),
    Section(
        "admin.clock_laboratory",
        _l("Clock laboratory"),
        _l("Type an instant: is the desk open, and when would a resolution be mailed?"),
        Permission.SEE_HEALTH,
    ),
    Section(
        "admin.health",
        _l("Health of the desk"),
        _l("Whether everything works, what waits for a person, and what to do."),
        Permission.SEE_HEALTH,
    ),
    Section(
        "admin.ticket",
        _l("Help ticket form"),
        _l("What providers are asked: topics, questions and what to do when it is urgent; edit, preview, publish, go back."),
        Permission.EDIT_FORM,
    ),
    Section(
        "admin.rules",
        _l("Routing rules"),
        _l("Which case goes to which team, and how many cases each rule has caught; edit, try, check, publish, go back."),
        Permission.SEE_RULES,
    ),
    Section(
        "admin.macros",
        _l("Macros"),
        _l("Texts that are ready for replies, and what is done when they are sent: a status, tags, another team."),
        Permission.EDIT_MACROS,
    ),
    Section(
        "admin.mail",
        _l("Mail"),
        _l("Every message of the desk: what it said, when it left or why it is held, what the mail server answered."),
        Permission.SEE_LEDGER,
    ),
    Section(
        "admin.mail_kinds",
        _l("Kinds of mail"),
        _l("What the desk writes to whom, shown on a real case; a test can be sent to you."),
        Permission.CONFIGURE,
    ),
    Section(
        "admin.people",
        _l("People"),
        _l("Everybody with an account: invite staff, change roles and teams, end an account and bring it back."),
        Permission.MANAGE_PEOPLE,
    ),
    Section(
        "admin.teams",
        _l("Teams"),
        _l("Who works where, how much waits there, which rules lead there; add, rename or close a team."),
        Permission.MANAGE_PEOPLE,
    ),
    Section(
        "admin.roles",
        _l("Roles"),
        _l("What each role may do at this desk."),
        Permission.SEE_SETTINGS,
    ),
    Section(
        "admin.organizations",
        _l("Organizations"),
        _l("Vaccine providers, their locations, and who works there; import and export."),
        Permission.SEE_DIRECTORY,
    ),
    Section(
        "admin.articles",
        _l("Articles"),
        _l("What people read under Learn: drafts, versions, what readers say, what is due to be read again."),
        Permission.DRAFT_KNOWLEDGE,
    ),
    Section(
        "admin.videos",
        _l("Learning videos"),
        _l("Links, lengths and transcripts of the videos on Learn, and their order."),
        Permission.EDIT_KNOWLEDGE,
    ),
    Section(
        "admin.sessions",
        _l("Training sessions"),
        _l("Announce, change and cancel the sessions that stand on Learn."),
        Permission.EDIT_KNOWLEDGE,
    ),
)


@bp.get("")
@requires(Permission.SEE_SETTINGS)
def index() -> str:
    """What this person can set or see."""
    sections = [section for section in SECTIONS if may(the_user(), section.permission)]
    missing = hours.closures_missing_for(clock.now()) if may(the_user(), Permission.CONFIGURE) else None
    return render_template("admin/index.html", sections=sections, alarms=alarms.notices(), missing=missing)
