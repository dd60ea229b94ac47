"""What filing a case asks of the database does not grow with what its requester has asked before."""

import pytest
from flask import Flask

from tests.case_factories import a_case
from tests.factories import a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING
from tests.queue.cases import statements
from tests.visitor import Visitor

FORM, REVIEW, SENT = 10, 16, 45  # at most; what is sent leads to its receipt


@pytest.mark.both_databases
def test_each_step_takes_as_many_statements_for_somebody_with_many_cases(app: Flask) -> None:
    an_agent(team="NCIR")
    requester, seen = a_provider(), []
    visitor = Visitor(app).sign_in(requester)
    for more in (1, 8):
        for _ in range(more):
            a_case(requester=requester)
        with statements() as form:
            visitor.open(ASKING)
        with statements() as review:
            visitor.press("Continue", **ANSWERS)
        with statements() as sent:
            visitor.press("Send the ticket")
        assert visitor.h1 == "We have received your case"
        seen.append((len(form), len(review), len(sent)))

    assert seen[0] == seen[1]
    assert all(taken <= most for taken, most in zip(seen[0], (FORM, REVIEW, SENT), strict=True)), seen
