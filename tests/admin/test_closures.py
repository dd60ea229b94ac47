"""Closures: added, closing early, withdrawn, and taken over from the draft of a year."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.hours import queries
from helpdesk.hours.models import CalendarChange, Closure
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM
from tests.factories import an_admin
from tests.hours.calendars import wall
from tests.notifications.mails import WINDOWED, a_mail, outbox_rows
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run

ALL_DAY_MEANT = "on that day. Did you mean p.m.? To close all day, choose “All day”."
ADD, IMPORT = "/admin/service-hours/add-closure", "/admin/service-hours/import"


def the_page(app, path=ADD):
    """A page, seen by somebody who may change closures."""
    return Visitor(app).sign_in(an_admin()).open(path)


def add(page, day, **fields):
    """Add a closure."""
    return page.open(ADD).press("Add the closure", **{"on": day, "reason": "Snow", **fields})


def closure_on(day):
    """The closure of a day."""
    db.session.rollback()
    return queries.calendar().closure_on(date.fromisoformat(day))


def closures_of(year):
    """All days of a year on which the desk is closed."""
    db.session.rollback()
    return [closure for closure in queries.calendar().closures if closure.on.year == year]


def test_a_closure_is_added_and_recorded(app):
    page = add(the_page(app), "2026-12-08")

    assert "The desk is closed Tue, Dec 8, 2026, all day: Snow." in page.text
    assert closure_on("2026-12-08").reason == "Snow"
    newest = db.session.scalars(queries.history().limit(1)).one()
    assert (newest.kind, newest.old, newest.new["reason"], newest.at) == ("closure_added", {}, "Snow", clock.now())
    assert newest.actor_id is not None


def test_a_desk_closes_early_once(app):
    page = add(the_page(app), "2026-12-18", extent="from", closed_from="2:30 pm", reason="a staff meeting")

    assert "Fri, Dec 18, 2026 a staff meeting from 2:30 p.m. on" in page.text
    assert closure_on("2026-12-18").closed_from == time(14, 30)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"on": "soon"}, "Enter a date, such as 2027-01-04."),
        ({"reason": "  "}, "Say why the desk is closed; everybody reads it."),
        ({"reason": "x" * 81}, "The reason can have up to 80 characters."),
        ({"extent": "from", "closed_from": ""}, "Enter the time from which the desk is closed."),
        ({"extent": "from", "closed_from": "24:00"}, "From midnight on is all day: choose “All day” if that is meant."),
        ({"extent": "from", "closed_from": "2:30"}, f"The desk opens at 8 a.m. {ALL_DAY_MEANT}"),
        ({"extent": "from", "closed_from": "8 a.m."}, f"The desk opens at 8 a.m. {ALL_DAY_MEANT}"),
        ({"extent": "from", "closed_from": "4:45 p.m."}, "The desk closes at 4:45 p.m. on that day anyway."),
        ({"extent": "from", "closed_from": "6 p.m."}, "The desk closes at 4:45 p.m. on that day anyway."),
        (
            {"extent": "from", "closed_from": "noon", "on": "2026-12-05"},
            "The desk has no hours on that day, so it cannot close early.",
        ),
        ({"extent": "from", "closed_from": "25:00"}, "“25:00” is no time of day. Write it as 8 a.m. or 4:45 p.m."),
    ],
)
def test_a_closure_that_makes_no_sense_is_refused_with_what_was_typed(app, fields, problem):
    page = add(the_page(app), "2026-12-08", **fields)

    assert (page.status, page.page.select_one(".error-summary a").get_text()) == (422, problem)
    assert page.values("Add the closure")["reason"] == fields.get("reason", "Snow").strip()
    assert closure_on("2026-12-08") is None


def test_a_day_that_is_closed_already_is_not_closed_again(app):
    page = add(the_page(app), "2026-12-24", reason="Snow on Christmas")

    assert (page.status, page.values("Add the closure")["reason"]) == (409, "Snow on Christmas")
    assert "That day has a closure already. To change it, withdraw it first." in page.text


def test_a_closure_of_today_says_what_it_leaves_alone(app):
    assert "It takes effect at once." in add(the_page(app), "2026-11-30").text
    assert "It reaches back to a day that is over." in add(the_page(app), "2026-11-18").text


def test_held_mail_moves_with_a_closure_and_back_again_after_asking(app):
    with clock.at(FRIDAY_7_PM):
        a_mail(WINDOWED)
        page = add(the_page(app), "2026-12-07")
        assert "Moved with it: 1 held mail and 0 due times." in page.text
        assert outbox_rows()[0].due_at == wall("2026-12-08 08:00")

        page.follow("Withdraw Mon, Dec 7, 2026")
        assert "1 held mail will leave at another time." in page.text
        page.press("Withdraw the closure")

    assert "The closure is withdrawn: Mon, Dec 7, 2026, all day: Snow. Moved with it: 1 held mail" in page.text
    assert outbox_rows()[0].due_at == wall("2026-12-07 08:00")


def test_asking_withdraws_nothing_and_a_closure_that_is_gone_is_not_found(app):
    page = the_page(app, "/admin/service-hours").follow("Withdraw Thu, Dec 24, 2026")
    assert closure_on("2026-12-24")
    path, asked = page.path, page.shown
    page.press("Withdraw the closure")

    assert closure_on("2026-12-24") is None
    assert "That is withdrawn already; nothing was changed." in page.go_back_to(asked).press("Withdraw the closure").text
    assert page.open(path).status == 404
    assert page.open("/admin/service-hours/closures/99999999999999999999/withdraw").status == 404


def test_a_page_left_open_does_not_withdraw_the_closure_that_came_after_the_one_it_shows(app):
    page = add(the_page(app), "2027-12-30")
    stale = page.follow("Withdraw Thu, Dec 30, 2027").shown
    page.press("Withdraw the closure")
    with clock.at(wall("2026-11-30 09:05")):
        add(page, "2027-12-31", reason="A storm")
        page.go_back_to(stale).press("Withdraw the closure")

    assert "That is withdrawn already; nothing was changed." in page.text
    assert closure_on("2027-12-31").reason == "A storm"


def test_the_draft_of_a_year_stores_nothing(app):
    page = the_page(app, f"{IMPORT}?year=2028")

    assert page.h1 == "Closures of 2028: a draft"
    assert closures_of(2028) == []


def test_the_confirmed_days_of_a_draft_are_stored_at_once(app):
    page = the_page(app, f"{IMPORT}?year=2028").press("Store the ticked days", name_1123="Thanksgiving", on_1110="2028-11-13")

    stored = {closure.on: closure.reason for closure in closures_of(2028)}
    assert "closures of 2028 are stored." in page.text
    assert [str(on)[5:] for on in stored if on.month == 12] == ["12-25", "12-26", "12-27"]
    assert stored[date(2028, 11, 23)] == "Thanksgiving"
    assert date(2028, 11, 13) in stored
    assert not {date(2028, 2, 21), date(2028, 6, 19)} & stored.keys()  # open as far as we know
    assert db.session.scalar(sa.select(sa.func.count(CalendarChange.id)).where(CalendarChange.actor_id.is_not(None))) == len(
        stored
    )


def test_what_a_person_has_to_check_is_said_beside_the_day(app):
    rows = [" ".join(row.get_text(" ").split()) for row in the_page(app, f"{IMPORT}?year=2028").page.select(".draft li")]
    said = {row.split(" Date of ")[0].rsplit(", 2028", 1)[0][-6:]: row for row in rows}

    assert "As far as we know, state offices are open." in said["Feb 21"]
    assert "Check that the state has moved it to the same day." in said["Nov 10"]
    assert "the state has closed December 25 to 27." in said["Dec 22"]
    assert "the state has closed December 25 to 27." in said["Dec 27"]


def test_what_is_there_already_is_marked_and_not_proposed_again(app):
    page = add(the_page(app), "2028-07-04", reason="The Fourth").open(f"{IMPORT}?year=2028")

    assert "There already Tue, Jul 4, 2028 The Fourth, all day" in page.text
    assert "take_0704" not in page.values("Store the ticked days")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"on_0529": "2029-05-29"}, "This day is not in 2028."),
        ({"on_0529": "2028-07-04"}, "This day is closed already, or stands in the list twice."),
        ({"on_0529": "in May"}, "Enter a date, such as 2027-01-04."),
        ({"on_0529": ""}, "Enter the date of the closure, or take the tick away."),
        ({"name_0529": ""}, "Say why the desk is closed; everybody reads it."),
    ],
)
def test_a_draft_with_a_mistake_stores_nothing_and_keeps_what_was_typed(app, fields, problem):
    page = the_page(app, f"{IMPORT}?year=2028").press("Store the ticked days", name_0117="Dr. King’s day", **fields)

    assert (page.status, page.page.select_one(".error-summary a").get_text()) == (422, problem)
    assert page.values("Store the ticked days")["name_0117"] == "Dr. King’s day"
    assert closures_of(2028) == []


def test_a_draft_without_any_tick_stores_nothing(app):
    page = the_page(app, f"{IMPORT}?year=2028")
    fields = {name: value for name, value in page.values("Store the ticked days").items() if not name.startswith("take")}

    assert "Tick at least one day. Nothing was stored." in page.post(IMPORT, fields).text


def test_a_day_closed_by_somebody_else_in_the_meantime_is_said(app):
    page = the_page(app, f"{IMPORT}?year=2028")
    add(the_page(app), "2028-07-04", extent="from", closed_from="noon")
    page.press("Store the ticked days")

    assert len(closures_of(2028)) > 10
    assert "Closed in the meantime, and left so: Tue, Jul 4, 2028, from noon on: Snow." in page.text


def test_a_draft_that_is_stored_twice_is_not_told_to_tick_something(app):
    page = the_page(app, f"{IMPORT}?year=2028")
    shown = page.shown
    page.press("Store the ticked days")
    page.go_back_to(shown).press("Store the ticked days")

    assert (page.path, page.status) == ("/admin/service-hours", 200)
    assert "Nothing more was stored: all ticked days are closed already." in page.text


def test_the_year_is_the_one_that_lacks_closures_unless_told(app):
    assert the_page(app, f"{IMPORT}?year=1066").h1 == "Closures of 2027: a draft"
    with transaction():
        db.session.execute(sa.delete(Closure))
    assert the_page(app, IMPORT).h1 == "Closures of 2026: a draft"
