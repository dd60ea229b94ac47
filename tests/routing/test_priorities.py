"""How urgent a ticket is before any rule runs."""

import pytest

from helpdesk.cases.models import Impact, Urgency
from helpdesk.routing.models import Priority
from helpdesk.routing.priorities import base_priority

MATRIX = {
    Urgency.AT_RISK: "P1 P1 P1 P1",
    Urgency.STOPPED: "P2 P2 P1 P1",
    Urgency.SLOWED: "P3 P3 P2 P2",
    Urgency.NO: "P4 P3 P3 P3",
}


@pytest.mark.parametrize("urgency", Urgency)
def test_impact_and_urgency_give_the_priority_of_the_matrix(urgency):
    found = [base_priority(Priority.P4, impact, urgency) for impact in Impact]

    assert " ".join(found) == MATRIX[urgency]


def test_the_topic_can_only_make_it_more_urgent():
    assert base_priority(Priority.P1, Impact.ME, Urgency.NO) is Priority.P1
    assert base_priority(Priority.P4, Impact.EVERYONE, Urgency.STOPPED) is Priority.P1


def test_an_impact_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        base_priority(Priority.P3, "nobody", Urgency.NO)
