"""The queue narrowed by what its address says: each choice alone, together, and those that make no sense."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.cases import needed_skills
from helpdesk.cases.models import Case, Status, System
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.directory_factories import a_location
from tests.factories import a_provider, an_agent
from tests.queue.cases import a_stock, at_the_desk, give_tags, statements, subjects

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_STATEMENTS = 8


@pytest.fixture
def agent(app):
    return an_agent("ENR", first_name="Dana", last_name="Osei")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("status=pending", {"status": Status.PENDING}),
        ("priority=P1", {"priority": Priority.P1}),
        ("priority=P2", {"priority": Priority.P2}),
        ("topic=ENR-STAT", {"topic_code": "ENR-STAT"}),
        ("topic=ACC", {"topic_code": "ACC-NCID"}),
        ("system=ncir", {"system": System.NCIR}),
        ("due=overdue", {"due_at": MONDAY_9_AM - 3 * DAY}),
        ("due=today", {"due_at": MONDAY_9_AM + 2 * HOUR}),
        ("due=this-week", {"due_at": MONDAY_9_AM + 6 * DAY}),
        ("flag=patient-data", {"patient_data_suspected_at": MONDAY_9_AM}),
    ],
)
def test_each_choice_shows_what_meets_it_in_eight_statements(app, agent, query, facts):
    requester = a_provider()
    plain = {"due_at": MONDAY_9_AM + 30 * DAY, "requester": requester}
    a_stock(2, subject="other", **plain)
    a_stock(1, subject="wanted", **{**plain, **facts})
    visitor = at_the_desk(app, agent)

    with statements() as asked:
        visitor.open(f"/agent/queue?{query}")

    assert subjects(visitor) == ["wanted"]
    assert len(asked) <= MOST_STATEMENTS


@pytest.mark.both_databases
def test_a_week_is_the_one_from_monday_to_sunday_whatever_day_it_is(app, agent):
    for name, due_at in (("before", -2 * DAY), ("Monday", HOUR), ("Sunday", 6 * DAY), ("after", 7 * DAY)):
        a_stock(1, subject=name, due_at=MONDAY_9_AM + due_at)

    with clock.at(MONDAY_9_AM + 3 * DAY):
        assert subjects(at_the_desk(app, agent, "/agent/queue?due=this-week")) == ["Monday", "Sunday"]


@pytest.mark.both_databases
def test_an_assignee_is_oneself_nobody_or_somebody_else(app, agent):
    other = an_agent("ENR")
    for whose, assignee_id in (("mine", agent.id), ("theirs", other.id), ("nobody's", None)):
        a_stock(1, subject=whose, assignee_id=assignee_id)
    visitor = at_the_desk(app, agent)

    found = {who: subjects(visitor.open(f"/agent/queue?assignee={who}")) for who in ("me", "nobody", other.id)}

    assert found == {"me": ["mine"], "nobody": ["nobody's"], other.id: ["theirs"]}
    assert f"Assignee: {other.name}" in visitor.text


@pytest.mark.both_databases
def test_places_are_asked_for_by_name_or_pin_however_they_are_written(app, agent):
    place = a_location(pin="123456")
    name, town = place.organization.legal_name, place.name
    a_stock(1, subject="here", organization_id=place.organization_id, location_id=place.id)
    a_stock(1, subject="elsewhere")
    visitor = at_the_desk(app, agent)

    for query in (f"organization={name.upper()}", f"location={town}", "location=123456", f"organization={name}&location={town}"):
        with statements() as asked:
            visitor.open(f"/agent/queue?{query}")
        assert subjects(visitor) == ["here"], query
        assert len(asked) <= MOST_STATEMENTS
    visitor.open(f"/agent/queue?organization={name[:4]}")
    assert visitor.status == 422
    assert subjects(visitor.follow(name)) == ["here"]


@pytest.mark.both_databases
def test_tags_skills_and_failed_mail_are_found(app, agent):
    [tagged], [skilled] = a_stock(1, subject="tagged"), a_stock(1, subject="skilled")
    untold = a_case(status=Status.RESOLVED, agent=agent, subject="untold")
    with transaction():
        give_tags(tagged, "outage")
        needed_skills.need(db.session.get_one(Case, skilled), ["es"])
        mail_of(untold, "case_resolved")[0].state = MailState.FAILED
    visitor = at_the_desk(app, agent)

    assert subjects(visitor.open("/agent/queue?tag=outage")) == ["tagged"]
    assert [option["value"] for option in visitor.page.select("#tag-list option")] == ["outage"]
    assert subjects(visitor.open("/agent/queue?flag=needs-skill")) == ["skilled"]
    assert subjects(visitor.open("/agent/queue?show=all&flag=not-told")) == ["untold"]


@pytest.mark.both_databases
def test_a_text_narrows_the_queue_in_eight_statements(app, agent):
    a_case(subject="Freezer alarm in Elm County")
    a_case(subject="Freezer is fine")
    a_case(subject="Freezer alarm of others", topic="DAT-HL7")
    visitor = at_the_desk(app, agent)

    with statements() as asked:
        visitor.open("/agent/queue?q=freezer+alarm")

    assert subjects(visitor) == ["Freezer alarm in Elm County"]
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


def test_choices_are_combined_shown_as_chips_and_taken_away_one_by_one(app, agent):
    a_stock(1, subject="both", priority=Priority.P2, system=System.NCIR)
    a_stock(1, subject="one", priority=Priority.P2)
    visitor = at_the_desk(app, agent).press("Show", priority="P2", system="ncir")

    assert subjects(visitor) == ["both"]
    chips = [chip.get_text(" ", strip=True) for chip in visitor.page.select(".chip")]
    assert chips == ["Take away: Priority: P2, high ×", "Take away: System: NCIR ×"]
    assert sorted(subjects(visitor.follow(chips[1]))) == ["both", "one"]


def test_the_form_leads_to_an_address_that_holds_no_more_than_what_was_chosen(app, agent):
    visitor = at_the_desk(app, agent).press("Show", priority="P2", rows="50")

    link = visitor.page.find("a", string="Save this filter")["href"]

    assert link == "/agent/filters/new?show=my-teams&priority=P2&rows=50"


@pytest.mark.both_databases
def test_a_page_has_25_50_or_100_rows(app, agent):
    a_stock(130)
    visitor = at_the_desk(app, agent)

    sizes = [len(subjects(visitor.open(f"/agent/queue?rows={rows}"))) for rows in (25, 50, 100)]

    assert sizes == [25, 50, 100]
    assert len(subjects(visitor.follow("Next page"))) == 30


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("show=bogus", "The queue knows no list “bogus”."),
        ("rows=26", "A page cannot have “26” rows"),
        ("team=NCIR", "You see no team “NCIR”."),
        ("status=bogus", "There is no status “bogus”."),
        ("status=closed", "No case in this list is closed."),
        ("priority=P9", "There is no priority “P9”"),
        ("topic=NOPE", "no topic or group of topics “NOPE”"),
        ("assignee=99999999999999999999", "Nobody at the desk is"),
        ("assignee=-1", "Nobody at the desk is “-1”."),
        ("system=mainframe", "There is no system “mainframe”."),
        ("organization=Nowhere", "No organization in the directory is called “Nowhere”."),
        ("location=000000", "No location in the directory has the name or PIN “000000”."),
        ("tag=nothing", "No case that you may see has the tag “nothing”."),
        ("due=someday", "“someday” is no time"),
        ("flag=red", "There is no flag “red”."),
        ("q=%21%21", "There is no word in “!!”"),
        ("q=%23999999", "There is no case NCV-999999 that you may see."),
    ],
)
@pytest.mark.both_databases
def test_what_makes_no_sense_is_said_and_nothing_is_shown_in_its_place(app, agent, query, said):
    a_stock(1, subject="Ours")

    visitor = at_the_desk(app, agent, f"/agent/queue?{query}")

    assert (visitor.status, subjects(visitor)) == (422, [])
    assert said in visitor.text
    assert subjects(visitor.follow("Show the queue without it")) == ["Ours"]


def test_for_what_makes_no_sense_no_cases_are_looked_up(app, agent):
    a_stock(1)
    visitor, cost = at_the_desk(app, agent), []
    for query in ("show=my-teams", "show=bogus"):
        with statements() as asked:
            visitor.open(f"/agent/queue?{query}")
        cost.append(len(asked))

    assert cost[1] < cost[0]


@pytest.mark.parametrize("query", ["_external=1&status=", "_anchor=x&_scheme=ftp&priority=", "endpoint=x&team="])
def test_parameters_that_are_not_ours_lead_nowhere_else(app, agent, query):
    visitor = at_the_desk(app, agent, f"/agent/queue?{query}")

    assert (visitor.status, visitor.path) == (200, "/agent/queue")


@pytest.mark.parametrize("typed", ["{id}", "#{id}", "{number}", " ncv {id}"])
def test_a_number_in_the_box_of_the_queue_opens_its_case(app, agent, typed):
    case = a_case(subject="The one with the number")

    visitor = at_the_desk(app, agent).press("Show", q=typed.format(id=case.id, number=case.number))

    assert visitor.h1 == "The one with the number"


def test_the_number_of_a_case_of_others_looks_like_none(app, agent):
    theirs = a_case(topic="DAT-HL7")

    assert f"There is no case {theirs.number}" in at_the_desk(app, agent).press("Show", q=str(theirs.id)).text


@pytest.mark.both_databases
def test_an_empty_page_says_what_to_take_away_and_what_there_would_be(app, agent):
    a_stock(3, priority=Priority.P2)

    visitor = at_the_desk(app, agent, "/agent/queue?priority=P2&system=ncid&due=overdue&q=freezer")

    said = [" ".join(line.get_text().split()) for line in visitor.page.select(".wider li")]
    assert "Without System: NCID still none" in said
    visitor.open("/agent/queue?priority=P2&system=ncid")
    said = [" ".join(line.get_text().split()) for line in visitor.page.select(".wider li")]
    assert said == ["Without Priority: P2, high still none", "Without System: NCID 3 cases"]


@pytest.mark.both_databases
def test_the_statements_of_a_narrowed_queue_do_not_grow_with_the_data(app, agent):
    requester, seen = a_provider(), []
    for more in (30, 270):
        ids = a_stock(more, requester=requester, priority=Priority.P1, system=System.NCIR)
        with transaction():
            for case_id in ids:
                give_tags(case_id, f"tag-{case_id % 40}")
        visitor = at_the_desk(app, agent)
        with statements() as asked:
            visitor.open("/agent/queue?priority=P1&system=ncir&topic=ENR&tag=tag-1&due=this-week&assignee=nobody")
        assert visitor.status == 200
        seen.append(len(asked))

    assert seen[0] == seen[1] <= MOST_STATEMENTS
