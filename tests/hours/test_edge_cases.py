"""The table of edge cases, which people can read on a page, holds."""

import pytest

from helpdesk.hours.edge_cases import CALENDAR, EDGE_CASES, REST, EdgeCase, computed

each = pytest.mark.parametrize("case", EDGE_CASES, ids=lambda case: str(case.at))


@each
def test_the_desk_is_open_or_closed_as_the_table_says(case: EdgeCase) -> None:
    assert CALENDAR.is_open(case.at) is case.is_open


@each
def test_the_desk_opens_when_the_table_says(case: EdgeCase) -> None:
    assert CALENDAR.open_or_next(case.at) == case.opens_at


@each
def test_mail_leaves_when_the_table_says(case: EdgeCase) -> None:
    assert CALENDAR.open_or_next(case.at + REST) == case.mail_leaves_at


@each
def test_the_page_of_the_table_computes_the_same(case: EdgeCase) -> None:
    assert computed(case) == case
