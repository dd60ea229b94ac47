"""The pages on which agents put cases on hold, correct them, and read how due times come about."""

from datetime import timedelta

import pytest

from helpdesk.cases import commands
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.models import EventKind, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.queue.timeline import KINDS, MOST, Shown
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_case
from tests.cases.waiting_jobs import DAYS
from tests.factories import a_provider, an_agent
from tests.queue.cases import at_the_desk, on_case

HOLD = {"reason": HoldReason.DELIVERY.value, "look_again_on": "2026-12-02", "note": "Tracking 771."}


def test_a_case_is_put_on_hold_and_page_and_queue_say_for_what_and_until_when(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = on_case(app, agent, case).follow("Put it on hold")
    assert visitor.values("Put it on hold")["look_again_on"] == "2026-12-02"  # the second day of service

    visitor.press("Put it on hold", **HOLD)

    assert "On hold until Wed, Dec 2, 2026" in visitor.text
    assert "On hold: it waits for a delivery. Look again on Wed, Dec 2, 2026." in visitor.text
    assert "Tracking 771." in visitor.text
    assert "waits for a delivery, look again Wed, Dec 2" in at_the_desk(app, agent).text
    provider = at_the_desk(app, case.requester, f"/cases/{case.number}")
    assert "look at it again on Wed, Dec 2, 2026" in provider.text
    assert "Tracking 771." not in provider.html


@pytest.mark.parametrize("page", ["hold", "correct", "merge", "reroute", "address", "targets"])
def test_the_pages_of_a_case_say_where_they_stand_and_lead_back(app, page):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = on_case(app, agent, case)

    visitor.open(f"{visitor.path}/{page}").follow(f"Case {case.number}")

    assert visitor.path == f"/agent/cases/{case.number}"


def test_somebody_goes_on_before_the_day(app):
    agent = an_agent("ENR")
    visitor = on_case(app, agent, a_case(status=Status.PENDING, agent=agent)).press("Go on now")

    assert "The case is open, and its clocks run on." in visitor.text
    assert not visitor.has_button("Go on now")


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("look_again_on", "2026-11-30", "Choose a day to come on which the desk is open."),
        ("look_again_on", "2026-12-05", "Choose a day to come on which the desk is open."),
        ("look_again_on", "soon", "Choose the day on which somebody looks at it again."),
        ("reason", "", "Choose whom or what it waits for."),
        ("reason", "sleep", "Choose whom or what it waits for."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(app, field, typed, told):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/hold")

    visitor.press("Put it on hold", **{**HOLD, field: typed})

    assert visitor.status == 422
    assert told in visitor.text
    assert visitor.values("Put it on hold")["note"] == "Tracking 771."


def test_another_reason_is_told_in_the_note(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/hold")

    visitor.press("Put it on hold", **{**HOLD, "reason": "other", "note": ""})

    assert "Say in the note what it waits for." in visitor.text


@pytest.mark.parametrize(("page", "button"), [("hold", "Put it on hold"), ("correct", "Correct it")])
def test_a_stale_page_is_refused_with_what_happened_and_the_text(app, page, button):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/{page}")
    other = an_agent("ENR", first_name="Rosa")
    with transaction():
        commands.add_note(case, by=other, body="I am on it.")
    typed = HOLD if page == "hold" else {"priority": "P2", "reason": "learned_more", "note": "Tracking 771."}

    visitor.press(button, **typed)

    assert visitor.status == 409
    assert "Not saved: this case has changed" in visitor.text
    assert "Rosa" in visitor.text
    assert visitor.values(button)["note"] == "Tracking 771."
    assert visitor.press(button).status == 200  # on the version that is seen now


@pytest.mark.parametrize(("page", "button"), [("hold", "Put it on hold"), ("correct", "Correct it")])
def test_a_case_that_was_resolved_meanwhile_says_so_and_leaves_the_note_to_be_copied(app, page, button):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/{page}")
    with transaction():
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=SOLUTION)
    typed = HOLD if page == "hold" else {"priority": "P2", "reason": "other", "note": "Tracking 771."}

    visitor.press(button, **typed)
    assert visitor.status == 409
    assert "Not saved" in visitor.text
    assert "This case is resolved." in visitor.text
    assert "Tracking 771." in visitor.text


def test_a_correction_that_routes_elsewhere_asks_first_and_then_does_as_is_said(app):
    agent, _other = an_agent("ENR"), an_agent("NCIR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = on_case(app, agent, case).follow("Correct topic or priority")
    corrected = {"topic": "DAT-HL7", "system": "ncir", "reason": "wrongly_chosen", "note": "About HL7."}

    visitor.press("Correct it", **corrected)

    assert "Route it again? Nothing is saved yet" in visitor.text
    assert "send it to NCIR Support" in visitor.text
    db.session.rollback()
    assert case.topic_code == "ENR-SECB"
    visitor.press("Correct it and leave it here")
    assert "is corrected, and stays with" in visitor.text
    assert "About HL7." in visitor.text
    db.session.rollback()
    assert (case.topic_code, case.team.code) == ("DAT-HL7", "ENR")


def test_it_is_routed_again_where_somebody_says_so(app):
    agent, _other = an_agent("ENR"), an_agent("NCIR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/correct")
    visitor.press("Correct it", topic="DAT-HL7", system="ncir", reason="wrongly_chosen")

    visitor.press("Correct it and route it again")

    assert "It is with NCIR Support now" in visitor.text  # on the queue: this agent does not see it any more
    db.session.rollback()
    assert case.team.code == "NCIR"


def test_a_correction_that_changes_nothing_or_has_no_reason_is_refused(app):
    agent = an_agent("ENR")
    visitor = at_the_desk(app, agent, f"/agent/cases/{a_case(agent=agent).number}/correct")

    assert "Choose why." in visitor.press("Correct it", priority="P1").text
    assert "The case says all of that already." in visitor.press("Correct it", priority="P3", reason="learned_more").text
    assert "Type the name of the location below." in visitor.press("Correct it", place="other").text
    assert "Say in the note why." in visitor.press("Correct it", reason="other").text


def test_the_timeline_shows_the_latest_entries_and_all_of_them_or_some_when_asked(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    with transaction():
        for number in range(MOST + 5):
            commands.add_note(case, by=agent, body=f"Note {number}")
    visitor = on_case(app, agent, case)
    earlier = len(case.events) - MOST

    assert len(visitor.page.select(".timeline li")) == MOST
    visitor.follow(f"Show {earlier} earlier entries")
    assert len(visitor.page.select(".timeline li")) == len(case.events)
    visitor.follow("Status and clocks 1")
    assert [" ".join(li.get_text().split()) for li in visitor.page.select(".timeline li")] == ["New is now Open today 9 a.m."]


def test_every_entry_stands_in_one_part_of_the_timeline():
    parts = [KINDS[shown] for shown in Shown if shown is not Shown.ALL]

    assert sum(map(len, parts)) == len(EventKind)
    assert frozenset().union(*parts) == set(EventKind)
    assert EventKind.CORRECTED in KINDS[Shown.DETAILS]


def test_the_requester_reads_until_when_they_are_waited_for_and_can_open_it_again(app):
    provider = a_provider()
    pending, resolved = (a_case(requester=provider, status=s) for s in (Status.PENDING, Status.RESOLVED))

    said = at_the_desk(app, provider, f"/cases/{pending.number}").text
    assert "Please answer below by Wed, Dec 9, 9:00 a.m. ET; after that we resolve the case." in said
    said = at_the_desk(app, provider, f"/cases/{resolved.number}").text
    assert "You can open it again until Mon, Dec 14, 9:00 a.m. ET; after that it is closed." in said
    assert MONDAY_9_AM + timedelta(days=14) == DAYS[10]
