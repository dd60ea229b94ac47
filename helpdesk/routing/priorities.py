"""How urgent something is before the rules run (DOMAIN section 9), and how priorities compare."""

from .models import Priority

# Who is affected x what it does to vaccination: no, slowed, stopped, at risk.
_MATRIX: dict[str, dict[str, Priority]] = {
    "no": {"me": Priority.P4, "location": Priority.P3, "several": Priority.P3, "everyone": Priority.P3},
    "slowed": {"me": Priority.P3, "location": Priority.P3, "several": Priority.P2, "everyone": Priority.P2},
    "stopped": {"me": Priority.P2, "location": Priority.P2, "several": Priority.P1, "everyone": Priority.P1},
    "at_risk": {"me": Priority.P1, "location": Priority.P1, "several": Priority.P1, "everyone": Priority.P1},
}


def base_priority(topic_priority: Priority, impact: str, urgency: str) -> Priority:
    """The more urgent of the topic's own priority and the matrix; KeyError on an impact or urgency that does not exist."""
    return more_urgent(topic_priority, _MATRIX[urgency][impact])


def more_urgent(one: Priority, other: Priority) -> Priority:
    """The one of two priorities that comes first."""
    return min(one, other)


def at_least(priority: Priority, threshold: Priority) -> bool:
    """Whether a priority is as urgent as the threshold, or more."""
    return priority <= threshold
