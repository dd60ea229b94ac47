"""The migration of drafts, presence, macros that act and shortcuts: what there was stays, and a desk in use goes down and up."""

import flask_migrate
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from helpdesk.accounts.models import User
from helpdesk.cases import case_drafts, presence
from helpdesk.cases.case_drafts import CaseDraft
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.macros import Macro, MacroEvent
from helpdesk.cases.models import MessageKind, Status
from helpdesk.cases.presence import CasePresence
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.macro_factories import a_macro
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run


def test_a_desk_in_use_goes_down_and_up_again(migrated_app):
    case, agent = a_case(), an_agent("ENR")
    a_macro(status=Status.PENDING, tags=["form b"], to_team="ENR")
    with transaction():
        case_drafts.save(case, agent, MessageKind.REPLY, body="Half a reply")
        presence.note(case, agent, writing=MessageKind.REPLY)
        db.session.get_one(User, agent.id).uses_shortcuts = False
    db.session.rollback()

    flask_migrate.downgrade(revision="0024")
    flask_migrate.upgrade()

    assert [db.session.scalars(sa.select(table)).all() for table in (CaseDraft, CasePresence, MacroEvent)] == [[], [], []]
    macros = db.session.scalars(sa.select(Macro)).all()
    assert len(macros) == 13
    assert {(macro.status, macro.to_team_id, macro.version, *macro.tags) for macro in macros} == {(None, None, 1)}
    assert set(db.session.scalars(sa.select(User.uses_shortcuts))) == {True}


def test_macros_that_put_on_hold_go_on_doing_so_for_five_days(migrated_app):
    a_macro(status=Status.ON_HOLD, hold_reason=HoldReason.MAKER, hold_days=7)
    db.session.rollback()

    flask_migrate.downgrade(revision="0033")
    flask_migrate.upgrade()

    found = sa.select(Macro.hold_reason, Macro.hold_days).where(Macro.status == Status.ON_HOLD)
    assert db.session.execute(found).all() == [(HoldReason.OTHER, 5)]


@pytest.mark.parametrize(
    "wrong", ["status = 'resolved'", "status = 'on_hold'", "hold_days = 0", "status = 'lost'", "resolution_code = 'magic'"]
)
def test_a_macro_that_no_case_can_follow_is_refused(app, wrong):
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.text(f"UPDATE macros SET {wrong}"))
