"""Several cases are merged into one, directly or along a chain: what each brought stays as long as one of them needs it."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import Team, User
from helpdesk.cases import copies, copying, marking, marks, problems, redaction
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.redaction import Wanted
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.cases.copied import a_colleague, a_copied_case
from tests.cases.test_merging import last, merge, unmerge
from tests.directory_factories import a_location
from tests.factories import a_lead, a_provider, an_agent
from tests.problem_factories import a_problem

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


def some_cases(agent: User, number: int = 3) -> list[Case]:
    """Open cases of one requester."""
    requester = a_provider()
    return [a_case(requester=requester, agent=agent, status=Status.OPEN) for _each in range(number)]


def tag(case: Case, tags: str, *, by: User) -> None:
    with transaction():
        marking.tag(case, [tags], by=by)


def copied_to(case: Case) -> list[str]:
    return [one.name for one in copies.of(case.id, case.organization_id)]


def test_what_two_duplicates_have_in_common_leaves_with_the_second(app, agent):
    first, second, into = some_cases(agent)
    team, watcher, problem = (
        db.session.scalars(sa.select(Team).filter_by(code="INV")).one(),
        an_agent("NCIR"),
        a_problem(by=agent),
    )
    with transaction():
        problems.tie(problem, [first, second], by=agent)
    for one in (first, second):
        tag(one, "recall", by=agent)
        with transaction():
            marking.let_team_watch(one, team, by=agent)
            marking.let_watch(one, watcher, by=agent)
        merge(one, into, by=agent)

    for left in (True, False):
        unmerge(first if left else second, by=agent)
        assert (marks.tags_of(into.id), into.problem_id) == ((["recall"], problem.id) if left else ([], None))
        assert (marks.teams_watching(into.id), marks.people_watching(into.id)) == (([team], [watcher]) if left else ([], []))


def test_a_copy_that_two_duplicates_brought_ends_with_the_second(app, agent):
    place = a_location()
    ines = a_colleague(place, first_name="Ines", last_name="Marin")
    first = a_copied_case(ines, place=place)
    second, into = (
        a_copied_case(ines, place=place, requester=first.requester),
        a_copied_case(place=place, requester=first.requester),
    )
    for one in (first, second):
        merge(one, into, by=agent)

    unmerge(first, by=agent)
    assert copied_to(into) == ["Ines Marin"]
    unmerge(second, by=agent)
    assert copied_to(into) == []


def test_along_a_chain_what_came_from_the_first_alone_leaves_all_of_it_and_each_says_so(app, agent):
    first, second, third = some_cases(agent)
    problem = a_problem(by=agent)
    with transaction():
        problems.tie(problem, [first], by=agent)
    tag(first, "recall", by=agent)
    tag(second, "vip", by=agent)
    merge(first, second, by=agent)
    merge(second, third, by=agent)
    assert (marks.tags_of(third.id), third.problem_id) == (["recall", "vip"], problem.id)

    unmerge(first, by=agent)

    assert [marks.tags_of(case.id) for case in (first, second, third)] == [["recall"], ["vip"], ["vip"]]
    assert [case.problem_id for case in (first, second, third)] == [problem.id, None, None]
    assert event_sentence(last(third, EventKind.UNMERGED)) == f"Dana Osei took back that {first.number} was merged into this case"


def test_along_a_chain_what_another_case_on_it_has_stays(app, agent):
    first, other, second, third = some_cases(agent, 4)
    for one in (first, other):
        tag(one, "recall", by=agent)
        merge(one, second, by=agent)
    merge(second, third, by=agent)
    version = third.version

    unmerge(first, by=agent)
    assert [marks.tags_of(case.id) for case in (second, third)] == [["recall"], ["recall"]]
    assert third.version == version, "nothing has happened to it"
    unmerge(other, by=agent)
    assert [marks.tags_of(case.id) for case in (second, third)] == [[], []]


def test_a_copy_leaves_the_whole_chain(app, agent):
    place = a_location()
    ines = a_colleague(place, first_name="Ines", last_name="Marin")
    first = a_copied_case(ines, place=place)
    second, third = (a_copied_case(place=place, requester=first.requester) for _each in range(2))
    merge(first, second, by=agent)
    merge(second, third, by=agent)
    assert copied_to(third) == ["Ines Marin"]

    unmerge(first, by=agent)

    assert (copied_to(first), copied_to(second), copied_to(third)) == (["Ines Marin"], [], [])


def test_what_somebody_has_given_it_by_hand_stays(app, agent):
    first, into = some_cases(agent, 2)
    problem, watcher = a_problem(by=agent), an_agent("NCIR")
    team = db.session.scalars(sa.select(Team).filter_by(code="INV")).one()
    with transaction():
        problems.tie(problem, [first], by=agent)
        marking.tag(first, ["recall", "vip"], by=agent)
        marking.let_watch(first, watcher, by=agent)
        marking.let_team_watch(first, team, by=agent)
    merge(first, into, by=agent)
    with transaction():
        for take_off in (lambda: marking.untag(into, ["recall"], by=agent), lambda: problems.untie(into, by=agent)):
            assert take_off()
        marking.end_watching(into, watcher, by=agent)
        marking.end_watching_of_team(into, team, by=agent)
        marking.tag(into, ["recall"], by=agent)
        marking.let_watch(into, watcher, by=agent)
        marking.let_team_watch(into, team, by=agent)
        problems.tie(problem, [into], by=agent)

    unmerge(first, by=agent)

    assert (marks.tags_of(into.id), into.problem_id) == (["recall"], problem.id)
    assert (marks.people_watching(into.id), marks.teams_watching(into.id)) == ([watcher], [team])


def test_whoever_was_copied_again_by_hand_stays_so(app, agent):
    place = a_location()
    ines = a_colleague(place, first_name="Ines", last_name="Marin")
    first = a_copied_case(ines, place=place)
    into = a_copied_case(place=place, requester=first.requester)
    merge(first, into, by=agent)
    with transaction():
        copying.take_off(into, ines, by=agent)
        copying.add(into, [ines], by=agent)

    unmerge(first, by=agent)

    assert copied_to(into) == ["Ines Marin"]


def test_what_it_had_before_stays_on_it_and_on_what_it_was_merged_into(app, agent):
    first, second, third = some_cases(agent)
    for one in (first, second):
        tag(one, "recall", by=agent)
    merge(first, second, by=agent)
    merge(second, third, by=agent)

    unmerge(first, by=agent)
    assert [marks.tags_of(case.id) for case in (second, third)] == [["recall"], ["recall"]]
    unmerge(second, by=agent)
    assert [marks.tags_of(case.id) for case in (second, third)] == [["recall"], []]


def test_a_case_takes_along_what_was_merged_into_it_when_it_leaves(app, agent):
    first, second, third = some_cases(agent)
    tag(first, "recall", by=agent)
    merge(first, second, by=agent)
    merge(second, third, by=agent)

    unmerge(second, by=agent)

    assert [marks.tags_of(case.id) for case in (first, second, third)] == [["recall"], ["recall"], []]


def test_merged_again_and_taken_back_again_nothing_is_left(app, agent):
    first, into = some_cases(agent, 2)
    tag(first, "recall", by=agent)

    for _each in range(2):
        merge(first, into, by=agent)
        assert marks.tags_of(into.id) == ["recall"]
        unmerge(first, by=agent)
        assert marks.tags_of(into.id) == []


def test_a_tag_that_was_redacted_does_not_come_back(app, agent):
    (first, second, into, root), lead = some_cases(agent, 4), a_lead("ENR")
    for one in (first, second):
        tag(one, "wanda-lee", by=agent)
        merge(one, into, by=agent)
    merge(into, root, by=agent)
    with transaction():
        redaction.redact(second, Wanted(("Wanda Lee",)), by=lead, reason="The name of a patient.")
    assert [marks.tags_of(case.id) for case in (second, into, root)] == [[], [], []]

    unmerge(first, by=agent)
    unmerge(second, by=agent)

    assert [marks.tags_of(case.id) for case in (second, into, root)] == [[], [], []]
