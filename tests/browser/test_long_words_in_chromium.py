"""Words without an end, as people paste them, and tables with many columns make no page wider than its screen."""

import pytest
from flask import Flask

from helpdesk.cases import problems
from helpdesk.transaction import transaction
from tests.browser.conftest import OpenContext
from tests.browser.looking import NARROW, WIDE, scrolls_sideways, sign_in
from tests.case_factories import a_case
from tests.factories import a_lead, a_provider
from tests.problem_factories import a_problem

pytestmark = pytest.mark.browser

WORD = "x" * 118
TABLET = {"width": 800, "height": 900}


def test_no_page_about_a_case_scrolls_sideways(app: Flask, open_context: OpenContext) -> None:
    lead, provider = a_lead("ENR"), a_provider(email=f"{WORD[:60]}@cedarfork.example.org")
    case = a_case(requester=provider, subject=WORD, organization=WORD[:90], location=WORD[:90])
    problem = a_problem()
    with transaction():
        problems.tie(problem, [case], by=lead)
    of_staff = f"/agent/cases/{case.number}"
    parts = [f"{of_staff}/{part}" for part in ("marks", "links", "merge", "targets")]
    pages = {
        lead: ["/agent/queue", "/agent/team", of_staff, *parts, f"/agent/problems/{problem.id}/resolve"],
        provider: ["/cases", f"/cases/{case.number}"],
    }
    too_wide = []
    for person, paths in pages.items():
        page = open_context()
        sign_in(page, person.email)
        for path in paths:
            page.goto(path)
            for size in (NARROW, TABLET, WIDE):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                too_wide += [(path, size["width"])] if scrolls_sideways(page) else []

    assert too_wide == []
