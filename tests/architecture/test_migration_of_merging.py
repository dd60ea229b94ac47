"""Cases merged, linked, watched and tied to known problems come through the migrations that let them be so, up and down."""

import flask_migrate
import sqlalchemy as sa

from helpdesk.cases import links, marking, merging, problems, queries, waves
from helpdesk.cases.models import ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_provider, an_agent
from tests.problem_factories import a_problem, these
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run


def test_a_desk_with_merged_cases_goes_down_and_comes_up_again(migrated_app):
    agent, requester = an_agent(), a_provider()
    case, into, other = (a_case(requester=requester, agent=agent, status=Status.OPEN) for _each in range(3))
    with transaction():
        merging.merge(case, into=into, by=agent, note="We go on in your other case.", seen=case.version)
    with transaction():
        links.link(into, other, by=agent)
        marking.let_watch(into, agent, by=agent)
    problem = a_problem(by=agent)
    with transaction():
        problems.tie(problem, [into], by=agent)
        waves.begin_wave(problem, these(into), by=agent, code=ResolutionCode.FIXED, note="It works again since 9 a.m.")
    ids, merged = [case.id, into.id, other.id], case.id
    db.session.remove()

    flask_migrate.downgrade(revision="0024")
    statuses = sa.text("SELECT id, status, resolution_code FROM cases ORDER BY id")
    assert [tuple(row) for row in db.session.execute(statuses)] == [
        (merged, "closed", "duplicate"),
        *((number, "open", None) for number in ids[1:]),
    ]
    db.session.remove()
    flask_migrate.upgrade()

    assert db.session.scalars(sa.text("SELECT merged_into_id FROM cases WHERE merged_into_id IS NOT NULL")).all() == []
    assert db.session.scalars(sa.text("SELECT count(*) FROM case_links")).all() == [0]
    assert db.session.scalars(sa.text("SELECT count(*) FROM known_problems")).all() == [0]
    assert db.session.scalars(sa.text("SELECT count(*) FROM users WHERE wants_watch_mail")).all() == [0]
    assert a_case(requester=requester, agent=agent).id == max(ids) + 1, "no number is used twice"


def test_who_ended_a_problem_comes_along_up_and_down(migrated_app):
    agent, rosa = an_agent(), an_agent()
    over, back = a_problem(by=agent), a_problem(by=agent)
    case = a_case()
    with transaction():
        problems.tie(back, [case], by=agent)
    for problem, acts in ((over, (problems.end,)), (back, (problems.end, problems.reopen))):
        for act in acts:
            with transaction():
                act(problem, by=rosa)
    with transaction():
        wave = waves.begin_wave(back, these(case), by=agent, code=ResolutionCode.FIXED, note="It works again since 9 a.m.")
    with transaction():
        waves.take_back(wave, queries.visible_to(rosa), by=rosa)
    rosa_id, over_id = rosa.id, over.id
    db.session.remove()

    flask_migrate.downgrade(revision="0029")
    ended_by = sa.text("SELECT ended_by_id FROM known_problems ORDER BY id")
    assert db.session.scalars(ended_by).all() == [rosa_id, None]
    db.session.remove()
    flask_migrate.upgrade()

    acts = sa.text("SELECT problem_id, act, actor_id FROM problem_events")
    assert [tuple(row) for row in db.session.execute(acts)] == [(over_id, "ended", rosa_id)]
    assert db.session.scalars(sa.text("SELECT state FROM problem_wave_cases")).all() == ["taken_back"]
