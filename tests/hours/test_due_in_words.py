"""When something is due, in words, and how pressing it is."""

from datetime import datetime

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.hours.due_wording import Due, due_in_words
from tests.hours.calendars import wall


@pytest.mark.parametrize(
    ("now", "due_at", "kind", "words"),
    [
        ("2026-11-30 10:00", "2026-11-30 09:42", Due.OVER, "18 min over"),
        ("2026-11-30 10:00", "2026-11-30 10:00", Due.SOON, "due now"),
        ("2026-11-30 10:00", "2026-11-30 09:59:30", Due.SOON, "due now"),
        ("2026-11-30 10:00", "2026-11-30 09:59", Due.OVER, "1 min over"),
        ("2026-11-30 10:00", "2026-11-30 08:30", Due.OVER, "1 h over"),
        ("2026-11-30 08:10", "2026-11-25 16:43", Due.OVER, "12 min over"),
        ("2026-11-25 20:00", "2026-11-25 16:45", Due.SOON, "due now"),
        ("2026-11-30 12:00", "2026-11-24 11:30", Due.OVER, "over since Tue 11:30 a.m."),
        ("2026-11-30 12:00", "2026-11-04 11:30", Due.OVER, "over since Nov 4"),
        ("2026-11-30 10:00", "2026-11-30 10:12", Due.SOON, "due in 12 min"),
        ("2026-11-30 10:00:30", "2026-11-30 10:12", Due.SOON, "due in 12 min"),
        ("2026-11-30 10:00", "2026-11-30 10:50", Due.SOON, "due in 50 min"),
        ("2026-11-30 10:00", "2026-11-30 10:00:01", Due.SOON, "due in 1 min"),
        ("2026-11-30 10:00", "2026-11-30 11:00", Due.SOON, "due in 60 min"),
        ("2026-11-30 10:00", "2026-11-30 11:01", Due.LATER, "due today 11:01 a.m."),
        ("2026-11-30 16:40", "2026-12-01 08:10", Due.SOON, "due tomorrow 8:10 a.m."),
        ("2026-11-30 10:00", "2026-12-02 11:30", Due.LATER, "due Wed 11:30 a.m."),
        ("2026-11-25 10:00", "2026-12-04 11:30", Due.LATER, "due Dec 4"),
    ],
)
def test_a_due_time_reads_as_a_sentence(app: Flask, now: str, due_at: str, kind: Due, words: str) -> None:
    assert _at(now, wall(due_at)) == (kind, words)


def test_the_present_is_the_clock_unless_told(app: Flask) -> None:
    with clock.at(wall("2026-11-30 10:00")):
        assert due_in_words(wall("2026-11-30 10:12")) == (Due.SOON, "due in 12 min")


def _at(now: str, due_at: datetime) -> tuple[Due, str]:
    with clock.at(wall(now)):
        return due_in_words(due_at, clock.now())
