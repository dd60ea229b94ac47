"""A case is given to a colleague on its page, or put back into the queue of its team."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import TeamMember
from helpdesk.cases import commands, marking
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import SOLUTION, a_case, mail_of
from tests.duty_factories import on_duty
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, on_case, statements, subjects

pytestmark = pytest.mark.both_databases
GIVE, BACK = "Give the case", "Put it back into the queue of Provider Enrollment"


def has(case):
    """The id of whoever has the case by now."""
    return db.session.get_one(Case, case.id, populate_existing=True).assignee_id


def asked(app, person, case):
    """This person before the question who is to have the case."""
    return at_the_desk(app, person, f"/agent/cases/{case.number}/assign")


def leaves_every_team(person):
    with transaction():
        db.session.execute(sa.delete(TeamMember).where(TeamMember.user_id == person.id))


def test_a_case_is_given_to_a_colleague_who_is_told_and_finds_it(app):
    dana, lee = an_agent("ENR"), an_agent("ENR", first_name="Lee", last_name="Park")
    case = a_case(status=Status.OPEN, agent=dana)

    visitor = on_case(app, dana, case).follow("Give it to somebody")
    assert "You have it now." in visitor.text
    visitor.press(GIVE, to=str(lee.id))

    assert visitor.path == f"/agent/cases/{case.number}"
    assert f"Lee Park has {case.number} now." in visitor.text
    assert f"{dana.name} gave it to Lee Park" in visitor.text
    assert [mail.to_address for mail in mail_of(case, "case_assigned")] == [lee.email]
    assert subjects(at_the_desk(app, lee, "/agent/queue?show=mine")) == [case.subject]


def test_who_can_have_it_is_listed_those_on_duty_first_with_how_much_they_have(app):
    dana = an_agent("ENR", first_name="Dana", last_name="Osei")
    ada, zoe = an_agent("ENR", first_name="Ada", last_name="Berg"), an_agent("ENR", first_name="Zoe", last_name="Lind")
    an_agent("INV"), an_agent("ENR", first_name="Gone", verified=False)
    on_duty(zoe)
    a_stock(3, assignee_id=ada.id), a_stock(1, assignee_id=ada.id, status=Status.CLOSED)
    case = a_case(agent=dana)

    visitor = asked(app, dana, case)

    offered = [" ".join(label.get_text().split()) for label in visitor.page.select(".form-check-label")]
    assert offered == ["Zoe Lind (on duty, 0 open cases)", "Ada Berg (3 open cases)", "Dana Osei (you, 0 open cases)"]
    assert not visitor.has_button(BACK)  # it is there


def test_it_is_put_back_into_the_queue_of_its_team(app):
    dana = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=dana)

    visitor = asked(app, dana, case).press(BACK)

    assert f"{case.number} is in the queue of Provider Enrollment again." in visitor.text
    assert subjects(visitor.open("/agent/queue?show=unassigned")) == [case.subject]


def test_an_administrator_takes_over_what_somebody_else_has(app):
    admin, dana = an_admin(), an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=dana)

    asked(app, admin, case).press(GIVE, to=str(admin.id))

    assert (has(case), mail_of(case, "case_assigned")) == (admin.id, [])


def test_whoever_watches_it_gives_it_to_its_team_and_not_to_themselves(app):
    case, watcher, lee = a_case(), an_agent("INV"), an_agent("ENR")
    with transaction():
        marking.let_watch(case, watcher, by=watcher)
    visitor = asked(app, watcher, case)
    assert watcher.name not in [label.get_text() for label in visitor.page.select(".form-check-label")]

    visitor.press(GIVE, to=str(watcher.id))
    assert (visitor.status, has(case)) == (409, None)
    visitor.press(GIVE, to=str(lee.id))

    assert has(case) == lee.id


def test_somebody_who_has_left_meanwhile_is_refused_by_name(app):
    dana, lee = an_agent("ENR"), an_agent("ENR", first_name="Lee", last_name="Park")
    case = a_case(status=Status.OPEN, agent=dana)
    visitor = asked(app, dana, case)
    leaves_every_team(lee)

    visitor.press(GIVE, to=str(lee.id))

    assert (visitor.status, has(case)) == (409, dana.id)
    assert "Lee Park does not work in Provider Enrollment any more. Choose somebody else." in visitor.text


def test_a_stale_page_is_refused_with_what_happened_and_the_choice(app):
    dana, lee, rosa = an_agent("ENR"), an_agent("ENR"), an_agent("ENR", first_name="Rosa")
    case = a_case(status=Status.OPEN, agent=dana)
    visitor = asked(app, dana, case)
    with transaction():
        commands.add_note(case, by=rosa, body="I am on it.")

    visitor.press(GIVE, to=str(lee.id))

    assert (visitor.status, has(case)) == (409, dana.id)
    assert "Not saved: this case has changed" in visitor.text
    assert "Rosa" in visitor.text
    assert visitor.values(GIVE)["to"] == str(lee.id)
    visitor.press(GIVE)  # on the version that is seen now
    assert has(case) == lee.id


def test_a_second_press_says_that_it_is_so_already(app):
    dana, lee = an_agent("ENR"), an_agent("ENR", first_name="Lee", last_name="Park")
    case = a_case(status=Status.OPEN, agent=dana)
    first, second = asked(app, dana, case), asked(app, dana, case)

    first.press(GIVE, to=str(lee.id))
    second.press(GIVE, to=str(lee.id))

    assert "Lee Park has it already." in second.text
    assert len(mail_of(case, "case_assigned")) == 1


def test_a_case_that_was_resolved_meanwhile_stays_with_whoever_had_it(app):
    dana, lee = an_agent("ENR"), an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=dana)
    visitor = asked(app, dana, case)
    with transaction():
        commands.resolve(case, by=dana, code=ResolutionCode.FIXED, note=SOLUTION)

    visitor.press(GIVE, to=str(lee.id))

    assert (visitor.status, has(case)) == (409, dana.id)
    assert "This case is resolved. It stays with whoever had it." in visitor.text


@pytest.mark.parametrize("chosen", ["", "nobody", "0", "a provider"])
def test_without_somebody_of_the_desk_nothing_is_given(app, chosen):
    dana = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=dana)
    an_agent("ENR")
    to = str(a_provider().id) if chosen == "a provider" else chosen

    visitor = asked(app, dana, case).press(GIVE, to=to)

    assert (visitor.status, has(case)) == (422, dana.id)
    assert "Choose to whom the case is given." in visitor.text


def test_the_page_asks_no_more_of_the_database_for_a_large_team(app):
    dana = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=dana)
    seen = []
    for more in (1, 12):
        for _each in range(more):
            an_agent("ENR")
        visitor = at_the_desk(app, dana)
        with statements() as asked_of_it:
            visitor.open(f"/agent/cases/{case.number}/assign")
        seen.append(len(asked_of_it))

    assert seen[0] == seen[1]


def test_a_new_case_that_is_given_stays_new_until_they_begin(app):
    dana, lee = an_agent("ENR"), an_agent("ENR")
    case = a_case(agent=dana)
    asked(app, dana, case).press(GIVE, to=str(lee.id))

    visitor = on_case(app, lee, case)
    assert "This case was given to you. Until you begin or answer, it is new" in visitor.text
    visitor.press("Begin")

    assert (has(case), db.session.get_one(Case, case.id).status) == (lee.id, Status.OPEN)
