"""Instants, lengths and times of day as people type them."""

from datetime import time, timedelta

import pytest

from helpdesk.hours.errors import NotALength, NotAnInstant, NotATimeOfDay
from helpdesk.hours.instants import read_instant, read_length, read_time
from tests.hours.calendars import NEW_YORK, wall


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-27T21:44:59Z", "2026-11-27 16:44:59"),
        ("2026-11-27T16:44:59-05:00", "2026-11-27 16:44:59"),
        ("2026-11-27 16:44:59", "2026-11-27 16:44:59"),
        (" 2026-11-27T16:44 ", "2026-11-27 16:44:00"),
        ("2026-07-01 08:00:00.000001", "2026-07-01 08:00:00.000001"),
        ("2026-11-27", "2026-11-27 00:00"),
    ],
)
def test_an_instant_without_an_offset_is_what_the_clocks_of_the_desk_show(text: str, instant: str) -> None:
    assert read_instant(text, zone=NEW_YORK).instants == (wall(instant),)


def test_an_instant_with_an_offset_is_never_in_doubt() -> None:
    assert read_instant("2026-11-01T01:30:00-05:00", zone=NEW_YORK).instants == (wall("2026-11-01 01:30", fold=1),)


def test_a_wall_time_can_come_twice_or_never() -> None:
    twice = (wall("2026-11-01 01:30"), wall("2026-11-01 01:30", fold=1))

    assert read_instant("2026-11-01 01:30", zone=NEW_YORK).instants == twice
    assert read_instant("2027-03-14 02:30", zone=NEW_YORK).instants == ()
    assert read_instant("2027-03-14 03:00", zone=NEW_YORK).instants == (wall("2027-03-14 03:00"),)


@pytest.mark.parametrize("text", ["", "noon", "2026-13-01", "1989-12-31", "2200-01-01", "2026-11-27T25:00", "\ud800", "9" * 5000])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(NotAnInstant):
        read_instant(text, zone=NEW_YORK)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("4 h", 240), ("1 h 30 min", 90), ("90min", 90), ("30 s", 0.5), ("2 hours 5 minutes", 125), ("500h", 30000)],
)
def test_lengths_are_read_as_people_write_them(text: str, minutes: float) -> None:
    assert read_length(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "4", "h", "0 min", "-1 h", "501 h", "1 day", "9" * 9 + " h", "9" * 20 + " h", "9" * 5000 + " h", "٤ h"]
)
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(NotALength):
        read_length(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("8", time(8)),
        ("8:00", time(8)),
        ("08:05", time(8, 5)),
        ("8 a.m.", time(8)),
        ("8AM", time(8)),
        ("4:45 p.m.", time(16, 45)),
        ("4.45 pm", time(16, 45)),
        ("16:45", time(16, 45)),
        ("12 a.m.", time(0)),
        ("12:30 pm", time(12, 30)),
        ("noon", time(12)),
        ("Midnight", time(0)),
        ("24:00", time(0)),
    ],
)
def test_times_of_day_are_read_as_people_write_them(text: str, at: time) -> None:
    assert read_time(text) == at


@pytest.mark.parametrize("text", ["", "25", "8:60", "13 p.m.", "0 a.m.", "8:5", "eight", "8 o'clock", "-8"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(NotATimeOfDay):
        read_time(text)
