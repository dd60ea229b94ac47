"""Decisions are written once, with the version that made them; rules change only by a new version."""

from datetime import timedelta

import pytest

from helpdesk.accounts.models import Team
from helpdesk.extensions import db
from helpdesk.routing import commands, queries, wording
from helpdesk.routing.errors import BadRule, BadRuleSet, NoRuleSet
from helpdesk.routing.models import Priority, RoutingDecision, RuleSetVersion
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.queue.cases import statements
from tests.routing.examples import MONDAY, TRIAGE, a_case_to_route, a_rule, a_ticket, publish, routed

LABELS = {"system": "NCIR", "topic_group": "Inventory"}


def versions():
    """The numbers of the published versions, the latest first."""
    return [version.version for version in db.session.scalars(queries.versions())]


@pytest.mark.both_databases
def test_the_whole_decision_is_stored(app):
    facts = a_ticket("INV-ADJ", system="ncir", language="es", base_priority="P3")

    decision = routed(facts, LABELS)

    assert (decision.version, decision.winner, decision.decided_at) == (1, "ncir-records", MONDAY)
    assert decision.facts == {"values": facts, "labels": LABELS, "names": {}}
    assert (decision.outcome["team"], decision.outcome["priority"], decision.outcome["skills"]) == ("NCIR", "P3", ["es"])
    assert {"rule": "ncir-records", "verdict": "decided", "truths": "tt"} in decision.trace


@pytest.mark.both_databases
def test_what_changed_the_priority_is_stored(app):
    outcome = routed(a_ticket("GEN-TRN", urgency="at_risk", base_priority="P2")).outcome

    assert (outcome["base_priority"], outcome["priority"]) == ("P2", "P1")
    assert outcome["changes"] == [{"rule": "at-risk", "old": "P2", "new": "P1"}]


def test_route_returns_what_it_stored(app):
    case = a_case_to_route()
    with transaction():
        decision = commands.route(case, facts=a_ticket("TMP-EXC"), labels={}, at=MONDAY)

    assert (decision.team, decision.priority, decision.winner, decision.macro) == ("VMGT", Priority.P1, "temperature", "M2")


@pytest.mark.both_databases
def test_older_decisions_keep_their_version_and_their_words(app):
    first, second = (routed(a_ticket("INV-ADJ", system="ncir"), LABELS).id for _ in range(2))
    publish(a_rule("ncir-records", when="always", then={"team": "REC"}), reason="Reorganized")
    third = routed(a_ticket("INV-ADJ", system="ncir"), LABELS)

    older = [db.session.get(RoutingDecision, key) for key in (first, second)]

    assert [decision.version for decision in (*older, third)] == [1, 1, 2]
    assert {decision.outcome["team"] for decision in older} == {"NCIR"}
    expected = "To NCIR Support, because system is NCIR and topic group is Inventory."
    assert [wording.sentence(decision, "NCIR Support") for decision in older] == [expected, expected]


def test_a_stored_decision_is_shown_as_it_was_even_where_deciding_again_would_differ(app):
    decision = routed(a_ticket("INV-ADJ", system="ncir"), LABELS)
    with transaction():
        stored = db.session.get(RoutingDecision, decision.id)
        stored.trace = [{**entry, "truths": entry["truths"].replace("t", "f")} for entry in stored.trace]

    rows = wording.table(db.session.get(RoutingDecision, decision.id))

    assert {row.truth.value for rule in rows for row in rule.conditions} == {"f", "-"}


def test_publishing_puts_the_next_version_in_force(app):
    admin = an_admin()
    with transaction():
        commands.publish([a_rule("new"), TRIAGE], reason="New team", by=admin, at=MONDAY)

    assert versions() == [2, 1]
    assert [rule.key for rule in queries.current_rule_set().rules] == ["new", "triage"]
    latest = db.session.get(RuleSetVersion, 2)
    assert (latest.reason, latest.published_by, latest.published_at) == ("New team", admin.id, MONDAY)


def test_a_broken_rule_set_is_not_published(app):
    with pytest.raises(BadRule):
        publish(a_rule(when={"fact": "system", "sounds_like": "ncir"}))

    assert versions() == [1]


@pytest.mark.parametrize("then", [{"team": "GONE"}, {"team": "SD", "watchers": ["GONE"]}, {"team": "SD", "notify": ["GONE"]}])
def test_a_team_that_does_not_exist_stops_publishing(app, then):
    with pytest.raises(BadRuleSet, match="GONE"):
        publish(a_rule(then=then))

    assert versions() == [1]


def test_a_closed_team_stops_publishing(app):
    with transaction():
        db.session.scalars(db.select(Team).where(Team.code == "NCIR")).one().is_active = False

    with pytest.raises(BadRuleSet, match="NCIR"):
        publish(a_rule())


@pytest.mark.both_databases
def test_rules_are_those_of_this_database_whatever_another_calls_by_the_same_number(app):
    before = queries.current_rule_set()

    with transaction():
        db.session.execute(db.update(RuleSetVersion).values(rules=[a_rule("elsewhere"), TRIAGE]))

    now = queries.current_rule_set()
    assert now.version == before.version
    assert [rule.key for rule in now.rules] == ["elsewhere", "triage"]


def test_without_any_rule_set_nothing_can_be_routed(app):
    with transaction():
        db.session.execute(db.delete(RuleSetVersion))

    with pytest.raises(NoRuleSet):
        queries.current_rule_set()


@pytest.mark.both_databases
def test_cases_are_counted_by_the_rules_that_caught_them_without_reading_a_decision(app):
    facts = a_ticket("INV-ADJ", system="ncir", language="es")
    for _case in range(2):
        routed(facts)
    routed(a_ticket("REC-DOSE"))

    with statements() as asked:
        found = queries.caught_since(MONDAY)

    assert found == {"ncir-records": 2, "topic-team": 1, "spanish": 2}
    assert len(asked) == 1
    assert not any(column in asked[0] for column in ("trace", "facts", "outcome"))
    assert queries.caught_since(MONDAY + timedelta(seconds=1)) == {}
