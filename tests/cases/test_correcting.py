"""Agents correct what a case says of itself, with a reason; it is routed again only where somebody says so."""

from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk.cases import correcting, rerouting, topics
from helpdesk.cases.correcting import Correction, NothingCorrected
from helpdesk.cases.errors import CaseClosed, CaseResolved, StaleCase
from helpdesk.cases.kinds import CorrectionReason
from helpdesk.cases.models import Case, EventKind, MessageKind, Status, System
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.providers.places import places_of
from helpdesk.routing.models import Priority
from helpdesk.sla.models import SlaClock, Target
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.directory_factories import a_location, works_at
from tests.factories import a_provider, an_agent
from tests.runs import postgresql_in_the_long_run
from tests.search.found import found

pytestmark = postgresql_in_the_long_run
HL7 = "DAT-HL7"


def test_another_topic_and_system_leave_an_entry_with_old_and_new_and_the_case_stays(app):
    case, agent = a_case(), an_agent("ENR")

    _correct(case, topic=topics.with_code(HL7), system=System.NCIR, by=agent, note="They write about HL7 messages.")

    assert (case.topic_code, case.system, case.team.code) == (HL7, System.NCIR, "ENR")
    event = next(event for event in case.events if event.kind is EventKind.CORRECTED)
    assert (event.old["code"], event.new["code"], event.old["system"], event.new["system"]) == (
        "ENR-SECB",
        HL7,
        "enrollment_portal",
        "ncir",
    )
    told = event_sentence(event)
    assert told.startswith(f"{agent.name} corrected it: topic from ")
    assert "system from Enrollment Portal to NCIR" in told
    assert told.endswith("because wrongly chosen on the form")
    assert (case.messages[-1].kind, case.messages[-1].body) == (MessageKind.NOTE, "They write about HL7 messages.")
    assert [event.kind for event in case.events].count(EventKind.ROUTED) == 1


def test_it_is_asked_whether_the_rules_would_send_it_elsewhere_and_done_if_somebody_says_so(app):
    an_agent("NCIR")
    case = a_case()
    correction = Correction(topic=topics.with_code(HL7), system=System.NCIR)
    assert correcting.would_route(case, correction).decision.team == "NCIR"
    assert correcting.would_route(case, Correction(priority=Priority.P1)) is None

    _correct(case, topic=correction.topic, system=correction.system, route=True)

    assert case.team.code == "NCIR"
    kinds = [event.kind for event in case.events]
    assert kinds.index(EventKind.CORRECTED) < len(kinds) - 1 - kinds[::-1].index(EventKind.ROUTED)


def test_a_priority_that_is_chosen_holds_whatever_the_rules_say(app):
    an_agent("NCIR")
    case = a_case()

    _correct(case, topic=topics.with_code(HL7), priority=Priority.P2, route=True)

    assert (case.team.code, case.priority) == ("NCIR", Priority.P2)
    corrected = [event.new for event in case.events if event.kind is EventKind.CORRECTED]
    assert [sorted(set(new) & {"topic", "priority"}) for new in corrected] == [["topic"], ["priority"]]


def test_a_correction_that_was_left_here_is_what_routing_again_goes_by(app):
    case = a_case()
    an_agent("NCIR")
    assert not rerouting.would_be(case).changes
    _correct(case, topic=topics.with_code(HL7), system=System.NCIR)

    assert rerouting.would_be(case).decision.team == "NCIR"


def test_another_priority_has_other_clocks(app):
    case = a_case()
    _correct(case, priority=Priority.P1)

    promised = sa.select(SlaClock.target_minutes).where(SlaClock.case_id == case.id, SlaClock.target == Target.RESOLUTION)
    assert (case.priority, db.session.scalar(promised)) == (Priority.P1, 240)
    clocks = sa.select(sa.func.min(SlaClock.due_at, type_=SlaClock.due_at.type)).where(SlaClock.case_id == case.id)
    assert case.due_at == db.session.scalar(clocks)


def test_a_place_of_the_directory_is_named_in_the_entry(app):
    provider = a_provider()
    works_at(provider, place := a_location())
    case = a_case(requester=provider)
    chosen = next(one for one in places_of(provider) if one.location_id == place.id)

    _correct(case, place=chosen)

    assert (case.location_id, case.location, case.organization_id) == (place.id, place.name, place.organization_id)
    new = next(event.new for event in case.events if event.kind is EventKind.CORRECTED)
    assert new["location"] == place.name
    assert case.messages[-1].body == "Location before: Main Street"


def test_a_place_that_was_typed_stands_in_a_note_and_not_in_the_entry(app):
    case = a_case()

    _correct(case, location="Annex behind the school")

    assert (case.location, case.location_id) == ("Annex behind the school", None)
    event = next(event for event in case.events if event.kind is EventKind.CORRECTED)
    assert "Annex" not in str((event.old, event.new))
    assert case.messages[-1].body == "Location before: Main Street\nLocation now: Annex behind the school"
    assert "location from a place as typed to a place as typed" in event_sentence(event)


def test_it_is_found_by_its_corrected_place_and_no_more_by_the_one_before(app):
    case = a_case()

    _correct(case, location="Annex behind the school")

    assert [found(case.requester, place) for place in ("annex", "Main Street")] == [[case], []]


def test_what_changes_nothing_is_stale_or_is_over_is_refused_by_name(app):
    case = a_case()
    with pytest.raises(NothingCorrected):
        _correct(case, priority=case.priority, system=case.system, topic=topics.with_code(case.topic_code))
    with pytest.raises(StaleCase):
        _correct(case, priority=Priority.P1, seen=case.version - 1)
    for status, refusal in ((Status.RESOLVED, CaseResolved), (Status.CLOSED, CaseClosed)):
        with pytest.raises(refusal):
            _correct(a_case(status=status), priority=Priority.P1)


def _correct(case: Case, *, by=None, note="", route=False, seen=None, **what: Any) -> None:
    by = by or an_agent("ENR")
    with transaction():
        correcting.correct(
            case,
            Correction(**what),
            seen=case.version if seen is None else seen,
            by=by,
            reason=CorrectionReason.WRONGLY_CHOSEN,
            note=note,
            route=route,
        )
    db.session.rollback()
