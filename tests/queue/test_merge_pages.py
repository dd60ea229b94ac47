"""An agent merges a case into another: chooses it, reads what will happen, writes the note, and can take it back."""

import pytest

from helpdesk.accounts.models import User
from helpdesk.cases import commands, merging
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_provider, an_agent
from tests.queue.cases import on_case
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run
LINK, NOTE = "Merge it into another case", "We go on in the other case, where you asked about the same."


@pytest.fixture
def agent(app):
    return an_agent("ENR")


def two_cases(agent: User) -> tuple[Case, Case]:
    requester = a_provider()
    return tuple(a_case(requester=requester, agent=agent, status=Status.OPEN, subject=s) for s in ("Asked twice", "Asked first"))


def merged(app, agent: User, case: Case, into: Case, **fields) -> Visitor:
    page = on_case(app, agent, case).follow(LINK).press("See what will happen", other=into.number)
    return page.press("Merge", **fields)


def at_home(app, case: Case) -> Visitor:
    return Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")


def test_one_sees_what_will_happen_before_anything_does(app, agent):
    case, into = two_cases(agent)
    with transaction():
        commands.reply(case, by=agent, body="Who is your coordinator?")

    page = on_case(app, agent, case).follow(LINK).follow(f"{into.number} Asked first")

    for words in (
        f"Merge {case.number} into {into.number}?",
        "closed with the code “duplicate”",
        "Replies that wait to be mailed",
    ):
        assert words in page.text
    assert f"write to us in {into.number}" in page.values("Merge")["note"]
    assert "Two people asked" not in page.text
    db.session.rollback()
    assert case.status is Status.OPEN

    page.press("Merge")
    db.session.rollback()
    assert (page.path, case.merged_into_id) == (f"/agent/cases/{into.number}", into.id)
    assert f"{case.number} is merged into {into.number}. By mail:" in page.text
    assert page.follow(case.number).h1 == "Asked twice"
    assert "It was merged and goes on here:" in page.text


def test_it_is_taken_back_after_a_question(app, agent):
    case, into = two_cases(agent)
    merged(app, agent, case, into)

    page = on_case(app, agent, case).follow("Take the merge back")
    assert f"leave {into.number}" in page.text
    page.press("Take it back")

    db.session.rollback()
    assert (case.status, case.merged_into_id) == (Status.OPEN, None)
    assert f"{case.number} goes on by itself again, with its clocks." in page.text
    assert page.open(f"/agent/cases/{case.number}/unmerge").path == f"/agent/cases/{case.number}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the number of the other case."),
        ("NCV-999999", "There is no such case that you can see. Check the number."),
        ("itself", "That is this case. Type the number of another one."),
        ("closed", "That case is not worked on any more."),
        ("foreign", "There is no such case that you can see. Check the number."),
    ],
)
def test_what_is_no_case_to_go_on_in_is_said_beside_the_number(app, agent, typed, said):
    case = a_case()
    others = {"itself": case, "closed": a_case(status=Status.CLOSED), "foreign": a_case(topic="DAT-HL7")}
    number = others[typed].number if typed in others else typed

    page = on_case(app, agent, case).follow(LINK).press("See what will happen", other=number)

    assert (page.status, said in page.text) == (422, True)


def test_of_a_merged_case_the_root_is_named(app, agent):
    case, into = two_cases(agent)
    merged(app, agent, case, into)

    page = on_case(app, agent, a_case()).follow(LINK).press("See what will happen", other=case.number)

    assert f"That case was merged itself. It goes on in {into.number}." in page.text


def test_two_requesters_are_warned_about_and_neither_reads_the_case_of_the_other(app, agent):
    case, into = (a_case(agent=agent, status=Status.OPEN) for _each in range(2))

    page = merged(app, agent, case, into)
    assert (page.status, "tick the box" in page.text) == (422, True)
    assert f"{case.requester.name} asked in this case, {into.requester.name} in the one that goes on." in page.text
    page.press("Merge", is_seen="y")

    home = at_home(app, case)
    assert "We go on with it in another case" in home.text
    assert (into.requester.name in home.text, home.has_button("Send the message")) == (False, False)
    assert home.page.find("a", href=f"/cases/{into.number}") is None
    token = home.page.find("input", {"name": "csrf_token"})["value"]
    home.post(f"/cases/{case.number}/replies", {"csrf_token": token, "body": "One thing more."})
    assert (home.status, "One thing more." in home.text, len(into.messages)) == (409, True, 1)
    assert home.open(f"/cases/{into.number}").status == 404
    other = at_home(app, into)
    assert (case.number in other.text, case.requester.name in other.text) == (False, False)


def test_a_reply_on_the_page_of_the_merged_case_goes_to_the_one_that_goes_on(app, agent):
    case, into = two_cases(agent)
    merged(app, agent, case, into)

    home = at_home(app, case)
    assert (f"It goes on in {into.number}" in home.text, "Asked first" in home.text) == (True, True)
    home.press("Send the message", body="It is our practice manager.")

    db.session.rollback()
    assert (home.path, into.messages[-1].body) == (f"/cases/{into.number}", "It is our practice manager.")
    assert f"Your case {case.number} was merged into this one:" in home.text
    staff = on_case(app, agent, into)
    assert f"{case.requester.name} replied on the page of {case.number}" in staff.text


def test_a_reply_comes_to_the_end_of_a_chain_and_is_kept_where_that_is_resolved(app, agent):
    case, into = two_cases(agent)
    end = a_case(requester=case.requester, agent=agent, status=Status.OPEN)
    merged(app, agent, case, into)
    merged(app, agent, into, end)
    home = at_home(app, case)
    with transaction():
        commands.resolve(end, by=agent, code=ResolutionCode.FIXED, note="We sent the mail again.")

    home.press("Send the message", body="It is our practice manager.")

    assert (home.status, home.h1) == (409, end.subject)
    assert "It is our practice manager." in home.html
    assert not at_home(app, case).has_button("Send the message")


def test_what_happened_meanwhile_is_shown_and_the_note_is_kept(app, agent):
    case, into = two_cases(agent)
    page = on_case(app, agent, case).follow(LINK).press("See what will happen", other=into.number)
    with transaction():
        commands.add_note(case, by=agent, body="Something else is known now.")

    page.press("Merge", note=NOTE)

    assert (page.status, page.values("Merge")["note"]) == (409, NOTE)
    assert "wrote an internal note" in page.page.select_one(".notice-warn").get_text()
    assert page.press("Merge").status == 200


def test_a_case_that_ended_meanwhile_is_not_merged_and_the_note_can_be_copied(app, agent):
    case, into = two_cases(agent)
    page = on_case(app, agent, case).follow(LINK).press("See what will happen", other=into.number)
    with transaction():
        merging.merge(into, into=case, by=agent, note=NOTE, seen=into.version)

    page.press("Merge", note="My own words about it.")

    assert (page.status, "My own words about it." in page.html) == (422, True)


def test_a_page_that_waited_too_long_comes_back_with_what_was_typed(app, agent):
    case, into = two_cases(agent)
    page = on_case(app, agent, case).follow(LINK).press("See what will happen", other=into.number)
    page.client.delete_cookie("session")

    page.press("Merge", note=NOTE).sign_in(agent).open(f"/agent/cases/{case.number}/merge")

    assert page.values("Merge")["note"] == NOTE


def test_patient_data_in_the_note_is_asked_about_first(app, agent):
    case, into = two_cases(agent)

    page = merged(app, agent, case, into, note="Patient Wanda Castellow, DOB 3/4/1956, is in the other case.")

    assert (page.status, "Does this tell of a patient?" in page.text) == (422, True)
    db.session.rollback()
    assert case.merged_into_id is None


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_a_case_that_is_not_worked_on_offers_no_merging(app, agent, status):
    case = a_case(agent=agent, status=status)

    page = on_case(app, agent, case)

    assert LINK not in page.text
    assert "so it is not merged" in page.open(f"/agent/cases/{case.number}/merge").text


def test_a_merged_case_says_that_it_goes_on_elsewhere_and_is_followed_up_where_it_ended(app, agent):
    case, into = two_cases(agent)
    merged(app, agent, case, into)
    home = at_home(app, case)
    assert "This case is closed, because we go on with it in another one." in home.text
    assert "follow-up case" not in home.text

    with transaction():
        commands.resolve(into, by=agent, code=ResolutionCode.FIXED, note="We sent the mail again.")
    home = at_home(app, case)
    assert ("follow-up case" in home.text, f"It goes on in {into.number}" in home.text) == (False, True)
    with transaction():
        commands.accept(into, by=into.requester)
    link = at_home(app, case).page.find("a", string="Open a follow-up case")
    assert link["href"].endswith(f"follows={into.number}")


def test_what_somebody_else_goes_on_with_is_followed_up_from_ones_own_case(app, agent):
    case, into = (a_case(agent=agent, status=Status.OPEN) for _each in range(2))
    merged(app, agent, case, into, is_seen="y")

    link = at_home(app, case).page.find("a", string="Open a follow-up case")
    assert link["href"].endswith(f"follows={case.number}")
