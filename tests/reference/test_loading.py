"""The reference data: complete, and loaded so that nothing that somebody changed is lost."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import Team
from helpdesk.cases.macro_places import unknown
from helpdesk.cases.macros import Macro
from helpdesk.extensions import db
from helpdesk.hours.models import Closure, ServiceInterval, ServiceSchedule
from helpdesk.intake.models import Topic
from helpdesk.reference import commands
from helpdesk.routing.models import Priority, RuleSetVersion
from helpdesk.sla.models import SlaPolicy
from helpdesk.transaction import transaction


def load():
    """Load the reference data as the command line does."""
    with transaction():
        return commands.load()


def everything():
    """Every row of every table."""
    rows = {table.name: sorted(map(repr, db.session.execute(sa.select(table)))) for table in db.metadata.sorted_tables}
    db.session.rollback()
    return rows


@pytest.mark.both_databases
def test_loading_again_changes_nothing(app):
    before = everything()

    assert set(load().values()) == {0}
    assert everything() == before


@pytest.mark.both_databases
def test_an_empty_database_gets_everything(app):
    before = everything()
    with transaction():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())

    added = load()

    assert (added["teams"], added["forms"]) == (11, 1)
    assert {name: len(rows) for name, rows in everything().items()} == {name: len(rows) for name, rows in before.items()}


@pytest.mark.both_databases
def test_an_edited_team_stays_edited(app):
    with transaction():
        db.session.scalars(sa.select(Team).where(Team.code == "TRN")).one().name = "Learning"

    load()

    assert db.session.scalars(sa.select(Team.name).where(Team.code == "TRN")).one() == "Learning"


def test_what_is_missing_is_added_beside_what_is_there(app):
    with transaction():
        db.session.execute(sa.delete(SlaPolicy).where(SlaPolicy.priority == Priority.P4))

    added = load()

    assert (added["targets"], added["teams"]) == (1, 0)


def test_a_closure_taken_away_does_not_come_back(app):
    with transaction():
        db.session.execute(sa.delete(Closure).where(Closure.closed_on == date(2026, 4, 3)))

    assert load()["closures"] == 0


def test_a_new_version_of_the_rules_is_not_put_aside(app):
    with transaction():
        db.session.get(RuleSetVersion, 1).reason = "Ours"

    assert load()["rule sets"] == 0


def test_there_are_forty_topics_in_nine_groups_and_eleven_teams(app):
    topics = db.session.scalars(sa.select(Topic).order_by(Topic.position)).all()

    assert [topic.position for topic in topics] == list(range(1, 41))
    assert len({(topic.group_code, topic.group_name) for topic in topics}) == 9
    assert db.session.scalar(sa.select(sa.func.count(Team.id))) == 11


def test_every_topic_has_a_team_that_exists_and_its_group_in_its_code(app):
    teams = set(db.session.scalars(sa.select(Team.code)))
    topics = db.session.scalars(sa.select(Topic)).all()

    assert {topic.team_code for topic in topics} <= teams
    assert [topic.code for topic in topics if not topic.code.startswith(f"{topic.group_code}-")] == []


def test_matters_of_the_whole_organization_need_no_location(app):
    without = set(db.session.scalars(sa.select(Topic.code).where(sa.not_(Topic.needs_location))))

    enrollment = {"ENR-START", "ENR-ACCT", "ENR-SECA", "ENR-SIGN", "ENR-STAT", "ENR-SYS"}
    assert without == enrollment | {"ACC-DESK", "GEN-TRN", "GEN-BILL", "GEN-OTHER"}


def test_each_priority_has_its_targets_in_service_minutes(app):
    policies = {p.priority: p for p in db.session.scalars(sa.select(SlaPolicy))}

    assert set(policies) == set(Priority)
    assert [policies[p].first_response_minutes for p in Priority] == [30, 120, 525, 1050]
    assert [policies[p].resolution_minutes for p in Priority] == [240, 525, 1575, 5250]


def test_the_desk_is_open_on_weekdays_from_8_to_16_45(app):
    schedule = db.session.scalars(sa.select(ServiceSchedule)).one()

    assert (schedule.valid_from, schedule.zone) == (date(2021, 1, 1), "America/New_York")
    assert [interval.weekday for interval in schedule.intervals] == [0, 1, 2, 3, 4]
    hours = db.session.execute(sa.select(ServiceInterval.opens, ServiceInterval.closes).distinct()).all()
    assert hours == [(time(8, 0), time(16, 45))]


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_year_has_the_twelve_state_holidays_all_on_weekdays(app, year):
    closures = [c for c in db.session.scalars(sa.select(Closure)) if c.closed_on.year == year]

    assert len(closures) == 12
    assert {closure.closed_from for closure in closures} == {time(0, 0)}
    assert [closure.reason for closure in closures if closure.closed_on.weekday() > 4] == []


def test_the_twelve_macros_are_there_in_both_languages_and_name_only_facts_that_there_are(app):
    macros = db.session.scalars(sa.select(Macro)).all()
    texts = [text for macro in macros for text in (macro.body, macro.body_es)]

    assert {macro.code for macro in macros} == {f"M{number}" for number in range(1, 13)}
    assert all(text and text == text.strip() for text in texts)
    assert [place for text in texts for place in unknown(text)] == []


def test_no_text_that_a_rule_sends_by_itself_waits_to_be_filled_in(app):
    rules = db.session.get(RuleSetVersion, 1).rules
    sent = {rule["then"]["macro"] for rule in rules if rule["then"].get("status") == "pending"}
    macros = db.session.scalars(sa.select(Macro).where(Macro.code.in_(sent))).all()

    assert {macro.code for macro in macros} == sent != set()
    assert not [macro.code for macro in macros if "{" in macro.body + macro.body_es]


def test_a_macro_that_was_edited_stays_edited(app):
    with transaction():
        db.session.scalars(sa.select(Macro).where(Macro.code == "M1")).one().body = "Ours."

    assert load()["macros"] == 0
    assert db.session.scalars(sa.select(Macro.body).where(Macro.code == "M1")).one() == "Ours."
