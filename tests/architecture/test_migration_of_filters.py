"""The migration that brings saved filters: what there was before stays as it was, and goes down again."""

import flask_migrate
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from helpdesk.accounts.models import AccountAct, AccountEvent
from helpdesk.cases import commands, marks
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.queue import saving
from helpdesk.queue.asked import read
from helpdesk.queue.models import SavedFilter
from helpdesk.transaction import transaction
from tests.case_factories import a_new_case
from tests.factories import a_provider, an_agent
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run


def test_cases_and_histories_stay_on_the_way_down_and_up_and_saved_filters_go(migrated_app):
    agent, requester = an_agent(), a_provider()
    with transaction():
        case = commands.open_case(a_new_case(), requester=requester)
        marks.tag(case.id, ["outage"], team_id=case.team_id)
        saving.save(read({"priority": "P1"}), name="Urgent ones", by=db.session.merge(agent), team=None)
    before = _acts()
    assert AccountAct.FILTER_SAVED in before

    flask_migrate.downgrade(revision="0024")
    flask_migrate.upgrade()

    assert _acts() == [act for act in before if act is not AccountAct.FILTER_SAVED]
    assert db.session.scalars(sa.select(SavedFilter)).all() == []
    assert len(db.session.scalars(sa.select(Case)).all()) == 1
    assert db.session.scalars(sa.select(marks.CaseTag.tag)).all() == ["outage"]


@pytest.mark.parametrize("whose", ["NULL, NULL", "1, 1"])
def test_a_filter_is_of_a_person_or_of_a_team(app, whose):
    an_agent()

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            sa.text(f"INSERT INTO saved_filters (owner_id, team_id, name, position, query) VALUES ({whose}, 'x', 1, '{{}}')")
        )


def _acts() -> list[AccountAct]:
    found = list(db.session.scalars(sa.select(AccountEvent.act).order_by(AccountEvent.id)))
    db.session.rollback()
    return found
