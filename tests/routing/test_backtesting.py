"""Past cases decided once more: what is counted, by examples, and that the numbers add up whatever the cases were."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.routing.backtesting import MOST_LISTED, Moved, Outcomes, PastCase, Replay, Result
from helpdesk.routing.models import Priority
from helpdesk.routing.rules import RuleSet
from tests.hours.calendars import a_calendar
from tests.routing.examples import MONDAY, a_rule, a_rule_set, a_ticket, seeded

TEAMS = ("SD", "ENR", "NCIR", "INV")
NCIR_TO_NCIR = a_rule_set(a_rule("to-ncir"))


def a_past_case(**named: Any) -> PastCase:
    """A case about NCIR that went to triage and stayed there."""
    usual = {
        "case_id": 1,
        "facts": a_ticket(system="ncir"),
        "decided_at": MONDAY,
        "team": "SD",
        "priority": Priority.P3,
        "rule": "triage",
    }
    known = {**usual, **named}
    return PastCase(**{"priority_today": known["priority"], **known})


def replayed(*cases: PastCase, by: RuleSet = NCIR_TO_NCIR) -> Result:
    """What a replay of these cases finds."""
    replay = Replay(by, calendar=a_calendar())
    for case in cases:
        replay.add(case)
    return replay.result()


def test_a_case_that_would_go_elsewhere_is_listed_with_both_rules():
    found = replayed(a_past_case(case_id=7), a_past_case(case_id=8, team="NCIR"))

    assert (found.cases, found.moved, found.moved_though_left) == (2, 1, 1)
    assert found.listed == [Moved(7, old="SD", new="NCIR", old_rule="triage", new_rule="to-ncir")]
    assert found.teams == {"NCIR": {"NCIR": 1}, "SD": {"NCIR": 1}}


def test_it_is_compared_with_what_was_decided_then_not_with_what_those_rules_say_today():
    past = a_past_case(facts=a_ticket(system="cvms"), team="INV", rule="a-rule-of-old")

    assert replayed(past).teams == {"INV": {"SD": 1}}


def test_load_is_counted_in_the_week_of_the_desk():
    sunday_evening = datetime(2026, 11, 30, 4, 30, tzinfo=UTC)  # in North Carolina

    found = replayed(a_past_case(decided_at=sunday_evening), a_past_case(), a_past_case(team="NCIR"))

    assert found.load == {"NCIR": {"2026-W48": [0, 1], "2026-W49": [1, 2]}, "SD": {"2026-W48": [1, 0], "2026-W49": [1, 0]}}


@pytest.mark.parametrize(
    ("then", "moved_to", "outcomes"),
    [
        ("SD", "NCIR", Outcomes(right=1)),
        ("SD", "INV", Outcomes(wrong=1)),
        ("NCIR", "INV", Outcomes(still_wrong=1)),
        ("NCIR", "NCIR", Outcomes(right=1)),  # moved away, and back
        ("SD", "SD", Outcomes(wrong=1)),
        ("SD", "", Outcomes()),
    ],
)
def test_of_what_agents_moved_it_says_what_would_have_been_right(then, moved_to, outcomes):
    found = replayed(a_past_case(team=then, moved_to=moved_to))

    assert found.by_hand == outcomes
    assert found.moved_though_left == (then != "NCIR" and not moved_to)


def test_of_priorities_that_were_changed_too():
    urgent = a_rule_set(a_rule("urgent", then={"team": "NCIR", "priority_at_least": "P2"}))
    cases = [a_past_case(priority_today=today) for today in (Priority.P2, Priority.P1, Priority.P3)]

    found = replayed(*cases, by=urgent)

    assert found.priorities == {"P3": {"P2": 3}}
    assert (found.reprioritized, found.priority_by_hand) == (3, Outcomes(right=1, wrong=1))


@pytest.mark.parametrize("days_ago", [9, 10])
def test_days_that_were_not_counted_when_the_case_was_made_are_counted_to_that_moment(days_ago):
    submitted = (MONDAY - timedelta(days=days_ago)).date().isoformat()
    lately = a_rule("lately", when={"fact": "submitted_on.days_ago", "less_than": 10})

    found = replayed(a_past_case(facts=a_ticket(submitted_on=submitted)), by=a_rule_set(lately))

    assert found.moved == (days_ago < 10)


def test_days_that_were_counted_then_are_not_counted_again():
    stored = a_ticket(submitted_on="2026-01-05", **{"submitted_on.days_ago": "3"})
    lately = a_rule("lately", when={"fact": "submitted_on.days_ago", "less_than": 10})

    assert replayed(a_past_case(facts=stored), by=a_rule_set(lately)).moved == 1


def test_only_so_many_are_listed_and_all_are_counted():
    found = replayed(*(a_past_case(case_id=number) for number in range(MOST_LISTED + 3)))

    assert (found.moved, len(found.listed), found.listed[-1].case_id) == (MOST_LISTED + 3, MOST_LISTED, MOST_LISTED - 1)


def test_nothing_at_all_is_a_result_too():
    assert Result.read(replayed().stored()) == Result()


past_cases = st.builds(
    PastCase,
    case_id=st.integers(1, 9),
    facts=st.builds(
        a_ticket,
        st.sampled_from(["TMP-EXC", "INV-ADJ", "ENR-STAT", "REC-DOSE", "GEN-OTHER"]),
        system=st.sampled_from(["ncir", "cvms"]),
        urgency=st.sampled_from(["no", "at_risk"]),
        submitted_on=st.sampled_from(["", "2026-11-20", "2026-01-05"]),
        text=st.sampled_from(["Please help.", "A lawsuit: the press is here."]),
    ),
    decided_at=st.integers(-400, 60).map(lambda days: MONDAY + timedelta(days=days)),
    team=st.sampled_from(TEAMS),
    priority=st.sampled_from(Priority),
    rule=st.just("triage"),
    priority_today=st.sampled_from(Priority),
    moved_to=st.sampled_from(["", *TEAMS]),
)


@given(st.lists(past_cases, max_size=30))
def test_the_numbers_add_up(cases: list[PastCase]) -> None:
    found = replayed(*cases, by=seeded())
    moved = sum(number for old, row in found.teams.items() for new, number in row.items() if old != new)
    weeks = [week for weeks in found.load.values() for week in weeks.values()]

    assert found.cases == len(cases) == _total(found.teams) == _total(found.priorities)
    assert found.moved == moved == len(found.listed)
    assert found.moved_though_left == sum(not one.by_hand for one in found.listed)
    assert [sum(week[n] for week in weeks) for n in (0, 1)] == [len(cases), len(cases)]
    for team, row in found.teams.items():
        assert sum(week[0] for week in found.load[team].values()) == sum(row.values())
    assert found.by_hand.total == sum(bool(case.moved_to) for case in cases)
    assert found.priority_by_hand.total == sum(case.priority != case.priority_today for case in cases)
    assert Result.read(json.loads(json.dumps(found.stored()))) == found


def _total(matrix: dict[str, dict[str, int]]) -> int:
    return sum(number for row in matrix.values() for number in row.values())
