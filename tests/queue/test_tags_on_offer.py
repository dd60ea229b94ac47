"""Whoever chooses a tag is offered those of the teams that they see, and no word of another team."""

from collections.abc import Iterator

import pytest
from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.cases import marking, marks, moving
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case
from helpdesk.queue.shelf import MOST_TAGS
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, give_tags, on_case, statements, subjects
from tests.queue.test_statements import MOST_FOR_THE_QUEUE

pytestmark = pytest.mark.both_databases
OF_NCIR, OF_TRIAGE = "DAT-HL7", "GEN-OTHER"  # topics
HERE, THERE, TRIAGE = "of-enrollment", "of-the-registry", "of-triage"


@pytest.fixture
def tagged(app: Flask) -> dict[str, Case]:
    """A case of enrollment, one of the registry and one of triage, each with a tag that no other has."""
    cases = {tag: a_case(topic=topic) for tag, topic in ((HERE, "ENR-SECB"), (THERE, OF_NCIR), (TRIAGE, OF_TRIAGE))}
    with transaction():
        for tag, case in cases.items():
            give_tags(case.id, tag)
    return cases


@pytest.fixture
def open_desk(app: Flask) -> Iterator[Flask]:
    """A desk at which all who work there see every team."""
    app.config["AGENTS_SEE_ALL_TEAMS"] = True
    yield app
    app.config["AGENTS_SEE_ALL_TEAMS"] = False


def offered(app: Flask, user: User) -> list[str]:
    """The tags that somebody can choose from in the queue."""
    return [option["value"] for option in at_the_desk(app, user).page.select("#tag-list option")]


def offered_on(app: Flask, user: User, case: Case) -> list[str]:
    """Those on the page of the tags of a case."""
    page = at_the_desk(app, user, f"/agent/cases/{case.number}/marks").page
    return [option["value"] for option in page.select("#tags-in-use option")]


def test_tags_of_ones_own_teams_and_of_triage_are_offered_and_no_others(app, tagged):
    plain = a_case()
    for person in (an_agent("ENR"), a_lead("ENR")):
        assert offered(app, person) == [HERE, TRIAGE]
        assert offered_on(app, person, plain) == [HERE, TRIAGE]
        assert THERE not in at_the_desk(app, person, f"/agent/cases/{plain.number}/marks").html
    assert offered(app, an_agent("NCIR")) == [THERE, TRIAGE]


def test_administrators_are_offered_the_tags_of_every_team(app, tagged):
    admin = an_admin()

    assert offered(app, admin) == [HERE, THERE, TRIAGE]
    assert offered_on(app, admin, tagged[HERE]) == [THERE, TRIAGE], "what the case has is not offered again"


def test_where_every_team_is_open_to_all_so_are_their_tags(open_desk, tagged):
    agent = an_agent("ENR")

    assert offered(open_desk, agent) == [HERE, THERE, TRIAGE]
    assert offered_on(open_desk, agent, a_case()) == [HERE, THERE, TRIAGE]


def test_each_in_turn_is_offered_their_own(app, tagged):
    people = an_agent("ENR"), an_admin(), an_agent("NCIR"), an_agent("ENR")

    assert [offered(app, one) for one in people] == [[HERE, TRIAGE], [HERE, THERE, TRIAGE], [THERE, TRIAGE], [HERE, TRIAGE]]
    app.config["AGENTS_SEE_ALL_TEAMS"] = True
    try:
        assert offered(app, people[0]) == [HERE, THERE, TRIAGE]
    finally:
        app.config["AGENTS_SEE_ALL_TEAMS"] = False
    assert offered(app, people[0]) == [HERE, TRIAGE]


def test_a_tag_is_offered_once_the_case_has_come_to_ones_team(app, tagged):
    agent, there, case = an_agent("ENR"), an_agent("NCIR"), tagged[THERE]
    assert THERE not in offered(app, agent)

    with transaction():
        moving.move(case, "ENR", seen=case.version, by=there, reason=MoveReason.WRONG_TOPIC)

    assert offered(app, agent) == [HERE, THERE, TRIAGE]


def test_a_tag_that_is_not_offered_can_be_given_and_is_offered_from_then_on(app, tagged):
    agent, case = an_agent("ENR"), a_case()
    page = on_case(app, agent, case).follow("Change tags and watchers")

    page.press("Add", tags=f"{THERE}, brand-new")

    assert (page.status, marks.tags_of(case.id)) == (200, ["brand-new", THERE])
    assert offered(app, agent) == ["brand-new", HERE, THERE, TRIAGE]


def test_a_tag_of_another_team_reads_as_one_that_nobody_has_unless_one_watches_a_case_with_it(app, tagged):
    agent, there = an_agent("ENR"), an_agent("NCIR")

    for word in (THERE, "no-such"):
        page = at_the_desk(app, agent, f"/agent/queue?tag={word}")
        assert (page.status, f"No case that you may see has the tag “{word}”." in page.text) == (422, True)
    with transaction():
        marking.let_watch(tagged[THERE], agent, by=there)

    assert subjects(at_the_desk(app, agent, f"/agent/queue?show=watched&tag={THERE}")) == [tagged[THERE].subject]
    assert offered(app, agent) == [HERE, TRIAGE]


def test_a_tag_that_the_cases_of_a_team_have_lost_can_be_asked_for_as_long_as_it_is_offered(app, tagged):
    agent, another = an_agent("ENR"), a_case(topic=OF_NCIR)
    with transaction():
        give_tags(another.id, HERE)
        marks.untag(tagged[HERE].id, [HERE])

    page = at_the_desk(app, agent, f"/agent/queue?tag={HERE}")

    assert (page.status, subjects(page)) == (200, [])


def test_of_many_words_in_many_teams_the_first_are_offered_at_no_more_statements(app):
    agent, many = an_agent("ENR"), MOST_TAGS // 10 + 1
    for team in ("ENR", "SD", "NCIR"):
        ids = a_stock(many, team=team)
        with transaction():
            for position, case_id in enumerate(ids):
                give_tags(case_id, *(f"{position:02}-{number}-{team.lower()}" for number in range(10)))
    words = sorted(f"{position:02}-{number}-{team}" for position in range(many) for number in range(10) for team in ("enr", "sd"))

    visitor = at_the_desk(app, agent, "/account")
    with statements() as asked:
        visitor.open("/agent/queue")

    assert [option["value"] for option in visitor.page.select("#tag-list option")] == words[:MOST_TAGS]
    assert len(asked) <= MOST_FOR_THE_QUEUE
