"""Who is on duty, what people can do, and what becomes of both when somebody goes."""

import pytest

from helpdesk import clock
from helpdesk.accounts import duty, skills
from helpdesk.accounts.errors import NotStaff, WorksInNoTeam
from helpdesk.accounts.models import User
from helpdesk.admin.staffing import Work
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.admin.desk_people import acts, deactivated, team, work_changed
from tests.case_factories import MONDAY_9_AM
from tests.duty_factories import can, off_duty, on_duty
from tests.factories import a_provider, an_admin, an_agent

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


def test_duty_is_for_those_who_work_in_a_team_and_ends_with_the_last_one(app):
    nobody, agent, admin = an_agent("ENR"), an_agent("ENR"), an_admin()
    an_agent("ENR"), an_agent("NCIR")
    work_changed(nobody, Work(nobody.role, frozenset(), frozenset()), by=admin)
    with pytest.raises(WorksInNoTeam):
        on_duty(nobody)
    on_duty(agent)

    work_changed(agent, Work(agent.role, frozenset({team("NCIR").id}), frozenset()), by=admin)
    assert db.session.get_one(User, agent.id).on_duty_since == MONDAY_9_AM
    work_changed(agent, Work(agent.role, frozenset(), frozenset()), by=admin)

    assert db.session.get_one(User, agent.id).on_duty_since is None
    assert acts(of=agent)[-2:] == ["left_team", "off_duty"]


def test_duty_ends_with_the_account_and_is_in_its_history(app):
    agent, _colleague = on_duty(an_agent("ENR")), an_agent("ENR")

    deactivated(agent, by=an_admin())

    assert db.session.get_one(User, agent.id).on_duty_since is None
    assert acts(of=agent) == ["created", "on_duty", "off_duty", "deactivated"]


def test_switching_twice_is_switching_once(app):
    agent = on_duty(on_duty(an_agent("ENR")))
    off_duty(off_duty(agent))

    assert acts(of=agent) == ["created", "on_duty", "off_duty"]


def test_an_account_that_has_ended_does_not_come_on_duty(app):
    agent, _colleague = an_agent("ENR"), an_agent("ENR")
    deactivated(agent, by=an_admin())

    with transaction():
        assert duty.start(db.session.get_one(User, agent.id), by=None) is False


def test_skills_are_plain_words_in_lower_case_each_once(app):
    agent = can(an_agent("ENR"), " ES ", "es", "Cold \u200b chain", "", "ｆｕｌｌ")

    assert skills.of(agent) == ("cold chain", "es", "full")
    assert skills.known() == ["cold chain", "es", "full"]
    with pytest.raises(NotStaff):
        can(a_provider(), "es")


def test_somebody_has_a_skill_whether_on_duty_or_not(app):
    talker, an_absent = can(an_agent("ENR"), "es"), can(an_agent("ENR"), "fr", "es")
    an_agent("ENR")
    deactivated(an_absent, by=an_admin())

    found = [skills.anybody_has(team(code), words) for code, words in (("ENR", ["ES"]), ("ENR", ["es", "fr"]), ("SD", ["es"]))]

    assert found == [True, False, False]
    assert talker.on_duty_since is None
    assert [skills.anybody_has(team(code), ()) for code in ("ENR", "TRN")] == [True, False]
