"""What a rule adds to a case becomes true of it when the case is made, and stands on its timeline."""

from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Language, Team, User
from helpdesk.cases import needed_skills, queries
from helpdesk.cases.choices import Urgency
from helpdesk.cases.macros import Macro
from helpdesk.cases.marks import CaseTag, CaseWatcher
from helpdesk.cases.models import Case, EventKind
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case, mail_of
from tests.duty_factories import can
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.routing.examples import a_rule, publish
from tests.runs import postgresql_in_the_long_run

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]
ENROLLMENT = {"fact": "topic_group", "is": "ENR"}


def under(then: dict[str, Any], **named: Any) -> Case:
    """A case about enrollment, routed by one rule that does this."""
    publish(a_rule(when=ENROLLMENT, then={"team": "ENR", **then}))
    return a_case(**named)


def said(case: Case, kind: EventKind) -> list[str]:
    """What the timeline says of this kind."""
    return [event_sentence(event) for event in case.events if event.kind is kind]


def tags(case: Case) -> set[str]:
    return set(db.session.scalars(sa.select(CaseTag.tag).where(CaseTag.case_id == case.id)))


def watchers(case: Case) -> list[str]:
    watching = sa.select(Team.code).join(CaseWatcher).where(CaseWatcher.case_id == case.id)
    return list(db.session.scalars(watching.order_by(Team.code)))


def sees(person: User, case: Case) -> bool:
    return db.session.scalar(queries.visible_to(person).where(Case.id == case.id)) is not None


def close(code: str) -> None:
    with transaction():
        db.session.scalars(sa.select(Team).where(Team.code == code)).one().is_active = False


def test_a_case_that_no_rule_adds_to_has_no_entry_about_it(app):
    case = under({})

    assert [event.kind for event in case.events] == [EventKind.OPENED, EventKind.ROUTED]


def test_tags_of_every_rule_that_fits_are_given_once(app):
    also = {"also": True, "when": "always"}
    publish(
        a_rule("first", then={"tags": ["officer", "second"]}, **also),
        a_rule("second", then={"tags": ["second"]}, **also),
        a_rule(when=ENROLLMENT, then={"team": "ENR"}),
    )
    case = a_case()

    assert tags(case) == {"officer", "second"}
    assert said(case, EventKind.TAGGED) == ["Tagged by a rule: officer, second"]


def test_a_team_that_watches_sees_the_case_and_others_do_not(app):
    watcher, stranger, desk = an_agent("NCIR"), an_agent("INV"), an_agent("SD")

    case = under({"watchers": ["NCIR"]})

    assert [sees(person, case) for person in (watcher, stranger, desk)] == [True, False, False]
    assert said(case, EventKind.WATCHED) == ["Watched, as a rule says, by NCIR Support"]


def test_when_triage_watches_only_its_own_members_see_the_case(app):
    desk, stranger = an_agent("SD"), an_agent("INV")

    case = under({"watchers": ["SD"]})

    assert (sees(desk, case), sees(stranger, case)) == (True, False)


def test_a_closed_team_does_not_watch_and_the_timeline_says_so(app):
    publish(a_rule(when=ENROLLMENT, then={"team": "ENR", "watchers": ["NCIR", "INV"]}))
    close("NCIR")

    case = a_case()

    assert watchers(case) == ["INV"]
    assert said(case, EventKind.NOT_APPLIED) == ["A rule wants NCIR Support to watch it, but that team is closed"]


def test_leads_of_a_named_team_are_told_in_service_hours(app):
    lead, other = a_lead("SD", first_name="Grace", last_name="Lindqvist"), a_lead("NCIR")
    an_agent("SD")
    with clock.at(FRIDAY_7_PM):
        case = under({"notify": ["SD"]})

    (mail,) = mail_of(case, "case_for_leads")
    assert (mail.to_address, mail.state) == (lead.email, MailState.HELD)
    assert mail.subject == f"[{case.number}] P3, for the leads of Service Desk: {case.subject}"
    assert f"/agent/cases/{case.number}" in mail.text_body
    assert other.email not in [mail.to_address for mail in mail_of(case)]
    assert said(case, EventKind.LEADS_TOLD) == ["Told, as a rule says, the leads of Service Desk: Grace Lindqvist"]


def test_of_an_urgent_case_leads_are_told_at_once(app):
    lead = a_lead("VMGT")
    with clock.at(FRIDAY_7_PM):
        case = a_case(topic="TMP-EXC", urgency=Urgency.AT_RISK)

    (mail,) = mail_of(case, "urgent_case_for_leads")
    assert (mail.to_address, mail.state) == (lead.email, MailState.DUE)
    assert mail_of(case, "case_for_leads") == []


def test_who_leads_two_teams_that_a_rule_names_is_told_once(app):
    lead = a_lead("SD")
    with transaction():
        ncir = db.session.scalars(sa.select(Team).where(Team.code == "NCIR")).one()
        db.session.get_one(User, lead.id).memberships.append(type(lead.memberships[0])(team=ncir, is_lead=True))

    assert [mail.to_address for mail in mail_of(under({"notify": ["SD", "NCIR"]}), "case_for_leads")] == [lead.email]


def test_for_a_team_without_leads_the_administrators_are_told(app):
    admin, gone = an_admin(first_name="Noah", last_name="Iyer"), a_lead("SD")
    with transaction():
        db.session.get_one(User, gone.id).deactivated_at = MONDAY_9_AM

    case = under({"notify": ["SD"]})

    (mail,) = mail_of(case, "case_for_leads")
    assert mail.to_address == admin.email
    assert "Nobody leads that team" in mail.text_body
    assert said(case, EventKind.LEADS_TOLD) == ["Told, as a rule says, because nobody leads Service Desk: Noah Iyer"]


def test_where_nobody_can_be_told_the_timeline_says_so(app):
    case = under({"notify": ["SD"]})

    assert mail_of(case, "case_for_leads") == []
    assert said(case, EventKind.NOT_APPLIED) == [
        "A rule wants the leads of Service Desk to be told, but there is no lead and no administrator"
    ]


SPANISH = {"skills": ["es"], "without_skill": {"team": "SD", "tags": ["interpreter"]}}


def test_a_case_stays_in_its_team_where_somebody_has_the_skill(app):
    can(an_agent("ENR"), "es")

    case = under(SPANISH)

    assert (case.team.code, tags(case)) == ("ENR", set())
    assert needed_skills.needed_by([case.id]) == {case.id: {"es"}}
    assert said(case, EventKind.SKILLS_NEEDED) == ["Needs somebody with: es"]


def test_a_case_goes_elsewhere_where_nobody_has_the_skill_and_an_entry_says_why(app):
    an_agent("SD")

    case = under(SPANISH)

    assert (case.team.code, tags(case)) == ("SD", {"interpreter"})
    (moved,) = said(case, EventKind.MOVED)
    assert moved == "Moved from Provider Enrollment to Service Desk: nobody in Provider Enrollment has what it needs: es"


def test_a_skill_of_somebody_whose_account_has_ended_does_not_count(app):
    gone = can(an_agent("ENR"), "es")
    an_agent("SD")
    with transaction():
        db.session.get_one(User, gone.id).deactivated_at = MONDAY_9_AM

    assert under(SPANISH).team.code == "SD"


def test_where_nobody_works_in_the_other_team_either_the_case_stays_and_is_tagged(app):
    case = under(SPANISH)

    assert (case.team.code, tags(case)) == ("ENR", {"interpreter"})
    assert said(case, EventKind.MOVED) == []


def test_the_seeded_rules_send_a_question_in_spanish_to_whoever_can_answer_it(app):
    an_agent("SD")
    asked_in_spanish = a_case(requester=a_provider(language=Language.SPANISH))

    assert (asked_in_spanish.team.code, tags(asked_in_spanish)) == ("SD", {"interpreter"})
    assert a_case().team.code == "ENR"


def test_a_macro_is_offered_on_the_timeline(app):
    assert said(under({"macro": "M6"}), EventKind.MACRO_OFFERED) == [
        "A rule has a text ready for the answer: “Signature mail sent again”"
    ]


@pytest.mark.parametrize("then", [{"macro": "M6"}, {"macro": "M6", "status": "pending"}], ids=["offered", "sent"])
def test_a_macro_that_is_not_in_use_any_more_is_left_out(app, then):
    with transaction():
        db.session.scalars(sa.select(Macro).where(Macro.code == "M6")).one().is_active = False

    case = under(then)

    assert (case.status, [message.kind for message in case.messages]) == ("new", ["question"])
    assert said(case, EventKind.NOT_APPLIED) == ["A rule names the macro M6, which is not in use: its text was left out"]
