"""What a proof takes for impossible never happens: day counts as they are really made, and texts as they are really searched."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk.routing.day_counts import FARTHEST, with_day_counts
from helpdesk.routing.proof_cells import Cell, nearest
from helpdesk.routing.proof_form import span, within
from helpdesk.routing.words import plain
from tests.routing.test_day_counts import CALENDAR

MOMENTS = st.timedeltas(timedelta(), timedelta(days=700)).map(lambda time: datetime(2026, 1, 1, tzinfo=UTC) + time)
NEAR = st.timedeltas(timedelta(days=-3), timedelta(days=3))
DISTANCES = NEAR | st.timedeltas(timedelta(days=-FARTHEST - 99), timedelta(days=FARTHEST + 99))
WORDS = st.lists(st.sampled_from(["law", "suit", "Press", "¡ya!"]), min_size=1, max_size=4).map(" ".join)


@given(MOMENTS, DISTANCES)
@example(datetime(2026, 3, 9, 4, 0, tzinfo=UTC), timedelta(hours=23, minutes=1))  # two days ago, around a night without 2 a.m.
@example(datetime(2026, 11, 2, 4, 59, tzinfo=UTC), timedelta(hours=24, minutes=58))  # today, around a night with 1 a.m. twice
def test_counts_of_a_moment_or_a_day_are_within_what_a_proof_takes_for_possible(at, distance):
    then = CALENDAR.wall(at - distance)

    counts = with_day_counts({"moment": f"{then:%Y-%m-%dT%H:%M:%S}", "day": f"{then:%Y-%m-%d}"}, at=at, calendar=CALENDAR)

    for other, days in (("moment.hours_ago", "moment.days_ago"), ("day.working_days_ago", "day.days_ago")):
        day = Decimal(counts[days])
        assert nearest(Decimal(counts[other]), *span(other, Cell((), day, day))) == Decimal(counts[other])


@given(WORDS, WORDS)
def test_phrases_within_a_phrase_are_those_that_are_found_in_it(text, phrase):
    assert (plain(phrase) in set(within(plain(text)))) is (plain(phrase) in plain(text))
