"""Links, tags and watchers on the pages of a case."""

import pytest

from helpdesk.cases import links, marking, marks
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.queue.cases import at_the_desk, on_case, subjects
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run


@pytest.fixture
def agent(app):
    return an_agent("ENR")


def test_a_case_is_linked_by_its_number_shown_on_both_pages_and_unlinked(app, agent):
    case, other = a_case(subject="One"), a_case(subject="Other")
    page = on_case(app, agent, case)
    assert "None yet." in page.page.select_one("#related").get_text()

    page.follow("Link another case")
    assert "No linked cases" in page.text
    page.press("Link it", other=str(other.id))
    assert f"{other.number} is linked, and says so on its page." in page.text
    assert "One" in on_case(app, agent, other).page.select_one("#related").get_text()

    page.press("End the link")
    assert f"{other.number} is not linked any more." in page.text


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Type the number"), ("NCV-999999", "no such case"), ("itself", "That is this case")]
)
def test_what_cannot_be_linked_is_said_and_what_was_typed_is_kept(app, agent, typed, said):
    case = a_case()
    typed = case.number if typed == "itself" else typed

    page = on_case(app, agent, case).follow("Link another case").press("Link it", other=typed)

    assert (page.status, said in page.text, page.values("Link it")["other"]) == (422, True, typed)


def test_a_link_to_a_case_that_one_may_not_see_is_not_shown(app, agent):
    case, foreign = a_case(), a_case(topic="DAT-HL7", subject="Of the registry")
    with transaction():
        links.link(case, foreign, by=agent)

    assert "Of the registry" not in on_case(app, agent, case).text.replace(foreign.number, "")
    assert on_case(app, agent, case).follow("Link another case").text.count("Of the registry") == 0


def test_tags_are_added_with_those_in_use_on_offer_and_removed(app, agent):
    case, other = a_case(), a_case()
    with transaction():
        marking.tag(other, ["second-call"], by=agent)
    page = on_case(app, agent, case).follow("Change tags and watchers")
    assert "In use: second-call" in page.text

    page.press("Add", tags="VIP, second call")
    assert (marks.tags_of(case.id), "Tagged: vip, second-call." in page.text) == (["second-call", "vip"], True)
    assert "Tags: second-call, vip." in on_case(app, agent, case).text

    page.press("Remove")
    assert (marks.tags_of(case.id), "The tag is removed." in page.text) == (["vip"], True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Type a tag."), ("x" * 31, "is too long for a tag"), ("DOB 3/4/1956", "looks like data of a patient")],
)
def test_what_is_no_tag_is_said_and_kept(app, agent, typed, said):
    page = on_case(app, agent, a_case()).follow("Change tags and watchers").press("Add", tags=typed)

    assert (page.status, said in page.text, page.values("Add")["tags"]) == (422, True, typed)


def test_an_eleventh_tag_is_refused(app, agent):
    page = on_case(app, agent, a_case()).follow("Change tags and watchers")

    page.press("Add", tags=",".join(f"t{number}" for number in range(11)))

    assert "A case has at most ten tags." in page.text


def test_one_button_lets_somebody_watch_a_case_which_stands_in_their_queue_then(app, agent):
    case = a_case(subject="A case to watch")
    page = on_case(app, agent, case).press("Watch it")
    assert "You watch this case. It stands under “Watched”." in page.text
    assert subjects(at_the_desk(app, agent, "/agent/queue?show=watched")) == ["A case to watch"]

    page.press("Watch it no more")
    assert "Nobody watches it beside its team." in page.text
    assert subjects(at_the_desk(app, agent, "/agent/queue?show=watched")) == []


def test_teams_and_people_are_let_watch_and_taken_off(app, agent):
    case, there, elsewhere = a_case(), an_agent("NCIR"), an_agent("INV")
    page = on_case(app, agent, case).follow("Change tags and watchers")
    team = next(option["value"] for option in page.page.select("#team option") if option.get_text() == "NCIR Support")

    page.press("Let the team watch it", team=team)
    page.press("Let the person watch it", person=str(elsewhere.id))
    assert all(at_the_desk(app, one, f"/agent/cases/{case.number}").status == 200 for one in (there, elsewhere))
    assert f"Watched by NCIR Support, {elsewhere.name}." in on_case(app, agent, case).text

    page.press("End").press("End")
    db.session.rollback()
    assert (marks.teams_watching(case.id), marks.people_watching(case.id)) == ([], [])
    assert "Nothing has changed." in page.press("Let the team watch it").text
