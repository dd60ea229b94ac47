"""The migration that brings duty, skills and turns: what there was before stays as it was, and goes down again."""

import flask_migrate
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from helpdesk.accounts import duty, skills
from helpdesk.accounts import teams as account_teams
from helpdesk.accounts.duty_models import Distribution, Turn, UserSkill
from helpdesk.accounts.models import AccountAct, AccountEvent, Team, User
from helpdesk.cases import commands
from helpdesk.cases.models import Case, Event, EventKind
from helpdesk.cases.needed_skills import CaseSkill, need
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_new_case
from tests.factories import a_provider, an_admin, an_agent
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run


def test_teams_and_people_come_up_as_they_were_and_a_desk_in_use_goes_down(empty_app):
    flask_migrate.upgrade(revision="0017")
    with db.engine.begin() as connection:
        made_at = "'2026-01-05 15:00:00'"
        connection.execute(
            sa.text("INSERT INTO teams (code, name, purpose, is_active) VALUES ('OLD', 'Old', '', :yes)"), {"yes": True}
        )
        connection.execute(
            sa.text(
                "INSERT INTO users (email, email_key, first_name, last_name, phone, pin, language, appearance, role, "
                "password_hash, session_key, is_demo, created_at, "
                "wants_digest, wants_assignment_mail, wants_target_mail, wants_copy_mail) "
                f"VALUES ('a@x.org', 'a@x.org', 'Ana', 'Marin', '', '', 'en', 'system', 'agent', '', 'k', :no, {made_at}, "
                ":no, :no, :no, :no)"
            ),
            {"no": False},
        )
        connection.execute(
            sa.text(
                "INSERT INTO account_events (at, act, user_id, reason, old, new) "
                f"VALUES ({made_at}, 'created', 1, '', '{{}}', '{{}}')"
            )
        )

    flask_migrate.upgrade()

    team, person = db.session.scalars(sa.select(Team)).one(), db.session.scalars(sa.select(User)).one()
    assert (team.distribution, team.cap, team.emptied_at) == (Distribution.TAKE, 25, None)
    assert (person.on_duty_since, skills.of(person)) == (None, ())
    assert db.session.scalars(sa.select(AccountEvent.act)).all() == [AccountAct.CREATED]


def test_what_was_given_out_stays_with_whoever_has_it_on_the_way_down(migrated_app):
    agent, admin, requester = an_agent(), an_admin(), a_provider()
    with transaction():
        team = db.session.scalars(sa.select(Team).where(Team.code == "ENR")).one()
        account_teams.distribute(team, Distribution.ROUND_ROBIN, cap=3, by=admin, reason="a busy week")
        skills.change(db.session.get_one(User, agent.id), ["es"], by=admin)
        duty.start(db.session.get_one(User, agent.id), by=agent)
        case = commands.open_case(a_new_case(), requester=requester)
        need(case, ["es"])
    acts = _acts()
    assert {AccountAct.ON_DUTY, AccountAct.SKILLS_CHANGED, AccountAct.DISTRIBUTION_CHANGED} <= set(acts)

    flask_migrate.downgrade(revision="0017")
    flask_migrate.upgrade()

    assert db.session.scalars(sa.select(Case.assignee_id)).all() == [agent.id]
    assert EventKind.ASSIGNED not in set(db.session.scalars(sa.select(Event.kind)))
    assert len(_acts()) == len(acts)
    assert {AccountAct.ON_DUTY, AccountAct.SKILLS_CHANGED, AccountAct.DISTRIBUTION_CHANGED}.isdisjoint(_acts())
    assert set(db.session.scalars(sa.select(Team.distribution))) == {Distribution.TAKE}
    assert [db.session.scalars(sa.select(table)).all() for table in (Turn, UserSkill, CaseSkill)] == [[], [], []]


@pytest.mark.parametrize("wrong", ["cap = 0", "distribution = 'lottery'"])
def test_a_team_without_room_or_with_an_unknown_way_is_refused(app, wrong):
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.text(f"UPDATE teams SET {wrong}"))


def _acts() -> list[AccountAct]:
    found = list(db.session.scalars(sa.select(AccountEvent.act)))
    db.session.rollback()
    return found
