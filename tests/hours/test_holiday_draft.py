"""The draft of a year's state holidays: what the list we read gets wrong is put right or left to a person."""

import pytest
from flask import Flask

from helpdesk.hours import queries
from helpdesk.hours.holiday_draft import ProposedDay, proposed
from tests.hours.calendars import ALWAYS, a_calendar


def _likely(year: int) -> list[str]:
    return [f"{day.on:%m-%d}" for day in proposed(year, hours=a_calendar()) if day.is_likely]


def _december(year: int) -> list[str]:
    return [day for day in _likely(year) if day.startswith("12-2")]


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_likely_days_are_those_of_the_reference_data(app: Flask, year: int) -> None:
    known = [f"{closure.on:%m-%d}" for closure in queries.calendar().closures if closure.on.year == year]

    assert [day for day in _likely(year) if day != "12-31"] == known


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2023, ["12-25", "12-26", "12-27"]),  # a Monday
        (2024, ["12-24", "12-25", "12-26"]),
        (2026, ["12-24", "12-25", "12-28"]),
        (2027, ["12-23", "12-24", "12-27"]),
        (2028, ["12-25", "12-26", "12-27"]),  # a Monday
        (2033, ["12-23", "12-26", "12-27"]),
    ],
)
def test_christmas_is_three_working_days_as_the_state_gives_them(app: Flask, year: int, days: list[str]) -> None:
    assert _december(year) == days


@pytest.mark.parametrize("year", range(2026, 2036))
def test_federal_holidays_are_proposed_but_not_likely(app: Flask, year: int) -> None:
    federal = [day for day in proposed(year, hours=a_calendar()) if day.name.startswith(("Washington", "Juneteenth"))]

    assert len(federal) >= 1
    assert {(day.is_likely, day.check.split(".")[0]) for day in federal} == {(False, "A federal holiday")}


def test_days_without_hours_are_left_out(app: Flask) -> None:
    def days(**calendar: object) -> list[ProposedDay]:
        return [day for day in proposed(2026, hours=a_calendar(**calendar)) if day.on.month == 7]  # type: ignore[arg-type]

    assert [str(day.on) for day in days()] == ["2026-07-03"]
    assert [str(day.on) for day in days(week=ALWAYS)] == ["2026-07-03", "2026-07-04"]
    assert "Moved from a weekend" in days()[0].check


def test_a_draft_is_in_order_and_names_each_day_once(app: Flask) -> None:
    for year in range(2026, 2046):
        found = [day.on for day in proposed(year, hours=a_calendar())]
        assert found == sorted(set(found))
