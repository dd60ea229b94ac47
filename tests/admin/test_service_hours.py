"""The page of service hours, and weeks of hours adopted from a day on."""

from datetime import date

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.hours import queries
from helpdesk.hours.models import CalendarChange, Closure, ServiceSchedule
from helpdesk.notifications.models import MailEvent
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, a_case
from tests.factories import PASSWORD, a_lead, a_provider, an_admin, an_agent
from tests.hours.calendars import wall
from tests.notifications.mails import WINDOWED, a_mail, outbox_rows
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run

PAGES = (
    "/admin/service-hours",
    "/admin/service-hours/new-schedule",
    "/admin/service-hours/add-closure",
    "/admin/service-hours/import",
)


def the_page(app, path="/admin/service-hours"):
    """A page of service hours, seen by somebody who may change them."""
    return Visitor(app).sign_in(an_admin(first_name="Hazel", last_name="Prescott")).open(path)


def adopt(visitor, on, **fields):
    """Adopt hours from a day on."""
    return visitor.open(PAGES[1]).press("Adopt these hours", **{"valid_from": on, **fields})


@pytest.mark.parametrize("somebody", [a_lead, an_agent, a_provider])
def test_only_administrators_set_service_hours(app, somebody):
    visitor = Visitor(app).sign_in(somebody())

    assert {visitor.open(path).status for path in PAGES} == {403}
    assert visitor.post(PAGES[2], {"on": "2026-12-18"}).status == 403


def test_the_settings_lead_to_service_hours(app):
    visitor = the_page(app, "/admin").follow("Service hours")

    assert (visitor.h1, visitor.path) == ("Service hours", "/admin/service-hours")


def test_the_page_says_when_the_desk_is_open_and_what_is_in_force(app):
    page = the_page(app)

    assert "Monday to Friday, 8 a.m. to 4:45 p.m. From Fri, Jan 1, 2021 on. In force now." in page.text
    assert "America/New_York" in page.text


def test_closures_to_come_stand_by_year_and_past_ones_are_folded(app):
    page = the_page(app)
    folded = " ".join(page.page.select_one("details.past").get_text(" ").split())

    assert "Thu, Dec 24, 2026 Christmas all day" in page.text
    assert "Fri, Mar 26, 2027 Good Friday all day" in page.text
    assert "Past closures (9)" in folded
    assert "Christmas" not in folded


def test_new_hours_hold_from_their_day_on_for_everybody(app):
    page = adopt(
        the_page(app), "2027-01-04", opens_5_0="9", closes_5_0="noon", closes_0_0="12:00", opens_0_1="1 pm", closes_0_1="5 pm"
    )

    assert "The new hours hold from Mon, Jan 4, 2027 on. No held mail and no due time moved." in page.text
    words = "Monday, 8 a.m. to noon and 1 p.m. to 5 p.m.; Tuesday to Friday, 8 a.m. to 4:45 p.m.; Saturday, 9 a.m. to noon"
    assert words in page.text
    assert "Not begun yet." in page.text
    assert queries.calendar().is_open(wall("2027-01-09 11:59"))
    assert not queries.calendar().is_open(wall("2027-01-04 12:30"))


def test_the_history_says_who_changed_what_into_what(app):
    page = adopt(the_page(app), "2027-01-04", opens_5_0="9", closes_5_0="noon")
    entry = " ".join(page.page.select_one(".history li").get_text(" ").split())

    version = queries.calendar_version()
    assert entry.startswith(f"Hours adopted by Hazel Prescott, today 9 a.m. , version {version} Before: from Fri, Jan 1, 2021:")
    assert "Since then: from Mon, Jan 4, 2027: Monday to Friday, 8 a.m. to 4:45 p.m.; Saturday, 9 a.m. to noon" in entry


def test_the_history_goes_back_to_the_reference_data(app):
    page = the_page(app).follow("Older changes")

    assert "by the reference data" in page.text
    assert "Hours adopted" in page.text
    assert page.follow("Newest changes").path == "/admin/service-hours"


@pytest.mark.parametrize(
    ("times", "problem"),
    [
        ({"closes_1_0": "4:45"}, "Tuesday: the desk must close after it opens. Did you mean p.m.?"),
        ({"closes_1_0": "teatime"}, "“teatime” is no time of day. Write it as 8 a.m. or 4:45 p.m."),
        ({"closes_1_0": ""}, "Tuesday: enter both times, or leave both empty."),
        ({"opens_1_1": "4 p.m.", "closes_1_1": "6 p.m."}, "Tuesday: the second hours must begin after the first have ended."),
        ({"valid_from": ""}, "Enter a date, such as 2027-01-04."),
        ({"valid_from": "4.1.2027"}, "Enter a date, such as 2027-01-04."),
        ({"valid_from": "0001-01-01"}, "Enter a date between 2000 and 2199."),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_what_was_typed(app, times, problem):
    page = adopt(the_page(app), "2027-01-04", opens_5_0="9:15", closes_5_0="noon", **times)

    summary = page.page.select_one(".error-summary")
    assert (page.status, summary.select_one("a").get_text()) == (422, problem)
    field = page.page.select_one(summary.select_one("a")["href"])
    assert problem in page.page.find(id=field["aria-describedby"].split()[-1]).get_text()
    assert page.values("Adopt these hours")["opens_5_0"] == "9:15"
    assert db.session.scalar(sa.select(sa.func.count(ServiceSchedule.id))) == 1


def test_a_week_without_any_hours_is_refused(app):
    closed = {f"{end}_{weekday}_0": "" for weekday in range(5) for end in ("opens", "closes")}

    assert "Give at least one day its hours." in adopt(the_page(app), "2027-01-04", **closed).text


def test_a_day_can_end_at_midnight(app):
    adopt(the_page(app), "2027-01-04", closes_4_0="midnight")

    assert queries.calendar().closes_at(wall("2027-01-08 20:00")) == wall("2027-01-09 00:00")


def test_two_weeks_of_hours_cannot_begin_on_one_day(app):
    page = adopt(the_page(app), "2021-01-01", opens_5_0="9", closes_5_0="noon")

    assert (page.status, page.values("Adopt these hours")["closes_5_0"]) == (409, "noon")
    assert "Other hours begin on that day already. Choose another day." in page.text


def test_adopting_hours_moves_held_mail_and_says_how_much(app):
    with clock.at(FRIDAY_7_PM):
        a_mail(WINDOWED)
        page = adopt(the_page(app), "2026-12-05", opens_5_0="9", closes_5_0="noon")

    assert "Moved with it: 1 held mail and 0 due times." in page.text
    assert outbox_rows()[0].due_at == wall("2026-12-05 09:00")
    assert db.session.scalars(sa.select(MailEvent)).one().new["calendar_version"] == queries.calendar_version()


def test_adopting_hours_moves_due_times_and_says_how_many(app):
    a_case()

    assert "0 held mails and 2 due times" in adopt(the_page(app), "2026-12-01", opens_1_0="9").text


@pytest.mark.parametrize(
    ("on", "said"), [("2026-11-30", "takes effect at once"), ("2026-11-02", "reaches back to a day that is over")]
)
def test_a_change_of_today_or_the_past_says_what_it_leaves_alone(app, on, said):
    page = adopt(the_page(app), on, closes_0_0="5 p.m.")

    assert said in page.text
    assert (
        "Mail that has left, targets that were met or missed, and what was written down about them stay as they were."
        in page.text
    )


def test_hours_that_have_not_begun_can_be_withdrawn(app):
    page = adopt(the_page(app), "2027-01-04", opens_5_0="9", closes_5_0="noon")
    page = page.follow("Withdraw the hours from Mon, Jan 4, 2027 on")
    assert (page.h1, "No held mail will leave at another time." in page.text) == ("Withdraw these hours?", True)
    page.press("Withdraw the hours")

    assert "The hours from Mon, Jan 4, 2027 on are withdrawn." in page.text
    assert not queries.calendar().is_open(wall("2027-01-09 11:00"))
    newest = db.session.scalars(queries.history().limit(1)).one()
    assert (newest.kind, newest.old["valid_from"], newest.new["valid_from"]) == ("schedule_withdrawn", "2027-01-04", "2021-01-01")


def test_hours_that_began_before_today_cannot_be_withdrawn(app):
    page, first = the_page(app), db.session.scalars(sa.select(ServiceSchedule)).one()
    path, made = f"/admin/service-hours/schedules/{first.id}/withdraw", first.created_at.isoformat()

    for answer in (page.open(path), page.post(path, {"csrf_token": csrf(page), "made": made})):
        assert "Hours that began before today cannot be withdrawn." in answer.text
    assert page.open("/admin/service-hours/schedules/999/withdraw").status == 404
    assert page.open("/admin/service-hours/schedules/99999999999999999999/withdraw").status == 404


def test_a_mistake_in_hours_of_today_is_put_right_today(app):
    page = adopt(the_page(app), "2026-11-30", opens_0_0="11 a.m.")
    page = page.follow("Withdraw the hours from Mon, Nov 30, 2026 on")
    assert "It takes effect at once." in page.text
    page.press("Withdraw the hours")
    assert queries.calendar().is_open(wall("2026-11-30 10:00"))

    adopt(page, "2026-11-30", opens_0_0="9:30 a.m.")
    assert not queries.calendar().is_open(wall("2026-11-30 09:29"))


def test_a_page_left_open_does_not_withdraw_the_hours_that_came_after_those_it_shows(app):
    page = adopt(the_page(app), "2027-01-04", opens_5_0="9", closes_5_0="noon")
    stale = page.follow("Withdraw the hours from Mon, Jan 4, 2027 on").shown
    page.press("Withdraw the hours")
    with clock.at(wall("2026-11-30 09:05")):
        adopt(page, "2027-02-01", opens_5_0="9", closes_5_0="noon")
        page.go_back_to(stale).press("Withdraw the hours")

    assert "That is withdrawn already; nothing was changed." in page.text
    assert queries.calendar().is_open(wall("2027-02-06 11:00"))


def test_a_desk_without_hours_says_what_follows(app):
    with transaction():
        for schedule in db.session.scalars(sa.select(ServiceSchedule)):
            db.session.delete(schedule)

    assert "Until there are some, the desk is closed and no mail about cases leaves." in the_page(app).text


@pytest.mark.parametrize(("now", "year"), [("2026-09-30 12:00", None), ("2026-10-01 00:30", 2027), ("2027-02-01 12:00", 2027)])
def test_missing_closures_are_missed_from_october_on(app, now, year):
    with transaction():
        db.session.execute(sa.delete(Closure).where(Closure.closed_on >= date(2027, 1, 1)))

    with clock.at(wall(now)):
        assert queries.closures_missing_for(clock.now()) == year
        visitor = the_page(app)
        for path in ("/admin", *PAGES[:1]):
            assert ("has no closures yet" in visitor.open(path).text) is (year is not None)


def test_looking_at_the_pages_changes_nothing(app):
    before = db.session.scalar(sa.select(sa.func.count(CalendarChange.id)))
    visitor = the_page(app)

    assert {visitor.open(path).status for path in PAGES} == {200}
    assert db.session.scalar(sa.select(sa.func.count(CalendarChange.id))) == before


def csrf(page):
    """A token, as a form of the page holds it."""
    return page.open(PAGES[1]).values("Adopt these hours")["csrf_token"]


def test_hours_typed_into_a_session_that_has_ended_are_there_after_signing_in(app):
    admin = an_admin()
    visitor = Visitor(app).sign_in(admin).open(PAGES[1])
    fields = visitor.values("Adopt these hours") | {"valid_from": "2027-01-04", "opens_5_0": "9:15"}
    visitor.client.delete_cookie("session")
    visitor.post(PAGES[1], fields).press("Sign in", email=admin.email, password=PASSWORD)

    typed = visitor.open(PAGES[1]).values("Adopt these hours")
    assert (typed["valid_from"], typed["opens_5_0"]) == ("2027-01-04", "9:15")
