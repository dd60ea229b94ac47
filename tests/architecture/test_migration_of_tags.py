"""The migration that lets teams know the tags of their cases finds out what they are; on the way down it forgets that alone."""

import flask_migrate
import sqlalchemy as sa

from helpdesk.accounts.models import Team
from helpdesk.cases import marking, marks
from helpdesk.cases.marks import TeamTag
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run


def test_a_desk_with_tags_goes_down_and_each_team_knows_those_of_its_cases_again(migrated_app):
    agent, cases = an_agent(), [a_case(), a_case(), a_case(topic="DAT-HL7"), a_case()]
    with transaction():
        for case, tags in zip(cases, (["flu", "vip"], ["flu"], ["flu", "año-nuevo"], []), strict=True):
            marking.tag(case, tags, by=agent)
        marking.tag(cases[3], ["slip"], by=agent)
        marks.untag(cases[3].id, ["slip"])
    before = _known()
    assert before == [("ENR", "flu"), ("ENR", "vip"), ("NCIR", "año-nuevo"), ("NCIR", "flu")]

    flask_migrate.downgrade(revision="0035")
    assert sorted(db.session.scalars(sa.text("SELECT tag FROM case_tags"))) == ["año-nuevo", "flu", "flu", "flu", "vip"]
    db.session.remove()
    flask_migrate.upgrade()

    assert _known() == before


def _known() -> list[tuple[str, str]]:
    found = sorted(map(tuple, db.session.execute(sa.select(Team.code, TeamTag.tag).join(Team, Team.id == TeamTag.team_id))))
    db.session.rollback()
    return found
