"""Dates and times as people read them, in the zone of the desk."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from helpdesk import clock
from helpdesk.hours import wording
from tests.hours.calendars import wall

NOW = wall("2026-11-30 10:00")  # a Monday


@pytest.mark.parametrize(
    ("shown", "short", "exact"),
    [
        ("00:00", "midnight", "12:00 a.m."),
        ("00:30", "12:30 a.m.", "12:30 a.m."),
        ("08:00", "8 a.m.", "8:00 a.m."),
        ("08:12", "8:12 a.m.", "8:12 a.m."),
        ("12:00", "noon", "12:00 p.m."),
        ("12:05", "12:05 p.m.", "12:05 p.m."),
        ("16:45", "4:45 p.m.", "4:45 p.m."),
    ],
)
def test_times_of_day_read_as_people_say_them(app: Flask, shown: str, short: str, exact: str) -> None:
    assert wording.clock_time(time.fromisoformat(shown)) == short
    assert wording.clock_time(time.fromisoformat(shown), minutes=True) == exact


def test_an_instant_is_told_in_the_zone_of_the_desk(app: Flask) -> None:
    assert wording.clock_time(datetime.fromisoformat("2026-11-30T13:00:07+00:00")) == "8 a.m."
    assert wording.clock_time(datetime.fromisoformat("2026-11-30T13:00:07+00:00"), seconds=True) == "8:00:07 a.m."
    assert wording.clock_time(datetime.fromisoformat("2026-07-01T13:00:00+00:00")) == "9 a.m."


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-11-30 08:12", "today 8:12 a.m."),
        ("2026-12-01 08:00", "tomorrow 8 a.m."),
        ("2026-11-29 16:10", "yesterday 4:10 p.m."),
        ("2026-12-02 11:30", "Wed 11:30 a.m."),
        ("2026-12-06 12:00", "Sun noon"),
        ("2026-11-24 09:00", "Tue 9 a.m."),
        ("2026-12-07 09:00", "Dec 7"),
        ("2026-11-23 09:00", "Nov 23"),
        ("2025-12-04 09:00", "Dec 4, 2025"),
        ("2027-01-04 09:00", "Jan 4, 2027"),
    ],
)
def test_near_days_have_names_and_far_ones_dates(app: Flask, instant: str, words: str) -> None:
    with clock.at(NOW):
        assert wording.near(wall(instant)) == words


def test_today_is_the_day_of_the_desk_not_of_greenwich(app: Flask) -> None:
    with clock.at(wall("2026-11-30 20:00")):  # December 1 in UTC
        assert wording.near(wall("2026-11-30 08:00")) == "today 8 a.m."


def test_a_moment_names_day_time_and_zone(app: Flask) -> None:
    with clock.at(NOW):
        assert wording.moment(wall("2026-11-30 08:00")) == "Mon, Nov 30, 8:00 a.m. ET"
        assert wording.moment(wall("2026-11-30 08:00:07"), seconds=True) == "Mon, Nov 30, 8:00:07 a.m. ET"
        assert wording.moment(wall("2027-03-15 08:00")) == "Mon, Mar 15, 2027, 8:00 a.m. ET"
        assert wording.expected_by(wall("2026-12-01 11:30")) == "by Tue, Dec 1, 11:30 a.m. ET"


def test_a_time_element_carries_the_instant_in_full(app: Flask) -> None:
    with clock.at(NOW):
        html = wording.when(wall("2026-12-02 11:30"))

    assert html == (
        '<time datetime="2026-12-02T11:30:00-05:00" title="Wednesday, December 2, 2026, 11:30:00 a.m. ET">Wed 11:30 a.m.</time>'
    )


def test_templates_know_the_words(app: Flask) -> None:
    page = "{{ at|when }} {{ at|moment }} {{ at|clock_time }} {{ service_hours() }} {{ service_status().sentence }}"
    with clock.at(NOW):
        template = app.jinja_env.from_string(page + " {{ due_in_words(at)[1] }} {{ expected_by(at) }}")
        html = template.render(at=NOW + timedelta(minutes=12))

    assert html.startswith("<time ")
    assert "Mon, Nov 30, 10:12 a.m. ET" in html
    assert "Open now until 4:45 p.m. ET" in html
    assert html.endswith("due in 12 min by Mon, Nov 30, 10:12 a.m. ET")


@pytest.mark.parametrize(
    ("zone", "letters"),
    [("America/New_York", "ET"), ("America/Chicago", "CT"), ("America/Phoenix", "MT"), ("Europe/Berlin", "CET"), ("UTC", "UTC")],
)
def test_zones_go_by_the_letters_people_use(zone: str, letters: str) -> None:
    assert wording.zone_name(zone, NOW) == letters


@pytest.mark.parametrize(("zone", "letters"), [("America/New_York", "ET"), ("Europe/Berlin", "CEST"), ("Europe/London", "BST")])
def test_a_zone_without_letters_for_all_the_year_goes_by_those_of_the_time(zone: str, letters: str) -> None:
    assert wording.zone_name(zone, datetime(2027, 7, 1, 12, tzinfo=UTC)) == letters


def test_the_same_day_is_said_to_each_reader_in_their_language(app: Flask) -> None:
    def said(language: str) -> str:
        with app.test_request_context(), force_locale(language):
            return wording.day(NOW.date())

    assert [said(language) for language in ("en", "es", "en")] == ["Mon, Nov 30, 2026", "lun 30 nov 2026", "Mon, Nov 30, 2026"]
