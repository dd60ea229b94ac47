"""What routing rules can speak of follows from the form in force and the teams."""

from decimal import Decimal

from helpdesk.accounts.models import Team
from helpdesk.cases.macros import Macro
from helpdesk.extensions import db
from helpdesk.intake.vocabulary import current_vocabulary
from helpdesk.routing.models import Priority
from helpdesk.routing.vocabulary import FactKind, KnownTopic
from helpdesk.transaction import transaction
from tests.duty_factories import can
from tests.factories import an_agent
from tests.routing.examples import known


def test_every_question_that_is_answered_by_choosing_or_counting_is_a_fact():
    facts = known().facts

    assert facts["waste_reason"].values["spoiled_by_temperature"] == "Spoiled by temperature"
    assert (facts["rows_failed"].kind, facts["rows_failed"].least) == (FactKind.NUMBER, Decimal(0))
    assert not {"organization", "lot", "attachments", "reach_phone"} & set(facts)


def test_days_and_moments_are_compared_by_their_counts():
    facts = known().facts

    assert {"given_on.days_ago", "given_on.working_days_ago", "ended_at.hours_ago"} <= set(facts)
    assert not {"given_on", "ended_at", "ended_at.working_days_ago"} & set(facts)
    assert facts["given_on.days_ago"].least == 0  # a dose cannot have been given tomorrow
    assert facts["wanted_on.days_ago"].least == -1000


def test_a_fact_says_when_its_question_is_asked():
    ended, reason = known().facts["ended_at.hours_ago"].asked, known().facts["waste_reason"].asked

    assert (ended.topics, ended.when) == ({"TMP-EXC", "TMP-EQP"}, (("excursion_state", ("ended",)),))
    assert (reason.topics, reason.is_required) == ({"INV-WAST"}, False)
    assert known().facts["set_apart"].asked.is_required


def test_a_topic_on_offer_brings_its_group_its_team_and_its_priority():
    assert known().topics["TMP-EXC"] == KnownTopic("TMP", "VMGT", Priority.P1)


def test_macros_in_use_and_skills_that_somebody_has_are_known(app):
    can(an_agent("ENR"), "ES", "notary")
    with transaction():
        db.session.scalars(db.select(Macro).where(Macro.code == "M11")).one().is_active = False

    found = current_vocabulary()

    assert (found.skills, found.macros["M3"], "M11" in found.macros) == ({"es", "notary"}, "Information needed", False)


def test_teams_are_known_with_whether_anybody_works_there(app):
    an_agent("NCIR")
    with transaction():
        db.session.scalars(db.select(Team).where(Team.code == "TRN")).one().is_active = False

    teams = current_vocabulary().teams

    assert {code: (teams[code].is_active, teams[code].has_member) for code in ("NCIR", "TRN", "CLIN")} == {
        "NCIR": (True, True),
        "TRN": (False, False),
        "CLIN": (True, False),
    }
